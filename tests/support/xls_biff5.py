"""Small .xls workbooks as Excel 5.0 and 95 wrote them, for the tests: nothing of today writes these any more.

Source: Microsoft Excel Developer's Kit, BIFF5. The numbers are those of its records.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack

from support.workbooks import compound

_BOF, _EOF, _CODEPAGE, _SHEET, _FONT, _FORMAT, _DIMENSION = 0x0809, 0x000A, 0x0042, 0x0085, 0x0031, 0x00E0, 0x0200
_LABEL, _NUMBER = 0x0204, 0x0203
_WINDOWS = 1252


def biff5(rows: Sequence[Sequence[object]], name: str = "Référents", struck: int = -1) -> bytes:
    """Make a workbook of one sheet, texts in Windows-1252; the cells of the row `struck` are struck through."""
    fonts = b"".join(
        _record(_FONT, pack("<HHHHHBBBB", 200, grbit, 8, 400, 0, 0, 0, 0, 0) + _short("Arial")) for grbit in (0, 8)
    )
    formats = b"".join(_record(_FORMAT, pack("<HHHH", font, 0, 0, 0) + bytes(8)) for font in (0, 1))
    before = _record(_BOF, pack("<HHHH", 0x0500, 5, 0, 0)) + _record(_CODEPAGE, pack("<H", _WINDOWS)) + fonts + formats
    listed = _short(name)
    start = len(before) + 4 + 6 + len(listed) + 4
    workbook = before + _record(_SHEET, pack("<LH", start, 0) + listed) + _record(_EOF)
    return compound({"Book": workbook + _sheet(rows, struck)})


def _sheet(rows: Sequence[Sequence[object]], struck: int) -> bytes:
    cells = (
        _cell(pack("<HHH", row, column, int(row == struck)), value)
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
        if value is not None
    )
    size = _record(_DIMENSION, pack("<5H", 0, len(rows), 0, max(map(len, rows)), 0))
    return _record(_BOF, pack("<HHHH", 0x0500, 0x10, 0, 0)) + size + b"".join(cells) + _record(_EOF)


def _cell(place: bytes, value: object) -> bytes:
    if isinstance(value, int | float):
        return _record(_NUMBER, place + pack("<d", value))
    text = str(value).encode("cp1252")
    return _record(_LABEL, place + pack("<H", len(text)) + text)


def _short(text: str) -> bytes:
    return bytes([len(text)]) + text.encode("cp1252")


def _record(kind: int, data: bytes = b"") -> bytes:
    return pack("<HH", kind, len(data)) + data
