"""Journals that former versions of the program really left are brought to this one with all they hold.

Version 2 was never in a program: its step came out together with the next one.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.errors import OutputError
from pipeline.journal.history import ecole, envois_connus, lots_connus, passages
from pipeline.journal.letters import last_states, lettres_of
from pipeline.journal.opening import consulted, standing
from pipeline.journal.sendings import Etat
from pipeline.journal.tables import SCHEMA_VERSION
from pipeline.journal.witness import Tenue
from pipeline.uai import key_of
from support.journal_at import begin, last_lots, opened, read_envois
from support.program import ROOT
from support.ready_campaign import letters_in

SCHOOL = "0779900" + key_of("0779900")
FORMER = [1, 3, 4]


@pytest.fixture(params=FORMER)
def former(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[int, Path]:
    """A journal as the program of that version left it, and its number."""
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path)) as journal:
        journal.executescript((ROOT / f"tests/support/data/journal_v{request.param}.sql").read_text(encoding="utf-8"))
    return request.param, path


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as journal:
        return int(journal.execute("PRAGMA user_version").fetchone()[0])


def test_what_a_former_version_wrote_is_all_there(former: tuple[int, Path]) -> None:
    version, path = former
    assert version_of(path) == version
    begin(path)
    assert (version_of(path), standing(path)) == (SCHEMA_VERSION, Tenue.JUSTE)
    assert [(lot.dsden, len(lot.letters), f"{lot.montant_total}") for lot in last_lots(path)] == [
        ("77", 1, "625.00"), ("93", 1, "625.00"),
    ]  # fmt: skip
    letters = letters_in(path)
    assert [one.fields["referent"]["nom"] for one in letters] == ["Exemple", "Modèle"]
    assert all(len(one.recipe.gabarit) == 64 for one in letters)
    sent = [] if version == 1 else [Etat.ENVOYE] * 2
    assert [one.etat for one in read_envois(path)] == sent
    with opened(path) as journal:
        assert [one.dsden for one in last_states(journal, lettres_of(journal))] == ["77", "93"]


def test_it_is_shown_without_being_changed(former: tuple[int, Path]) -> None:
    version, path = former
    before = path.read_bytes()
    with consulted(path) as journal:
        (run,) = passages(journal)
        assert (run.classeur, run.lettres, run.anomalies) == ("deux.xlsx", 2, None)
        assert [one.dsden for one in lots_connus(journal)] == ["77", "93"]
        assert len(envois_connus(journal)) == (0 if version == 1 else 2)
        found = ecole(journal, SCHOOL)
    assert found is not None
    assert [one.referent for one in found.versions] == ["Anne Exemple"]
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_byte_that_its_own_program_would_not_have_missed_is_seen(former: tuple[int, Path]) -> None:
    _, path = former
    data = bytearray(path.read_bytes())
    data[4096:8192] = bytes(4096)
    path.write_bytes(data)
    with pytest.raises(OutputError, match="le journal est abîmé"):
        begin(path)
    assert path.read_bytes() == data
