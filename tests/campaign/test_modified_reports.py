"""What someone typed into a report is never lost: the next run sets that file aside, and says how to use it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from html import unescape
from pathlib import Path

import openpyxl
import pytest

from pipeline.campaign.publication import set_modified_aside
from pipeline.errors import ExitCode
from pipeline.journal.published import known_files
from support.journal_at import opened
from support.program import mlds
from support.rows import GOOD, HEADERS

MakeWorkbook = Callable[..., Path]
SAVED = datetime(2026, 11, 27, 10).timestamp()


@pytest.fixture
def folder(project: Path, make_workbook: MakeWorkbook) -> Path:
    """A working folder whose workbook has one row, with a fault."""
    (project / "entree").mkdir()
    row = {**GOOD, "uai": "0779999B"}
    shutil.move(make_workbook([[HEADERS[role] for role in row], list(row.values())]), project / "entree/référents.xlsx")
    return project


def correct(path: Path, uai: str = "0779999A") -> bytes:
    """Correct the workbook where it lies, as a spreadsheet program saves it; return its bytes."""
    book = openpyxl.load_workbook(path)
    book["Référents"]["A2"] = uai
    book.save(path)
    os.utime(path, (SAVED, SAVED))
    return path.read_bytes()


def test_a_corrected_report_is_kept_and_can_be_used(folder: Path) -> None:
    reports = folder / "sortie/verification/2026-2027"
    assert mlds("verifier", cwd=folder).returncode == ExitCode.ROWS_LEFT
    typed = correct(reports / "anomalies.xlsx")
    again = mlds("verifier", "entree/référents.xlsx", cwd=folder)
    kept = "sortie/verification/2026-2027/anomalies_modifie-le-27-novembre-2026.xlsx"
    assert again.returncode == ExitCode.ROWS_LEFT
    assert f"votre version est gardée sous « {kept} »" in again.stderr.replace("\u00a0", " ")
    command = re.search(r'tapez : mlds (verifier) "(.*)"', again.stderr.replace("\u00a0", " "))
    assert command
    assert (folder / kept).read_bytes() == typed
    assert mlds(*command.groups(), cwd=folder).returncode == ExitCode.OK
    assert (folder / kept).read_bytes() == typed
    assert len(list(reports.glob("*_modifie-le-*"))) == 1


def test_a_corrected_report_that_is_given_where_it_lies_is_read_and_kept(folder: Path) -> None:
    path = folder / "sortie/verification/2026-2027/anomalies.xlsx"
    mlds("verifier", cwd=folder)
    typed = correct(path)
    done = mlds("verifier", path, cwd=folder)
    assert done.returncode == ExitCode.OK, done.stderr
    assert "anomalies.xlsx, tel que vous l’avez corrigé, a été lu" in done.stderr
    assert path.with_name("anomalies_modifie-le-27-novembre-2026_lu.xlsx").read_bytes() == typed


def test_the_command_to_type_has_the_options_of_the_one_before(folder: Path) -> None:
    done = mlds("produire", "entree/référents.xlsx", "--sortie", "sortie/exemple", cwd=folder)
    last = done.stderr.replace("\u00a0", " ").splitlines()[-1]
    assert last.endswith(' tapez : mlds produire "sortie/exemple/2026-2027/anomalies.xlsx" --sortie "sortie/exemple"')
    page = unescape((folder / "sortie/exemple/2026-2027/rapport.html").read_text(encoding="utf-8"))
    assert '<code>mlds verifier "sortie/exemple/2026-2027/anomalies.xlsx"</code>' in page


def test_both_reports_of_a_run_are_kept_and_are_none_of_the_journals_business(folder: Path) -> None:
    reports = folder / "sortie/2026-2027"
    mlds("produire", cwd=folder)
    typed = correct(reports / "anomalies.xlsx")
    summary = reports / "recapitulatif.xlsx"
    summary.write_bytes(summary.read_bytes() + b"\0")
    done = mlds("produire", "entree/référents.xlsx", cwd=folder)
    assert "Vous aviez modifié recapitulatif.xlsx" in done.stderr
    kept = sorted(path.name for path in reports.glob("*_modifie-le-*"))
    assert [name.partition("_")[0] for name in kept] == ["anomalies", "recapitulatif"]
    assert (reports / kept[0]).read_bytes() == typed
    with opened(reports / "journal.sqlite") as journal:
        assert not {*kept} & known_files(journal).keys()
        assert {"anomalies.xlsx", "recapitulatif.xlsx"} <= known_files(journal).keys()
    assert "Vous aviez modifié" not in mlds("produire", "entree/référents.xlsx", cwd=folder).stderr
    assert mlds("controler", cwd=folder).returncode == ExitCode.OK


def test_each_version_has_a_name_of_its_own(tmp_path: Path) -> None:
    """Two corrections of one day; a damaged rapport.json is no leave to lose either."""
    for content in (b"{", b"[]", b'{"fichiers": 1}', b'{"fichiers": [{}]}'):
        (tmp_path / "rapport.json").write_bytes(content)
        path = tmp_path / "anomalies.xlsx"
        path.write_bytes(content)
        os.utime(path, (SAVED, SAVED))
        ((source, target),) = set_modified_aside([tmp_path], tmp_path / "autre.xlsx").moves
        assert not target.exists()
        source.rename(target)
    assert [path.read_bytes() for path in sorted(tmp_path.glob("anomalies_*"))] == [
        b"{", b"[]", b'{"fichiers": 1}', b'{"fichiers": [{}]}',
    ]  # fmt: skip
