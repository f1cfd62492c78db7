"""Compound files, which .xls and .doc workbooks and documents are: their streams by name. Source: [MS-CFB]."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import error as ShortRecord  # noqa: N812
from struct import unpack_from

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA
_NOBODY = 0xFFFFFFFF
_ENTRY = 128


class DamagedError(ValueError):
    """The file is cut or its tables do not hold together."""


@dataclass(frozen=True, slots=True)
class _File:
    """The sectors of a compound file: their size, what follows the head, and which sector follows each."""

    size: int
    body: bytes
    table: list[int]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of the directory: a stream or a folder, where it begins, and its neighbours in the directory's tree."""

    name: str
    start: int
    size: int
    left: int
    right: int
    child: int


def names_of(content: bytes) -> set[str]:
    """Return the names of what stands at the top of a compound file; what is embedded lies deeper.

    Raises DamagedError when the file is cut before they can be told.
    """
    return {entry.name for entry in _top(_directory(_file(content), content))}


def stream_of(content: bytes, *names: str) -> bytes:
    """Return the first of these streams that stands at the top of a compound file.

    Raises DamagedError when there is none, or when the file is cut before its end.
    """
    file = _file(content)
    entries = _directory(file, content)
    top = {entry.name: entry for entry in _top(entries)}
    entry = next((top[name] for name in names if name in top), None)
    if entry is None:
        raise DamagedError(names)
    try:
        stream = _read(file, content, entry, entries[0])
    except (ShortRecord, IndexError) as error:
        raise DamagedError(entry.name) from error
    if len(stream) < entry.size:
        raise DamagedError(entry.name)
    return stream[: entry.size]


def _read(file: _File, content: bytes, entry: _Entry, root: _Entry) -> bytes:
    short, first = unpack_from("<LL", content, 0x38)
    if entry.size >= short:
        return _chain(file, entry.start)
    # A short stream lies in sectors of 64 bytes inside the root entry's, with an allocation table of its own.
    packed = _chain(file, first)
    table = list(unpack_from(f"<{len(packed) // 4}L", packed))
    return _chain(_File(64, _chain(file, root.start), table), entry.start)


def _file(content: bytes) -> _File:
    try:
        shift = unpack_from("<H", content, 0x1E)[0]
        if shift not in (9, 12):
            raise DamagedError(shift)
        size = 1 << shift
        table: list[int] = []
        seen: set[int] = set()
        for sector in _table_sectors(content, size):
            if sector in seen:  # named again and again, a small file would make an endless table
                raise DamagedError(sector)
            seen.add(sector)
            table += unpack_from(f"<{size // 4}L", content, (sector + 1) * size)
    except ShortRecord as error:
        raise DamagedError from error
    return _File(size, content[size:], table)


def _table_sectors(content: bytes, size: int) -> Iterator[int]:
    """Give the sectors of the allocation table: 109 are named in the file's head, the others in a chain of sectors."""
    yield from (one for one in unpack_from("<109L", content, 0x4C) if one < _LAST_SECTOR)
    more = unpack_from("<L", content, 0x44)[0]
    for _ in range(len(content) // size):
        if more >= _LAST_SECTOR:
            return
        *sectors, more = unpack_from(f"<{size // 4}L", content, (more + 1) * size)
        yield from (one for one in sectors if one < _LAST_SECTOR)


def _chain(file: _File, sector: int) -> bytes:
    sectors: list[bytes] = []
    while sector < _LAST_SECTOR:
        if len(sectors) > len(file.body) // file.size:  # they run in circles
            raise DamagedError(sector)
        sectors.append(file.body[sector * file.size : (sector + 1) * file.size])
        sector = file.table[sector]
    return b"".join(sectors)


def _directory(file: _File, content: bytes) -> list[_Entry]:
    try:
        packed = _chain(file, unpack_from("<L", content, 0x30)[0])
        entries = [_entry(packed, at) for at in range(0, len(packed) - _ENTRY + 1, _ENTRY)]
    except (ShortRecord, IndexError) as error:
        raise DamagedError from error
    if not entries:
        raise DamagedError
    return entries


def _entry(packed: bytes, at: int) -> _Entry:
    length = unpack_from("<H", packed, at + 64)[0]
    name = packed[at : at + min(max(length - 2, 0), 62)].decode("utf-16-le", "replace")
    return _Entry(name, *unpack_from("<LL", packed, at + 116), *unpack_from("<LLL", packed, at + 68))


def _top(entries: list[_Entry]) -> Iterator[_Entry]:
    """Give the entries of the root: a tree whose entries name two neighbours each."""
    waiting, seen = [entries[0].child], {_NOBODY}
    while waiting:
        number = waiting.pop()
        if number in seen or number >= len(entries):
            continue
        seen.add(number)
        yield entries[number]
        waiting += [entries[number].left, entries[number].right]
