"""A journal that is only looked at: nothing on the disk is changed, whatever a killed run left half-written."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


def rollback_of(journal: Path) -> Path:
    """Return the file by which SQLite undoes the commit that a killed run left half-written."""
    return journal.with_name(f"{journal.name}-journal")


@contextmanager
def untouched(path: Path) -> Iterator[tuple[sqlite3.Connection, Path]]:
    """Open a journal for reading, and give the file that is read with it.

    Half-written, it is undone in a private copy, which is that file then: another's to undo is the journal itself.
    Raises sqlite3.DatabaseError, OSError.
    """
    with closing(_read_only(path)) as journal:
        if not _is_half_written(journal):
            yield journal, path
            return
    with TemporaryDirectory(prefix="mlds-") as folder:
        copy = Path(folder, path.name)
        shutil.copyfile(path, copy)
        shutil.copyfile(rollback_of(path), rollback_of(copy))
        with closing(sqlite3.connect(copy)) as journal:
            journal.execute("SELECT count(*) FROM sqlite_master").fetchone()  # undoes it
            yield journal, copy


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _is_half_written(journal: sqlite3.Connection) -> bool:
    try:
        journal.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
            raise
        return True
    return False
