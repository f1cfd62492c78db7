"""On a terminal: whatever happens, the cursor comes back and the last line is whole."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from pipeline.cli.usage import INTERRUPTED
from pipeline.errors import ExitCode
from support.program import ROOT
from support.terminals import on_a_terminal
from support.workbooks import HEAD, ROW, book

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
IN_FULL_SWING = """
import os, signal
import pipeline.load.stage

def load(*_):
    os.kill(os.getpid(), signal.SIGINT) if os.environ["HOW"] == "ctrl-c" else None
    raise RuntimeError("a bug")

pipeline.load.stage.load = load
"""


def left_on(drawn: str) -> str:
    """Return what can be read once the bar is erased, on one line."""
    return " ".join(re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", drawn.rpartition("\x1b[2K")[2]).split())


@pytest.fixture
def swing(tmp_path: Path) -> Path:
    """A place for Python to find a stage that breaks while its bar is drawn."""
    (tmp_path / "sitecustomize.py").write_text(IN_FULL_SWING)
    return tmp_path


def test_a_success_gives_the_terminal_back(project: Path) -> None:
    code, drawn = on_a_terminal("verifier", "data/sample.xlsx", cwd=project, env={"PYTHONPATH": str(ROOT)})
    assert code == ExitCode.ROWS_LEFT
    assert drawn.rfind(SHOW) > drawn.rfind(HIDE) > -1
    assert left_on(drawn).endswith('mlds verifier "sortie/verification/2026-2027/anomalies.xlsx"')
    assert drawn.endswith("\r\n")


def test_an_error_gives_the_terminal_back(project: Path) -> None:
    code, drawn = on_a_terminal("verifier", "config.toml", cwd=project, env={"PYTHONPATH": str(ROOT)})
    assert code == ExitCode.INPUT
    assert drawn.rfind(SHOW) > drawn.rfind(HIDE) > -1
    assert left_on(drawn).startswith("config.toml : ")
    assert drawn.endswith("\r\n")


@pytest.mark.parametrize(
    ("how", "expected", "words"), [("ctrl-c", ExitCode.INTERRUPTED, INTERRUPTED), ("bug", ExitCode.BUG, "Le programme")]
)
def test_what_breaks_in_full_swing_gives_the_terminal_back(
    project: Path, swing: Path, how: str, expected: ExitCode, words: str
) -> None:
    path = f"{swing}{os.pathsep}{ROOT}"
    code, drawn = on_a_terminal("verifier", "data/sample.xlsx", cwd=project, env={"PYTHONPATH": path, "HOW": how})
    assert code == expected, drawn
    assert "Lecture du classeur" in drawn
    assert drawn.rfind(SHOW) > drawn.rfind(HIDE) > -1
    assert left_on(drawn).startswith(words)
    assert drawn.endswith("\r\n")


def test_sentences_are_cut_between_words(project: Path) -> None:
    for command in (["verifier", "data/sample.xlsx"], ["produire", "--config", "absent.toml"]):
        _, drawn = on_a_terminal(*command, cwd=project, env={"PYTHONPATH": str(ROOT)})
        lines = [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", line.rpartition("\r")[2]) for line in drawn.split("\r\n")]
        assert max(len(line) for line in lines) <= 80
        assert any(len(line) > 60 for line in lines)


def test_no_line_of_a_table_is_broken_on_eighty_columns(project: Path) -> None:
    code, drawn = on_a_terminal("modele", "--champs", cwd=project, env={"PYTHONPATH": str(ROOT)})
    assert code == ExitCode.OK
    lines = [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", line) for line in drawn.splitlines()]
    table = [line for line in lines if line[:1] in tuple("┏┃┡│└├")]
    assert len(table) > 10
    assert {len(line) for line in table} <= {len(table[0])}
    assert len(table[0]) <= 80


@pytest.mark.parametrize("columns", [80, 120])
def test_the_columns_understood_are_told_once_for_sheets_that_have_the_same(
    tmp_path: Path, project: Path, columns: int
) -> None:
    path = tmp_path / "classeur.xlsx"
    head = [*HEAD, "Une colonne dont le nom est long et qui ne sert à rien de ce que dit la lettre"]
    path.write_bytes(book({"Un": [head, ROW], "Deux": [head, ROW], "Trois": [[text.upper() for text in HEAD]]}))
    code, drawn = on_a_terminal("verifier", path, cwd=project, env={"PYTHONPATH": str(ROOT)}, columns=columns)
    assert code == ExitCode.OK
    lines = [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", line.rpartition("\r")[2]) for line in drawn.split("\r\n")]
    assert max(len(line) for line in lines if not line.startswith("mlds ")) <= columns
    assert [line.replace("\xa0", " ") for line in lines if line.endswith("comprises\u00a0:")] == [
        "Feuilles « Un » et « Deux », colonnes comprises :",
        "Feuille « Trois », colonnes comprises :",
    ]
    assert "│ A │ RNE " in drawn
    assert 'referent_nom = "Patronyme"' in " ".join(drawn.split())
    assert not [line for line in lines if line.startswith((":", "»"))]
