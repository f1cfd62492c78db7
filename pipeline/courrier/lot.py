"""A bundle, taken apart in memory: its letters with their amounts, its summary sheet, what its manifest says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipInfo

from pipeline.bundle.opening import amounts_in
from pipeline.bundle.ready import Bundle
from pipeline.errors import InputError, MailError
from pipeline.names import LETTERS, MANIFEST, sheet_name, taken_apart, uai_of


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
    except (InputError, ArithmeticError, LookupError, ValueError):
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
    sheet = sheet_name(bundle.dsden)
    amounts = amounts_in(Path(sheet), held[sheet])
    letters, others = [], []
    for info, data in files:
        name = info.filename
        if name.startswith(LETTERS):
            letters.append(Member(info, data, entries[name], amounts[name.removeprefix(LETTERS)]))
        elif name != MANIFEST:
            others.append(Member(info, data, entries[name], Decimal(0)))
    record = next(info for info, _ in files if info.filename == MANIFEST)
    return Contents(tuple(letters), tuple(others), manifest, record)
