"""The journal's file: SQLite, one a campaign; how it is opened, brought up to date, and never believed unproved."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.errors import JournalError, OutputError
from pipeline.journal.tables import SCHEMA_VERSION, STEPS
from pipeline.journal.witness import (
    DAMAGED,
    LATER,
    NOT_WRITTEN,
    UNTOUCHED,
    Empreinte,
    Tenue,
    copy_of,
    is_contradicted,
    judged,
    read_witness,
    testify,
    unfit,
)


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


_FIT = (Tenue.JUSTE, Tenue.EN_AVANCE, Tenue.JAMAIS_VUE)
"""What a journal may be to be written: its last state, or one that its witness could not be told of."""


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal that was proved when it was opened; the command that has it holds its folder."""

    path: Path
    connection: sqlite3.Connection

    @contextmanager
    def saving(self) -> Iterator[sqlite3.Connection]:
        """Commit what the block changes, all or nothing, then bring copy and witness up to date.

        Raises OutputError, JournalError as `require_last`.
        """
        self.require_last()
        with _said(self.path), self.connection:
            yield self.connection
        self.keep()

    def require_last(self) -> None:
        """Raise JournalError when another file took the place of the one that was opened, or when it was changed."""
        if (tenue := standing(self.path)) not in _FIT:
            raise JournalError(f"{self.path} : {unfit(tenue)} {UNTOUCHED}")

    def keep(self) -> None:
        """Bring copy and witness up to date; where they cannot be, the journal is only ahead of them."""
        with suppress(OutputError, sqlite3.Error):
            self.testify()

    def testify(self) -> None:
        """Bring copy and witness to what the journal holds; outside any transaction. Raises OutputError."""
        try:
            testify(self.path, _campagne(self.connection)[0])
        except OSError as error:
            raise OutputError(f"{self.path} : {NOT_WRITTEN}") from error


@contextmanager
def opened(path: Path) -> Iterator[Journal]:
    """Open the journal, made or brought to this version first; every commit outlives a power cut.

    Nothing is read from one that is not the last state that its witness knows. A command opens it once. The caller
    holds the folder. Raises OutputError when it cannot be written or was made by a later version, JournalError when it
    is damaged, an old copy or another campaign's.
    """
    connection = None
    try:
        with _said(path):
            new = not path.exists()
            connection = sqlite3.connect(path)
            connection.execute("PRAGMA synchronous = EXTRA")  # FULL can lose the last commit in a power cut
            journal = Journal(path, connection)
            if not new:
                _require_proved(journal)
            _migrate(connection, path)
            _first_witness(journal)
            journal.keep()
            yield journal
    finally:
        if connection:
            connection.close()


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """Raise what SQLite refuses as OutputError, or as JournalError when the journal is damaged."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        refused = isinstance(error, sqlite3.OperationalError | sqlite3.IntegrityError)
        if refused and not is_contradicted(path):
            raise OutputError(f"{path} : {NOT_WRITTEN} {UNTOUCHED}") from error
        raise JournalError(f"{path} : {DAMAGED} {UNTOUCHED}") from error


@contextmanager
def consulted(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a copy of the journal in memory, of this version: to read only, without holding the folder.

    Nothing on the disk is changed, and nothing proves that this is the last state: see `standing`. Raises JournalError
    when it cannot be read.
    """
    try:
        with closing(sqlite3.connect(":memory:")) as copy:
            _fill(copy, path)
            _migrate(copy, path)
            yield copy
    except sqlite3.DatabaseError as error:
        raise JournalError(f"{path} : {DAMAGED}") from error


def _fill(copy: sqlite3.Connection, path: Path) -> None:
    try:
        with untouched(path) as (journal, _):
            journal.backup(copy)
    except OSError as error:
        raise JournalError(f"{path} : {DAMAGED}") from error


def standing(path: Path, of: Path | None = None) -> Tenue:
    """Tell how a journal stands, changing nothing: what SQLite itself cannot read is damaged.

    With `of`, the file is held against the witness of that other one: a copy, to be put in its place.
    """
    try:
        with untouched(path) as (journal, read):
            return _tenue(journal, read, read_witness(of or path), copy_of(path))
    except (sqlite3.DatabaseError, OSError):
        return Tenue.ABIMEE


def _require_proved(journal: Journal) -> None:
    path = journal.path
    tenue = _tenue(journal.connection, path, read_witness(path), copy_of(path))
    if tenue not in _FIT:
        raise JournalError(f"{path} : {unfit(tenue)} {UNTOUCHED}")


def _tenue(journal: sqlite3.Connection, path: Path, told: Empreinte | None, copy: Path) -> Tenue:
    """Return how a journal stands; what its witness cannot prove, SQLite looks through."""
    journal.execute("SELECT count(*) FROM sqlite_master").fetchone()  # undoes what a killed run left half-written
    tenue = judged(path, *_campagne(journal), told, copy)
    if tenue in (Tenue.EN_AVANCE, Tenue.JAMAIS_VUE) and journal.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        return Tenue.ABIMEE
    return tenue


def _campagne(journal: sqlite3.Connection) -> tuple[str, bool]:
    """Return the campaign that a journal names, "" before version 5, and whether a witness proves it."""
    if not journal.execute("SELECT 1 FROM sqlite_master WHERE name = 'campagne'").fetchone():
        return "", False
    campagne, seen = journal.execute("SELECT id, temoin FROM campagne").fetchone() or ("?", 1)
    return campagne, bool(seen)


def _first_witness(journal: Journal) -> None:
    """Give a journal its first witness, and only then write in it that it has one: killed in between, it has none."""
    if _campagne(journal.connection)[1]:
        return
    journal.testify()
    with journal.connection:
        journal.connection.execute("UPDATE campagne SET temoin = 1")
    journal.testify()


def _migrate(journal: sqlite3.Connection, path: Path) -> None:
    version = journal.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise OutputError(f"{path} : {LATER}")
    if version < SCHEMA_VERSION:
        steps = "".join(STEPS[version:])
        journal.executescript(f"BEGIN; {steps} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")


def insert(journal: sqlite3.Connection, table: str, rows: Sequence[Mapping[str, object]]) -> int:
    """Insert rows that name their columns, and return the number of the last one."""
    number = 0
    for row in rows:
        columns, places = ", ".join(row), ", ".join("?" * len(row))
        cursor = journal.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", tuple(row.values()))
        number = cursor.lastrowid or 0
    return number
