"""What the files of a lot are called, how they are dated, and how a lot is taken apart again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from itertools import chain, count
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile, ZipFile, ZipInfo

T = TypeVar("T")

LETTERS = "lettres/"
MANIFEST = "manifeste.json"
ENVOYES, ANCIENS = "envoyes", "anciens"
"""The folders of `lots/` for the lots that were set aside: those that left, or may have, and the others."""

_NUMBERED = re.compile(r"^DSDEN-[0-9AB]+_.*_rectificatif-([1-9][0-9]{0,5})(?:_[0-9]+)?\.zip$")

_SHEET = re.compile(r"recapitulatif_DSDEN-[0-9AB]{2,3}\.xlsx")

Stamp = tuple[int, int, int, int, int, int]
"""The date of a file in a zip: year to second."""


def first_free(form: Callable[[str], T], is_taken: Callable[[T], bool], mark: str = "_{}") -> T:
    """Return the first name that is free: what `form` makes of no mark at all, else of « _2 », « _3 »…"""
    marks = chain([""], map(mark.format, count(2)))
    return next(name for name in map(form, marks) if not is_taken(name))


def sheet_name(dsden: str) -> str:
    """Return the name of the summary sheet that goes with the letters of a DSDEN."""
    return f"recapitulatif_DSDEN-{dsden}.xlsx"


def is_sheet(name: str) -> bool:
    """Tell whether a file of a bundle is the summary sheet of some DSDEN, by its name."""
    return bool(_SHEET.fullmatch(name))


def full_name(dsden: str, annee_scolaire: str) -> str:
    """Return the name of the full bundle of a DSDEN."""
    return f"DSDEN-{dsden}_{annee_scolaire}.zip"


def corrective_name(dsden: str, annee_scolaire: str, numero: int) -> str:
    """Return the name of a corrective bundle of a DSDEN."""
    return f"DSDEN-{dsden}_{annee_scolaire}_rectificatif-{numero}.zip"


def number_of(name: str) -> int:
    """Return the number of a corrective bundle, by its file's name; 0 for any other."""
    found = _NUMBERED.search(name)
    return int(found[1]) if found else 0


def dsden_of(name: str) -> str:
    """Return the code of the DSDEN that the name of a lot gives."""
    return name.removeprefix("DSDEN-").partition("_")[0]


def set_aside(folder: Path) -> list[Path]:
    """Return the lots that were set aside, in a folder of lots."""
    return sorted(path for name in (ANCIENS, ENVOYES) for path in (folder / name).glob("*.zip"))


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
