"""The parts of a zipped workbook: found however their names are written, their XML read one element at a time."""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from pathlib import Path
from typing import IO, TypeVar

from lxml import etree

from pipeline.errors import InputError
from pipeline.french.words import nombre

MAX_UNPACKED = 300_000_000
"""Bytes. A campaign of 10 000 rows unpacks to about 10 MB; a small file can be made to unpack to gigabytes."""
MAX_TEXT, MAX_XLS = 50_000_000, 100_000_000
"""Bytes of a table saved as text, and of an .xls: ten thousand rows take about two millions, a million blank ones some
fifteen as text. Neither is packed: they are read whole."""
MAX_ENTRIES = 2_000
MAX_COLUMNS, MAX_ELEMENTS, MAX_TEXTS = 16_384, 20_000_000, 3_000_000
"""Of a sheet: its columns, as Excel allows; its rows and cells together, blank ones too. And shared texts."""
MAX_ABOVE = 100
"""Rows that a sheet may have over its table, its headers among them."""
MAX_FILLED = 3_000_000
"""Cells of a sheet that hold something: twenty thousand rows of a hundred and fifty columns."""
MAX_LINE = 1_000_000
"""Characters of a line of a table saved as text."""
MAX_FAULTS = 3_000_000
"""Cells of a sheet that are in error, or whose text is read anew. A column of formulas down to the last row has a
third."""
MAX_ROW = 16_000_000
"""Bytes of a row of an .xlsx. The widest that Excel makes, a thousand signs a cell, has as many."""
MAX_OTHER = 40_000_000
"""Bytes of an entry that holds neither cells nor their texts: styles, settings… Thousands of styles take a quarter."""
_OF_CELLS = ("worksheets/", "sharedstrings", "content.xml", "media/")
MAX_RATIO = 250
"""Unpacked size over packed size of one big entry. XML of a hundred thousand blank rows stays under 60."""
MAX_DIRECTORY = 4_000_000
"""Bytes of the list of the entries, which is read whole before they are counted."""
_BIG = 20_000_000
_CHUNK = 1 << 20
_END, _END_SIZE, _MOST_COMMENT = b"PK\5\6", 22, 65_535
BROKEN = (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)


class TooBigError(Exception):
    """A workbook holds more of something than any does; seen while it is read."""


class TooManyRowsError(Exception):
    """A sheet has more filled rows than config.toml allows; seen while it is read."""


def require_fewer(count: int, most: int) -> None:
    """Raise TooBigError when there is more of something than any workbook holds."""
    if count > most:
        raise TooBigError(most)


def require_light(path: Path, size: int, most: int) -> None:
    """Raise InputError when a file has more bytes than any workbook of its kind."""
    if size > most:
        raise InputError(too_big(path))


def require_short_directory(path: Path, content: bytes) -> None:
    """Raise InputError when the list of the entries of a zip file is longer than any workbook's, before it is read."""
    if directory_size(content[-_END_SIZE - _MOST_COMMENT :]) > MAX_DIRECTORY:
        raise InputError(too_big(path))


def directory_size(tail: bytes) -> int:
    """Return the size of the list of the entries, in bytes, as the end of a zip file declares it."""
    at = tail.rfind(_END)
    return int.from_bytes(tail[at + 12 : at + 16], "little")


def require_bearable(path: Path, content: bytes) -> None:
    """Raise InputError when a zip file unpacks to more than any workbook does, or cannot be unpacked.

    Each entry is unpacked piece by piece and counted, since the sizes that a zip file declares may be lies.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise InputError(too_big(path))
            total = 0
            for entry in entries:
                size = _unpacked(archive, entry, MAX_UNPACKED - total)
                total += size
                of_cells = any(part in entry.filename.casefold() for part in _OF_CELLS)
                if total > MAX_UNPACKED or (size > MAX_OTHER and not of_cells):
                    raise InputError(too_big(path))
    except InputError:
        raise
    except BROKEN as error:
        raise InputError(damaged(path)) from error


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> int:
    """Count the bytes of an entry, as far as `most`; one whose ratio is a bomb's counts as more than any limit."""
    entry.file_size = 1 << 40  # else the reader stops at the size that the file declares
    size = 0
    with archive.open(entry) as stream:
        while size <= most and (chunk := stream.read(_CHUNK)):
            size += len(chunk)
            if size > _BIG and size > MAX_RATIO * entry.compress_size:
                return MAX_UNPACKED + 1
    return size


def too_big(path: Path) -> str:
    """Say that a workbook is too large once unpacked, and what to do."""
    return f"{path} : ce classeur est anormalement gros une fois ouvert. Recopiez le tableau dans un classeur neuf."


def too_many_rows(path: Path, most: int) -> str:
    """Say that a workbook has more rows than config.toml allows, and what to do."""
    return (
        f"{path} : ce classeur a plus de {nombre(most)} lignes remplies, la limite que fixe config.toml. Gardez les "
        "lignes de la campagne dans un classeur neuf, ou, si elles en sont toutes, augmentez « lignes_max », rubrique "
        "[classeur]."
    )


def damaged(path: Path) -> str:
    """Say that a workbook is damaged or cut short, and what to do."""
    return (
        f"{path} : ce classeur est abîmé ou incomplet, il ne peut pas être lu. Ouvrez-le dans Excel ou LibreOffice, "
        "enregistrez-le à nouveau au format .xlsx, puis recommencez."
    )


Place = tuple[int, int]
"""The row and the column of a cell, counted from 0."""

# Not recovering: of XML that is not well formed, nobody can say what its cells hold.
SAFE = {"resolve_entities": False, "no_network": True, "recover": False}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parts:
    """An open workbook and the real name of each of its parts, by its plain one."""

    archive: zipfile.ZipFile
    names: Mapping[str, str]

    def has(self, part: str) -> bool:
        return plain(part) in self.names

    def open(self, part: str) -> IO[bytes]:
        """Open a part; one that is missing is empty."""
        name = self.names.get(plain(part))
        return io.BytesIO() if name is None else self.archive.open(name)


def parts_of(content: bytes) -> Parts:
    """Open a zipped workbook, given whole. Raises ValueError when two of its parts have the same name."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    return Parts(archive, only_one_each((plain(name), name) for name in archive.namelist()))


def only_one_each(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Return pairs as a dictionary; raise ValueError when two have the same key."""
    found: dict[str, T] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(key)
        found[key] = value
    return found


def plain(name: str) -> str:
    """Return a part's name as the reading engine compares them: some programs write capitals or back slashes."""
    return name.replace("\\", "/").casefold()


def elements(parts: Parts, part: str, *tags: str, most: int = MAX_UNPACKED) -> Iterator[etree._Element]:
    """Give the elements of a part that have one of these names, in any namespace, each freed once it was looked at.

    Raises TooBigError when more than `most` bytes stand between two of them: what one holds is whole in memory.
    """
    if not parts.has(part):
        return
    with parts.open(part) as stream:
        counted = _Counted(stream, most)
        for _, element in etree.iterparse(counted, tag=[f"{{*}}{tag}" for tag in tags], **SAFE):
            counted.since = 0
            yield element
            forget(element)


@dataclass(slots=True)
class _Counted:
    """A stream whose bytes are counted since the last element."""

    stream: IO[bytes]
    most: int
    since: int = 0

    def read(self, size: int) -> bytes:
        data = self.stream.read(size)
        self.since += len(data)
        require_fewer(self.since, self.most)
        return data


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return _local(element.tag)


@cache
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def forget(element: etree._Element) -> None:
    """Free an element that was read: a sheet of a million rows never stands whole in memory."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def relations(parts: Parts, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part refers to: by identifier, the kind (« worksheet », « table »…) and the part's full name.

    Raises ValueError when an identifier is given twice: nobody can say which part is meant.
    """
    folder, name = posixpath.split(part)
    found = [
        (one.get("Id", ""), posixpath.basename(one.get("Type", "")), full_name(folder, one.get("Target", "")))
        for one in elements(parts, f"{folder}/_rels/{name}.rels", "Relationship")
    ]
    return only_one_each((identifier, (kind, target)) for identifier, kind, target in found)


def full_name(folder: str, target: str) -> str:
    """Return the name of a part that another one, in this folder, refers to by a path of its own."""
    return posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")


def relation_of(element: etree._Element) -> str:
    """Return the identifier of what an element refers to; its namespace is not the same in a « strict » workbook."""
    return next((str(value) for name, value in element.attrib.items() if str(name).endswith("}id")), "")


def place_of(reference: str) -> Place:
    """Return the row and the column of a cell (« B7 »), counted from 0; raise ValueError for what names none."""
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]) - 1, column_of(letters)


@cache
def column_of(letters: str) -> int:
    """Return a column's number, counted from 0; raise ValueError for what names none."""
    if not re.fullmatch("[A-Za-z]{1,3}", letters):
        raise ValueError(letters)
    return reduce(lambda number, letter: number * 26 + ord(letter) - 64, letters.upper(), 0) - 1
