"""The journal: every run is in it, and a damaged one is said, never overwritten."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import OutputError
from pipeline.journal.history import ecole, envois_connus, lots_connus, passages
from pipeline.journal.letters import HOLDER, LINES, last_states, lettres_of
from pipeline.journal.opening import consulted, insert
from pipeline.journal.tables import SCHEMA_VERSION
from pipeline.journal.tables import STEPS as _STEPS
from pipeline.model import Made, Recipe
from support.journal_at import last_lots, opened, read_envois, read_partis, record_run
from support.ready_campaign import letters_in
from support.recorded import FIELDS, LETTER, LOT, RECIPE, RUN, VERSION_1


def test_a_run_its_lots_and_its_letters(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    record_run(path, RUN, [LOT])
    record_run(path, RUN, [])
    with closing(sqlite3.connect(path)) as journal, journal:
        runs = journal.execute("SELECT quand, classeur, moteur, lues, lettres, rejetees FROM passage").fetchall()
        lots = journal.execute("SELECT passage, dsden, fichier, octets, montant_total FROM lot").fetchall()
        letters = journal.execute("SELECT lot, uai, nom, montant, sha256, fichier FROM lettre").fetchall()
        vacant = journal.execute("SELECT passage, uai, etablissement FROM poste_vacant").fetchall()
        version = journal.execute("PRAGMA user_version").fetchone()
    assert runs == [("2026-09-01T08:00:00", "classeur.xlsx", "LibreOffice 7.4", 2, 1, 0)] * 2
    assert lots == [(1, "77", "DSDEN-77_2026-2027.zip", 1234, "0.00")]
    assert letters == [(1, "0779999A", "Exemple", "0.00", "ab" * 32, "lettres/0779999A_Exemple_Anne.pdf")]
    assert vacant == [(1, "0779998Z", "Collège des Ormes"), (2, "0779998Z", "Collège des Ormes")]
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
    with closing(sqlite3.connect(path)) as journal, journal:
        journal.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(OutputError, match="version plus récente"):
        record_run(path, RUN, [LOT])


def test_the_letters_of_the_last_bundle_are_remembered_as_they_were_made(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    assert letters_in(path) == ()
    record_run(path, RUN, [LOT])
    record_run(path, RUN, [])
    assert letters_in(path) == (Made(RECIPE, FIELDS),)


def test_a_journal_of_the_first_version_keeps_its_letters(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path)) as journal, journal:
        journal.executescript(VERSION_1)
    journal.close()
    assert letters_in(path) == (Made(Recipe("GABARIT", "REGLAGES", "moteur", "prog"), {"a": "b"}),)
    record_run(path, RUN, [LOT])
    assert letters_in(path) == (Made(RECIPE, FIELDS),)
    with closing(sqlite3.connect(path)) as journal, journal:
        assert journal.execute("SELECT count(*) FROM lettre").fetchone() == (2,)
        upgraded = [
            [row[1] for row in journal.execute(f"PRAGMA table_info({table})")] for table in ("passage", "lettre")
        ]
    journal.close()
    record_run(tmp_path / "neuf.sqlite", RUN, [LOT])
    with closing(sqlite3.connect(tmp_path / "neuf.sqlite")) as journal, journal:
        new = [[row[1] for row in journal.execute(f"PRAGMA table_info({table})")] for table in ("passage", "lettre")]
    journal.close()
    assert [set(one) for one in upgraded] == [set(one) for one in new]


def test_a_journal_of_the_first_version_is_brought_up_to_date_with_all_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path)) as journal, journal:
        journal.executescript(f"BEGIN; {_STEPS[0]} PRAGMA user_version = 1; COMMIT;")
        run = "'2026-09-01T08:00:00', 'c.xlsx', 'a', 'b', 'c', 'd', 'e', 1, 1, 0, 0, 0"
        journal.execute(f"INSERT INTO passage VALUES (1, {run})")
        journal.execute("INSERT INTO lot VALUES (1, 1, '77', 'DSDEN-77_2026-2027.zip', 'ab', 12, '625.00')")
        journal.execute("INSERT INTO lettre VALUES (1, '0779999A', 'Collège', 'Anne', 'Exemple', '625.00', 'cd', '{}')")
    (lot,) = last_lots(path)
    assert (lot.dsden, lot.sha256, lot.size, lot.montant_total) == ("77", "ab", 12, Decimal("625.00"))
    assert lot.letters == (("0779999A", "cd"),)
    assert read_envois(path) == ()
    with closing(sqlite3.connect(path)) as journal, journal:
        assert journal.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert journal.execute("SELECT count(*) FROM passage").fetchone() == (1,)
    record_run(path, RUN, [LOT])
    assert [one.sha256 for one in last_lots(path)] == ["cd" * 32]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path)) as journal, journal:
        journal.executescript(f"BEGIN; {_STEPS[0]} PRAGMA user_version = 1; COMMIT;")
    before = path.read_bytes()
    monkeypatch.setattr(
        "pipeline.journal.opening.STEPS", (_STEPS[0], f"{_STEPS[1]} CREATE TABLE lot (id);", *_STEPS[2:])
    )
    with pytest.raises(OutputError, match="impossible d’écrire le journal"):
        read_envois(path)
    assert path.read_bytes() == before


def test_the_letters_of_a_bundle_are_found_without_reading_all_the_others(tmp_path: Path) -> None:
    with opened(tmp_path / "journal.sqlite") as journal:
        plans = [journal.execute(f"EXPLAIN QUERY PLAN {asked}", (1,)).fetchall() for asked in (HOLDER, LINES)]
    steps = [step for plan in plans for *_, step in plan]
    assert [step for step in steps if step.startswith("SCAN")] == []
    assert any(step.startswith("SEARCH lettre USING INDEX lettre_lot") for step in steps)


def test_every_commit_outlives_a_power_cut(tmp_path: Path) -> None:
    with opened(tmp_path / "journal.sqlite") as journal:
        assert journal.execute("PRAGMA synchronous").fetchone() == (3,)  # EXTRA
        assert journal.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_run_that_changes_nothing_adds_no_letter_to_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    record_run(path, RUN, [LOT])
    newer = replace(RECIPE, moteur="LibreOffice 99")
    record_run(path, replace(RUN, moteur=newer.moteur), [LOT])
    with closing(sqlite3.connect(path)) as journal:
        assert journal.execute("SELECT count(*), count(DISTINCT lot) FROM lettre").fetchone() == (1, 1)
    assert letters_in(path) == (Made(newer, FIELDS),)
    assert [one.letters for one in last_lots(path)] == [(("0779999A", "ab" * 32),)]
    with opened(path) as journal:
        assert [one.etat.lettres for one in last_states(journal, lettres_of(journal))] == [(Made(newer, FIELDS),)]
    record_run(path, replace(RUN, made={LETTER.row: Made(replace(RECIPE, gabarit="99" * 32), FIELDS)}), [LOT])
    assert [one.recipe.gabarit for one in letters_in(path)] == ["99" * 32]
    with closing(sqlite3.connect(path)) as journal:
        assert journal.execute("SELECT count(*), count(DISTINCT lot) FROM lettre").fetchone() == (2, 2)


def test_old_dates_without_a_zone_are_compared_with_new_ones(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    zone = timezone(timedelta(hours=2))
    record_run(path, replace(RUN, when=datetime(2020, 9, 1, 8)), [LOT])  # as earlier versions wrote it
    record_run(path, replace(RUN, when=datetime(2026, 9, 1, 8, tzinfo=zone)), [LOT])
    with consulted(path) as journal:
        old, new = (one.quand for one in passages(journal))
        (lot,) = lots_connus(journal)
        life = ecole(journal, "0779999A")
        state = last_states(journal, lettres_of(journal))
    assert old < new
    assert old.replace(tzinfo=None) == datetime(2020, 9, 1, 8)
    assert (lot.premier, lot.dernier) == (old, new)
    assert life is not None
    assert life.versions[0].depuis == old
    assert sorted([state[0].quand, old]) == [old, new]
    assert last_lots(path)[0].when > old


@pytest.mark.parametrize("first", ["2020-09-03T08:00:00", "2020-09-03T08:00:00+02:00"])
def test_a_sending_without_a_zone_comes_before_one_with_it(tmp_path: Path, first: str) -> None:
    path = tmp_path / "journal.sqlite"
    record_run(path, RUN, [LOT])
    row = {
        "dsden": "77", "lot_sha256": LOT.sha256, "part": 1, "decoupe": "1", "message_id": "<1@x>", "adresse": "a@x",
        "objet": "", "octets": 1, "prepare_le": first, "etat": "envoye", "reponse": "", "essais": 1,
    }  # fmt: skip
    with opened(path) as journal, journal:
        insert(journal, "envoi", [{**row, "etat_le": when} for when in (first, "2026-09-03T08:00:00+02:00")])
    assert [one.etat_le for one in sorted(read_envois(path), key=lambda one: one.etat_le)] == [
        one.etat_le for one in read_envois(path)
    ]
    with consulted(path) as journal:
        earlier, later = (one.etat_le for one in envois_connus(journal))
    assert earlier < later
    assert [one.quand < later for one in read_partis(path, {})] == [True, False]
