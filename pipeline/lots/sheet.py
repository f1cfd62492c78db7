"""The summary sheet of a bundle, read back: the lines of its letters, and the amount of each."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from pipeline.load.container import kind_of
from pipeline.load.grids import read_sheets

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
