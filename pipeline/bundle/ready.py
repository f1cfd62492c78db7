"""A bundle of `lots/` that was proved to be the one that was produced: what a message may carry."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipInfo

from pipeline.errors import MailError
from pipeline.files import sha256
from pipeline.french.signs import NBSP
from pipeline.journal.runs import Produced, is_set_aside, lots_in
from pipeline.names import LETTERS, MANIFEST, dsden_of, sheet_name, taken_apart, uai_of
from pipeline.settings.config import Config
from pipeline.uai import departement_of, is_of_example


@dataclass(frozen=True, slots=True)
class Bundle:
    """One bundle as it lies in `lots/`, verified: what may be sent. `sha256` and `size` are those of the file.

    `non_refait` is the day when it was made, where the last run did not make it again. A corrective one has a `numero`
    (0: the full one), the number of letters that it withdraws, and of those of the whole. `exemple` says that it holds
    invented people of the example.
    """

    dsden: str
    path: Path
    sha256: str
    size: int
    letters: int
    montant_total: Decimal
    non_refait: date | None = None
    numero: int = 0
    retirees: int = 0
    ensemble: int = 0
    exemple: bool = False

    @property
    def nom(self) -> str:
        """Return « rectificatif n° 2 », "" for the full bundle."""
        return f"rectificatif n°{NBSP}{self.numero}" if self.numero else ""

    @property
    def etablissements(self) -> tuple[Mapping[str, str], ...]:
        """Return the schools of which a corrective bundle changes something: `uai`, `nom`, `changement`.

        None for a full lot, nor for one that an older version made. Raises MailError as `read` does.
        """
        return tuple(taken_apart(self.read())[1].get("etablissements", ())) if self.numero else ()

    @property
    def en_attente(self) -> int:
        """Return how many letters stay valid beside those of the whole, as their rows are to correct.

        Raises MailError as `read` does.
        """
        return int(taken_apart(self.read())[1].get("ensemble", {}).get("en_attente", 0)) if self.numero else 0

    def read(self) -> bytes:
        """Return the file; raise MailError when it is no longer the one that was verified."""
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise MailError(
                f"{self.path} : ce lot ne se lit pas. Rien n’a été envoyé. Vérifiez que ce fichier existe et que "
                "vous avez le droit de l’ouvrir."
            ) from error
        if sha256(data) != self.sha256:
            raise MailError(
                f"{self.path} : ce lot vient de changer. Rien n’a été envoyé. Relancez « mlds produire », puis cette "
                "commande."
            )
        return data


_AGAIN = "Relancez « mlds produire », puis recommencez."


def proved_bundles(config: Config, journal: sqlite3.Connection) -> tuple[Bundle, ...]:
    """Return the bundles of `lots/`, full and corrective, each proved to be the last one of the journal.

    A bundle that was set aside, in `lots/anciens` or `lots/envoyes`, is none. Raises MailError, with every fault, when
    one of them is not what was produced, is missing, or was never produced here: then nothing at all may be sent.
    OutputError when the journal cannot be read.
    """
    folder = config.dossier_lots
    known = {one.fichier: one for one in lots_in(journal)}
    here = {path.name for path in folder.glob("*") if path.suffix.casefold() == ".zip"}
    bundles, faults = [], [fault_of_stranger(name, config) for name in sorted(here - known.keys())]
    for name, produced in known.items():
        if name in here:
            faults += faults_of(folder / name, produced, config)
            bundles.append(_bundle(folder / name, produced))
        elif not is_set_aside(folder, produced):
            faults.append(f"{name} : ce lot a été produit, mais il n’est plus dans « {folder.name} ». {_AGAIN}")
    if faults:
        raise MailError("\n".join([*faults, "Rien n’a été envoyé."]))
    return tuple(bundles)


def fault_of_stranger(name: str, config: Config) -> str:
    """Return what to say of a file of `lots/` that the journal does not know."""
    return f"{name} : ce fichier n’a pas été produit ici. Retirez-le du dossier « {config.dossier_lots.name} »."


def faults_of(path: Path, produced: Produced, config: Config) -> list[str]:
    """Return what is wrong with a bundle: nothing when it is, byte for byte, what was produced for its DSDEN alone.

    The first fault only: what follows from a damaged file would teach nothing.
    """
    try:
        data = path.read_bytes()
    except OSError:
        return [f"{path.name} : impossible de lire ce lot. Vérifiez que vous avez le droit d’ouvrir ce fichier."]
    if config.dsden_of(produced.dsden) is None:
        return [f"{path.name} : la DSDEN {produced.dsden} n’a pas d’adresse. Ajoutez-la dans config.toml."]
    if dsden_of(path.name) != produced.dsden:
        return [f"{path.name} : le journal dit que ce lot est celui de la DSDEN {produced.dsden}. {_AGAIN}"]
    if (len(data), sha256(data)) != (produced.size, produced.sha256):
        return [f"{path.name} : ce lot a changé depuis qu’il a été produit. {_AGAIN}"]
    try:
        fault = _fault_inside(*taken_apart(data), produced, config)
    except (ArithmeticError, KeyError, TypeError, ValueError):
        fault = "il ne peut pas être lu"
    return [f"{path.name} : {fault}. {_AGAIN}"] if fault else []


def _fault_inside(
    files: Sequence[tuple[ZipInfo, bytes]], manifest: Mapping[str, Any], produced: Produced, config: Config
) -> str:
    """Return what is wrong inside a bundle, held against its manifest and against the journal's own letters."""
    held = {info.filename: (len(data), sha256(data)) for info, data in files}
    if len(held) != len(files):
        return "deux fichiers y ont le même nom"
    del held[MANIFEST]
    told = {file["nom"]: (file["octets"], file["sha256"]) for file in manifest["fichiers"]}
    pdfs = {name: digest for name, (_, digest) in held.items() if name.startswith(LETTERS)}
    letters = sorted((uai_of(name), digest) for name, digest in pdfs.items())
    for uai, _ in (*letters, *produced.letters):
        if departement_of(uai) != produced.dsden:
            return f"il contient une lettre d’un autre département ({uai})"
    if told != held or tuple(letters) != produced.letters or held.keys() - pdfs.keys() != {sheet_name(produced.dsden)}:
        return "il ne contient pas exactement ce qui a été produit"
    expected = (config.campagne.annee_scolaire, produced.dsden, len(letters), produced.montant_total)
    said = (manifest["annee_scolaire"], manifest["dsden"], manifest["lettres"], Decimal(manifest["montant_total"]))
    return "" if said == expected else "son manifeste ne dit pas ce qui a été produit"


def _bundle(path: Path, produced: Produced) -> Bundle:
    # A corrective one stands until it has left whole: that a later run left it alone is no news.
    non_refait = None if produced.of_last_run or produced.numero else produced.when.date()
    letters, montant = len(produced.letters), produced.montant_total
    return Bundle(
        produced.dsden, path, produced.sha256, produced.size, letters, montant, non_refait,
        produced.numero, produced.retirees, produced.ensemble, any(is_of_example(uai) for uai, _ in produced.letters),
    )  # fmt: skip
