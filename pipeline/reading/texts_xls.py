"""The texts that the cells of an .xls workbook share: how long each is and with which fonts it is written.

Source: [MS-XLS] 2.4.265 (SST), 2.5.293 (XLUnicodeRichExtendedString). The texts run on from one record into the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import iter_unpack, unpack
from typing import NamedTuple

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
