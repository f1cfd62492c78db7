"""Where a campaign's folder is used: once copied, each of the two ignores what leaves from the other."""

from __future__ import annotations

import platform
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.journal.opening import Journal, insert


@dataclass(frozen=True, slots=True)
class Lieu:
    """A computer, by its name without its domain, and the results folder on it."""

    ordinateur: str
    dossier: str


def lieu_of(path: Path) -> Lieu:
    """Return where a journal is now."""
    return Lieu(platform.node().partition(".")[0], str(path.parent.resolve()))


def keep_first(journal: sqlite3.Connection, path: Path, when: datetime) -> None:
    """Note where a journal is used where nothing is noted yet; the caller commits."""
    if not _known(journal):
        _keep(journal, lieu_of(path), when)


def former_place(journal: Journal) -> Lieu | None:
    """Return where a journal was used last when it was never used where it is now, else None.

    A folder that two computers share has two places: each is asked about once.
    """
    known = _known(journal.connection)
    return known[-1] if known and lieu_of(journal.path) not in known else None


def settle(journal: Journal, when: datetime) -> None:
    """Note that a journal is used where it is now, once. Raises OutputError."""
    if (lieu := lieu_of(journal.path)) not in _known(journal.connection):
        with journal.saving() as connection:
            _keep(connection, lieu, when)


def _known(journal: sqlite3.Connection) -> list[Lieu]:
    return [Lieu(*row) for row in journal.execute("SELECT ordinateur, dossier FROM lieu ORDER BY rowid")]


def _keep(journal: sqlite3.Connection, lieu: Lieu, when: datetime) -> None:
    insert(journal, "lieu", [{"ordinateur": lieu.ordinateur, "dossier": lieu.dossier, "depuis": when.isoformat()}])
