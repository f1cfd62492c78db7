"""A zip file from anywhere, opened without trusting it: limits first, then each file read piece by piece."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo, is_zipfile

from pipeline.load.container import kind_of
from pipeline.load.grids import read_sheets
from pipeline.names import MANIFEST, is_sheet
from pipeline.xlsx.parts import BROKEN, MAX_DIRECTORY, directory_size

MAX_BYTES = 400_000_000
"""Bytes of a bundle, packed or not. The largest départements have some thousand letters: about 40 million."""
MAX_FILES = 20_000
MAX_RATIO = 20
"""Unpacked size over packed size of the whole. Bundles are stored, and nothing in them packs well."""
MAX_READ = 10_000_000
"""Bytes of what is kept whole, the manifest and the summary sheet together: a thousand letters take half a million."""
_TAIL = 70_000
"""Bytes at the end of a zip, where the size of its list stands, behind a comment of 65 535 at most."""
_CHUNK = 1 << 20
_ENCRYPTED = 1
_AGAIN = "Enregistrez à nouveau la pièce jointe du message, ou demandez un nouvel envoi au rectorat."


class UnfitError(ValueError):
    """A file is no bundle that can be checked: `quoi` says what it is, `remede` what to do, both in French."""

    def __init__(self, quoi: str, remede: str = _AGAIN) -> None:
        super().__init__(quoi)
        self.quoi, self.remede = quoi, remede


Held = tuple[int, str]
"""A file inside a zip: its size in bytes and its sha256."""


@dataclass(frozen=True, slots=True)
class Ouvert:
    """A zip file that was read to its end: what it holds by name, and the whole of its manifest and summary sheet."""

    fichiers: Mapping[str, Held]
    textes: Mapping[str, bytes]


def opened_zip(path: Path) -> Ouvert:
    """Read every file of a zip and return what it holds. Raises UnfitError for what cannot be a bundle."""
    try:
        _require_zip(path)
        with ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _require_bearable(path, entries)
            held = {entry.filename: _read(archive, entry) for entry in entries}
    except FileNotFoundError:
        raise UnfitError("ce fichier n’existe pas", "Vérifiez son nom et son dossier.") from None
    except PermissionError:
        raise UnfitError("l’accès à ce fichier est refusé", "Vérifiez vos droits sur ce fichier.") from None
    except BROKEN as error:
        if isinstance(error, UnfitError):
            raise
        raise UnfitError("ce fichier zip est incomplet ou abîmé") from error
    if MANIFEST not in held:
        raise UnfitError(
            f"il n’y a pas de manifeste ({MANIFEST}) dans ce zip : ce n’est pas un lot, ou il est incomplet"
        )
    texts = {name: text for name, (_, text) in held.items() if _is_kept(name)}
    return Ouvert({name: one for name, (one, _) in held.items()}, texts)


def _is_kept(name: str) -> bool:
    return name == MANIFEST or is_sheet(name)


def _require_zip(path: Path) -> None:
    if path.is_dir():
        raise UnfitError("c’est un dossier, pas un lot", "Indiquez le fichier .zip lui-même.")
    size = path.stat().st_size
    if not path.is_file():
        raise UnfitError("ce n’est pas un fichier", "Indiquez le fichier .zip lui-même.")
    if not size:
        raise UnfitError("ce fichier est vide")
    if size > MAX_BYTES:
        raise _too_big()
    if not is_zipfile(path):
        with path.open("rb") as file:
            cut = file.read(4) == b"PK\3\4"
        raise UnfitError("ce fichier zip est incomplet" if cut else "ce n’est pas un fichier zip, donc pas un lot")
    with path.open("rb") as file:
        file.seek(-min(size, _TAIL), os.SEEK_END)
        if directory_size(file.read()) > MAX_DIRECTORY:
            raise _too_big()


def _require_bearable(path: Path, entries: list[ZipInfo]) -> None:
    """Judge by what the zip says of itself; what it says falsely is seen when each file is read."""
    total = sum(entry.file_size for entry in entries)
    kept = sum(entry.file_size for entry in entries if _is_kept(entry.filename))
    most = min(MAX_BYTES, MAX_RATIO * path.stat().st_size)
    if len(entries) > MAX_FILES or total > most or kept > MAX_READ:
        raise _too_big()
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise UnfitError(
            "ce fichier est chiffré",
            "Ouvrez-le avec 7-Zip et le mot de passe que vous avez reçu, puis contrôlez le lot qu’il contient.",
        )
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise UnfitError("ce zip est compressé d’une façon que les lots n’emploient pas")
    if len({entry.filename.casefold() for entry in entries}) < len(entries):
        raise UnfitError("deux fichiers y ont le même nom")


def _read(archive: ZipFile, entry: ZipInfo) -> tuple[Held, bytes]:
    """Read one file to its end; zipfile gives no more than the size it declares, and checks its CRC."""
    kept = _is_kept(entry.filename)
    digest, size, text = hashlib.sha256(), 0, []
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            text += [chunk] if kept else []
    return (size, digest.hexdigest()), b"".join(text)


def _too_big() -> UnfitError:
    return UnfitError("ce fichier est anormalement gros pour un lot : il n’a pas été ouvert")


_MAX_AMOUNT = 1_000_000
"""Euros of one letter; the scale ends at a few thousand. A number of a million digits would take all the memory."""


def letters_in(path: Path, sheet: bytes) -> list[dict[str, object]]:
    """Return the lines of the sheet « Lettres », by header, with the limits that hold for any workbook.

    Without a letter, a sentence stands there. Raises InputError, LookupError or ValueError for what is no such sheet.
    """
    sheets = {one.name: one.grid for one in read_sheets(path, sheet, kind_of(path, sheet))}
    header, *rows = (row for row in sheets["Lettres"] if row)
    return [dict(zip(map(str, header), row, strict=False)) for row in rows]


def amounts_in(path: Path, sheet: bytes) -> dict[str, Decimal]:
    """Return the amount of each letter, in euros, by the name of its file.

    Raises InputError, ArithmeticError, LookupError or ValueError for what is no such sheet.
    """
    lines = [line for line in letters_in(path, sheet) if line.get("Fichier")]
    amounts = {str(line["Fichier"]): Decimal(str(line["Montant annuel brut"] or 0)) for line in lines}
    if not all(amount.is_finite() and abs(amount) < _MAX_AMOUNT for amount in amounts.values()):
        raise ValueError("these are no amounts of letters")
    return {name: amount.quantize(Decimal("0.01")) for name, amount in amounts.items()}
