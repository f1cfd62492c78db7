"""The journal is believed only while its witness knows it: a byte, an old copy, a missing file stop everything."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pipeline.cli.journal import mend_journal
from pipeline.errors import ExitCode, JournalError, OutputError
from pipeline.journal import runs, sendings
from pipeline.journal.mending import copy_serves
from pipeline.journal.opening import consulted, standing
from pipeline.journal.opening import opened as journal_opened
from pipeline.journal.sendings import Etat
from pipeline.journal.witness import Tenue, copy_of, witness_of
from pipeline.send.message import compose
from pipeline.settings.config import Config
from support.journal_at import begin, last_lots, noting, opened, proved_bundles, read_envois, record_run
from support.mail_servers.faulty import FaultyServer
from support.ready_campaign import WHEN, Sending, message_id, sending, write_campaign
from support.recorded import LOT, RUN, VERSION_1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of one run, with its witness and its copy."""
    begin(tmp_path / "journal.sqlite")
    record_run(tmp_path / "journal.sqlite", RUN, [LOT])
    return tmp_path / "journal.sqlite"


def flip(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 1 << place % 8
    file.write_bytes(data)


def stopped(path: Path, words: str) -> None:
    """Everything that uses the journal stops, says why and how to go on; the journal is left as it is."""
    before = path.read_bytes()
    for use in (begin, last_lots, read_envois, lambda one: record_run(one, RUN, [LOT])):
        with pytest.raises(JournalError, match=words) as caught:
            use(path)
        assert "mlds journal --reprendre" in str(caught.value)
    assert path.read_bytes() == before


def test_copy_and_witness_follow_every_change(path: Path) -> None:
    for _ in range(3):
        assert (standing(path), copy_of(path).read_bytes()) == (Tenue.JUSTE, path.read_bytes())
        record_run(path, RUN, [LOT])
    assert list(path.parent.glob("*partiel")) == []


def test_looking_changes_nothing(path: Path) -> None:
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in path.parent.iterdir()}
    begin(path)
    last_lots(path)
    with consulted(path) as journal:
        assert journal.execute("SELECT count(*) FROM lot").fetchone() == (1,)
    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in path.parent.iterdir()} == before


def test_a_byte_that_changes_anywhere_in_the_journal_is_seen(path: Path) -> None:
    good = path.read_bytes()
    for place in [*range(100), *Random(6).sample(range(100, len(good)), 60)]:
        flip(path, place)
        assert standing(path) in (Tenue.ABIMEE, Tenue.AUTRE), place
        with pytest.raises(JournalError, match=r"le journal est abîmé|d’une autre campagne"):
            last_lots(path)
        path.write_bytes(good)
    assert len(last_lots(path)) == 1


def test_an_old_copy_is_never_believed(path: Path) -> None:
    old = path.read_bytes()
    record_run(path, RUN, [LOT])
    path.write_bytes(old)
    stopped(path, "une ancienne copie : il ne sait pas tout")


def test_the_last_copy_put_back_is_as_good_as_the_journal(path: Path) -> None:
    path.unlink()
    stopped_missing(path)
    shutil.copy(copy_of(path), path)
    assert len(last_lots(path)) == 1


def stopped_missing(path: Path) -> None:
    with pytest.raises(JournalError, match="le journal a disparu"):
        begin(path)
    assert not path.exists()


@pytest.mark.parametrize(
    "trace", ["lots/DSDEN-77_2026-2027.zip", "lots/anciens/x.zip", ".reserve/ab.pdf", "journal.temoin"]
)
def test_whatever_is_left_of_a_campaign_tells_that_its_journal_is_lost(tmp_path: Path, trace: str) -> None:
    (tmp_path / trace).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / trace).write_bytes(b"x")
    stopped_missing(tmp_path / "journal.sqlite")
    (tmp_path / "journal.sqlite").touch()
    with pytest.raises(JournalError, match="le journal a disparu"):
        begin(tmp_path / "journal.sqlite")


def test_the_journal_of_another_campaign_is_told(path: Path, tmp_path: Path) -> None:
    for number in range(2):  # one that is younger, then one that is older
        other = tmp_path / f"autre-{number}" / "journal.sqlite"
        other.parent.mkdir()
        for _ in range(5 * number):
            record_run(other, RUN, [LOT])
        begin(other)
        shutil.copy(other, path)
        stopped(path, "celui d’une autre campagne")


def test_a_run_that_was_killed_before_the_witness_stops_nobody(path: Path) -> None:
    before = {file: file.read_bytes() for file in (witness_of(path), copy_of(path))}
    record_run(path, RUN, [LOT])
    for file, data in before.items():
        file.write_bytes(data)
    assert standing(path) is Tenue.EN_AVANCE
    assert len(last_lots(path)) == 1
    assert (standing(path), copy_of(path).read_bytes()) == (Tenue.JUSTE, path.read_bytes())


def test_a_run_that_was_killed_while_it_made_the_journal_stops_nobody(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.touch()
    begin(path)
    assert standing(path) is Tenue.JUSTE
    # Killed before the journal knew that it has a witness.
    with closing(sqlite3.connect(path)) as journal, journal:
        journal.execute("UPDATE campagne SET temoin = 0")
    for file in (witness_of(path), copy_of(path)):
        file.unlink()
    begin(path)
    assert standing(path) is Tenue.JUSTE


def test_a_journal_of_before_the_witness_gets_one(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path)) as journal:
        journal.executescript(VERSION_1)
    assert standing(path) is Tenue.JAMAIS_VUE
    with consulted(path) as copy:
        assert copy.execute("SELECT count(*) FROM fichier").fetchone() == (0,)
    with closing(sqlite3.connect(path)) as journal:  # merely read, it was not migrated
        assert journal.execute("PRAGMA user_version").fetchone() == (1,)
    assert len(last_lots(path)) == 1
    assert standing(path) is Tenue.JUSTE
    with closing(sqlite3.connect(path)) as journal:
        journal.executescript(
            "DROP TABLE lettre; DROP TABLE lot; DROP TABLE passage; DROP TABLE campagne; PRAGMA user_version = 0"
        )
        journal.executescript(VERSION_1)
    stopped(path, "une ancienne copie")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one.unlink(),
        lambda one: flip(one, 40),
        lambda one: one.write_bytes(b"[" * 9999),
        lambda one: one.write_bytes(b""),
    ],
)
def test_without_its_witness_a_journal_is_held_against_its_copy(path: Path, spoil: Callable[[Path], Any]) -> None:
    old, older_copy = path.read_bytes(), copy_of(path).read_bytes()
    record_run(path, RUN, [LOT])
    last = path.read_bytes()
    spoil(witness_of(path))
    path.write_bytes(old)
    stopped(path, "une ancienne copie")
    path.write_bytes(last)
    copy_of(path).write_bytes(older_copy)
    stopped(path, "le témoin du journal")
    copy_of(path).unlink()
    stopped(path, "le témoin du journal")
    copy_of(path).write_bytes(last)
    assert len(last_lots(path)) == 1
    assert standing(path) is Tenue.JUSTE


def test_a_journal_put_back_after_a_sending_never_sends_twice(config: Config, tmp_path: Path) -> None:
    with FaultyServer(tls="aucune") as server:
        ready = sending(config, port=server.port, securite="aucune", envoi_en_clair_decide_par="x").with_output(
            tmp_path
        )
        write_campaign(ready)
        before, at_start = (
            ready.journal.read_bytes(),
            {one: one.read_bytes() for one in ready.dossier_annee.glob("journal*")},
        )
        one = Sending(ready)
        assert one.run() == 0
        assert len(server.received) == 3
        ready.journal.write_bytes(before)
        with pytest.raises(JournalError, match="une ancienne copie"):
            one.run()
        ready.journal.unlink()
        with pytest.raises(JournalError, match="le journal a disparu"):
            one.run()
        shutil.copy(copy_of(ready.journal), ready.journal)
        assert one.run() == 0
        assert "tout est déjà parti" in one.said
        assert len(server.received) == 3
        assert set(at_start) == {ready.journal, witness_of(ready.journal), copy_of(ready.journal)}


def test_a_copy_made_during_a_sending_that_was_killed_knows_what_may_have_left(config: Config, tmp_path: Path) -> None:
    ready = sending(config, envoi_en_clair_decide_par="x").with_output(tmp_path)
    write_campaign(ready)
    copies: dict[Etat, bytes] = {}
    (message,) = compose(proved_bundles(ready)[0], ready, when=WHEN, message_ids=message_id)
    with noting(ready.journal, {"77": "2"}, lambda: WHEN) as note:
        for etat in (Etat.PREPARE, Etat.EN_COURS):
            note(message, etat, 1)
            copies[etat] = copy_of(ready.journal).read_bytes()
        witness = witness_of(ready.journal).read_bytes()
    ready.journal.write_bytes(copies[Etat.EN_COURS])
    witness_of(ready.journal).write_bytes(witness)
    assert [one.etat for one in read_envois(ready.journal)] == [Etat.INCERTAIN]
    ready.journal.write_bytes(copies[Etat.PREPARE])
    with pytest.raises(JournalError, match="une ancienne copie"):
        read_envois(ready.journal)


def test_a_witness_that_cannot_be_written_stops_before_the_last_byte(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultyServer(tls="aucune") as server:
        one = sending_to(config, server, tmp_path)
        monkeypatch.setattr("pipeline.journal.witness._set", _full)
        with pytest.raises(OutputError, match=r"n’est pas parti, ni ceux qui le suivent\. .*impossible d’écrire"):
            one.run()
        assert server.received == []
        monkeypatch.undo()
        # What certainly did not leave is not called uncertain, and leaves as soon as there is room.
        assert [one.etat for one in read_envois(one.config.journal)] == [Etat.PREPARE]
        assert one.run() == 0
        assert len(server.received) == 3


def test_a_disk_that_takes_nothing_more_leaves_a_sentence_that_tells_what_the_journal_will_say(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def full_from_now_on(draft: Path, target: Path) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
        _full(draft, target)

    with FaultyServer(tls="aucune") as server:
        one = sending_to(config, server, tmp_path)
        monkeypatch.setattr("pipeline.journal.witness._set", full_from_now_on)
        try:
            with pytest.raises(OutputError, match=r"n’est pas parti, ni .*, mais le journal le dira incertain"):
                one.run()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert server.received == []
    monkeypatch.undo()
    assert [one.etat for one in read_envois(one.config.journal)] == [Etat.INCERTAIN]


def sending_to(config: Config, server: FaultyServer, folder: Path) -> Sending:
    ready = sending(config, port=server.port, securite="aucune", envoi_en_clair_decide_par="x").with_output(folder)
    write_campaign(ready)
    return Sending(ready)


def _full(draft: Path, target: Path) -> None:
    raise OSError(28, "No space left on device")


def test_what_is_written_in_the_block_stays_when_the_witness_fails(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.journal.witness._set", _full)
    record_run(path, RUN, [LOT])
    monkeypatch.undo()
    assert standing(path) is Tenue.EN_AVANCE
    with opened(path) as journal:
        assert journal.execute("SELECT count(*) FROM passage").fetchone() == (2,)
    assert standing(path) is Tenue.JUSTE


def test_an_older_journal_put_in_place_of_the_open_one_is_not_written(config: Config, tmp_path: Path) -> None:
    """It would otherwise get a witness of its own, and what left since would leave again."""
    ready = sending(config, envoi_en_clair_decide_par="x").with_output(tmp_path)
    write_campaign(ready)
    path = ready.journal
    older = path.read_bytes()
    record_run(path, RUN, [])
    (message,) = compose(proved_bundles(ready)[0], ready, when=WHEN, message_ids=message_id)
    with journal_opened(path) as journal:
        path.write_bytes(older)
        before = {one: one.read_bytes() for one in (path, witness_of(path), copy_of(path))}
        with pytest.raises(JournalError, match="une ancienne copie"):
            runs.record_run(journal, RUN, [])
        assert {one: one.read_bytes() for one in before} == before
        with (
            pytest.raises(OutputError, match="n’est pas parti"),
            sendings.noting(journal, {"77": "2"}, lambda: WHEN) as note,
        ):
            note(message, Etat.EN_COURS, 1)
    assert standing(path) is Tenue.ANCIENNE


def test_a_copy_that_is_ahead_of_its_witness_serves_too(path: Path) -> None:
    """A run was killed between copy and witness, and the journal is lost: the copy still knows everything."""
    witness = witness_of(path).read_bytes()
    record_run(path, RUN, [LOT])
    witness_of(path).write_bytes(witness)
    path.unlink()
    assert copy_serves(path)
    flip(copy_of(path), 5000)
    witness_of(path).unlink()
    assert not copy_serves(path)


def killed_in_mid_commit(path: Path) -> Path:
    """Leave a journal as a run that was killed in mid-commit does, half-written, beside the file that undoes it."""
    with opened(path) as journal, journal:
        journal.executemany("INSERT INTO purge VALUES (?, 1, 1, 1, 1)", [("x" * 500,)] * 500)
    code = (
        "import os, sqlite3, sys; journal = sqlite3.connect(sys.argv[1]); journal.execute('PRAGMA cache_size = 2');"
        "journal.execute('BEGIN'); journal.execute(\"UPDATE purge SET quand = replace(quand, 'x', 'y')\");"
        "os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)]).returncode == 9
    hot = path.with_name(f"{path.name}-journal")
    assert hot.stat().st_size > 0
    return hot


def test_looking_at_a_journal_that_a_killed_run_left_half_written_changes_nothing(path: Path) -> None:
    killed_in_mid_commit(path)
    before = {file: file.read_bytes() for file in path.parent.iterdir()}
    assert standing(path) is Tenue.JUSTE
    with consulted(path) as journal:
        assert journal.execute("SELECT count(*) FROM purge WHERE quand LIKE 'x%'").fetchone() == (500,)
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before
    begin(path)  # whoever holds the folder undoes it
    assert standing(path) is Tenue.JUSTE


@pytest.mark.parametrize("lost", [("journal.sqlite",), ("journal.sqlite", "journal.sauvegarde.sqlite")])
def test_what_a_killed_run_left_is_never_rolled_into_the_journal_that_takes_its_place(
    config: Config, tmp_path: Path, lost: tuple[str, ...]
) -> None:
    ready = config.with_output(tmp_path)
    begin_in(ready.journal)
    hot = killed_in_mid_commit(ready.journal)
    for name in lost:
        ready.journal.with_name(name).unlink()
    assert mend_journal(ready, WHEN, confirmer=True) == ExitCode.OK
    assert not hot.exists()
    assert len(list(hot.parent.glob("journal_ecarte_*.sqlite-journal"))) == 1
    assert standing(ready.journal) is Tenue.JUSTE
    assert len(last_lots(ready.journal)) == (1 if len(lost) == 1 else 0)


def begin_in(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    begin(path)
    record_run(path, RUN, [LOT])
