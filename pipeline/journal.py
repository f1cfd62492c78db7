"""The journal: what each run produced, in one SQLite file a campaign, durable before the command says « fini »."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.errors import OutputError
from pipeline.model import Lot, RowRef, Verdict
from pipeline.printing.recipe import Fields, Made, Recipe

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE passage (
    id INTEGER PRIMARY KEY,
    quand TEXT NOT NULL,
    classeur TEXT NOT NULL,
    classeur_sha256 TEXT NOT NULL,
    gabarit_sha256 TEXT NOT NULL,
    reglages_sha256 TEXT NOT NULL,
    moteur TEXT NOT NULL,
    programme TEXT NOT NULL,
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
    sha256 TEXT NOT NULL,
    champs TEXT NOT NULL
) STRICT;
CREATE INDEX lettre_uai ON lettre (uai);
"""

_REFUSED = (
    "impossible d’écrire le journal. Vérifiez l’espace libre et vos droits sur ce dossier, et qu’aucun autre programme "
    "n’a ouvert ce fichier. Puis relancez la commande."
)
_DAMAGED = "le journal est abîmé. Remettez une copie de sauvegarde à sa place, puis relancez la commande."
_UNTOUCHED = "Les lots et les rapports du passage précédent sont intacts."


@dataclass(frozen=True, slots=True)
class Run:
    """What one run is remembered by: when, from which workbook (name and sha256), made how, to what end.

    `fields` are those that filled the template, by row.
    """

    when: datetime
    workbook: str
    workbook_sha256: str
    recipe: Recipe
    verdict: Verdict
    fields: Mapping[RowRef, Fields]


def record_run(path: Path, run: Run, lots: Sequence[Lot]) -> None:
    """Write a run, its bundles and their letters, all or nothing.

    Raises OutputError when the journal is damaged, made by a later version, or cannot be written.
    """
    verdict, recipe = run.verdict, run.recipe
    row = {
        "quand": run.when.isoformat(),
        "classeur": run.workbook,
        "classeur_sha256": run.workbook_sha256,
        "gabarit_sha256": recipe.gabarit,
        "reglages_sha256": recipe.reglages,
        "moteur": recipe.moteur,
        "programme": recipe.programme,
        "lues": verdict.rows_read,
        "lettres": len(verdict.letters),
        "a_pourvoir": len(verdict.vacancies),
        "rejetees": len(verdict.rejected),
        "ignorees": len(verdict.ignored),
    }
    with _opened(path) as journal, journal:
        passage = _insert(journal, "passage", [row])
        for lot in lots:
            _record_lot(journal, passage, lot, run.fields)


def last_letters(path: Path) -> tuple[Made, ...]:
    """Return the letters of the last bundle of each DSDEN, as they were made; none without a journal.

    Raises OutputError when the journal is damaged or made by a later version.
    """
    if not path.exists():
        return ()
    with _opened(path) as journal:
        rows = journal.execute(
            "SELECT gabarit_sha256, reglages_sha256, moteur, programme, champs"
            " FROM lettre JOIN lot ON lettre.lot = lot.id JOIN passage ON lot.passage = passage.id"
            " WHERE lot.id IN (SELECT max(id) FROM lot GROUP BY dsden) ORDER BY lettre.rowid"
        ).fetchall()
    return tuple(Made(Recipe(*recipe), json.loads(champs)) for *recipe, champs in rows)


def _record_lot(journal: sqlite3.Connection, passage: int, lot: Lot, fields: Mapping[RowRef, Fields]) -> None:
    row = {
        "passage": passage,
        "dsden": lot.dsden,
        "fichier": lot.path.name,
        "sha256": lot.sha256,
        "octets": lot.size,
        "montant_total": f"{lot.montant_total:.2f}",
    }
    number = _insert(journal, "lot", [row])
    letters = [
        {
            "lot": number,
            "uai": document.letter.etablissement.uai,
            "etablissement": document.letter.etablissement.nom,
            "prenom": document.letter.referent.prenom,
            "nom": document.letter.referent.nom,
            "montant": f"{document.letter.montant:.2f}",
            "sha256": document.sha256,
            "champs": json.dumps(fields[document.letter.row], ensure_ascii=False),
        }
        for document in lot.documents
    ]
    _insert(journal, "lettre", letters)


def _insert(journal: sqlite3.Connection, table: str, rows: Sequence[Mapping[str, object]]) -> int:
    """Insert rows that name their columns, and return the number of the last one."""
    number = 0
    for row in rows:
        columns, places = ", ".join(row), ", ".join("?" * len(row))
        cursor = journal.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", tuple(row.values()))
        number = cursor.lastrowid or 0
    return number


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the journal, made or brought to this version first; every commit reaches the disk."""
    journal = None
    try:
        journal = sqlite3.connect(path)
        journal.execute("PRAGMA synchronous = FULL")
        _migrate(journal, path)
        yield journal
    except sqlite3.DatabaseError as error:
        refused = isinstance(error, sqlite3.OperationalError | sqlite3.IntegrityError)
        raise OutputError(f"{path} : {_REFUSED if refused else _DAMAGED} {_UNTOUCHED}") from error
    finally:
        if journal:
            journal.close()


def _migrate(journal: sqlite3.Connection, path: Path) -> None:
    version = journal.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise OutputError(
            f"{path} : ce journal vient d’une version plus récente du programme. Mettez le programme à jour."
        )
    if version == 0:
        journal.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
