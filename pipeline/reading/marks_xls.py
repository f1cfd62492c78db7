"""The same marks in an .xls workbook: records of two bytes of kind and two of length, inside a compound file.

Sources: [MS-CFB] for the compound file, [MS-XLS] for the records.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import error as ShortRecord  # noqa: N812
from struct import unpack_from

from pipeline.reading.marks import Marks
from pipeline.table import CellFault

_BOF, _EOF, _SHEET, _ROW, _COLUMNS = 0x0809, 0x000A, 0x0085, 0x0208, 0x007D
_ERROR, _FORMULA, _FILTERED = 0x0205, 0x0006, 0x009B
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_LAST_SECTOR = 0xFFFFFFFA


def read_xls_marks(content: bytes) -> list[Marks] | None:
    """Return the marks of each sheet of an xls file, in the workbook's order; None where nothing tells them."""
    try:
        stream = _workbook_stream(content)
        starts = [unpack_from("<L", data)[0] for kind, data in _records(stream, 0) if kind == _SHEET]
        return [_marks(stream, start) for start in starts] or None
    except (ShortRecord, LookupError, ValueError):
        return None


def _workbook_stream(content: bytes) -> bytes:
    """Return the records of the workbook out of the compound file. Raises ValueError when they are not there."""
    shift, first = unpack_from("<H", content, 0x1E)[0], unpack_from("<L", content, 0x30)[0]
    if shift not in (9, 12):
        raise ValueError(shift)
    size = 1 << shift
    table: list[int] = []
    for sector in _table_sectors(content, size):
        table += unpack_from(f"<{size // 4}L", content, (sector + 1) * size)
    body = content[size:]
    entries = dict(_entries(_chain(body, table, first, size)))
    start, used = entries["Workbook"] if "Workbook" in entries else entries["Book"]
    short, first_short = unpack_from("<LL", content, 0x38)
    if used >= short:
        return _chain(body, table, start, size)[:used]
    # A short stream lies in sectors of 64 bytes inside the root entry's, with an allocation table of its own.
    packed = _chain(body, table, first_short, size)
    short_table = list(unpack_from(f"<{len(packed) // 4}L", packed))
    return _chain(_chain(body, table, entries["Root Entry"][0], size), short_table, start, 64)[:used]


def _entries(directory: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    """Give the name of each stream, with its first sector and its size."""
    for at in range(0, len(directory) - 127, 128):
        length = unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        yield name, unpack_from("<LL", directory, at + 116)


def _table_sectors(content: bytes, size: int) -> Iterator[int]:
    """Give the sectors of the allocation table: 109 are named in the file's head, the others in a chain of sectors."""
    yield from (one for one in unpack_from("<109L", content, 0x4C) if one < _LAST_SECTOR)
    more = unpack_from("<L", content, 0x44)[0]
    for _ in range(len(content) // size):
        if more >= _LAST_SECTOR:
            return
        *sectors, more = unpack_from(f"<{size // 4}L", content, (more + 1) * size)
        yield from (one for one in sectors if one < _LAST_SECTOR)


def _chain(body: bytes, table: list[int], sector: int, size: int) -> bytes:
    sectors: list[bytes] = []
    while sector < _LAST_SECTOR and len(sectors) <= len(table):
        sectors.append(body[sector * size : (sector + 1) * size])
        sector = table[sector]
    return b"".join(sectors)


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


def _marks(stream: bytes, start: int) -> Marks:
    marks = Marks()
    for kind, data in _records(stream, start):
        if kind == _ROW and unpack_from("<H", data, 12)[0] & 0x20:
            marks.hidden_rows.add(unpack_from("<H", data)[0])
        elif kind == _COLUMNS and unpack_from("<H", data, 8)[0] & 1:
            first, last = unpack_from("<HH", data)
            marks.hidden_columns.update(range(first, last + 1))
        elif kind == _FILTERED:
            marks.filtered = True
        elif kind == _ERROR and data[7]:
            marks.faults[unpack_from("<HH", data)] = _fault(data[6])
        elif kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
            marks.faults[unpack_from("<HH", data)] = _fault(data[8])
    return marks


def _fault(code: int) -> CellFault:
    return CellFault(_ERRORS.get(code, "#N/A"))
