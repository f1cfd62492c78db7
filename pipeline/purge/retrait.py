"""The removal itself: our files, then the folders that are empty after them, then the names in the journal."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.campaign.purge import Ancien
from pipeline.files import output_error
from pipeline.journal.beginning import begin, is_lost
from pipeline.journal.effacement import erase_names
from pipeline.journal.mending import copy_serves, put_back
from pipeline.journal.opening import standing
from pipeline.journal.witness import unfit


@dataclass(frozen=True, slots=True)
class Retire:
    """What was removed of a folder: files, their size in bytes, letters whose names the journal bore."""

    dossier: Path
    fichiers: int
    octets: int
    lettres: int


def proves_something(journal: Path) -> bool:
    """Tell whether the journal of a past year can be believed, or its copy in its place."""
    return _is_believed(journal) or copy_serves(journal)


def remove(ancien: Ancien, before: int, when: datetime, work: Path, advance: Callable[[], None]) -> Retire:
    """Remove what a past year keeps of people. The caller holds its folder, and `work` is its empty corner.

    Interrupted, it goes on where it was when it is run again. Raises OutputError, JournalError.
    """
    files = ancien.fichiers
    if ancien.journal:
        files = (*files, *_mended(ancien.journal, work, when))
        begin(ancien.journal, sends=False)  # one that is not to be believed stops this before the first file goes
    for path in files:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise output_error(path, error) from error
        advance()
    _remove_empty(ancien.dossier)
    letters = 0
    if ancien.journal:
        letters = erase_names(ancien.journal, before, len(files), ancien.octets, when)
    return Retire(ancien.dossier, len(files), ancien.octets, letters)


def _is_believed(journal: Path) -> bool:
    return not is_lost(journal) and not unfit(standing(journal))


def _mended(journal: Path, work: Path, when: datetime) -> tuple[Path, ...]:
    """Put the copy of a journal back where that one cannot be believed; return what was kept of it, names and all."""
    if _is_believed(journal) or not copy_serves(journal):
        return ()
    return tuple(target for _, target in put_back(journal, work, when))


def _remove_empty(folder: Path) -> None:
    """Remove the folders below one that hold nothing any more; links are none."""
    for where, folders, _ in os.walk(folder, topdown=False):
        for name in folders:
            path = Path(where, name)
            if not path.is_symlink() and not any(path.iterdir()):
                path.rmdir()
