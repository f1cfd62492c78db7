"""A bundle, taken apart in memory: its letters with their amounts, its summary sheet, what its manifest says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipInfo

from python_calamine import CalamineError, CalamineWorkbook

from pipeline.bundle_layout import LETTERS, MANIFEST, sheet_name, taken_apart, uai_of
from pipeline.bundle_ready import Bundle
from pipeline.errors import MailError


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
