"""The letters as files of their own, `lettres/DSDEN-77/`, beside the bundles that hold them: the same PDFs, by link."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from pipeline.bundle_layout import LETTERS
from pipeline.model import Lot
from pipeline.output.atomic import Move, output_error

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


def replacing(ready: Path, folder: Path, gone: Sequence[str], corner: Path) -> tuple[Move, ...]:
    """Return the moves that replace the folders of `folder` by those of `ready`, each as a whole.

    Those of the DSDEN that have no letter any more, `gone`, go to `corner`, which the caller removes. What someone put
    among the letters goes on to the new folder; a folder that is about to go stays for it. Raises OutputError.
    """
    moves: list[Move] = []
    for name in sorted({path.name for path in ready.glob("*")} | {f"DSDEN-{code}" for code in gone}):
        new, old = ready / name, folder / name
        try:
            strangers = [path for path in sorted(old.glob("*")) if not _OURS.fullmatch(path.name)]
            if strangers:
                new.mkdir(parents=True, exist_ok=True)
            for path in strangers:
                if path.is_dir():
                    moves.append((path, new / path.name))
                else:  # by link, so that it is never in the working folder alone
                    _link(path, new / path.name)
        except OSError as error:
            raise output_error(old, error) from error
        if new.is_dir():
            moves.append((new, old))
        elif old.is_dir():
            moves.append((old, corner / name))
    return tuple(moves)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a disk without links
        shutil.copy2(source, target)
