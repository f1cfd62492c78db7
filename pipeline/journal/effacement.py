"""Names erased from the journal of a past campaign: what proves that sendings took place stays."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from pipeline.errors import OutputError
from pipeline.journal.opening import consulted, insert, opened
from pipeline.journal.witness import NOT_WRITTEN

_NAMED = "SELECT count(DISTINCT sha256) FROM lettre WHERE nom <> '' OR prenom <> '' OR fichier <> '' OR champs <> '{}'"
_ERASE = (
    "UPDATE lettre SET prenom = '', nom = '', fichier = '', champs = '{}'",
    "UPDATE retrait SET fichier = ''",
    "DELETE FROM fichier",
)
"""Letters keep school, amount and sha256, bundles and sendings all they have: none of it names a person."""


def letters_named(path: Path) -> int:
    """Return how many letters of a journal still tell whose they are. Raises OutputError when it cannot be read."""
    with consulted(path) as journal:
        return int(journal.execute(_NAMED).fetchone()[0])


def erase_names(path: Path, before: int, files: int, size: int, when: datetime) -> int:
    """Erase the names of a journal, of its witness and of its copy, and write down what was removed.

    Returns the number of letters that were named. Nothing of them is left in the file: freed pages are overwritten,
    then the file is written anew. Raises OutputError, JournalError.
    """
    with opened(path) as journal:
        journal.execute("PRAGMA secure_delete = ON")
        letters = int(journal.execute(_NAMED).fetchone()[0])
        row = {"quand": when.isoformat(), "avant": before, "fichiers": files, "lettres": letters, "octets": size}
        with journal:
            for statement in _ERASE:
                journal.execute(statement)
            insert(journal, "purge", [row])
        try:
            journal.execute("VACUUM")
        except sqlite3.OperationalError as error:
            raise OutputError(f"{path} : {NOT_WRITTEN}") from error
    return letters
