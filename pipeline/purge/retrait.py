"""The removal itself: our files, then the folders that are empty after them, then the names in the journal."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.journal.debut import begin
from pipeline.journal.effacement import erase_names
from pipeline.output.atomic import output_error
from pipeline.purge.dossiers import Ancien


@dataclass(frozen=True, slots=True)
class Retire:
    """What was removed of a folder: files, their size in bytes, letters whose names the journal bore."""

    dossier: Path
    fichiers: int
    octets: int
    lettres: int


def remove(ancien: Ancien, before: int, when: datetime, advance: Callable[[], None]) -> Retire:
    """Remove what a past year keeps of people. The caller holds its folder.

    Interrupted, it goes on where it was when it is run again. Raises OutputError, JournalError.
    """
    if ancien.journal:
        begin(ancien.journal)  # one that is not to be believed stops this before the first file goes
    for path in ancien.fichiers:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise output_error(path, error) from error
        advance()
    _remove_empty(ancien.dossier)
    letters = 0
    if ancien.journal:
        letters = erase_names(ancien.journal, before, len(ancien.fichiers), ancien.octets, when)
    return Retire(ancien.dossier, len(ancien.fichiers), ancien.octets, letters)


def _remove_empty(folder: Path) -> None:
    """Remove the folders below one that hold nothing any more; links are none."""
    for where, folders, _ in os.walk(folder, topdown=False):
        for name in folders:
            path = Path(where, name)
            if not path.is_symlink() and not any(path.iterdir()):
                path.rmdir()
