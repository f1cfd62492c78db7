"""The journal: every run is in it, and a damaged one is said, never overwritten."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.errors import OutputError
from pipeline.journal import SCHEMA_VERSION, Run, last_letters, record_run
from pipeline.model import Document, Etablissement, Letter, Lot, Personne, RowRef, Verdict
from pipeline.printing.recipe import Made, Recipe

LETTER = Letter(
    RowRef("Référents", 5),
    Etablissement("0779999A", "Collège des Tilleuls"),
    Personne("Mme", "Anne", "Exemple"),
    Personne("M.", "Paul", "Modèle"),
    None,
)
LOT = Lot("77", Path("lots/DSDEN-77_2026-2027.zip"), (Document(LETTER, Path("a.pdf"), 1, "ab" * 32),), 1234, "cd" * 32)
RECIPE = Recipe("01" * 32, "02" * 32, "LibreOffice 7.4", "03" * 32)
FIELDS = {"etablissement": {"uai": "0779999A"}, "referent": {"prenom": "Anne", "nom": "Exemple"}}
RUN = Run(
    datetime(2026, 9, 1, 8),
    "classeur.xlsx",
    "ef" * 32,
    RECIPE,
    Verdict((LETTER,), (), (), (), ()),
    {LETTER.row: FIELDS},
)


def test_a_run_its_lots_and_its_letters(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    record_run(path, RUN, [LOT])
    record_run(path, RUN, [])
    with sqlite3.connect(path) as journal:
        runs = journal.execute("SELECT quand, classeur, moteur, lues, lettres, rejetees FROM passage").fetchall()
        lots = journal.execute("SELECT passage, dsden, fichier, octets, montant_total FROM lot").fetchall()
        letters = journal.execute("SELECT lot, uai, nom, montant, sha256 FROM lettre").fetchall()
        version = journal.execute("PRAGMA user_version").fetchone()
    assert runs == [("2026-09-01T08:00:00", "classeur.xlsx", "LibreOffice 7.4", 1, 1, 0)] * 2
    assert lots == [(1, "77", "DSDEN-77_2026-2027.zip", 1234, "0.00")]
    assert letters == [(1, "0779999A", "Exemple", "0.00", "ab" * 32)]
    assert version == (SCHEMA_VERSION,)


def test_a_damaged_journal_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"not a database" * 100)
    before = path.read_bytes()
    with pytest.raises(OutputError, match="journal est abîmé"):
        record_run(path, RUN, [LOT])
    assert path.read_bytes() == before


def test_a_journal_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with sqlite3.connect(path) as journal:
        journal.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(OutputError, match="version plus récente"):
        record_run(path, RUN, [LOT])


def test_the_letters_of_the_last_bundle_are_remembered_as_they_were_made(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    assert last_letters(path) == ()
    record_run(path, RUN, [LOT])
    record_run(path, RUN, [])
    assert last_letters(path) == (Made(RECIPE, FIELDS),)
