"""The parts of a zipped workbook: found however their names are written, their XML read one element at a time."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from typing import IO, TypeVar

from lxml import etree

from pipeline.reading.limits import MAX_UNPACKED, require_fewer

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
        """Return whether there is such a part."""
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
