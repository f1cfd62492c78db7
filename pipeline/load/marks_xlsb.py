"""The marks of the sheets of an .xlsb workbook: records whose kind and length take a few bytes each. Source: [MS-XLSB].

The reading engine gives neither the cells in error nor the merged cells of such a workbook.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack_from

from pipeline.load.cells import PLAIN, Area, Kinds, Marks, Shared, fault_of
from pipeline.load.marks_xls import fonts_of, struck_by
from pipeline.table import MAX_ROWS
from pipeline.xlsx.parts import MAX_COLUMNS, MAX_ELEMENTS, MAX_TEXTS, Parts, parts_of, relations, require_fewer

_WORKBOOK = "xl/workbook.bin"
_SHEET, _TEXT, _FONT, _FORMAT, _CELL_FORMATS, _END_OF_CELL_FORMATS = 156, 19, 43, 47, 617, 618
_ROW, _ERROR, _SHARED_TEXT, _FORMULA_ERROR = 0, 3, 7, 11
_COLUMNS, _FILTERED, _MERGED = 60, 163, 176
_VALUED = frozenset({2, _ERROR, 4, 5, 6, _SHARED_TEXT, 8, 9, 10, _FORMULA_ERROR, 62})
"""The records of a cell that holds a value: [MS-XLSB] 2.4, BrtCellRk to BrtFmlaError, and BrtCellRString."""
_HIDDEN_ROW, _STRIKES, _RICH, _HIDDEN_COLUMN = 0x10, 0x08, 0x01, 0x01


def read_xlsb_marks(content: bytes, most_rows: int = MAX_ROWS) -> list[Marks]:
    """Return the marks of each sheet of an xlsb file, given whole, in the workbook's order.

    Raises TooBigError for more rows and cells than any workbook has; ValueError, LookupError or struct.error when its
    records do not hold together.
    """
    parts = parts_of(content)
    targets = relations(parts, _WORKBOOK)
    names = [_relation(data) for kind, data in _records(parts, _WORKBOOK) if kind == _SHEET]
    shared = _shared(parts)
    return [_marks(parts, targets.get(name, ("", ""))[1], shared, Marks(most_rows)) for name in names]


def _records(parts: Parts, part: str) -> Iterator[tuple[int, bytes]]:
    """Give the records of a part: both numbers are cut into bytes of seven bits, the smallest first."""
    with parts.open(part) as stream:
        content = stream.read()
    at = 0
    while at < len(content):
        kind, at = _number(content, at, 2)
        length, at = _number(content, at, 4)
        yield kind, content[at : at + length]
        at += length


def _number(content: bytes, at: int, most: int) -> tuple[int, int]:
    value = 0
    for place in range(most):
        value |= (content[at + place] & 0x7F) << (7 * place)
        if content[at + place] < 0x80:
            break
    return value, at + place + 1


def _relation(data: bytes) -> str:
    """Return the identifier of the part that holds a sheet."""
    length = unpack_from("<L", data, 8)[0]
    return data[12 : 12 + 2 * length].decode("utf-16-le", "replace")


def _shared(parts: Parts) -> Shared:
    fonts: list[bool] = []
    formats: list[int] = []
    of_cells = False
    for kind, data in _records(parts, "xl/styles.bin"):
        if kind in (_CELL_FORMATS, _END_OF_CELL_FORMATS):
            of_cells = kind == _CELL_FORMATS
        elif kind == _FONT:
            fonts.append(bool(unpack_from("<H", data, 2)[0] & _STRIKES))
        elif kind == _FORMAT and of_cells:
            formats.append(unpack_from("<H", data, 4)[0])
    struck = {number for number, is_struck in enumerate(fonts) if is_struck}
    return Shared(frozenset(number for number, font in enumerate(formats) if font in struck), *_texts(parts, struck))


def _texts(parts: Parts, struck: set[int]) -> tuple[list[int], dict[int, Kinds]]:
    """Return the length of each shared text, and how the parts of those that have some are struck by these fonts."""
    lengths: list[int] = []
    found: dict[int, Kinds] = {}
    for kind, data in _records(parts, "xl/sharedStrings.bin"):
        if kind == _TEXT:
            require_fewer(len(lengths), MAX_TEXTS)
            if data[0] & _RICH:
                found[len(lengths)] = struck_by(_fonts_of(data), struck)
            lengths.append(unpack_from("<L", data, 1)[0])
    return lengths, found


def _fonts_of(data: bytes) -> frozenset[int | None]:
    """Return the fonts that parts of a text are written with, None for that of its cell."""
    length = unpack_from("<L", data, 1)[0]
    at = 5 + 2 * length
    return fonts_of(length, data[at + 4 : at + 4 + 4 * unpack_from("<L", data, at)[0]])


def _marks(parts: Parts, part: str, shared: Shared, marks: Marks) -> Marks:
    row = 0
    for number, (kind, data) in enumerate(_records(parts, part)):
        require_fewer(number, MAX_ELEMENTS)
        if kind == _ROW:
            row = unpack_from("<L", data)[0]
            if data[11] & _HIDDEN_ROW:
                marks.hidden_rows.add(row)
        elif kind in _VALUED:
            _read_cell(kind, data, row, marks, shared)
        elif kind == _COLUMNS:
            first, last = unpack_from("<LL", data)
            is_hidden = unpack_from("<H", data, 16)[0] & _HIDDEN_COLUMN
            marks.describe_columns(range(first, min(last + 1, MAX_COLUMNS)) if is_hidden else range(0))
        elif kind == _MERGED:
            top, bottom, left, right = unpack_from("<4L", data)
            marks.areas.append(Area(top, left, bottom, right))
        elif kind == _FILTERED:
            marks.filtered = True
    tables = [target for kind, target in relations(parts, part).values() if kind == "table"] if part else []
    marks.filtered = marks.filtered or any(kind == _FILTERED for one in tables for kind, _ in _records(parts, one))
    return marks


def _read_cell(kind: int, data: bytes, row: int, marks: Marks, shared: Shared) -> None:
    column, style = unpack_from("<LL", data)
    marks.reach(row, column)
    kinds = PLAIN
    if kind in (_ERROR, _FORMULA_ERROR):
        marks.note_fault((row, column), fault_of(data[8]))
    elif kind == _SHARED_TEXT:
        kinds = marks.note_shared(unpack_from("<L", data, 8)[0], shared)
    marks.note_strikes((row, column), kinds, style & 0xFFFFFF in shared.struck)
