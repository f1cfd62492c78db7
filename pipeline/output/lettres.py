"""The letters as files of their own, `lettres/DSDEN-77/`, beside the bundles that hold them: the same PDFs, by link."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from pipeline.campaign.shared import Place, Room, replaced
from pipeline.files import output_error
from pipeline.model import Lot
from pipeline.names import LETTERS

_OURS = re.compile(r"[0-9]{7}[A-Z](_[A-Za-z0-9-]+)+\.pdf")
"""What the name of a letter looks like; anything else in these folders was put there by someone, and stays."""


def is_ours(name: str) -> bool:
    """Tell whether a file of the results folder is the program's: among the letters, people may keep others."""
    return not name.startswith(LETTERS) or _OURS.fullmatch(name.rpartition("/")[2]) is not None


def lay_out(lots: Sequence[Lot], ready: Path) -> None:
    """Give each letter of the bundles its name in `ready/DSDEN-77/`. Raises OutputError.

    A second name for the PDF of the store, since six hundred copies would take longer than all the rest of a run that
    makes none. Whoever changes such a file changes that of the store too: the next run sees it and makes both again.
    """
    for lot in lots:
        own = ready / f"DSDEN-{lot.dsden}"
        try:
            own.mkdir(parents=True)
            for document, member in zip(lot.documents, lot.members, strict=True):
                _link(document.pdf, own / Path(member).name)
        except OSError as error:
            raise output_error(Path(LETTERS) / own.name, error) from error


def replacing(place: Place, ready: Path, gone: Sequence[str]) -> Room:
    """Return the moves that replace the letters of `lettres/` by those of `ready`, a folder a DSDEN.

    Those of the DSDEN that have no letter any more, `gone`, leave. Raises OutputError.
    """
    names = {path.name for path in ready.glob("*")} | {f"DSDEN-{code}" for code in gone}
    return sum((replaced(place, ready / name, f"{LETTERS}{name}") for name in sorted(names)), Room())


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a disk without links
        shutil.copy2(source, target)
