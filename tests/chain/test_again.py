"""Running again, through the command and the real LibreOffice: what nothing changed is not made again, and a kill costs nothing."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from pipeline.errors import ExitCode
from pipeline.uai import key_of
from support.program import ROOT, mlds
from support.results import check_bundles, check_letters
from support.rows import GOOD, HEADERS

NBSP = "\N{NO-BREAK SPACE}"
LETTERS = 12
STORE = "2026-2027/.reserve"


def workbook(path: Path, corrected: Sequence[int] = ()) -> Path:
    """Write twelve good rows over the three DSDEN; the rows that are `corrected` have another amount."""
    book = Workbook()
    book.active.append(list(HEADERS.values()))
    for number in range(LETTERS):
        digits = f"{('077', '093', '094')[number % 3]}99{number:02d}"
        amount = {"imp": "1", "montant": 1250} if number in corrected else {}
        row = GOOD | {"uai": digits + key_of(digits), "referent_nom": f"Exemple {chr(65 + number)}"} | amount
        book.active.append([row[role] for role in HEADERS])
    book.save(path)
    return path


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workbook(tmp_path_factory.mktemp("classeurs") / "campagne.xlsx")


@pytest.fixture(scope="session")
def first(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a first run, made once; each test works on its copy."""
    folder = tmp_path_factory.mktemp("premier") / "sortie"
    done = mlds("produire", plain, "--sortie", folder)
    assert done.returncode == ExitCode.OK, done.stderr
    assert f"{LETTERS}{NBSP}lettres conformes, dont {LETTERS}{NBSP}faites à ce passage  (" in done.stderr
    return folder


@pytest.fixture
def sortie(first: Path, tmp_path: Path) -> Path:
    return shutil.copytree(first, tmp_path / "sortie")


def bundles(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("2026-2027/lots/*.zip")}


def letters(folder: Path) -> dict[str, bytes]:
    """Return the PDFs of all the bundles, by name."""
    found = {}
    for path in folder.glob("2026-2027/lots/*.zip"):
        with zipfile.ZipFile(path) as archive:
            found |= {name: archive.read(name) for name in archive.namelist() if name.endswith(".pdf")}
    return found


def run(sortie: Path, classeur: Path, *options: str, **more: Any) -> str:
    """Run the command again, and return what it said."""
    done = mlds("produire", classeur, "--sortie", sortie, *options, **more)
    assert done.returncode == ExitCode.OK, done.stderr
    return done.stderr


def dates(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (folder / STORE).iterdir()}


def test_a_second_run_makes_nothing_and_gives_the_same_bundles(first: Path, sortie: Path, plain: Path) -> None:
    said = run(sortie, plain)
    assert f"{LETTERS}{NBSP}lettres conformes, dont 0{NBSP}faite à ce passage  (" in said
    assert bundles(sortie) == bundles(first)
    assert dates(sortie) == dates(first)
    assert len(bundles(first)) == 3


def test_a_run_is_written_down_with_its_zone(first: Path) -> None:
    with closing(sqlite3.connect(first / "2026-2027/journal.sqlite")) as journal:
        (when,) = journal.execute("SELECT quand FROM passage").fetchone()
        files = journal.execute("SELECT DISTINCT publie_le FROM fichier").fetchall()
    assert datetime.fromisoformat(when).tzinfo
    assert files == [(when,)]


def test_a_run_that_makes_nothing_needs_no_libreoffice_at_work(sortie: Path, plain: Path, tmp_path: Path) -> None:
    fake = tmp_path / "bin/soffice"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\necho "$@" >> "$0.appels"\n')
    fake.chmod(0o755)
    real = Path(shutil.which("soffice") or shutil.which("libreoffice") or "").resolve().parent
    for facts in real.glob("*rc"):  # what tells the engine's version: the recipe must stay the same
        (fake.parent / facts.name).symlink_to(facts)
    environment = {**os.environ, "PATH": f"{fake.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    said = run(sortie, plain, env=environment)
    assert f"dont 0{NBSP}faite à ce passage" in said
    assert not Path(f"{fake}.appels").exists()


def test_one_corrected_amount_makes_one_letter_again(first: Path, sortie: Path, tmp_path: Path) -> None:
    said = run(sortie, workbook(tmp_path / "corrige.xlsx", corrected=[4]))
    assert f"dont 1{NBSP}faite à ce passage : montant corrigé (1)" in said
    before, after = letters(first), letters(sortie)
    assert [name[:16] for name in before if after[name] != before[name]] == ["lettres/0939904" + key_of("0939904")]
    assert after.keys() == before.keys()
    # The letter that was replaced is not kept: nobody would look for it, and it holds a name.
    assert len(dates(sortie)) == 2 * LETTERS
    check_bundles(sortie / "2026-2027")
    check_letters(sortie / "2026-2027")


def test_a_changed_template_makes_all_again(first: Path, sortie: Path, plain: Path, project: Path) -> None:
    template = project / "templates/lettre_mission.docx"
    changed = project / "change.docx"
    with zipfile.ZipFile(template) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"GPDS", b"GPDX"))
    changed.replace(template)
    said = run(sortie, plain, cwd=project)
    assert f"dont {LETTERS}{NBSP}faites à ce passage : gabarit modifié ({LETTERS})" in said
    before, after = letters(first), letters(sortie)
    assert all(after[name] != before[name] for name in before)


@pytest.mark.parametrize("ending", [".pdf", ".json"])
def test_a_damaged_entry_is_made_again_and_told(first: Path, sortie: Path, plain: Path, ending: str) -> None:
    victim = next(path for path in sorted((sortie / STORE).iterdir()) if path.suffix == ending)
    victim.write_bytes(victim.read_bytes()[:-20])
    said = run(sortie, plain)
    assert f"dont 1{NBSP}faite à ce passage : PDF absent ou abîmé (1)" in said
    assert f"1{NBSP}PDF gardé était abîmé : refait à ce passage." in said
    assert bundles(sortie) == bundles(first)


def test_a_store_that_was_deleted_is_filled_again(first: Path, sortie: Path, plain: Path) -> None:
    shutil.rmtree(sortie / STORE)
    said = run(sortie, plain)
    assert f"PDF absent ou abîmé ({LETTERS})" in said
    assert "était abîmé" not in said
    assert bundles(sortie) == bundles(first)


def test_refaire_makes_all_again_with_the_same_bytes(first: Path, sortie: Path, plain: Path) -> None:
    said = run(sortie, plain, "--refaire")
    assert f"dont {LETTERS}{NBSP}faites à ce passage  (" in said
    assert bundles(sortie) == bundles(first)
    assert all(dates(sortie)[name] > date for name, date in dates(first).items())


def test_killed_at_any_moment_the_next_run_makes_up_for_it(first: Path, plain: Path, tmp_path: Path) -> None:
    corrected = workbook(tmp_path / "corrige.xlsx", corrected=range(0, LETTERS, 2))
    began = time.monotonic()
    run(tmp_path / "reference", corrected)
    took = time.monotonic() - began
    expected = {plain: bundles(first), corrected: bundles(tmp_path / "reference")}
    sortie, chance = tmp_path / "sortie", random.Random(3)
    killed = []
    for number in range(5):
        process = start(sortie, (corrected, plain)[number % 2], tmp_path)
        try:
            process.wait(timeout=chance.uniform(0.2, 0.95) * took)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed.append(process.pid)
        for name, data in bundles(sortie).items():
            assert data in (expected[plain].get(name), expected[corrected].get(name)), "half a bundle"
    assert killed
    run(sortie, corrected)
    assert bundles(sortie) == expected[corrected]
    assert left_over(sortie, killed) == []


@pytest.mark.skipif(
    not os.environ.get("CI") and not os.access("/dev/shm", os.W_OK), reason="this system has no folder in memory"
)
def test_killed_while_making_again_leaves_nothing_in_memory(sortie: Path, plain: Path, tmp_path: Path) -> None:
    process = start(sortie, plain, tmp_path, "--refaire")
    while not in_memory([process.pid]) and process.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.01)
    process.kill()
    process.wait()
    assert f"dont 0{NBSP}faite à ce passage" in run(sortie, plain)
    assert left_over(sortie, [process.pid]) == []


def start(sortie: Path, classeur: Path, folder: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pipeline", "produire", str(classeur), "--sortie", str(sortie), *options]
    with (folder / "journal.txt").open("ab") as said:
        return subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=said, stderr=said
        )


def left_over(sortie: Path, pids: Sequence[int]) -> list[Path]:
    """Return the temporary files and folders of runs that are over."""
    hidden = [
        path for pattern in (".en-cours-*", ".*.partiel", "*.partiel", ".*.ancien") for path in sortie.rglob(pattern)
    ]
    return [*hidden, *in_memory(pids)]


def in_memory(pids: Sequence[int]) -> list[Path]:
    return [path for pid in pids for path in Path("/dev/shm").glob(f"mlds-{pid}-*")]
