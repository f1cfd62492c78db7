"""How a bundle is laid out: what its files are called, the date that they bear, how one is taken apart again."""

from __future__ import annotations

import json
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

LETTERS = "lettres/"
MANIFEST = "manifeste.json"

Stamp = tuple[int, int, int, int, int, int]
"""The date that a file in a zip bears: year to second."""


def sheet_name(dsden: str) -> str:
    """Return the name of the summary sheet that goes with the letters of a DSDEN."""
    return f"recapitulatif_DSDEN-{dsden}.xlsx"


def uai_of(name: str) -> str:
    """Return the UAI that the name of a letter begins with, in its folder or out of it."""
    return name.removeprefix(LETTERS)[:8]


def stamp(rentree: datetime) -> Stamp:
    """Return the date of all that a zip of ours holds: a fixed one, so that the same letters give the same bytes.

    The first day of the school year reads better than 1 January 1980.
    """
    return (rentree.year, rentree.month, rentree.day, 0, 0, 0)


def taken_apart(data: bytes) -> tuple[tuple[tuple[ZipInfo, bytes], ...], dict[str, Any]]:
    """Return the files of a bundle in order, the manifest among them, and what it says; ValueError for no bundle."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            files = tuple((info, archive.read(info)) for info in archive.infolist())
        manifest = json.loads({info.filename: held for info, held in files}[MANIFEST])
    except (BadZipFile, LookupError, RuntimeError) as error:
        raise ValueError("this is no bundle") from error
    if not isinstance(manifest, dict):
        raise ValueError("a manifest is an object")
    return files, manifest
