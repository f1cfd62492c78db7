"""The journal: what each run produced, in one SQLite file a campaign, durable before the command says « fini »."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.errors import OutputError
from pipeline.model import Lot, Verdict

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE passage (
    id INTEGER PRIMARY KEY,
    quand TEXT NOT NULL,
    classeur TEXT NOT NULL,
    classeur_sha256 TEXT NOT NULL,
    moteur TEXT NOT NULL,
    lues INTEGER NOT NULL,
    lettres INTEGER NOT NULL,
    a_pourvoir INTEGER NOT NULL,
    rejetees INTEGER NOT NULL,
    ignorees INTEGER NOT NULL
) STRICT;
CREATE TABLE lot (
    id INTEGER PRIMARY KEY,
    passage INTEGER NOT NULL REFERENCES passage (id),
    dsden TEXT NOT NULL,
    fichier TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    octets INTEGER NOT NULL,
    montant_total TEXT NOT NULL
) STRICT;
CREATE TABLE lettre (
    lot INTEGER NOT NULL REFERENCES lot (id),
    uai TEXT NOT NULL,
    etablissement TEXT NOT NULL,
    prenom TEXT NOT NULL,
    nom TEXT NOT NULL,
    montant TEXT NOT NULL,
    sha256 TEXT NOT NULL
) STRICT;
CREATE INDEX lettre_uai ON lettre (uai);
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run is remembered by: when, from which workbook (name and sha256), with which engine, to what end."""

    when: datetime
    workbook: str
    workbook_sha256: str
    engine: str
    verdict: Verdict


def record_run(path: Path, run: Run, lots: Sequence[Lot]) -> None:
    """Write a run, its bundles and their letters, all or nothing.

    Raises OutputError when the journal is damaged, made by a later version, or cannot be written.
    """
    with _opened(path) as journal, journal:
        verdict = run.verdict
        counts = (verdict.rows_read, len(verdict.letters), len(verdict.vacancies))
        row = (run.when.isoformat(), run.workbook, run.workbook_sha256, run.engine, *counts)
        cursor = journal.execute(
            "INSERT INTO passage"
            " (quand, classeur, classeur_sha256, moteur, lues, lettres, a_pourvoir, rejetees, ignorees)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, len(verdict.rejected), len(verdict.ignored)),
        )
        for lot in lots:
            _record_lot(journal, cursor.lastrowid or 0, lot)


def _record_lot(journal: sqlite3.Connection, run: int, lot: Lot) -> None:
    cursor = journal.execute(
        "INSERT INTO lot (passage, dsden, fichier, sha256, octets, montant_total) VALUES (?, ?, ?, ?, ?, ?)",
        (run, lot.dsden, lot.path.name, lot.sha256, lot.size, f"{lot.montant_total:.2f}"),
    )
    journal.executemany(
        "INSERT INTO lettre (lot, uai, etablissement, prenom, nom, montant, sha256) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                cursor.lastrowid,
                document.letter.etablissement.uai,
                document.letter.etablissement.nom,
                document.letter.referent.prenom,
                document.letter.referent.nom,
                f"{document.letter.montant:.2f}",
                document.sha256,
            )
            for document in lot.documents
        ],
    )


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the journal, made or brought to this version first; every commit reaches the disk."""
    try:
        journal = sqlite3.connect(path)
    except sqlite3.Error as error:
        raise OutputError(
            f"{path} : le journal ne peut pas être ouvert. Vérifiez les droits sur ce dossier."
        ) from error
    try:
        journal.execute("PRAGMA synchronous = FULL")
        _migrate(journal, path)
        yield journal
    except sqlite3.DatabaseError as error:
        raise OutputError(
            f"{path} : le journal est abîmé ou illisible ({error}). Vérifiez l’espace libre et les droits. "
            "S’il est abîmé, remettez-en une copie de sauvegarde à sa place. Les lots déjà produits sont intacts."
        ) from error
    finally:
        journal.close()


def _migrate(journal: sqlite3.Connection, path: Path) -> None:
    version = journal.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise OutputError(
            f"{path} : ce journal vient d’une version plus récente du programme. Mettez le programme à jour."
        )
    if version == 0:
        journal.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
