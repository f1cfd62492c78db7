"""The road of what people type and read in a window of 80 columns: their words are understood, the journal is readable."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.errors import ExitCode
from pipeline.settings.config import read_config
from support.program import ROOT, mlds
from support.ready_campaign import write_campaign
from support.terminals import on_a_terminal


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        (["vérifier", "data/sample.xlsx"], ["verifier", "data/sample.xlsx"]),
        (["Verifier", "data/sample.xlsx"], ["verifier", "data/sample.xlsx"]),
        (["ve\u0301rifier", "data/sample.xlsx"], ["verifier", "data/sample.xlsx"]),
        (["contrôler"], ["controler"]),
        (["aide"], ["--help"]),
        (["aide", "vérifier"], ["verifier", "--help"]),
        (["version"], ["--version"]),
        (["brouillons"], ["envoyer", "--brouillons"]),
        (["brouillon"], ["envoyer", "--brouillons"]),
        (["--aide"], ["--help"]),
        (["verifier", "--aide"], ["verifier", "--help"]),
        (["brouillons", "--dsden", "77"], ["envoyer", "--brouillons", "--dsden", "77"]),
        (["envoyer", "--déjà-envoyé", "77"], ["envoyer", "--deja-envoye", "77"]),
        (["envoyer", "--déjà-envoyé=77"], ["envoyer", "--deja-envoye=77"]),
    ],
)
def test_what_people_type_is_understood(project: Path, typed: list[str], known: list[str]) -> None:
    said, meant = mlds(*typed, cwd=project), mlds(*known, cwd=project)
    assert (said.returncode, said.stdout) == (meant.returncode, meant.stdout)
    assert said.returncode != ExitCode.USAGE
    assert last(said) == last(meant)


def last(done: subprocess.CompletedProcess[str]) -> str:
    return "".join(done.stderr.splitlines()[-1:])


def test_the_version_and_the_help_are_those(project: Path) -> None:
    assert mlds("version", cwd=project).stdout == f"mlds {__version__}\n"
    assert "Commandes :" in mlds("aide", cwd=project).stdout.replace("\u00a0", " ")


def test_a_word_that_is_none_is_still_refused(project: Path) -> None:
    done = mlds("vérifié", cwd=project)
    assert (done.returncode, "Vouliez-vous dire « verifier » ?" in done.stderr) == (ExitCode.USAGE, True)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["envoyer", "77"], "« mlds envoyer --dsden 77 »"),
        (["envoyer", "77", "2a"], "« mlds envoyer --dsden 77 2a »"),
        (["corriger"], "anomalies.xlsx"),
        (["Corrections"], "anomalies.xlsx"),
    ],
)
def test_what_is_not_understood_is_answered_to_the_point(project: Path, typed: list[str], told: str) -> None:
    done = mlds(*typed, cwd=project)
    assert (done.returncode, told in done.stderr.replace("\u00a0", " ")) == (ExitCode.USAGE, True), done.stderr


def test_the_help_lists_the_words_that_stand_for_options(project: Path) -> None:
    said = " ".join(mlds("aide", cwd=project).stdout.split())
    assert all(f"« mlds {word} »" in said for word in ("aide", "version", "brouillons"))


@pytest.mark.parametrize("word", ["--help", "aide"])
def test_the_help_needs_nothing_but_click(word: str) -> None:
    heavy = ("pandas", "rich", "babel", "pydantic", "openpyxl", "lxml", "jinja2")
    program = (
        "import sys\nfrom pipeline.cli import main\ntry:\n    main(sys.argv[1:])\nfinally:\n"
        f"    print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program, word], env=env, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("columns", [80, 120])
def test_the_journal_can_be_read_in_a_window(project: Path, columns: int) -> None:
    """No word is cut in two, no line is longer than the window, each thing keeps its name."""
    config = read_config(project / "config.toml")
    write_campaign(config)
    code, drawn = on_a_terminal(
        "journal", cwd=project, env={"PYTHONPATH": str(ROOT), "COLUMNS": str(columns)}, columns=columns
    )
    assert code == ExitCode.OK
    shown = drawn.replace("\u00a0", " ").replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert max(map(len, shown.splitlines())) <= columns
    words = " ".join(shown.split())
    assert ("Montant : 1" in words) is (columns == 80)
    assert all(one in words for one in ("3 octobre 2026", "DSDEN 94" if columns == 80 else "│ 94 │", "efefefefefef"))
