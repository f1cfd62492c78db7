"""The road from a marked copy back to the letters: the next command is whole, no older workbook is read in silence."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from pipeline.campaign.corrected_copies import corrected_copies
from pipeline.campaign.situation import situation_of
from pipeline.campaign.workbook import choice_of, is_meant, put_back, return_of
from pipeline.errors import ExitCode, InputError, OutputError
from pipeline.load.version import is_marked
from pipeline.settings.config import read_config
from pipeline.xlsx.own_sheets import SIGN
from support.program import mlds
from support.rows import GOOD, HEADERS
from support.secretary import CHECKED, MADE, at_terminal, copied_folder, correct, last_line, typed

WRONG = {**GOOD, "uai": "0779999B"}
MANY = "Il y a plusieurs versions de votre classeur"


@pytest.fixture
def save(make_workbook: Callable[..., Path], project: Path) -> Callable[..., Path]:
    """Return a function that saves a workbook of one row in the input folder."""
    (project / "entree").mkdir()

    def saved(name: str = "référents.xlsx", **cells: object) -> Path:
        row = {**WRONG, **cells}
        book = make_workbook([[HEADERS[role] for role in row], list(row.values())])
        return Path(shutil.move(book, project / "entree" / name))

    return saved


@pytest.fixture
def corrected(save: Callable[..., Path], project: Path) -> Path:
    """The folder of a secretary who has just corrected anomalies.xlsx where it lies, and checked it."""
    save()
    first = mlds("verifier", cwd=project)
    assert first.returncode == ExitCode.ROWS_LEFT
    correct(project / CHECKED, {"A2": GOOD["uai"]})
    again = typed(last_line(first).partition(" tapez : ")[2], project)
    assert again.returncode == ExitCode.OK, again.stderr
    assert last_line(again) == f'mlds produire "{CHECKED}"'
    return project


def test_the_last_line_of_a_check_is_the_whole_next_command(corrected: Path) -> None:
    done = typed(f'mlds produire "{CHECKED}"', corrected)
    assert done.returncode == ExitCode.OK, done.stderr
    assert list((corrected / "sortie/2026-2027/lettres/DSDEN-77").glob("0779999A*.pdf"))


def test_the_last_line_has_the_options_and_no_name_where_none_is_needed(
    save: Callable[..., Path], project: Path
) -> None:
    save(uai=GOOD["uai"])
    assert last_line(mlds("verifier", cwd=project)) == "mlds produire"
    assert last_line(mlds("verifier", "--sortie", "ailleurs", cwd=project)) == 'mlds produire --sortie "ailleurs"'
    away = project.parent / "à part.xlsx"
    shutil.copy(project / "entree/référents.xlsx", away)
    assert last_line(mlds("verifier", away, cwd=project)) == f'mlds produire "{away}"'


@pytest.mark.parametrize("command", ["produire", "verifier"])
@pytest.mark.parametrize("oldest", ["anomalies.xlsx", "référents.xlsx"])
def test_nothing_is_read_in_silence_while_a_corrected_copy_is_there(corrected: Path, oldest: str, command: str) -> None:
    """Whatever the dates of a folder that was copied."""
    folder = copied_folder(corrected, [oldest])
    done = mlds(command, cwd=folder)
    assert done.returncode == ExitCode.INPUT
    assert MANY in done.stderr
    commands = [line.strip() for line in done.stderr.splitlines() if line.startswith("  mlds")]
    assert commands == [f'mlds {command} "entree/référents.xlsx"', f'mlds {command} "{CHECKED}"']
    assert typed(commands[1], folder).returncode == ExitCode.OK
    assert not (folder / "sortie/2026-2027").exists() or command == "produire"


def test_a_copy_that_was_saved_and_not_checked_counts_too(save: Callable[..., Path], project: Path) -> None:
    save()
    mlds("verifier", cwd=project)
    correct(project / CHECKED, {"A2": GOOD["uai"]})
    assert MANY in mlds("produire", cwd=project).stderr


def test_a_copy_saved_without_a_correction_is_no_other_version(save: Callable[..., Path], project: Path) -> None:
    save()
    mlds("verifier", cwd=project)
    correct(project / CHECKED, {})
    done = mlds("produire", cwd=project)
    assert (done.returncode, MANY in done.stderr) == (ExitCode.ROWS_LEFT, False)


def test_a_copy_produced_without_taking_its_place_is_not_forgotten(corrected: Path) -> None:
    done = mlds("produire", CHECKED, cwd=corrected)
    assert f'ajoutez « --remettre » : mlds produire "{MADE}" --remettre' in done.stderr.replace("\u00a0", " ")
    stopped = mlds("produire", cwd=copied_folder(corrected))
    assert (stopped.returncode, MANY in stopped.stderr) == (ExitCode.INPUT, True)
    assert f'mlds produire "{MADE}"' in stopped.stderr


def test_naming_the_other_workbook_settles_it(corrected: Path) -> None:
    assert mlds("produire", "entree/référents.xlsx", cwd=corrected).returncode == ExitCode.ROWS_LEFT
    assert mlds("produire", cwd=corrected).returncode == ExitCode.ROWS_LEFT


def test_what_was_typed_is_kept_when_the_other_workbook_is_named(save: Callable[..., Path], project: Path) -> None:
    save()
    mlds("verifier", cwd=project)
    correct(project / CHECKED, {"A2": GOOD["uai"]})
    content = (project / CHECKED).read_bytes()
    done = mlds("produire", "entree/référents.xlsx", cwd=project)
    assert "Vous aviez modifié anomalies.xlsx : il n’a pas été lu" in done.stderr.replace("\u00a0", " ")
    (kept,) = (project / CHECKED).parent.glob("anomalies_modifie-le-*.xlsx")
    assert kept.read_bytes() == content
    assert situation_of(read_config(project / "config.toml")).corrected.path == kept
    folder = copied_folder(project)
    stopped = mlds("produire", cwd=folder)
    assert (stopped.returncode, MANY in stopped.stderr) == (ExitCode.INPUT, True)
    assert f'mlds produire "{kept.relative_to(project)}"' in stopped.stderr
    done = mlds("produire", kept.relative_to(project), "--remettre", cwd=folder)
    assert done.returncode == ExitCode.OK, done.stderr
    assert MANY not in mlds("produire", cwd=folder).stderr


def test_copies_that_a_check_has_read_are_no_versions_of_their_own(corrected: Path) -> None:
    correct(corrected / CHECKED, {"H2": "Autre"})
    mlds("verifier", CHECKED, cwd=corrected)
    assert len(list((corrected / CHECKED).parent.glob("anomalies_modifie-le-*_lu*.xlsx"))) == 2
    assert mlds("produire", CHECKED, "--remettre", cwd=corrected).returncode == ExitCode.OK
    done = mlds("produire", cwd=corrected)
    assert (done.returncode, MANY in done.stderr) == (ExitCode.OK, False)


def test_the_copy_takes_its_place_under_the_name_of_the_workbook(corrected: Path) -> None:
    before = (corrected / "entree/référents.xlsx").read_bytes()
    done = mlds("produire", CHECKED, "--remettre", cwd=corrected)
    assert done.returncode == ExitCode.OK, done.stderr
    assert sorted(path.name for path in (corrected / "entree").glob("*.xlsx")) == ["référents.xlsx"]
    (kept,) = (corrected / "entree/anciens").iterdir()
    assert kept.read_bytes() == before
    assert f"L’ancien est gardé : « entree/anciens/{kept.name} »." in done.stderr.replace("\u00a0", " ")
    book = openpyxl.load_workbook(corrected / "entree/référents.xlsx")
    assert (book.sheetnames, book["Référents"]["A2"].value) == (["Référents"], GOOD["uai"])
    assert SIGN not in str([list(sheet.values) for sheet in book.worksheets])
    again = mlds("produire", cwd=copied_folder(corrected))
    assert again.returncode == ExitCode.OK, again.stderr
    correct(corrected / "entree/référents.xlsx", {"H2": "Autre"})
    later = mlds("produire", cwd=corrected)
    assert (later.returncode, MANY in later.stderr) == (ExitCode.OK, False)


def test_the_same_for_a_copy_that_was_corrected_and_produced_at_once(save: Callable[..., Path], project: Path) -> None:
    save()
    mlds("produire", cwd=project)
    correct(project / MADE, {"A2": GOOD["uai"]})
    done = mlds("produire", MADE, "--remettre", cwd=project)
    assert done.returncode == ExitCode.OK, done.stderr
    assert "Vous aviez modifié" not in done.stderr
    correct(project / "entree/référents.xlsx", {"H2": "Autre"})
    assert MANY not in mlds("produire", cwd=project).stderr


def test_a_second_return_keeps_both_former_workbooks(corrected: Path) -> None:
    mlds("produire", CHECKED, "--remettre", cwd=corrected)
    correct(corrected / MADE, {"H2": "Autre"})
    mlds("produire", MADE, "--remettre", cwd=corrected)
    assert len(list((corrected / "entree/anciens").iterdir())) == 2


@pytest.mark.parametrize("other", ["référents.xlsx", None])
def test_every_workbook_whose_name_is_taken_is_kept(
    save: Callable[..., Path], project: Path, other: str | None
) -> None:
    """The workbook corrected is a .csv, and its copy becomes a .xlsx: two files may have to leave."""
    book = list(openpyxl.load_workbook(save()).active.values)
    (project / "entree/référents.xlsx").unlink()
    lines = "\n".join(";".join(str(cell or "") for cell in row) for row in book)
    (project / "entree/référents.csv").write_text(lines, encoding="utf-8")
    mlds("verifier", "entree/référents.csv", cwd=project)
    if other:
        save(other, referent_nom="Autre")
    before = {path.suffix: path.read_bytes() for path in (project / "entree").iterdir()}
    marked = openpyxl.load_workbook(project / CHECKED)
    next(sheet for sheet in marked if sheet["A2"].value == WRONG["uai"])["A2"] = GOOD["uai"]
    marked.save(project / CHECKED)
    done = mlds("produire", CHECKED, "--remettre", cwd=project)
    assert done.returncode == ExitCode.OK, done.stderr
    kept = list((project / "entree/anciens").iterdir())
    assert {path.suffix: path.read_bytes() for path in kept} == before
    assert all(path.name in done.stderr for path in kept)
    assert [path.name for path in (project / "entree").iterdir() if path.is_file()] == ["référents.xlsx"]


def test_a_return_that_cannot_be_written_leaves_every_workbook(
    corrected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, data: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pipeline.campaign.workbook.write_whole", refused)
    before = {path.name: path.read_bytes() for path in (corrected / "entree").iterdir()}
    back = return_of(corrected / CHECKED, read_config(corrected / "config.toml"), datetime(2026, 12, 1))
    assert back
    with pytest.raises(OutputError):
        put_back(back)
    left = {path.name: path.read_bytes() for path in (corrected / "entree").iterdir() if path.is_file()}
    assert left == before


def test_a_trial_puts_nothing_back_and_says_so(corrected: Path) -> None:
    done = mlds("produire", CHECKED, "--limite", "1", "--remettre", cwd=corrected)
    assert (done.returncode, "retirez l’une des deux options" in done.stderr) == (ExitCode.USAGE, True)
    done = mlds("produire", CHECKED, "--limite", "1", cwd=corrected)
    assert (done.returncode, "--remettre" in done.stderr) == (ExitCode.OK, False)


def test_an_option_that_has_nothing_to_do_is_refused(corrected: Path) -> None:
    done = mlds("produire", "entree/référents.xlsx", "--remettre", cwd=corrected)
    assert (done.returncode, "Retirez cette option." in done.stderr) == (ExitCode.USAGE, True)


def test_at_a_terminal_it_asks_which_and_whether_it_takes_its_place(corrected: Path) -> None:
    code, shown = at_terminal(corrected, ["2", "oui"], "produire")
    assert code == ExitCode.OK, shown
    assert "1. entree/référents.xlsx" in shown
    assert f"2. {CHECKED}, corrigé" in shown
    assert (corrected / "entree/anciens").is_dir()
    assert mlds("produire", cwd=corrected).returncode == ExitCode.OK


@pytest.mark.parametrize("answer", ["", "3", "oui"])
def test_no_answer_reads_nothing(corrected: Path, answer: str) -> None:
    code, shown = at_terminal(corrected, [answer], "produire")
    assert (code, "Aucun classeur n’a été choisi" in shown) == (ExitCode.INPUT, True)


def test_a_no_leaves_the_input_folder_as_it_is(corrected: Path) -> None:
    before = (corrected / "entree/référents.xlsx").read_bytes()
    code, shown = at_terminal(corrected, ["non"], "produire", str(CHECKED))
    assert code == ExitCode.OK, shown
    assert (corrected / "entree/référents.xlsx").read_bytes() == before
    assert not (corrected / "entree/anciens").exists()


# --- Several workbooks in the input folder --------------------------------------------------------------------


def test_a_marked_copy_in_the_input_folder_is_not_passed_over(corrected: Path) -> None:
    shutil.move(corrected / CHECKED, corrected / "entree")
    os.utime(corrected / "entree/anomalies.xlsx", (1, 1))
    assert MANY in mlds("produire", cwd=corrected).stderr


def test_the_journal_contradicts_the_dates(save: Callable[..., Path], project: Path) -> None:
    """The workbook that an earlier run has read is no newer than one that none has read, or a later one."""
    save("premier.xlsx", uai=GOOD["uai"])
    mlds("produire", cwd=project)
    save("second.xlsx", uai=GOOD["uai"], referent_nom="Autre")
    assert mlds("produire", cwd=project).returncode == ExitCode.OK
    for oldest, stops in (("premier.xlsx", False), ("second.xlsx", True)):
        folder = copied_folder(project, [oldest])
        done = mlds("produire", cwd=folder)
        assert (MANY in done.stderr) is stops, done.stderr
        shutil.rmtree(folder)


def test_a_copy_that_another_program_holds_is_no_crash(corrected: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel on Windows refuses to share what it holds open: it may have been saved there."""

    def refused(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pipeline.campaign.workbook.sha256_of", refused)
    config = read_config(corrected / "config.toml")
    assert [one.path for one in corrected_copies(config)] == [corrected / CHECKED]
    assert not choice_of(config).sure


def test_a_workbook_that_cannot_be_read_is_said(save: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bytes may be refused at any moment: when they are compared with the journal's, or searched for our marks."""
    other, newest = save("second.xls", uai=GOOD["uai"]), save("premier.xlsx", referent_nom="Autre")
    config = read_config(other.parents[1] / "config.toml")
    other.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    os.utime(other, (1, 1))

    def refused(path: Path, *_: object) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pipeline.campaign.workbook.sha256_of", refused)
    with pytest.raises(InputError, match=r"premier\.xlsx : ce fichier ne peut pas être ouvert"):
        choice_of(config)
    assert not is_meant(newest, config)
    monkeypatch.setattr(Path, "read_bytes", refused)
    assert not is_marked(other)


def test_surveiller_does_not_start_with_an_older_workbook(corrected: Path) -> None:
    assert situation_of(read_config(corrected / "config.toml")).corrected
