"""The whole chain through the command, with the real LibreOffice: the exit codes, what stays, what is left behind."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
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

from pipeline.cli.usage import INTERRUPTED
from pipeline.errors import ExitCode
from pipeline.uai import made_up
from support.program import ROOT, mlds
from support.results import check_bundles, pdf_texts, report_of
from support.rows import GOOD, HEADERS

MakeWorkbook = Callable[..., Path]


@pytest.fixture
def rows_workbook(make_workbook: MakeWorkbook) -> MakeWorkbook:
    """Return a function that writes a workbook of rows given by their roles."""

    def make(rows: list[dict[str, Any]], name: str = "classeur.xlsx") -> Path:
        return make_workbook([list(HEADERS.values()), *[list(row.values()) for row in rows]], name=name)

    return make


@pytest.fixture
def small(rows_workbook: MakeWorkbook) -> Path:
    """A workbook of three good rows, one a DSDEN."""
    return rows_workbook([GOOD, GOOD | {"uai": "0939999N"}, GOOD | {"uai": "0949999H"}], name="petit.xlsx")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


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
    small: Path, tmp_path: Path, rows_workbook: MakeWorkbook
) -> None:
    mlds("produire", small, "--sortie", tmp_path)
    before = {path.name: path.read_bytes() for path in (tmp_path / "2026-2027/lots").iterdir()}
    wrong = rows_workbook([GOOD, GOOD | {"uai": ""}], name="faux.xlsx")
    done = mlds("produire", wrong, "--sortie", tmp_path, "--strict")
    assert done.returncode == ExitCode.ROWS_LEFT
    assert "--strict" in done.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "2026-2027/lots").iterdir()} == before


def bundles_of(folder: Path) -> dict[str, bytes]:
    """Return the bundles, the letters and the reports of a results folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for pattern in ("lots/**/*.zip", "lettres/**/*.pdf", "rapport.*", "*.xlsx")
        for path in folder.glob(pattern)
    }


def test_a_dsden_without_letters_any_more_is_set_aside_and_never_over_a_former_one(
    small: Path, tmp_path: Path, rows_workbook: MakeWorkbook
) -> None:
    only = rows_workbook([GOOD], name="seul.xlsx")
    for _ in range(2):
        mlds("produire", small, "--sortie", tmp_path)
        done = mlds("produire", only, "--sortie", tmp_path)
    lots = tmp_path / "2026-2027/lots"
    assert sorted(path.name for path in lots.glob("*.zip")) == ["DSDEN-77_2026-2027.zip"]
    set_aside = sorted(path.name for path in (lots / "anciens").iterdir())
    assert [name[:8] for name in set_aside] == ["DSDEN-93"] * 2 + ["DSDEN-94"] * 2
    said = re.findall(r"(DSDEN-\d\d_2026-2027\.zip) n’a plus de lettre.*« lots/anciens/(.*) »", done.stderr)
    assert [name for name, _ in said] == ["DSDEN-93_2026-2027.zip", "DSDEN-94_2026-2027.zip"]
    assert {name for _, name in said} < set(set_aside)


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        pytest.param([GOOD | {"uai": "0779999B"}, GOOD | {"uai": ""}], ["77", "93", "94"], id="a wrong workbook"),
        pytest.param([GOOD, GOOD | {"uai": "0939999N", "montant": 1}], ["77", "93"], id="a row of the 93 to correct"),
        pytest.param([GOOD, GOOD | {"uai": ""}], ["77", "93", "94"], id="a row that may be of any DSDEN"),
    ],
)
def test_a_bundle_stays_while_its_rows_may_still_be_corrected(
    small: Path, tmp_path: Path, rows_workbook: MakeWorkbook, rows: list[dict[str, Any]], kept: list[str]
) -> None:
    mlds("produire", small, "--sortie", tmp_path)
    done = mlds("produire", rows_workbook(rows, name="faux.xlsx"), "--sortie", tmp_path)
    assert done.returncode == ExitCode.ROWS_LEFT, done.stderr
    lots = tmp_path / "2026-2027/lots"
    assert sorted(path.name[6:8] for path in lots.glob("*.zip")) == kept
    made = {lot["fichier"] for lot in report_of(tmp_path / "2026-2027")["lots"]}
    for path in lots.glob("*.zip"):
        assert (f"{path.name} vient d’un passage précédent" in done.stderr) == (path.name not in made)


def test_one_dsden_that_has_no_letter_any_more_is_set_aside_and_the_reports_say_what_they_cover(
    small: Path, tmp_path: Path, rows_workbook: MakeWorkbook
) -> None:
    mlds("produire", small, "--sortie", tmp_path)
    without = rows_workbook([GOOD | {"uai": "0939999N"}, GOOD | {"uai": "0949999H"}], name="sans77.xlsx")
    done = mlds("produire", without, "--sortie", tmp_path, "--dsden", "77")
    assert done.returncode == ExitCode.OK, done.stderr
    folder = tmp_path / "2026-2027"
    assert sorted(path.name[6:8] for path in folder.glob("lots/*.zip")) == ["93", "94"]
    assert len(list(folder.glob("lots/anciens/DSDEN-77_*.zip"))) == 1
    page = (folder / "rapport.html").read_text(encoding="utf-8")
    for text in (done.stderr, page.replace("\u00a0", " ")):
        assert "Ce passage ne porte que sur la DSDEN 77" in text
    assert "Chaque DSDEN" not in page
    assert "Val-de-Marne" not in page


def test_a_trial_sets_nothing_aside(small: Path, tmp_path: Path) -> None:
    for limite in ("3", "1"):
        done = mlds("produire", small, "--sortie", tmp_path, "--limite", limite)
    assert "n’a plus de lettre" not in done.stderr
    assert not list(tmp_path.rglob("anciens"))


def test_a_report_that_cannot_be_written_leaves_everything_as_it_was(
    small: Path, tmp_path: Path, rows_workbook: MakeWorkbook
) -> None:
    mlds("produire", small, "--sortie", tmp_path)
    folder = tmp_path / "2026-2027"
    (folder / "anomalies.xlsx").unlink()
    (folder / "anomalies.xlsx").mkdir()
    before = {name: data for name, data in contents(folder).items() if not name.startswith(".reserve/")}
    changed = rows_workbook([GOOD | {"referent_nom": "Autre"}, GOOD | {"uai": "0939999N"}], name="autre.xlsx")
    done = mlds("produire", changed, "--sortie", tmp_path)
    assert done.returncode == ExitCode.OUTPUT, done.stderr
    assert "anomalies.xlsx" in done.stderr
    assert {name: data for name, data in contents(folder).items() if not name.startswith(".reserve/")} == before


@pytest.mark.parametrize("journal", ["abîmé", "qui refuse"])
def test_a_journal_that_cannot_be_written_leaves_everything_as_it_was(
    small: Path, tmp_path: Path, rows_workbook: MakeWorkbook, journal: str
) -> None:
    mlds("produire", small, "--sortie", tmp_path)
    folder = tmp_path / "2026-2027"
    if journal == "abîmé":
        (folder / "journal.sqlite").write_bytes(b"not a database" * 100)
    else:
        with contextlib.closing(sqlite3.connect(folder / "journal.sqlite")) as opened, opened:
            opened.execute("CREATE TRIGGER refus BEFORE INSERT ON lettre BEGIN SELECT RAISE(ABORT, 'plein'); END")
    before = bundles_of(folder)
    changed = rows_workbook([GOOD | {"referent_nom": "Autre"}, GOOD | {"uai": "0939999N"}], name="autre.xlsx")
    done = mlds("produire", changed, "--sortie", tmp_path)
    assert done.returncode == ExitCode.OUTPUT, done.stderr
    assert "journal" in done.stderr
    assert bundles_of(folder) == before


def test_ctrl_c_at_any_moment_of_the_writing_never_mixes_two_runs(
    small: Path, tmp_path: Path, rows_workbook: MakeWorkbook
) -> None:
    mlds("produire", small, "--sortie", tmp_path)
    folder = tmp_path / "2026-2027"
    changed = rows_workbook([GOOD | {"referent_nom": "Autre"}, GOOD | {"uai": "0939999N", "montant": 1250, "imp": 1}])
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal, pipeline.files, pipeline.printing.store\n"
        "count, really = [0], os.replace\n"
        "def replace(source, target):\n"
        "    if '.reserve' not in str(target):\n"
        "        count[0] += 1\n"
        "        if count[0] == int(os.environ['MOMENT']): os.kill(os.getpid(), signal.SIGINT)\n"
        "    really(source, target)\n"
        "os.replace = replace\n"
    )
    for moment in (1, 2, 4):
        environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "MOMENT": str(moment)}
        done = mlds("produire", changed, "--sortie", tmp_path, env=environment)
        assert done.returncode == ExitCode.INTERRUPTED, done.stderr
        assert done.stderr.splitlines()[-1] == INTERRUPTED
        told = {lot["dsden"]: lot["sha256"] for lot in report_of(folder)["lots"]}
        held = {path.name[6:8]: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("lots/*.zip")}
        assert held == told


def test_the_word_letters_are_those_of_this_run_only(small: Path, tmp_path: Path, rows_workbook: MakeWorkbook) -> None:
    mlds("produire", small, "--sortie", tmp_path, "--garder-docx")
    mlds("produire", rows_workbook([GOOD], name="seul.xlsx"), "--sortie", tmp_path, "--garder-docx")
    docx = tmp_path / "2026-2027/docx"
    assert [str(path.relative_to(docx)) for path in docx.rglob("*.docx")] == ["DSDEN-77/0779999A_Exemple_Anne.docx"]


def test_verifier_makes_no_letter(small: Path, tmp_path: Path) -> None:
    done = mlds("verifier", small, "--sortie", tmp_path)
    assert done.returncode == ExitCode.OK, done.stderr
    assert re.search(r"A +│ RNE +│ le numéro UAI", done.stderr)
    assert not list(tmp_path.rglob("*.zip"))
    assert (tmp_path / "verification/2026-2027/rapport.html").exists()


def test_the_newest_workbook_of_the_folder_is_taken(small: Path, tmp_path: Path, project: Path) -> None:
    entree = project / "entree"
    entree.mkdir(exist_ok=True)
    shutil.copy(small, entree / "ancien.xlsx")
    shutil.copy(small, entree / "nouveau.xlsx")
    (entree / "~$nouveau.xlsx").write_bytes(b"verrou")
    os.utime(entree / "ancien.xlsx", (1, 1))
    done = mlds("verifier", cwd=project)
    assert done.returncode == ExitCode.OK, done.stderr
    assert "nouveau.xlsx" in done.stderr


def test_a_workbook_that_lies_in_the_input_folder_is_proposed_where_it_is(small: Path, project: Path) -> None:
    (project / "entree").mkdir(exist_ok=True)
    shutil.copy(small, project / "entree/Référents v3.xlsx")
    done = mlds("verifier", "Référents v3.xlsx", cwd=project)
    assert done.returncode == ExitCode.INPUT
    assert 'Tapez "entree/Référents v3.xlsx".' in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["produire", "--option"], ExitCode.USAGE, "L’option « --option » n’existe pas"),
        (["produire", "-limite", "3"], ExitCode.USAGE, "L’option « -limite » s’écrit avec deux tirets : « --limite »"),
        (["verifier", "-sortie=x"], ExitCode.USAGE, "L’option « -sortie » s’écrit avec deux tirets : « --sortie »"),
        (["produire", "-x"], ExitCode.USAGE, "L’option « -x » n’existe pas"),
        (["produir"], ExitCode.USAGE, "Vouliez-vous dire « produire » ?"),
        (["produire", "--limite", "0"], ExitCode.USAGE, "un nombre entier, 1 ou plus"),
        (["produire", "--limite", "x"], ExitCode.USAGE, "un nombre entier, 1 ou plus"),
        (["produire", "--moteur", "excel"], ExitCode.USAGE, "choisissez entre auto, libreoffice, word"),
        (["produire", "a.xlsx", "b.xlsx"], ExitCode.USAGE, "un mot de trop"),
        (
            ["produire", "--dsden"],
            ExitCode.USAGE,
            "« --dsden » attend une valeur juste après elle, par exemple « --dsden 77 »",
        ),
        (["verifier", "--detail=oui"], ExitCode.USAGE, "« --detail » s’emploie seule : retirez ce qui suit « = »."),
        (["init"], ExitCode.USAGE, "Il manque DOSSIER à la fin de la commande, par exemple « mlds init Lettres »"),
        (
            ["produire", "–limite", "3"],
            ExitCode.USAGE,
            "Le tiret de « –limite » n’est pas le bon, il vient d’un texte copié : tapez « --limite ».",
        ),
        (["produire", "—strict"], ExitCode.USAGE, "tapez « --strict »"),
        (["verifier", "–sortie=x"], ExitCode.USAGE, "tapez « --sortie »"),
        (["verifier", "–absent"], ExitCode.INPUT, "–absent : ce fichier n’existe pas"),
        (["purger", "--avant", "24"], ExitCode.USAGE, "il faut une année, par exemple 2025"),
        (["purger", "--avant", "2025-2026"], ExitCode.USAGE, "il faut une année, par exemple 2025"),
        (["purger", "--avant"], ExitCode.USAGE, "par exemple « --avant 2025 »"),
        (
            ["modele", "lettre"],
            ExitCode.INPUT,
            "lettre : ce gabarit n’existe pas. Vérifiez le nom et le dossier que vous avez tapés",
        ),
        (["produire", "data/sample.xlsx", "--dsden", "75"], ExitCode.USAGE, "DSDEN connues : 77, 93, 94"),
        (["produire", "--config", "absent.toml"], ExitCode.CONFIG, "n’existe pas"),
        (["produire", "absent.xlsx"], ExitCode.INPUT, "n’existe pas"),
        (["verifier", "templates/lettre_mission.docx"], ExitCode.INPUT, "classeur"),
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
        "import pipeline.validate.stage\n"
        "def broken(table, *_):\n"
        "    name = 'Mme ' + 'Dup' + 'ont'\n"
        "    try: {}[name]\n"
        "    except KeyError as error: raise ZeroDivisionError(name) from error\n"
        "pipeline.validate.stage.validate = broken\n"
    )
    done = mlds(
        "verifier", "data/sample.xlsx", cwd=project, env={**os.environ, "PYTHONPATH": f"{project}{os.pathsep}{ROOT}"}
    )
    assert done.returncode == ExitCode.BUG, done.stderr
    assert "Traceback" not in done.stderr
    (left,) = project.glob("mlds-erreur-*.txt")
    told = left.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in told
    assert "KeyError" in told
    assert "Dupont" not in told
    assert left.stat().st_mode & 0o777 == 0o600
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


def test_an_unreadable_workbook_given_by_name_is_said(project: Path) -> None:
    """Root reads everything: without rights to take away, a folder of that name stands for it."""
    path = project / "data/sample.xlsx"
    path.chmod(0)
    if os.access(path, os.R_OK):
        path.unlink()
        path.mkdir()
    done = mlds("verifier", "data/sample.xlsx", cwd=project)
    assert done.returncode == ExitCode.INPUT
    assert "ne convient pas" not in done.stderr


def test_another_academie_needs_only_another_config(project: Path, make_workbook: MakeWorkbook) -> None:
    names = {"22": "Côtes-d’Armor", "29": "Finistère", "35": "Ille-et-Vilaine", "56": "Morbihan"}
    config = (project / "config.toml").read_text(encoding="utf-8").replace("académie de Créteil", "académie de Rennes")
    head, rest = config.split("[[dsden]]", 1)
    entries = [
        f'[[dsden]]\ncode = "{code}"\nnom = "{nom}"\nintitule = "DSDEN : {nom}"\ncourriel = "mlds{code}@exemple.fr"\n'
        for code, nom in names.items()
    ]
    (project / "config.toml").write_text(head + "\n".join(entries) + rest[rest.index("[classeur]") :], encoding="utf-8")
    rows = [GOOD | {"uai": made_up(code)} for code in names]
    workbook = make_workbook([list(HEADERS.values()), *[list(row.values()) for row in rows]])
    done = mlds("produire", workbook, cwd=project)
    assert done.returncode == ExitCode.OK, done.stderr
    results = project / "sortie/2026-2027"
    assert [lot["dsden"] for lot in report_of(results)["lots"]] == list(names)
    check_bundles(results)
    for path in (results / "lots").glob("*.zip"):
        for text in pdf_texts(path).values():
            assert "ACADÉMIE DE RENNES" in text
            assert "réteil" not in text
            assert "creteil" not in text
