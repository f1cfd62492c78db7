"""The marks of the sheets of an .xls workbook: records of two bytes of kind and two of length. Source: [MS-XLS]."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import unpack_from

from pipeline.load.cells import Marks, fault_of
from pipeline.load.compound import stream_of
from pipeline.reading.texts_xls import Text, read_texts
from pipeline.table import MAX_ROWS

_BOF, _EOF, _SHEET, _ROW, _COLUMNS = 0x0809, 0x000A, 0x0085, 0x0208, 0x007D
_FONT, _FORMAT, _TEXTS, _CONTINUE = 0x0031, 0x00E0, 0x00FC, 0x003C
_ERROR, _FORMULA, _FILTERED, _SHARED_TEXT, _NUMBERS = 0x0205, 0x0006, 0x009B, 0x00FD, 0x00BD
_CELLS = frozenset({0x0203, 0x0204, 0x027E, 0x00D6, _ERROR, _FORMULA, _SHARED_TEXT, _NUMBERS})
"""The records of one cell, or of several side by side, that hold a value: [MS-XLS] 2.4, Number to RString."""
_DIMENSION, _PASSWORD, _STRIKES = 0x0200, 0x002F, 0x0008
_MAX_COLUMNS = 256
_PLAIN: set[bool | None] = {None}


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the sheets share: the cell formats that strike through, the fonts that do, and the texts."""

    formats: frozenset[int]
    fonts: frozenset[int]
    texts: list[Text]

    def strikes(self, text: Text) -> set[bool | None]:
        """Return how the parts of a text are struck through, None for one that is written as its whole cell is."""
        return {None if font is None else font in self.fonts for font in text.fonts}


def read_xls_marks(content: bytes, most_rows: int = MAX_ROWS) -> list[Marks]:
    """Return the marks of each sheet of an xls file, given whole, in the workbook's order.

    Raises ValueError, LookupError or struct.error when its records do not hold together.
    """
    stream = stream_of(content, "Workbook", "Book")
    records = list(_records(stream, 0))
    shared = _shared(records)
    sheets = [unpack_from("<L", data)[0] for kind, data in records if kind == _SHEET]
    return [_marks(stream, start, shared, Marks(most_rows)) for start in sheets]


def is_encrypted(stream: bytes) -> bool:
    """Return whether the records of a workbook are encrypted; what each is stays readable ([MS-XLS] 2.2.10)."""
    return any(kind == _PASSWORD for kind, _ in _records(stream, 0))


def _shared(records: list[tuple[int, bytes]]) -> _Shared:
    fonts = [bool(unpack_from("<H", data, 2)[0] & _STRIKES) for kind, data in records if kind == _FONT]
    # No font has the number 4: the fifth one is number 5.
    struck = frozenset(number + (number > 3) for number, is_struck in enumerate(fonts) if is_struck)
    used = [unpack_from("<H", data)[0] for kind, data in records if kind == _FORMAT]
    formats = frozenset(number for number, font in enumerate(used) if font in struck)
    return _Shared(formats, struck, read_texts(_text_records(records)))


def _text_records(records: list[tuple[int, bytes]]) -> list[bytes]:
    """Return the record of the shared texts with those that carry it on."""
    found: list[bytes] = []
    for kind, data in records:
        if kind == _TEXTS or (found and kind == _CONTINUE):
            found.append(data)
        elif found:
            break
    return found


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Give the records from a place on, to the end of what begins there; charts inside it are left out."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, at)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _marks(stream: bytes, start: int, shared: _Shared, marks: Marks) -> Marks:
    for kind, data in _records(stream, start):
        if kind in _CELLS:
            _read_cell(kind, data, marks, shared)
        elif kind == _DIMENSION:
            _require_possible(data)
        elif kind == _ROW and unpack_from("<H", data, 12)[0] & 0x20:
            marks.hidden_rows.add(unpack_from("<H", data)[0])
        elif kind == _COLUMNS:
            first, last = unpack_from("<HH", data)
            is_hidden = unpack_from("<H", data, 8)[0] & 1
            marks.describe_columns(range(first, min(last + 1, _MAX_COLUMNS)) if is_hidden else range(0))
        elif kind == _FILTERED:
            marks.filtered = True
    return marks


def _require_possible(dimension: bytes) -> None:
    """Raise ValueError for a used range that no .xls can have: the reading engine would make room for all of it."""
    top, bottom, left, right = unpack_from("<LLHH" if len(dimension) >= 14 else "<HHHH", dimension)
    if not (top <= bottom <= 65_536 and left <= right <= _MAX_COLUMNS):
        raise ValueError(top, bottom, left, right)


def _read_cell(kind: int, data: bytes, marks: Marks, shared: _Shared) -> None:
    row, column, style = unpack_from("<HHH", data)
    styles, kinds = [style], _PLAIN
    if kind == _NUMBERS:
        marks.reach(row, unpack_from("<H", data, len(data) - 2)[0])
        styles = [unpack_from("<H", data, at)[0] for at in range(4, len(data) - 2, 6)]
    elif kind == _ERROR and data[7]:
        marks.note_fault((row, column), fault_of(data[6]))
    elif kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
        marks.note_fault((row, column), fault_of(data[8]))
    elif kind == _SHARED_TEXT and (number := unpack_from("<L", data, 6)[0]) < len(shared.texts):
        marks.characters += shared.texts[number].length
        kinds = shared.strikes(shared.texts[number])
    marks.reach(row, column)
    for beside, one in enumerate(styles):
        marks.note_strikes((row, column + beside), kinds, one in shared.formats)
