"""The sections [campagne] and [[dsden]] of config.toml: the school year, what letters quote, where they go."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, field_validator, model_validator

from pipeline.model import Imp
from pipeline.settings.fields import Fichier, Section, Texte, mailbox, one_line, seen

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""The only servers that may be spoken to in clear: what is sent there does not leave the machine."""

_NAME = r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*"
"""A name, or an address of IPv4; an empty or longer label cannot even be looked up (RFC 1035, 2.3.4)."""
_IPV6 = r"[0-9A-Fa-f]*(:[0-9A-Fa-f.]*){2,}"
"""Two colons at least: after a single one stands a port, which has its own key."""


def _written_as_shown(value: str) -> str:
    """Refuse line feeds and what nobody sees: this text stands in the head of every message."""
    if value != seen(value):
        raise ValueError("écrivez ce texte sur une seule ligne, sans signe invisible ni « =? »")
    return one_line(value)


def _none_or_mailbox(value: str) -> str:
    return mailbox(value) if value else ""


def _each(value: object) -> object:
    """Read one address as a list of one, and none as an empty list."""
    if isinstance(value, str):
        return (mailbox(value),) if value else ()
    return value


Adresses = Annotated[tuple[Annotated[str, AfterValidator(mailbox)], ...], BeforeValidator(_each)]
AdresseFacultative = Annotated[str, AfterValidator(_none_or_mailbox)]
Ligne = Annotated[str, AfterValidator(_written_as_shown)]


class Courrier(Section):
    """Everything may stay as it is until one sends: `send/access.py` says what is missing then."""

    limite_mo: float = Field(
        default=10,
        gt=0,
        le=150,
        description="La taille d’un message, pièce jointe encodée comprise, en mégaoctets. Au-delà, le lot part en "
        "plusieurs parties.",
    )
    serveur: str = Field(
        default="", pattern=rf"^({_NAME}|{_IPV6})?$", description="Le serveur d’envoi (SMTP) de l’académie."
    )
    port: int = Field(default=587, ge=1, le=65535, description="587 avec « starttls », 465 avec « tls ».")
    securite: Literal["starttls", "tls", "aucune"] = Field(
        default="starttls",
        description="La protection de la connexion. « aucune » n’est permis que vers cet ordinateur lui-même.",
    )
    utilisateur: Ligne = Field(
        default="",
        description="L’identifiant de messagerie. Vide : sans identification. Le mot de passe ne s’écrit jamais ici.",
    )
    autorite: Fichier = Field(
        default=None,
        description="Le certificat de l’autorité de l’académie (.pem), si elle a la sienne. Vide : celles du système.",
    )
    expediteur: AdresseFacultative = Field(default="", description="L’adresse de qui écrit.")
    nom_expediteur: Ligne = Field(default="", description="Son nom, tel que les messages le montrent.")
    repondre_a: AdresseFacultative = Field(default="", description="Où vont les réponses. Vide : à l’expéditeur.")
    modele: Path = Field(default=Path("templates/courriel.txt"), description="L’objet et le texte des messages.")
    chiffrement: StrictBool = Field(
        default=False,
        description="true : les lots partent chiffrés (AES-256), le mot de passe étant donné par un autre moyen.",
    )
    envoi_en_clair_decide_par: Ligne = Field(
        default="",
        description="Si les lots partent en clair, qui l’a décidé et quand. Sans cela, rien ne part en clair.",
    )

    copie_pour_vous: Literal["aucune", "expediteur", "envoyes"] = Field(
        default="aucune",
        description="Une copie de ce qui part : « expediteur », dans la boîte de l’expéditeur ; « envoyes », dans son "
        "dossier « Envoyés », par IMAP, avec le même identifiant et le même mot de passe.",
    )
    serveur_imap: str = Field(
        default="", pattern=rf"^({_NAME}|{_IPV6})?$", description="Pour « envoyes » : le serveur de réception (IMAP)."
    )
    port_imap: int = Field(default=993, ge=1, le=65535, description="Son port, protégé (TLS) dès le début.")
    dossier_envoyes: Ligne = Field(
        default="", description="Le nom de ce dossier. Vide : celui que le serveur dit être celui des envois."
    )

    @model_validator(mode="after")
    def _never_in_clear(self) -> Self:
        if self.securite == "aucune" and self.serveur not in LOOPBACK:
            raise ValueError(
                "« securite » ne peut être « aucune » que si le serveur est cette machine elle-même : écrivez "
                "« starttls » (port 587) ou « tls » (port 465)"
            )
        return self

    @property
    def limite_octets(self) -> int:
        """Return the size that a message may have, encoded, in bytes."""
        return int(self.limite_mo * 1_000_000)


class Campagne(Section):
    """The school year and the texts that the letter quotes; nothing of them is written in the template or the code."""

    annee_scolaire: str = Field(description="L’année scolaire de la campagne, par exemple « 2026-2027 ».")
    academie: Texte = Field(description="Le nom de l’académie, tel que la lettre l’écrit.")
    visas: tuple[Texte, ...] = Field(description="Les textes visés par la lettre, dans l’ordre. À relire chaque année.")
    referentiel: Texte = Field(description="Le référentiel que cite la lettre.")

    @field_validator("annee_scolaire")
    @classmethod
    def _two_consecutive_years(cls, value: str) -> str:
        match = re.fullmatch(r"\s*(20\d\d)\s*[-‑–—/]\s*(20\d\d)\s*", value)
        if match is None or int(match[2]) != int(match[1]) + 1:
            raise ValueError("écrivez deux années qui se suivent, par exemple « 2026-2027 »")
        return f"{match[1]}-{match[2]}"

    @property
    def rentree(self) -> datetime:
        """Return the first day of the school year: the date of all files, so that it does not change each run."""
        return datetime(int(self.annee_scolaire[:4]), 9, 1)


class Dsden(Section):
    """One DSDEN: the code of its département, its name, how the letter calls it, its MLDS mailbox."""

    code: str = Field(
        pattern=r"^(\d{2}|2A|2B|97\d)$", description="Le code du département : il décide où part chaque lettre."
    )
    nom: Texte = Field(description="Le nom du département.")
    intitule: Texte = Field(description="Le nom de la DSDEN, tel que la lettre et les messages l’écrivent.")
    courriel: Adresses = Field(
        min_length=1,
        description="La boîte MLDS de cette DSDEN, qui reçoit son lot et aucun autre. Plusieurs : une liste.",
    )
    copie: Adresses = Field(
        default=(), description="Qui reçoit aussi ce lot, en copie : une adresse ou une liste. Vide : personne."
    )

    @property
    def boite(self) -> str:
        """Return its mailboxes as letters and the journal write them, without the copies."""
        return ", ".join(self.courriel)

    @property
    def adresses(self) -> tuple[str, ...]:
        """Return everybody who receives its bundle."""
        return (*self.courriel, *self.copie)


Genre = Literal["collège", "lycée", "EREA"]
"""The kinds of school that a name gives (`genre_of` in render/variants.py)."""


class Variante(Section):
    """Another template, for the letters that meet all its conditions; without `pages_max`, the ordinary one's."""

    fichier: Path = Field(description="Le gabarit Word de ces lettres.")
    pages_max: int | None = Field(default=None, ge=1, description="Comme dans [gabarit], dont c’est sinon la valeur.")
    type: Genre | None = Field(default=None, description="Condition : le nom de l’établissement commence ainsi.")
    dsden: tuple[Texte, ...] = Field(
        default=(), description="Condition : l’établissement est dans un de ces départements."
    )
    colonne: Texte | None = Field(
        default=None, description="Condition, avec « valeurs » : l’en-tête de la colonne du classeur où les chercher."
    )
    valeurs: tuple[Texte, ...] = Field(
        default=(), description="Les textes que cette colonne contient pour ces lettres."
    )

    @model_validator(mode="after")
    def _has_a_whole_condition(self) -> Self:
        if self.colonne and not self.valeurs:
            raise ValueError(f"écrivez dans « valeurs » ce que contient la colonne « {self.colonne} » pour ces lettres")
        if self.valeurs and not self.colonne:
            raise ValueError("écrivez dans « colonne » l’en-tête de la colonne où chercher « valeurs »")
        if not (self.type or self.dsden or self.colonne):
            raise ValueError("écrivez au moins une condition : « type », « dsden », ou « colonne » avec « valeurs »")
        return self


class Gabarit(Section):
    """The Word template, how many pages a letter may have, and the templates for other letters, the first one first."""

    fichier: Path = Field(description="Le gabarit Word.")
    pages_max: int = Field(default=2, ge=1, description="Le nombre de pages qu’une lettre ne doit pas dépasser.")
    variantes: tuple[Variante, ...] = Field(
        default=(),
        description="Facultatif : d’autres lettres, une rubrique chacune. Une ligne du classeur prend la première dont "
        "elle remplit toutes les conditions, sinon celle de [gabarit].",
    )

    def from_folder(self, base: Path) -> Self:
        """Return the same section, its relative paths starting from a folder."""
        variantes = tuple(one.model_copy(update={"fichier": base / one.fichier}) for one in self.variantes)
        return self.model_copy(update={"fichier": base / self.fichier, "variantes": variantes})


def _exact_decimal(value: object) -> object:
    """Refuse floats, which TOML reads inexactly; accept whole euros and text with a point."""
    if isinstance(value, float) or (isinstance(value, str) and not re.fullmatch(r"\d+(\.\d{1,2})?", value)):
        raise ValueError('écrivez le montant entre guillemets avec un point, par exemple « "312.50" »')
    return value


Montant = Annotated[Decimal, BeforeValidator(_exact_decimal), Field(ge=0)]


class Taux(Section):
    """One line of the IMP scale."""

    libelle: Texte = Field(description="Le nom de ce taux, par exemple « taux plein ».")
    nombre: str = Field(pattern=r"^\d+(/[1-9]\d*)?$", description="Le nombre d’IMP : « 1 », « 1/2 ».")
    montant: Montant = Field(
        description="Le montant annuel brut en euros, entre guillemets, avec un point : « 312.50 »."
    )


class Bareme(Section):
    """The legal pairs (décret n° 2015-475, arrêté du 27 avril 2015) and the amounts usual for this mission."""

    bareme: tuple[Taux, ...] = Field(min_length=1, description="Les seuls couples légaux d’un nombre et d’un montant.")
    usuels: tuple[Montant, ...] = Field(
        description="Les montants attendus pour cette mission : les autres sont signalés sans empêcher la lettre."
    )

    @model_validator(mode="after")
    def _usual_amounts_are_legal(self) -> Self:
        legal = {taux.montant for taux in self.bareme}
        for montant in self.usuels:
            if montant not in legal:
                raise ValueError(f"le montant usuel {montant} n’est pas dans « bareme » : corrigez l’un des deux")
        return self

    @cached_property
    def pairs(self) -> tuple[Imp, ...]:
        """Return the scale as pairs of a number of IMP and an amount in euros."""
        return tuple(Imp(taux.libelle, Fraction(taux.nombre), taux.montant) for taux in self.bareme)
