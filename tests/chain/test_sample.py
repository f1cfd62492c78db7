"""The shipped sample, produced once by the command: its letters, its bundles, what is said and what is left."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ExitCode
from support.program import ROOT
from support.results import check_bundles, check_letters, pdf_texts, report_of


@pytest.fixture(scope="session")
def expected() -> dict[str, Any]:
    """What a right program finds in the sample, written by hand beside it."""
    text = (ROOT / "tests/support/data/sample.attendu.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def test_the_sample_gives_what_is_expected(
    produced: tuple[subprocess.CompletedProcess[str], Path], expected: dict[str, Any]
) -> None:
    done, folder = produced
    report = report_of(folder)
    assert done.returncode == ExitCode.ROWS_LEFT, done.stderr
    lines = report["lignes"]
    assert lines == {"lues": 60, "lettres": 39, "a_pourvoir": 1, "rejetees": 17, "ignorees": 3}
    assert {lot["dsden"]: lot["lettres"] for lot in report["lots"]} == expected["per_dsden"]
    assert {lot["dsden"]: float(lot["montant_total"]) for lot in report["lots"]} == expected["euros"]
    errors = [one["ligne"] for one in report["anomalies"] if one["gravite"] == "erreur"]
    assert errors == [one["row"] for one in expected["rejected"]]


def test_each_bundle_holds_its_own_departement_and_nothing_else(
    produced: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    check_bundles(produced[1])


def test_each_pdf_shows_its_referent_school_and_amount(
    produced: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    check_letters(produced[1])


def test_the_words_agree_with_the_civilite(produced: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    texts = [text for path in (produced[1] / "lots").glob("*.zip") for text in pdf_texts(path).values()]
    women = [text for text in texts if "LETTRE DE MISSION DE LA RÉFÉRENTE «" in text]
    men = [text for text in texts if "LETTRE DE MISSION DU RÉFÉRENT «" in text]
    both = [text for text in texts if "DU RÉFÉRENT OU DE LA RÉFÉRENTE" in text]
    assert (len(women) > 10, len(men) > 10, len(both)) == (True, True, 1)
    assert all("Elle bénéficie" in text or "sans" in text for text in women)
    assert all("Il ou elle" in text and "L’intéressé ou l’intéressée" in text for text in both)


def test_the_word_letters_are_kept_on_request(produced: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    report = report_of(produced[1])
    assert len(list((produced[1] / "docx").rglob("*.docx"))) == sum(lot["lettres"] for lot in report["lots"])


def test_nothing_else_is_left(produced: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    names = {path.name for path in produced[1].iterdir() if not path.name.startswith(".")}
    assert names == {
        "rapport.html", "rapport.json", "recapitulatif.xlsx", "anomalies.xlsx", "lots", "lettres", "journal.sqlite",
        "journal.temoin", "journal.sauvegarde.sqlite",
        "docx", "gabarits",
    }  # fmt: skip


def test_the_end_is_told_in_french_on_stderr(
    produced: tuple[subprocess.CompletedProcess[str], Path], expected: dict[str, Any]
) -> None:
    done, _ = produced
    assert done.stdout == ""
    assert f"{len(expected['rejected'])}\u00a0lignes attendent une correction" in done.stderr
    assert "DSDEN-77_2026-2027.zip" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_readme_shows_what_the_first_command_says(produced: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, folder = produced

    def told(text: str) -> list[str]:
        """Leave out what changes from machine to machine: durations, and sizes with the column that they widen."""
        text = text.replace(f"{folder.parent}", "sortie/exemple").replace("\u00a0", " ").replace("\u202f", " ")
        return re.sub(r"[\d,]+ s\)|[\d,]+ [KM]o", "…", text).splitlines()

    def sizes(text: str) -> list[int]:
        return [int(size) for size in re.findall(r"(\d+)\sKo", text)]

    sample = (ROOT / "README.md").read_text(encoding="utf-8").split("like this; ")[1].split("```\n")[1]
    assert told(sample) == told(done.stderr)
    # Another engine or font makes PDFs of another weight, within a tenth.
    assert sizes(sample) == [pytest.approx(size, rel=0.1) for size in sizes(done.stderr)]


def test_the_journal_has_the_run(
    produced: tuple[subprocess.CompletedProcess[str], Path], expected: dict[str, Any]
) -> None:
    with closing(sqlite3.connect(produced[1] / "journal.sqlite")) as journal, journal:
        runs = journal.execute("SELECT classeur, lues, lettres, rejetees FROM passage").fetchall()
    assert runs == [("sample.xlsx", 60, expected["letters"], len(expected["rejected"]))]
