"""Dates and hours where the program is used: three time zones, two changes of hour a year, the new year."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from pipeline.campaign.diagnosis import Mark
from pipeline.campaign.diagnosis.machine import clock
from pipeline.campaign.publication import set_modified_aside
from pipeline.cli.options import now
from pipeline.french.words import heure, jour, jour_en_nom, jour_nomme, moment, month_of
from pipeline.journal.history import ecole, lots_connus
from pipeline.journal.tables import moment_of
from pipeline.progress import saved_at
from pipeline.send.written import format_datetime
from pipeline.settings.config import Config
from pipeline.summarize.sendings import passages
from support.journal_at import opened
from support.program import ROOT

SUMMER = "2026-10-25T02:50:00+02:00"
WINTER = "2026-10-25T02:10:00+01:00"
"""Twenty minutes later, and earlier by the clock on the wall: the hour between them comes twice in Paris."""


@pytest.mark.usefixtures("zone")
def test_now_has_its_zone_and_is_now() -> None:
    assert now().tzinfo is not None
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "local",
    [
        (2026, 8, 15, 0, 30), (2026, 12, 31, 23, 59), (2027, 1, 1, 0, 0), (2026, 10, 25, 4), (2027, 3, 28, 4),
        (2026, 1, 15, 0, 30),
    ],
)  # fmt: skip
def test_a_file_shows_the_day_and_hour_at_which_it_was_saved(
    zone: str, tmp_path: Path, local: tuple[int, int, int, int]
) -> None:
    path = tmp_path / "anomalies.xlsx"
    path.write_bytes(b"")
    saved = datetime(*local)
    os.utime(path, (saved.timestamp(),) * 2)
    assert saved_at(path).replace(tzinfo=None) == saved, zone
    assert saved_at(path) == saved.astimezone()
    ((_, kept),) = set_modified_aside((tmp_path,), Path("autre.xlsx")).moves
    day = "1er" if saved.day == 1 else saved.day
    assert kept.name.startswith(f"anomalies_modifie-le-{day}-{jour(saved).split(chr(0xA0))[1]}-{saved.year}")


@pytest.mark.parametrize("zone", ["Europe/Paris"], indirect=True)
@pytest.mark.usefixtures("zone")
def test_files_saved_in_the_hour_that_comes_twice_are_in_order(tmp_path: Path) -> None:
    summer, winter = tmp_path / "1", tmp_path / "2"
    for path, written in ((summer, SUMMER), (winter, WINTER)):
        path.write_bytes(b"")
        os.utime(path, (moment_of(written).timestamp(),) * 2)
    assert saved_at(summer) < saved_at(winter)
    assert [f"{saved_at(path):%H:%M}" for path in (summer, winter)] == ["02:50", "02:10"]


@pytest.mark.parametrize("seconds", [-1e11, -1, 0, 1e10, 1e14])
@pytest.mark.usefixtures("zone")
def test_a_date_that_no_calendar_holds_stops_nothing(
    seconds: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "stat", lambda self: SimpleNamespace(st_mtime=seconds))
    assert 1969 <= saved_at(tmp_path).year <= 9999


@pytest.mark.usefixtures("zone")
def test_the_clock_is_judged_by_the_day_on_which_files_were_saved(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"")
    os.utime(path, (datetime(2027, 8, 15, 0, 30).timestamp(),) * 2)
    alone = config.model_copy(update={"classeur": config.classeur.model_copy(update={"dossier": tmp_path / "rien"})})
    finding = clock(alone.with_output(tmp_path), path, datetime(2026, 12, 1, 9).astimezone())
    assert finding.mark is Mark.WRONG
    assert "15 août 2027" in finding.text.replace("\u00a0", " ")


def journal_of(path: Path, *moments: str) -> Path:
    """Write a journal of runs that made the same bundle, at these moments, and found the same vacant post."""
    with opened(path) as journal, journal:
        for number, moment in enumerate(moments, 1):
            insert(journal, "passage", id=number, quand=moment)
            insert(journal, "lot", id=number, passage=number, dsden="77", sha256="ab", montant_total="0.00")
            insert(journal, "poste_vacant", passage=number, uai="0779999A", etablissement=f"Collège {number}")
    return path


def insert(journal: sqlite3.Connection, table: str, **row: object) -> None:
    """Write a row, what it does not say being empty."""
    known = journal.execute(f"SELECT name, type FROM pragma_table_info('{table}') WHERE \"notnull\" AND pk = 0")
    whole = {name: 0 if kind == "INTEGER" else "" for name, kind in known} | row
    marks = ", ".join("?" * len(whole))
    journal.execute(f"INSERT INTO {table} ({', '.join(whole)}) VALUES ({marks})", tuple(whole.values()))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (SUMMER, WINTER),
        ("2026-12-31T23:50:00-04:00", "2027-01-01T00:10:00-04:00"),
        ("2026-10-01T09:00:00+11:00", "2026-10-01T08:00:00+02:00"),
        ("2027-01-01T00:10:00+01:00", "2026-12-31T20:20:00-04:00"),
    ],
    ids=["change of hour", "new year", "Noumea, then Paris", "Paris, then Guadeloupe"],
)
def test_the_journal_is_in_the_order_in_which_things_were_done(tmp_path: Path, first: str, last: str) -> None:
    with closing(sqlite3.connect(journal_of(tmp_path / "journal.sqlite", first, last))) as journal:
        (lot,) = lots_connus(journal)
        school = ecole(journal, "0779999A")
    assert (lot.premier, lot.dernier) == (moment_of(first), moment_of(last))
    assert (lot.premier.isoformat(), lot.dernier.isoformat()) == (first, last)
    assert lot.premier < lot.dernier
    assert school is not None
    assert school.vacances == (moment_of(first), moment_of(last))
    assert school.nom == "Collège 2"


@pytest.mark.usefixtures("zone")
def test_a_moment_without_a_zone_is_of_this_computer() -> None:
    for written in ("2026-07-14T09:00:00", "2026-10-25T02:30:00", "2027-03-28T02:30:00", "2026-12-31T23:59:59"):
        assert moment_of(written).tzinfo is not None
        assert moment_of(written) == datetime.fromisoformat(written).astimezone()


def test_one_moment_is_two_days_in_two_places() -> None:
    noumea = datetime(2027, 1, 1, 8, tzinfo=timezone(timedelta(hours=11)))
    guadeloupe = noumea.astimezone(timezone(timedelta(hours=-4)))
    assert noumea == guadeloupe
    assert [jour(one).replace("\u00a0", " ") for one in (noumea, guadeloupe)] == [
        "1er janvier 2027",
        "31 décembre 2026",
    ]


@pytest.mark.parametrize(
    ("local", "day", "hour"),
    [
        ((2026, 12, 1, 14, 27), "mardi 1er décembre 2026", "14 h 27"),
        ((2026, 9, 11, 9, 5), "vendredi 11 septembre 2026", "9 h 05"),
        ((2027, 1, 1, 0, 0), "vendredi 1er janvier 2027", "0 h 00"),
        ((2027, 8, 21, 23, 59), "samedi 21 août 2027", "23 h 59"),
    ],
)
def test_days_and_hours_have_one_form_for_people(local: tuple[int, ...], day: str, hour: str) -> None:
    when = datetime(*local)  # type: ignore[arg-type]
    shown = (jour_nomme(when), heure(when), moment(when), jour_en_nom(when).replace("-", " "))
    name = day.partition(" ")[2]
    assert [one.replace("\u00a0", " ") for one in shown] == [day, hour, f"{name} à {hour}", name]
    assert "\u00a0" in heure(when)


def test_no_other_module_writes_a_day_or_an_hour_in_words() -> None:
    """Cells are quoted as the workbook shows them, and a package is dated as its format wants."""
    own = {"french/words.py", "table.py", "xlsx/package.py"}
    written = re.compile(r"%H:%M|HH:mm|MMMM|%B|\.minute:|format_date\(")
    sources = {str(path.relative_to(ROOT / "pipeline")): path for path in (ROOT / "pipeline").rglob("*.py")}
    assert {name for name, path in sources.items() if written.search(path.read_text(encoding="utf-8"))} == own


def test_months_are_read_as_they_are_written() -> None:
    written = [jour(datetime(2027, month, 2)).split("\u00a0")[1] for month in range(1, 13)]
    assert written[7] == "août"
    assert [month_of(name) for name in ("fevr", "aout", "decembre", "ju", "")] == [2, 8, 12, 0, 0]


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize("local", [(2027, 1, 1, 0, 30), (2026, 7, 14, 23, 59)])
def test_what_people_read_is_the_time_on_their_wall(local: tuple[int, int, int, int]) -> None:
    when = datetime(*local).astimezone()
    told = str(passages({}, when)["quand"]).replace("\u00a0", " ")
    assert f"État des envois le {jour(when)} à {when.hour} h {when.minute:02}.".replace("\u00a0", " ") in told
    assert f"{when.day:02} " in cast(Callable[[datetime], str], format_datetime)(when)
