"""Limits on what a workbook unpacks to, held before any of it is given to a reader."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from pathlib import Path

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
