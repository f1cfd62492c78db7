"""The whole chain through the command, with the real LibreOffice: the sample, the exit codes, what is left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import GOOD, HEADERS, ROOT, mlds
from results import check_bundles, check_letters, pdf_texts, report_of

from pipeline.errors import ExitCode

MakeWorkbook = Callable[..., Path]


@pytest.fixture(scope="session")
def produced(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """The shipped sample, produced once for all the tests that look at it."""
    folder = tmp_path_factory.mktemp("exemple")
    done = mlds("produire", ROOT / "data/sample.xlsx", "--sortie", folder, "--garder-docx")
    return done, folder / "2026-2027"


@pytest.fixture(scope="session")
def expected() -> dict[str, Any]:
    """What a right program finds in the sample, written by hand beside it."""
    text = (ROOT / "tests/data/sample.attendu.json").read_text(encoding="utf-8")
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
        "rapport.html", "rapport.json", "recapitulatif.xlsx", "anomalies.xlsx", "lots", "journal.sqlite", "docx"
    }  # fmt: skip


def test_the_end_is_told_in_french_on_stderr(
    produced: tuple[subprocess.CompletedProcess[str], Path], expected: dict[str, Any]
) -> None:
    done, _ = produced
    assert done.stdout == ""
    assert f"{len(expected['rejected'])}\u00a0lignes attendent une correction" in done.stderr
    assert "DSDEN-77_2026-2027.zip" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_journal_has_the_run(
    produced: tuple[subprocess.CompletedProcess[str], Path], expected: dict[str, Any]
) -> None:
    with sqlite3.connect(produced[1] / "journal.sqlite") as journal:
        runs = journal.execute("SELECT classeur, lues, lettres, rejetees FROM passage").fetchall()
    assert runs == [("sample.xlsx", 60, expected["letters"], len(expected["rejected"]))]


@pytest.fixture
def small(make_workbook: MakeWorkbook) -> Path:
    """A workbook of three good rows, one a DSDEN."""
    rows = [GOOD, GOOD | {"uai": "0939999N"}, GOOD | {"uai": "0949999H"}]
    return make_workbook([list(HEADERS.values()), *[list(row.values()) for row in rows]], name="petit.xlsx")


def test_a_clean_workbook_exits_0_and_a_second_run_gives_the_same_bytes(small: Path, tmp_path: Path) -> None:
    first = mlds("produire", small, "--sortie", tmp_path / "un")
    second = mlds("produire", small, "--sortie", tmp_path / "deux")
    assert (first.returncode, second.returncode) == (ExitCode.OK, ExitCode.OK), first.stderr
    for lot in report_of(tmp_path / "un/2026-2027")["lots"]:
        name = f"2026-2027/lots/{lot['fichier']}"
        assert (tmp_path / "un" / name).read_bytes() == (tmp_path / "deux" / name).read_bytes()


def test_one_dsden_leaves_the_bundles_of_the_others(small: Path, tmp_path: Path) -> None:
    mlds("produire", small, "--sortie", tmp_path)
    before = (tmp_path / "2026-2027/lots/DSDEN-93_2026-2027.zip").read_bytes()
    done = mlds("produire", small, "--sortie", tmp_path, "--dsden", "77")
    assert done.returncode == ExitCode.OK
    assert [lot["dsden"] for lot in report_of(tmp_path / "2026-2027")["lots"]] == ["77"]
    assert (tmp_path / "2026-2027/lots/DSDEN-93_2026-2027.zip").read_bytes() == before


def test_a_trial_has_a_folder_of_its_own(small: Path, tmp_path: Path) -> None:
    done = mlds("produire", small, "--sortie", tmp_path, "--limite", "1")
    assert done.returncode == ExitCode.OK
    assert [path.name for path in tmp_path.glob("essai/2026-2027/lots/*")] == ["DSDEN-77_2026-2027.zip"]
    assert not (tmp_path / "2026-2027").exists()


def test_strict_makes_no_bundle_and_keeps_the_former_ones(
    small: Path, tmp_path: Path, make_workbook: MakeWorkbook
) -> None:
    mlds("produire", small, "--sortie", tmp_path)
    before = {path.name: path.read_bytes() for path in (tmp_path / "2026-2027/lots").iterdir()}
    rows = [GOOD, GOOD | {"uai": ""}]
    wrong = make_workbook([list(HEADERS.values()), *[list(row.values()) for row in rows]], name="faux.xlsx")
    done = mlds("produire", wrong, "--sortie", tmp_path, "--strict")
    assert done.returncode == ExitCode.ROWS_LEFT
    assert "--strict" in done.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "2026-2027/lots").iterdir()} == before


def test_a_dsden_without_letters_any_more_is_set_aside(
    small: Path, tmp_path: Path, make_workbook: MakeWorkbook
) -> None:
    mlds("produire", small, "--sortie", tmp_path)
    only = make_workbook([list(HEADERS.values()), list(GOOD.values())], name="seul.xlsx")
    done = mlds("produire", only, "--sortie", tmp_path)
    lots = tmp_path / "2026-2027/lots"
    assert sorted(path.name for path in lots.glob("*.zip")) == ["DSDEN-77_2026-2027.zip"]
    assert len(list((lots / "anciens").iterdir())) == 2
    assert "lots/anciens" in done.stderr


def test_verifier_makes_no_letter(small: Path, tmp_path: Path) -> None:
    done = mlds("verifier", small, "--sortie", tmp_path)
    assert done.returncode == ExitCode.OK, done.stderr
    assert "« RNE » (A)" in done.stderr
    assert not list(tmp_path.rglob("*.zip"))
    assert (tmp_path / "verification/2026-2027/rapport.html").exists()


def test_the_newest_workbook_of_the_folder_is_taken(small: Path, tmp_path: Path, project: Path) -> None:
    entree = project / "data"
    shutil.copy(small, entree / "ancien.xlsx")
    shutil.copy(small, entree / "nouveau.xlsx")
    (entree / "~$nouveau.xlsx").write_bytes(b"verrou")
    os.utime(entree / "ancien.xlsx", (1, 1))
    done = mlds("verifier", cwd=project)
    assert done.returncode == ExitCode.OK, done.stderr
    assert "nouveau.xlsx" in done.stderr


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["produire", "--option"], ExitCode.USAGE, "L’option « --option » n’existe pas"),
        (["produir"], ExitCode.USAGE, "Vouliez-vous dire « produire » ?"),
        (["produire", "--limite", "0"], ExitCode.USAGE, "un nombre entier, 1 ou plus"),
        (["produire", "--limite", "x"], ExitCode.USAGE, "un nombre entier, 1 ou plus"),
        (["produire", "--moteur", "excel"], ExitCode.USAGE, "choisissez entre auto, libreoffice, word"),
        (["produire", "a.xlsx", "b.xlsx"], ExitCode.USAGE, "un mot de trop"),
        (["produire", "--dsden"], ExitCode.USAGE, "suivie d’une valeur"),
        (["produire", "data/sample.xlsx", "--dsden", "75"], ExitCode.USAGE, "DSDEN connues : 77, 93, 94"),
        (["produire", "--config", "absent.toml"], ExitCode.CONFIG, "n’existe pas"),
        (["produire", "absent.xlsx"], ExitCode.INPUT, "n’existe pas"),
        (["verifier", "config.toml"], ExitCode.INPUT, "pas un classeur"),
        (["modele", "data/sample.xlsx"], ExitCode.INPUT, "gabarit"),
        (["produire", "data/sample.xlsx", "--moteur", "word"], ExitCode.CONVERSION, "word"),
        (["produire", "data/sample.xlsx", "--sortie", "config.toml"], ExitCode.OUTPUT, "Impossible d’écrire"),
    ],
)
def test_what_goes_wrong_is_said_in_one_sentence(project: Path, args: list[str], code: ExitCode, words: str) -> None:
    done = mlds(*args, cwd=project)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(project.glob("**/*.zip"))


def test_an_engine_that_makes_nothing_is_said_and_the_former_bundles_stay(small: Path, tmp_path: Path) -> None:
    mlds("produire", small, "--sortie", tmp_path)
    before = {path.name: path.read_bytes() for path in (tmp_path / "2026-2027/lots").iterdir()}
    fake = tmp_path / "bin/soffice"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\nexit 0\n")  # what LibreOffice answers to almost every failure
    fake.chmod(0o755)
    environment = {**os.environ, "PATH": f"{fake.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = mlds("produire", small, "--sortie", tmp_path, env=environment)
    assert done.returncode == ExitCode.CONVERSION, done.stderr
    assert "n’a fabriqué aucun PDF" in done.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "2026-2027/lots").iterdir()} == before


def test_a_template_that_fails_its_check_is_refused(project: Path) -> None:
    document = project / "templates/lettre_mission.docx"
    broken = project / "broken.docx"
    with zipfile.ZipFile(document) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(b"referent.nom_complet", b"referent.nom_complt"))
    broken.replace(document)
    done = mlds("produire", "data/sample.xlsx", cwd=project)
    assert done.returncode == ExitCode.INPUT
    assert "referent.nom_complet" in done.stderr


def test_another_run_that_holds_the_folder_is_said(project: Path) -> None:
    from filelock import FileLock

    folder = project / "sortie/verification/2026-2027"
    folder.mkdir(parents=True)
    with FileLock(folder / ".verrou"):
        done = mlds("verifier", "data/sample.xlsx", cwd=project)
    assert done.returncode == ExitCode.OUTPUT
    assert "un autre passage est en cours" in done.stderr


def test_a_bug_leaves_a_file_and_no_traceback(project: Path) -> None:
    # A module that breaks the way a bug would: an exception that no rule foresees.
    (project / "sitecustomize.py").write_text(
        "import pipeline.validate\ndef broken(*_): raise ZeroDivisionError('bug')\npipeline.validate.validate = broken\n"
    )
    done = mlds(
        "verifier", "data/sample.xlsx", cwd=project, env={**os.environ, "PYTHONPATH": f"{project}{os.pathsep}{ROOT}"}
    )
    assert done.returncode == ExitCode.BUG, done.stderr
    assert "Traceback" not in done.stderr
    (left,) = project.glob("mlds-erreur-*.txt")
    assert "ZeroDivisionError" in left.read_text(encoding="utf-8")
    assert left.name in done.stderr


def test_interrupted_it_says_so_and_leaves_nothing(project: Path) -> None:
    command = [sys.executable, "-m", "pipeline", "produire", "data/sample.xlsx"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "Vérification" in line:  # the letters come next
                process.send_signal(signal.SIGINT)
                break
        rest = process.stderr.read()
        assert process.wait(timeout=60) == ExitCode.INTERRUPTED, rest
    assert "Interrompu" in rest
    assert not list(project.glob("sortie/2026-2027/.en-cours-*"))
    assert not list(project.glob("sortie/2026-2027/lots/*"))
