"""The marks of the sheets of an .xls workbook: records of two bytes of kind and two of length. Source: [MS-XLS]."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from struct import iter_unpack, unpack, unpack_from
from typing import NamedTuple

from pipeline.load.cells import PLAIN, Kinds, Marks, Shared, fault_of
from pipeline.load.compound import stream_of
from pipeline.table import MAX_ROWS

_WIDE, _PHONETIC, _RICH = 0x01, 0x04, 0x08


class Text(NamedTuple):
    """One text: its length in characters, and the numbers of the fonts of its parts, None for that of its cell."""

    length: int
    fonts: frozenset[int | None] = frozenset({None})


def read_texts(records: Sequence[bytes]) -> list[Text]:
    """Read the shared texts out of their record and those that carry it on, as far as these go."""
    if not records:
        return []
    reader = _Reader(records)
    _, count = unpack("<LL", reader.take(8))
    texts: list[Text] = []
    while len(texts) < count and reader.has_more():
        texts.append(_read_text(reader))
    return texts


class _Reader:
    """A place in records that carry each other on."""

    def __init__(self, records: Sequence[bytes]) -> None:
        self._records = records
        self._number = 0
        self._at = 0

    def has_more(self) -> bool:
        """Return whether something is left to read."""
        self._turn()
        return self._number < len(self._records)

    def take(self, length: int) -> bytes:
        """Read bytes, from one record into the next; fewer at the end."""
        taken = b""
        while len(taken) < length and self.has_more():
            piece = self._records[self._number][self._at : self._at + length - len(taken)]
            self._at += len(piece)
            taken += piece
        return taken

    def skip_characters(self, count: int, wide: bool) -> None:
        """Pass characters; a record that begins amid them says again how wide they are."""
        while count and self._number < len(self._records):
            left = (len(self._records[self._number]) - self._at) // (1 + wide)
            self._at += min(count, left) * (1 + wide)
            count -= min(count, left)
            if count:
                self._number, self._at = self._number + 1, 0
                flags = self.take(1)
                wide = bool(flags and flags[0] & _WIDE)

    def _turn(self) -> None:
        while self._number < len(self._records) and self._at >= len(self._records[self._number]):
            self._number, self._at = self._number + 1, 0


def _read_text(reader: _Reader) -> Text:
    length, flags = unpack("<HB", reader.take(3))
    runs = unpack("<H", reader.take(2))[0] if flags & _RICH else 0
    more = unpack("<L", reader.take(4))[0] if flags & _PHONETIC else 0
    reader.skip_characters(length, bool(flags & _WIDE))
    formats = reader.take(4 * runs)
    reader.take(more)
    return Text(length, fonts_of(length, formats))


def fonts_of(length: int, runs: bytes) -> frozenset[int | None]:
    """Return the fonts of a text: each run says where it begins and its font; what comes before is as the cell is."""
    pairs = [pair for pair in iter_unpack("<HH", runs[: len(runs) // 4 * 4]) if pair[0] < length]
    start: set[int | None] = set() if pairs and pairs[0][0] == 0 else {None}
    return frozenset(start | {font for _, font in pairs})


def struck_by(fonts: Iterable[int | None], struck: Set[int]) -> Kinds:
    """Return how the parts of a text are struck through, by the fonts of its parts and those that strike."""
    return {None if font is None else font in struck for font in fonts}


_BOF, _EOF, _SHEET, _ROW, _COLUMNS = 0x0809, 0x000A, 0x0085, 0x0208, 0x007D
_FONT, _FORMAT, _TEXTS, _CONTINUE = 0x0031, 0x00E0, 0x00FC, 0x003C
_ERROR, _FORMULA, _FILTERED, _SHARED_TEXT, _NUMBERS = 0x0205, 0x0006, 0x009B, 0x00FD, 0x00BD
_CELLS = frozenset({0x0203, 0x0204, 0x027E, 0x00D6, _ERROR, _FORMULA, _SHARED_TEXT, _NUMBERS})
"""The records of one cell, or of several side by side, that hold a value: [MS-XLS] 2.4, Number to RString."""
_DIMENSION, _PASSWORD, _STRIKES = 0x0200, 0x002F, 0x0008
_MAX_COLUMNS = 256


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


def _shared(records: list[tuple[int, bytes]]) -> Shared:
    fonts = [bool(unpack_from("<H", data, 2)[0] & _STRIKES) for kind, data in records if kind == _FONT]
    # No font has the number 4: the fifth one is number 5.
    struck = frozenset(number + (number > 3) for number, is_struck in enumerate(fonts) if is_struck)
    used = [unpack_from("<H", data)[0] for kind, data in records if kind == _FORMAT]
    formats = frozenset(number for number, font in enumerate(used) if font in struck)
    texts = read_texts(_text_records(records))
    kinds = {number: struck_by(text.fonts, struck) for number, text in enumerate(texts) if text.fonts != {None}}
    return Shared(formats, [text.length for text in texts], kinds)


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


def _marks(stream: bytes, start: int, shared: Shared, marks: Marks) -> Marks:
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


def _read_cell(kind: int, data: bytes, marks: Marks, shared: Shared) -> None:
    row, column, style = unpack_from("<HHH", data)
    styles, kinds = [style], PLAIN
    if kind == _NUMBERS:
        marks.reach(row, unpack_from("<H", data, len(data) - 2)[0])
        styles = [unpack_from("<H", data, at)[0] for at in range(4, len(data) - 2, 6)]
    elif kind == _ERROR and data[7]:
        marks.note_fault((row, column), fault_of(data[6]))
    elif kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
        marks.note_fault((row, column), fault_of(data[8]))
    elif kind == _SHARED_TEXT:
        kinds = marks.note_shared(unpack_from("<L", data, 6)[0], shared)
    marks.reach(row, column)
    for beside, one in enumerate(styles):
        marks.note_strikes((row, column + beside), kinds, one in shared.struck)
