"""7. bundle     Documents -> Lots          plan (pure: names, collisions, sizes), then write; one zip a DSDEN"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from pipeline.bundle_layout import LETTERS, MANIFEST, sheet_name, stamp, uai_of
from pipeline.config import Config
from pipeline.model import Document, Lot, Vacancy, montant_total
from pipeline.output.atomic import output_error

# No stage reaches into a later one here: `reports` makes sheets for whoever asks, stage 8 is `summarize`.
from pipeline.reports.recapitulatif import lot_sheet
from pipeline.uai import departement_of

NAME_MAX = 120
"""Characters of a letter's file name; with the folders above it the path stays under the 260 of Windows."""

_FOLDED = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"})


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
        name = _free(_stem(document), taken)
        taken.add(name.casefold())
        named.append((f"{LETTERS}{name}", document))
    named.sort(key=lambda pair: pair[0])
    return Plan(dsden, tuple(document for _, document in named), tuple(name for name, _ in named))


def _order(document: Document) -> tuple[str, str, str, str, int]:
    """Order namesakes by what their letters say, then by their rows, so that _2 never depends on the input's order."""
    letter = document.letter
    return (_stem(document), letter.referent.nom, letter.referent.prenom, letter.row.sheet, letter.row.line)


def _stem(document: Document) -> str:
    letter = document.letter
    parts = (letter.etablissement.uai, letter.referent.nom, letter.referent.prenom)
    return "_".join(part for part in map(_ascii, parts) if part)


def _ascii(text: str) -> str:
    """Keep letters and digits without accents, join the rest with hyphens: nothing that Windows reserves is left."""
    signs = unicodedata.normalize("NFKD", text.translate(_FOLDED))
    bare = "".join(sign for sign in signs if not unicodedata.combining(sign))
    kept = re.sub(r"[^A-Za-z0-9]+", "-", bare).strip("-")
    return kept or ("sans-nom" if text.strip() else "")


def _free(stem: str, taken: set[str]) -> str:
    number = 1
    while True:
        ending = ".pdf" if number == 1 else f"_{number}.pdf"
        name = stem[: NAME_MAX - len(ending)].rstrip("-_") + ending
        if name.casefold() not in taken:
            return name
        number += 1


def write_lots(
    plans: Sequence[Plan], config: Config, folder: Path, vacancies: Sequence[Vacancy] = ()
) -> tuple[Lot, ...]:
    """Write one zip a DSDEN in `folder`, to be published from there; the same letters give the same bytes.

    Each zip holds `lettres/*.pdf`, its summary sheet and `manifeste.json`, and is read back. Each Lot bears the name
    that the zip will have once published, in `<sortie>/<annee>/lots/`. Raises OutputError.
    """
    lots = []
    for one in plans:
        name = f"DSDEN-{one.dsden}_{config.campagne.annee_scolaire}.zip"
        own = [vacancy for vacancy in vacancies if vacancy.etablissement.departement == one.dsden]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _write_zip(folder / name, one, config, own)
        except OSError as error:
            raise output_error(config.dossier_lots / name, error) from error
        _check(folder / name, one)
        size, digest = (folder / name).stat().st_size, _sha256(folder / name)
        lots.append(Lot(one.dsden, config.dossier_lots / name, one.documents, size, digest, one.members))
    return tuple(lots)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_zip(path: Path, one: Plan, config: Config, vacancies: Sequence[Vacancy]) -> None:
    """Write the zip; everything is stored, since PDF and xlsx are compressed already."""
    date = stamp(config.campagne.rentree)
    files: list[dict[str, object]] = []

    def add(archive: ZipFile, name: str, data: bytes) -> str:
        info = ZipInfo(name, date)
        info.create_system, info.external_attr, info.compress_type = 3, 0o644 << 16, ZIP_STORED
        archive.writestr(info, data)
        digest = hashlib.sha256(data).hexdigest()
        files.append({"nom": name, "octets": len(data), "sha256": digest})
        return digest

    with ZipFile(path, "w", ZIP_STORED) as archive:
        for name, document in zip(one.members, one.documents, strict=True):
            if add(archive, name, document.pdf.read_bytes()) != document.sha256:
                raise AssertionError(f"{document.pdf.name} is not the file that was proofread")
        sheet = lot_sheet(config, one.dsden, list(zip(one.members, one.documents, strict=True)), vacancies)
        add(archive, sheet_name(one.dsden), sheet)
        add(archive, MANIFEST, _manifest(one, config, list(files)))


def _manifest(one: Plan, config: Config, files: Sequence[dict[str, object]]) -> bytes:
    total = montant_total(document.letter for document in one.documents)
    manifest = {
        "annee_scolaire": config.campagne.annee_scolaire,
        "dsden": one.dsden,
        "lettres": len(one.documents),
        "montant_total": f"{total:.2f}",
        "fichiers": files,
    }
    return (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()


def _check(path: Path, one: Plan) -> None:
    """Read a bundle back: whole, as planned, and of its own département only (anything else is a bug or a bad disk)."""
    expected = [*one.members, sheet_name(one.dsden), MANIFEST]
    with ZipFile(path) as archive:
        if damaged := archive.testzip():
            raise AssertionError(f"{damaged} is damaged in {path.name}")
        if archive.namelist() != expected:
            raise AssertionError(f"{path.name} does not hold what was planned")
        if not all(document.letter.dsden == one.dsden for document in one.documents):
            raise AssertionError(f"{path.name} holds a letter of another DSDEN")
        for name, document in zip(one.members, one.documents, strict=True):
            uai = uai_of(name)
            if departement_of(uai) != one.dsden or uai != document.letter.etablissement.uai:
                raise AssertionError(f"{path.name} holds {name}, of another DSDEN")
