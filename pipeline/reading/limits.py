"""Limits on what a workbook unpacks to, held before any of it is given to a reader."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from pathlib import Path

from pipeline.errors import InputError

MAX_UNPACKED = 300_000_000
"""Bytes. A campaign of 10 000 rows unpacks to about 10 MB; a small file can be made to unpack to gigabytes."""
MAX_ENTRIES = 2_000
MAX_RATIO = 250
"""Unpacked size over packed size of one big entry. XML of a hundred thousand blank rows stays under 60."""
_BIG = 20_000_000
_CHUNK = 1 << 20
_BROKEN = (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)


def require_bearable(path: Path) -> None:
    """Raise InputError when a zip file unpacks to more than any workbook does, or cannot be unpacked.

    Each entry is unpacked piece by piece and counted, since the sizes that a zip file declares may be lies.
    """
    if path.stat().st_size > MAX_UNPACKED:
        raise InputError(too_big(path))
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise InputError(too_big(path))
            total = 0
            for entry in entries:
                total += _unpacked(archive, entry, MAX_UNPACKED - total)
                if total > MAX_UNPACKED:
                    raise InputError(too_big(path))
    except InputError:
        raise
    except _BROKEN as error:
        raise InputError(
            f"{path} : ce classeur est abîmé ou incomplet, il ne peut pas être lu. Ouvrez-le dans Excel ou "
            "LibreOffice, enregistrez-le à nouveau au format .xlsx, puis recommencez."
        ) from error


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
