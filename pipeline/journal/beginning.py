"""The journal before a command begins: there first, and never behind what its own folder proves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import JournalError
from pipeline.files import output_error, sha256_of
from pipeline.journal.opening import Journal, consulted, opened
from pipeline.journal.published import left_numbers
from pipeline.journal.sendings import PARTI, PAS_ENVOYE
from pipeline.journal.witness import MISSING, UNTOUCHED, copy_of, unaware, witness_of
from pipeline.names import ENVOYES, dsden_of, number_of


@contextmanager
def begun(path: Path, *, sends: bool = True) -> Iterator[Journal]:
    """Open and prove the journal of a campaign, made where nothing was produced yet. The caller holds the folder.

    Unless nothing `sends` from there any more, it must know all that its bundles prove to have left. Raises
    JournalError when it is lost or not to be believed, OutputError when it cannot be written.
    """
    if is_lost(path):
        raise JournalError(f"{path} : {MISSING}")
    with opened(path) as journal:
        if sends and (names := unknown_sendings(journal.connection, path.with_name("lots"))):
            raise JournalError(f"{path} : {unaware(names)} {UNTOUCHED}")
        yield journal


def is_lost(path: Path) -> bool:
    """Return whether there is no journal although something of its campaign is there."""
    if path.exists() and path.stat().st_size:
        return False
    folder = path.parent
    made = (*folder.glob("lots/**/*.zip"), *folder.glob(".reserve/*"))
    return bool(made) or witness_of(path).exists() or copy_of(path).exists()


def is_unaware(path: Path) -> bool:
    """Return whether a journal that is there lacks sendings which the lots of its folder prove; nothing changes."""
    with consulted(path) as journal:
        return bool(unknown_sendings(journal, path.with_name("lots")))


def unknown_sendings(journal: sqlite3.Connection, lots: Path) -> tuple[str, ...]:
    """Return the bundles, by their names below `lots`, that prove sendings which the journal does not know.

    What lies in `envoyes` left, or may have. A corrective bundle follows one that left: the number before its own, and
    a run that was killed before it wrote the journal made at most the next one. Raises OutputError.
    """
    try:
        return tuple(sorted(path.relative_to(lots).as_posix() for path in _proofs(journal, lots)))
    except OSError as error:
        raise output_error(lots, error) from error


def _proofs(journal: sqlite3.Connection, lots: Path) -> Iterator[Path]:
    made = {sha256 for (sha256,) in journal.execute("SELECT sha256 FROM lot")}
    asked = f"SELECT lot_sha256 FROM envoi WHERE {PARTI} OR reponse = ?"  # a draft of which someone said: not sent
    left = {sha256 for (sha256,) in journal.execute(asked, (PAS_ENVOYE,))}
    numbers = left_numbers(journal)
    for path in lots.rglob("DSDEN-*.zip"):
        known = left if path.parent.name == ENVOYES else made
        number = number_of(path.name)
        early = path.parent.name != ENVOYES and number <= 1 + numbers.get(dsden_of(path.name), -1)
        if not early and sha256_of(path) not in known:
            yield path
