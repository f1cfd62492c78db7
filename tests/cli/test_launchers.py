"""The launchers: what a double click or a dropped workbook does, in folders whose names hold spaces and accents.

`lancer.sh` and `lancer.command` run for real; of `lancer.cmd`, which only Windows can run, the form is checked.
"""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

from pipeline.campaign.starter import PROGRAMME, lay
from pipeline.errors import ExitCode
from support.program import ROOT
from support.rows import GOOD, HEADERS

CMD = (ROOT / "lancer.cmd").read_bytes()
LINES = CMD.decode("ascii").split("\r\n")


@pytest.fixture
def screen(tmp_path: Path) -> tuple[dict[str, str], Path]:
    """An environment with a screen, whose `xdg-open` notes what it is asked to open; and where it notes it.

    It has no browser of choice: Python would call that one by its name.
    """
    opened, programs = tmp_path / "ouvert", tmp_path / "programmes"
    programs.mkdir()
    note = f"printf '%s' \"$1\" >'{opened}.part' && mv '{opened}.part' '{opened}'; sleep 0.2"
    for name, script in {"xdg-open": note, "xdg-settings": "exit 1"}.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "BROWSER")}
    return {**clean, "PATH": f"{programs}:{os.environ['PATH']}", "DISPLAY": ":99"}, opened


@pytest.fixture
def laid(tmp_path: Path) -> Path:
    """A folder that `mlds init` laid."""
    return lay(tmp_path / "Mes lettres d’été (93)").folder


@pytest.fixture
def workbook(make_workbook: Callable[..., Path]) -> Path:
    """A workbook of one good row."""
    return make_workbook([[HEADERS[role] for role in GOOD], list(GOOD.values())], "référents du 93 & 77.xlsx")


def launch(
    script: Path, *args: str | Path, cwd: Path, env: dict[str, str], stdin: int = subprocess.DEVNULL
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(script), *map(str, args)], cwd=cwd, env=env, stdin=stdin, capture_output=True, text=True, timeout=120
    )


def shown(opened: Path) -> Path:
    """Return what was opened; the browser is not waited for, so it may come a moment after the launcher's end."""
    deadline = time.monotonic() + 10
    while not opened.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return Path(unquote(urlparse(opened.read_text(encoding="utf-8")).path))


# --- Linux and macOS -----------------------------------------------------------------------------------------


def test_a_double_click_in_the_project_makes_the_letters_and_opens_the_report(
    tmp_path: Path, screen: tuple[dict[str, str], Path]
) -> None:
    """A copy of the project, set up as `.ci/setup` leaves it but for the libraries, which are those of the tests."""
    env, opened = screen
    folder = tmp_path / "Le projet à moi"
    shutil.copytree(ROOT / "pipeline", folder / "pipeline")
    shutil.copytree(ROOT / "templates", folder / "templates")
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    for name in ("config.toml", "pyproject.toml", "lancer.sh", "lancer.command"):
        shutil.copy(ROOT / name, folder)
    (folder / "entree").mkdir()
    shutil.copy(ROOT / "data/sample.xlsx", folder / "entree")
    venv.create(folder / ".venv", symlinks=True)
    (site,) = (folder / ".venv").rglob("site-packages")
    (site / "projet.pth").write_text(f"{folder}\n{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    wanted = subprocess.run("cksum <pyproject.toml", shell=True, cwd=folder, capture_output=True, text=True, check=True)
    (folder / ".venv/.pret").write_text(f"{folder}\nemploi\n{wanted.stdout}", encoding="utf-8")

    done = launch(folder / "lancer.sh", cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    assert "Création de l'environnement" not in done.stderr
    assert f"Classeur : {folder}/entree/sample.xlsx" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Terminé, mais des lignes attendent une correction")
    assert "Appuyez" not in done.stderr
    assert shown(opened) == folder / "sortie/2026-2027/rapport.html"


def test_a_dropped_workbook_is_the_one_taken(laid: Path, workbook: Path, screen: tuple[dict[str, str], Path]) -> None:
    """Its path starts from the folder of whoever drops it; without a screen nothing is opened, and nothing is said."""
    env, opened = screen
    del env["DISPLAY"]
    done = launch(laid / "lancer.command", workbook.name, cwd=workbook.parent, env=env)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "Terminé : chaque ligne qui doit avoir une lettre a la sienne."
    report = json.loads((laid / "sortie/2026-2027/rapport.json").read_text(encoding="utf-8"))
    assert (report["classeur"], report["lignes"]["lettres"]) == (workbook.name, 1)
    assert not opened.exists()


def test_the_window_waits_for_whoever_reads_it(laid: Path, screen: tuple[dict[str, str], Path]) -> None:
    """On a terminal, with no workbook at all: the sentence, then Enter."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        ["sh", laid / "lancer.sh"], env=screen[0], stdin=slave, stdout=slave, stderr=slave
    ) as process:
        said = b""
        while "pour fermer cette fenêtre.".encode() not in said:
            said += os.read(master, 4096)
        assert process.poll() is None
        os.write(master, b"\n")
        assert process.wait(timeout=10) == ExitCode.INPUT
    os.close(master)
    os.close(slave)
    text = re.sub(r"\s+", " ", said.decode())
    assert "ce dossier ne contient aucun classeur" in text
    assert "Le programme s’est arrêté : la phrase ci-dessus dit pourquoi, et que faire." in text
    assert not screen[1].exists()


def test_a_program_that_moved_is_looked_for_on_the_path(laid: Path, tmp_path: Path) -> None:
    (laid / PROGRAMME).write_text(str(tmp_path / "parti/python"), encoding="utf-8")
    there = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = launch(laid / "lancer.sh", cwd=tmp_path, env={"PATH": there})
    assert done.returncode == ExitCode.INPUT
    assert "ce dossier ne contient aucun classeur" in done.stderr


def test_a_program_that_cannot_be_found_is_said(laid: Path, tmp_path: Path) -> None:
    (laid / PROGRAMME).unlink()
    done = launch(laid / "lancer.sh", cwd=tmp_path, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 1
    assert done.stderr == "Le programme est introuvable. Installez-le, puis tapez « mlds init . » dans ce dossier.\n"


def test_one_workbook_at_a_time(laid: Path, tmp_path: Path) -> None:
    done = launch(laid / "lancer.sh", "un.xlsx", "deux.xlsx", cwd=tmp_path, env={"PATH": "/usr/bin:/bin"})
    assert (done.returncode, done.stderr) == (2, "Un seul classeur à la fois : déposez-en un, puis recommencez.\n")
    assert not (laid / "sortie").exists()


# --- Windows ---------------------------------------------------------------------------------------------------


def test_cmd_has_the_line_ends_and_the_signs_that_it_can_read() -> None:
    assert CMD.count(b"\n") == CMD.count(b"\r\n") == len(LINES) - 1
    assert LINES[0] == "@echo off"
    assert max(map(len, LINES)) < 120


def test_cmd_goes_only_to_labels_that_it_has() -> None:
    labels = {line[1:] for line in LINES if line.startswith(":")}
    targets = set(re.findall(r"\bgoto (\w+)", "\n".join(LINES)))
    assert targets == labels


def test_cmd_quotes_every_path_and_closes_every_quote() -> None:
    """A path may hold spaces, « & » and « ) »: it stands between quotes, or in a `set` that quotes the whole."""
    for line in LINES:
        if line.startswith("rem"):
            continue
        assert line.count('"') % 2 == 0, line
        inside = "".join(line.split('"')[1::2])
        for name in ("%~dp0", "%~f1", "%~1", "%~2", "%PYTHON%", "%CLASSEUR%", "%CD%"):
            assert line.count(name) == inside.count(name), line


def test_cmd_has_no_block_whose_variables_would_be_read_too_early() -> None:
    for line in LINES:
        bare = re.sub(r'"[^"]*"', "", line)
        assert line.startswith("rem") or not re.search(r"[()]", bare.replace("in () do", "")), line


def test_cmd_tells_the_exit_code_and_leaves_its_window_open() -> None:
    program = [line for line in LINES if "-m pipeline" in line]
    assert program == [
        '"%PYTHON%" -P -m pipeline produire --ouvrir',
        '"%PYTHON%" -P -m pipeline produire --ouvrir "%CLASSEUR%"',
    ]
    assert LINES[LINES.index(":fini") + 1] == 'set "CODE=%ERRORLEVEL%"'
    assert LINES[-3:] == ["pause >nul", "exit /b %CODE%", ""]
    ends = "\n".join(LINES[LINES.index(":fini") : LINES.index(":fin")]).strip().split("\n\n")
    assert all(end.endswith("\ngoto fin") for end in ends[:-1])  # the last one walks on
