"""A bundle, taken apart in memory: its letters with their amounts, its summary sheet, what its manifest says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipInfo

from python_calamine import CalamineError, CalamineWorkbook

from pipeline.bundle_layout import LETTERS, MANIFEST, sheet_name, taken_apart, uai_of
from pipeline.errors import MailError
from pipeline.signs import NBSP


@dataclass(frozen=True, slots=True)
class Bundle:
    """One bundle as it lies in `lots/`, verified: what may be sent. `sha256` and `size` are those of the file.

    `non_refait` is the day when it was made, where the last run did not make it again. A corrective one has a `numero`
    (0: the full one), the number of letters that it withdraws, and of those of the whole. `exemple` tells that it holds
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

    def read(self) -> bytes:
        """Return the file; raise MailError when it is no longer the one that was verified."""
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise MailError(
                f"{self.path} : ce lot ne se lit pas. Rien n’a été envoyé. Vérifiez que ce fichier existe et que "
                "vous avez le droit de l’ouvrir."
            ) from error
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise MailError(
                f"{self.path} : ce lot vient de changer. Rien n’a été envoyé. Relancez « mlds produire », puis cette "
                "commande."
            )
        return data


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside a bundle: its record, its bytes, its line of the manifest; its amount when it is a letter."""

    info: ZipInfo
    data: bytes
    entry: dict[str, Any]
    montant: Decimal

    @property
    def uai(self) -> str:
        """Return the UAI that a letter's name begins with: what a message may call it by."""
        return uai_of(self.info.filename)


@dataclass(frozen=True, slots=True)
class Contents:
    """A bundle taken apart: its letters in order, the files that go with them, its manifest and that one's record."""

    letters: tuple[Member, ...]
    others: tuple[Member, ...]
    manifest: dict[str, Any]
    manifest_info: ZipInfo


def contents(bundle: Bundle, data: bytes) -> Contents:
    """Take a bundle apart; raise MailError when its sheet and its manifest do not go with its letters."""
    try:
        found = _contents(bundle, data)
        total = sum((one.montant for one in found.letters), Decimal(0))
    except (CalamineError, ArithmeticError, LookupError, ValueError):
        found, total = None, Decimal(0)
    if found is None or len(found.letters) != bundle.letters or total != bundle.montant_total:
        raise MailError(
            f"{bundle.path} : le récapitulatif de ce lot ne va pas avec ses lettres. Rien n’a été envoyé. "
            "Relancez « mlds produire », puis cette commande."
        )
    return found


def _contents(bundle: Bundle, data: bytes) -> Contents:
    files, manifest = taken_apart(data)
    held = {info.filename: data for info, data in files}
    entries = {entry["nom"]: entry for entry in manifest["fichiers"]}
    amounts = _amounts(held[sheet_name(bundle.dsden)])
    letters, others = [], []
    for info, data in files:
        name = info.filename
        if name.startswith(LETTERS):
            letters.append(Member(info, data, entries[name], amounts[name.removeprefix(LETTERS)]))
        elif name != MANIFEST:
            others.append(Member(info, data, entries[name], Decimal(0)))
    record = next(info for info, _ in files if info.filename == MANIFEST)
    return Contents(tuple(letters), tuple(others), manifest, record)


def _amounts(sheet: bytes) -> dict[str, Decimal]:
    """Return the amount of each letter by its file's name, from the sheet « Lettres »."""
    header, *rows = CalamineWorkbook.from_filelike(BytesIO(sheet)).get_sheet_by_name("Lettres").to_python()
    if "Fichier" not in header:  # no letter at all: a sentence stands there
        return {}
    name, montant = header.index("Fichier"), header.index("Montant annuel brut")
    return {str(row[name]): Decimal(str(row[montant] or 0)).quantize(Decimal("0.01")) for row in rows if row[name]}
