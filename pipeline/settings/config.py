"""config.toml, strict: an unknown key, a wrong type or a missing file is said in French before anything starts."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from pipeline.errors import CommandError, ConfigError
from pipeline.french.words import fold
from pipeline.settings.faults import all_keys, faults_of, nearest, ordinal, remedy, toml_fault
from pipeline.settings.fields import Fichier, Section, Texte, box
from pipeline.settings.sections import Bareme, Campagne, Courrier, Dsden, Gabarit
from pipeline.table import MAX_ROWS, ROLES


class Classeur(Section):
    """Where the workbooks are dropped, and headers that the program would not recognise by itself."""

    dossier: Path = Field(
        default=Path("entree"),
        description="Le dossier où déposer les classeurs : sans nom de fichier, les commandes lisent celui qui y est.",
    )
    feuilles_a_lire: tuple[Texte, ...] = Field(
        default=(),
        description="Les feuilles à lire bien que leur nom (« Copie »…), leur année ou leur masquage les écarte.",
    )
    lignes_max: int = Field(
        default=50_000, ge=1, le=MAX_ROWS, description="Le nombre de lignes au-delà duquel un classeur est refusé."
    )
    noms_admis: tuple[Texte, ...] = Field(
        default=(),
        description="Les noms et les prénoms à imprimer bien qu’ils soient aussi des mots (« Second », « Inconnu »).",
    )
    colonnes: dict[str, Texte | tuple[Texte, ...]] = Field(
        default={},
        description="Les en-têtes que le programme ne reconnaît pas seul : pour chaque rôle, un en-tête ou une liste.",
    )

    @field_validator("colonnes")
    @classmethod
    def _known_roles(cls, value: dict[str, Any]) -> dict[str, Any]:
        for role in value:
            if role not in ROLES:
                raise ValueError(f"« {role} » n’est pas une colonne connue{nearest(role, ROLES)}")
        return value

    @model_validator(mode="after")
    def _each_header_once(self) -> Self:
        owners: dict[str, str] = {}
        for role in self.colonnes:
            for header in self.headers_of(role):
                owner = owners.setdefault(fold(header), role)
                if owner != role:
                    raise ValueError(
                        f"l’en-tête « {header.strip()} » est donné à deux colonnes, « {owner} » et « {role} » : "
                        "laissez-le à celle qui le porte"
                    )
        return self

    def headers_of(self, role: str) -> tuple[str, ...]:
        """Return the headers that the user declared for a role."""
        declared = self.colonnes.get(role, ())
        return (declared,) if isinstance(declared, str) else declared


class AnnuaireDesEcoles(Section):
    """The register of schools to compare the workbook with; none when `fichier` is empty."""

    fichier: Fichier = Field(
        default=None,
        description="La liste des établissements, au format CSV, à laquelle comparer le classeur. Vide : aucune.",
    )


class Conversion(Section):
    """How the letters become PDF."""

    moteur: Literal["auto", "libreoffice", "word"] = Field(
        default="auto", description="Le logiciel qui fait les PDF. « auto » : LibreOffice s’il est là, sinon Word."
    )
    processus: int = Field(
        default=0, ge=0, le=64, description="Combien de LibreOffice travaillent ensemble. 0 : un par cœur."
    )


class Sortie(Section):
    """Where the results go: `<dossier>/<annee_scolaire>/`."""

    dossier: Path = Field(
        default=Path("sortie"), description="Le dossier des résultats : chaque campagne y a le sien, « 2026-2027 »."
    )


VERIFICATION, ESSAI = "verification", "essai"
"""The corners of the output folder for the reports of a mere check, and for what a trial makes."""


class Config(Section):
    """The whole of config.toml, its paths made absolute."""

    campagne: Campagne = Field(description="L’année scolaire et les textes que la lettre cite.")
    dsden: tuple[Dsden, ...] = Field(min_length=1, description="Les DSDEN de l’académie, une rubrique chacune.")
    classeur: Classeur = Field(default=Classeur(), description="D’où vient le classeur, et comment le lire.")
    annuaire: AnnuaireDesEcoles = Field(
        default=AnnuaireDesEcoles(), description="Facultatif : l’annuaire auquel comparer le classeur."
    )
    imp: Bareme = Field(description="Le barème des IMP (décret n° 2015-475 et arrêté du 27 avril 2015).")
    gabarit: Gabarit = Field(description="La lettre, faite dans Word.")
    conversion: Conversion = Field(default=Conversion(), description="La fabrication des PDF.")
    sortie: Sortie = Field(default=Sortie(), description="Où vont les résultats.")
    courrier: Courrier = Field(
        default=Courrier(), description="L’envoi. Rien de ceci n’est nécessaire pour produire les lettres."
    )

    @model_validator(mode="after")
    def _each_dsden_once(self) -> Self:
        codes = [dsden.code for dsden in self.dsden]
        for code in codes:
            if codes.count(code) > 1:
                raise ValueError(f"la DSDEN « {code} » est déclarée deux fois : gardez une seule de ces rubriques")
        return self

    @model_validator(mode="after")
    def _each_mailbox_once(self) -> Self:
        owners: dict[str, str] = {}
        for dsden, address in ((one, address) for one in self.dsden for address in one.adresses):
            owner = owners.get(box(address))
            if owner == dsden.code:
                raise ValueError(
                    f"l’adresse « {address} » est écrite deux fois pour la DSDEN « {owner} » : gardez-en une"
                )
            if owner:
                raise ValueError(
                    f"les DSDEN « {owner} » et « {dsden.code} » ont la même adresse, « {address} » : l’une "
                    "recevrait les lettres de l’autre. Écrivez dans « courriel » et « copie » les adresses de chacune"
                )
            owners[box(address)] = dsden.code
        return self

    @model_validator(mode="after")
    def _variantes_name_known_dsden(self) -> Self:
        codes = [dsden.code for dsden in self.dsden]
        for number, variante in enumerate(self.gabarit.variantes, start=1):
            for code in variante.dsden:
                if code not in codes:
                    known = ", ".join(f"« {one} »" for one in codes)
                    raise ValueError(
                        f"{ordinal(number)} rubrique [[gabarit.variantes]], « dsden » : la DSDEN « {code} » "
                        f"n’est pas déclarée ; DSDEN possibles : {known}"
                    )
        return self

    @property
    def boites(self) -> dict[str, str]:
        """Return the mailbox of each DSDEN, by its code; several are separated by commas, as in the journal."""
        return {dsden.code: dsden.boite for dsden in self.dsden}

    def dsden_of(self, code: str) -> Dsden | None:
        """Return the DSDEN of a département, None when it is not of this académie."""
        return next((dsden for dsden in self.dsden if dsden.code == code), None)

    def known_dsden(self, codes: Sequence[str]) -> tuple[str, ...]:
        """Return DSDEN codes given on the command line; raise CommandError for one that is not configured."""
        for code in codes:
            if self.dsden_of(code) is None:
                known = ", ".join(dsden.code for dsden in self.dsden)
                raise CommandError(f"La DSDEN « {code} » n’est pas dans config.toml. DSDEN connues : {known}.")
        return tuple(codes)

    def with_output(self, folder: Path) -> Config:
        return self.model_copy(update={"sortie": Sortie(dossier=folder)})

    def in_corner(self, corner: str) -> Config:
        """Return the same settings for what must not replace the campaign's own results: a folder inside theirs."""
        return self.with_output(self.sortie.dossier / corner)

    def with_engine(self, moteur: str | None) -> Config:
        """Return the same settings with another conversion engine; the same one for None."""
        if moteur is None:
            return self
        return self.model_copy(update={"conversion": self.conversion.model_copy(update={"moteur": moteur})})

    @property
    def dossier_annee(self) -> Path:
        return self.sortie.dossier / self.campagne.annee_scolaire

    @property
    def dossier_verification(self) -> Path:
        """Return the folder of the reports of a mere check, which has nothing of a campaign's results."""
        return self.sortie.dossier / VERIFICATION / self.campagne.annee_scolaire

    @property
    def entiere(self) -> Config:
        """Return the settings of the campaign itself, for those of a corner of its output folder."""
        folder = self.sortie.dossier
        return self.with_output(folder.parent) if folder.name in (VERIFICATION, ESSAI) else self

    @property
    def verifie(self) -> Path:
        """Return the file that remembers which remarks are as wanted, of checks and of runs."""
        return self.entiere.sortie.dossier / f"verifie-{self.campagne.annee_scolaire}.json"

    @property
    def dossier_lots(self) -> Path:
        return self.dossier_annee / "lots"

    @property
    def journal(self) -> Path:
        """Return the file that remembers this campaign's runs and sendings."""
        return self.dossier_annee / "journal.sqlite"


def read_config(path: Path) -> Config:
    """Read and check config.toml; paths in it start from its own folder.

    Raises ConfigError with every fault found, one a line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        raw = tomllib.loads(text)
    except FileNotFoundError:
        raise ConfigError(
            f"{path} : ce fichier de réglages n’existe pas. Lancez la commande dans le dossier qui contient "
            "config.toml, ou indiquez son emplacement avec --config."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} : impossible de lire ce fichier. {remedy(error)}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} : {toml_fault(error, text, {*all_keys(Config), *ROLES})}") from None
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        faults = "\n".join(f"  - {one}" for one in faults_of([dict(one) for one in error.errors()], Config))
        raise ConfigError(f"{path} : les réglages sont à corriger.\n{faults}") from None
    return _absolute(config, path.resolve().parent)


def _absolute(config: Config, base: Path) -> Config:
    annuaire, autorite = config.annuaire.fichier, config.courrier.autorite
    return config.model_copy(
        update={
            "annuaire": AnnuaireDesEcoles(fichier=base / annuaire if annuaire else None),
            "classeur": config.classeur.model_copy(update={"dossier": base / config.classeur.dossier}),
            "courrier": config.courrier.model_copy(
                update={
                    "modele": base / config.courrier.modele,
                    "autorite": base / autorite if autorite else None,
                }
            ),
            "gabarit": config.gabarit.from_folder(base),
            "sortie": config.sortie.model_copy(update={"dossier": base / config.sortie.dossier}),
        }
    )
