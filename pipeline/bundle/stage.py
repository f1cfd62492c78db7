"""Plan the lots (names, collisions, sizes), then write one zip for each DSDEN."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from anyascii import anyascii

from pipeline.bundle.sheets import lot_sheet
from pipeline.bundle.writing import write_lot
from pipeline.model import Document, Lot, Vacancy
from pipeline.names import LETTERS, first_free, full_name
from pipeline.settings.config import Config

NAME_MAX = 120
"""Characters of a letter's file name; with the folders above it the path stays under the 260 of Windows."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the bundle of one DSDEN will hold: its documents, and the name of each inside the zip, in the same order."""

    dsden: str
    documents: tuple[Document, ...]
    members: tuple[str, ...]


def plan(documents: Sequence[Document]) -> tuple[Plan, ...]:
    """Name every letter of every bundle: `lettres/<UAI>_<Nom>_<Prenom>.pdf`, sorted, whatever the order given.

    Names are plain ASCII: a zip does not say in which code its names are written, and the extractor built into
    Windows has misread accents for long; two names that differ by accents or capitals only would also be one file on
    some disks. Namesakes of a school take _2, _3…
    """
    lots = sorted({document.letter.dsden for document in documents})
    return tuple(_plan_one(dsden, [one for one in documents if one.letter.dsden == dsden]) for dsden in lots)


def _plan_one(dsden: str, documents: Sequence[Document]) -> Plan:
    taken: set[str] = set()
    named: list[tuple[str, Document]] = []
    for document in sorted(documents, key=_order):
        name = first_free(partial(_file_name, _stem(document)), lambda name: name.casefold() in taken)
        taken.add(name.casefold())
        named.append((f"{LETTERS}{name}", document))
    named.sort(key=lambda pair: pair[0])
    return Plan(dsden, tuple(document for _, document in named), tuple(name for name, _ in named))


def _order(document: Document) -> tuple[object, ...]:
    """Order namesakes by what their letters say, then by their rows, so that _2 never depends on the input's order."""
    letter, who = document.letter, document.letter.referent
    return (_stem(document), who.nom, who.prenom, who.civilite, letter.montant, letter.row.sheet, letter.row.line)


def _stem(document: Document) -> str:
    letter = document.letter
    parts = (letter.etablissement.uai, letter.referent.nom, letter.referent.prenom)
    return "_".join(part for part in map(_ascii, parts) if part)


def _ascii(text: str) -> str:
    """Transliterate, keep letters and digits, join the rest with hyphens: nothing that Windows reserves is left."""
    kept = re.sub(r"[^A-Za-z0-9]+", "-", anyascii(text)).strip("-")
    return kept or ("sans-nom" if text.strip() else "")


def _file_name(stem: str, mark: str) -> str:
    return stem[: NAME_MAX - len(mark) - len(".pdf")].rstrip("-_") + f"{mark}.pdf"


def write_lots(
    plans: Sequence[Plan], config: Config, folder: Path, vacancies: Sequence[Vacancy] = ()
) -> tuple[Lot, ...]:
    """Write one zip a DSDEN in `folder`, to be published from there; the same letters give the same bytes.

    Each zip holds `lettres/*.pdf`, its summary sheet and `manifeste.json`, and is read back. Each Lot has the name
    that the zip will have once published, in `<sortie>/<annee>/lots/`. Raises OutputError.
    """
    lots = []
    for one in plans:
        target = config.dossier_lots / full_name(one.dsden, config.campagne.annee_scolaire)
        own = [vacancy for vacancy in vacancies if vacancy.etablissement.departement == one.dsden]
        sheet = lot_sheet(config, one.dsden, list(zip(one.members, one.documents, strict=True)), own)
        lot = Lot(one.dsden, target, one.documents, 0, "", one.members, ensemble=len(one.documents))
        lots.append(write_lot(lot, sheet, config, folder))
    return tuple(lots)
