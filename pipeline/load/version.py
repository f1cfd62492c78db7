"""Identify what a workbook holds, whatever its name, its date and our marks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from pipeline.errors import InputError
from pipeline.files import sha256
from pipeline.load.container import content_of, kind_of
from pipeline.load.grids import Sheet, read_sheets
from pipeline.xlsx.own_sheets import MARK, is_own
from pipeline.xlsx.parts import MAX_UNPACKED

_WRITTEN = (MARK.encode("utf-8"), MARK.encode("utf-16-le"))
"""Our sign as XML holds it, and as the binary formats do."""


def version_of(path: Path) -> str:
    """Return a digest of the cells of a workbook, our own sheets left out; its name where it cannot be read."""
    try:
        content = content_of(path)
        sheets = [sheet for sheet in read_sheets(path, content, kind_of(path, content)) if not is_own(sheet.grid)]
    except InputError:
        return str(path)
    return sha256(repr([_cells(sheet) for sheet in sheets]).encode("utf-8", "replace"))


def _cells(sheet: Sheet) -> tuple[str, list[tuple[int, int, str]]]:
    """Return what is filled in a sheet, with its place: a program may write blank cells that another leaves out."""
    filled = [
        (row, column, repr(float(cell)) if isinstance(cell, int | float) else repr(cell))
        for row, cells in enumerate(sheet.grid)
        for column, cell in enumerate(cells)
        if cell not in (None, "")
    ]
    return sheet.name, filled


def is_marked(path: Path) -> bool:
    """Return whether a workbook is a copy that this program has marked (anomalies.xlsx), by the sheets that it adds."""
    try:
        return any(sign in content for content in _parts(path) for sign in _WRITTEN)
    except (OSError, RuntimeError, NotImplementedError, ValueError, EOFError):
        return False


def _parts(path: Path) -> Iterator[bytes]:
    """Yield the contents to search: the parts of an archive that is not too heavy, or the bytes of an .xls file."""
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) <= MAX_UNPACKED:
                yield from map(archive.read, parts)
    except BadZipFile:
        if path.suffix.lower() == ".xls":
            yield path.read_bytes()
