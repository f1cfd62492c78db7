"""anomalies.xlsx of a workbook of any format, and after LibreOffice: marks, titles, dates, and texts that look like formulas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from pipeline.load.stage import load
from pipeline.model import Severity
from pipeline.settings.config import Config
from pipeline.summarize.anomalies import anomalies_xlsx
from pipeline.summarize.summary import Summary
from pipeline.summarize.workbook import recapitulatif
from pipeline.xlsx.comments import AUTHOR
from pipeline.xlsx.tables import looks_like_formula
from support import workbooks as c
from support.awkward import CASES
from support.awkward.expected import Case, L, Saved
from support.marked_copies import RED, TITLES, WRONG, colour, opened, saved, steps
from support.workbooks import HEAD, ROW, row


def test_the_copy_comes_back_from_libreoffice_in_any_format(
    copy: Callable[..., bytes], tmp_path: Path, config: Config
) -> None:
    marked = copy(c.table(WRONG, ROW))
    for format in ("xlsx", "ods", "xls"):
        path = tmp_path / f"rendu.{format}"
        (content,) = c.converted(tmp_path / f"vers {format}", format, marked)
        path.write_bytes(content)
        read = load(path, config.classeur.headers_of, config.campagne.annee_scolaire)
        assert (list(read.columns), read.unread, read.notices) == (["Référents"], (), ()), format
        book = opened(copy(content, path.name))
        assert book.sheetnames == ["À corriger", "Référents", "Nettoyage"], format
        assert [book["Référents"].cell(3, place).value for place in (1, 2, 12)] == [ROW[0], ROW[1], ROW[11]], format
        assert book["Référents"]["A2"].comment.text.count("Erreur") == 1, format
        assert (colour(book, "A2"), colour(book, "A3")) == (RED, None), format


def test_an_earlier_mark_is_known_after_libreoffice(copy: Callable[..., bytes], tmp_path: Path) -> None:
    def paint(book: openpyxl.Workbook) -> None:
        book["Référents"]["A2"].fill = PatternFill("solid", fgColor="FF00B0F0")

    (content,) = c.converted(tmp_path / "office", "xlsx", copy(c.table(WRONG, change=paint)))
    book = opened(content)
    assert f"— {AUTHOR} (couleur d’origine : rgb=FF00B0F0)" in book["Référents"]["A2"].comment.text
    for cell, value in zip(book["Référents"][2], ROW, strict=False):
        cell.value = value
    again = opened(copy(saved(book)))
    assert again["Référents"]["A2"].comment is None
    assert colour(again, "A2") == "FF00B0F0"


SIMPLE = [
    one for one in CASES if any(isinstance(item, L) for item in one.wanted) and not isinstance(one.content, Saved)
]


@pytest.mark.parametrize("one", SIMPLE, ids=lambda one: one.what)
def test_an_awkward_workbook_is_judged_the_same_once_marked(
    one: Case, tmp_path: Path, checked: Callable[[Path], Summary]
) -> None:
    path = tmp_path / one.file
    if isinstance(one.content, bytes):
        path.write_bytes(one.content)
    else:
        assert callable(one.content)
        one.content(path)
    first = checked(path)
    marked = tmp_path / "anomalies.xlsx"
    marked.write_bytes(anomalies_xlsx(first))
    second = checked(marked)
    assert judged(second) == judged(first)


def judged(summary: Summary) -> list[Any]:
    """Return what was found in a workbook, but for the sheets' titles, which another format may not accept."""
    letters = [(one.row.line, one.etablissement, one.referent, one.chef, one.imp) for one in summary.verdict.letters]
    said = [(one.row.line, one.code, one.cell) for one in summary.verdict.anomalies if one.code != "cellule_en_erreur"]
    return [letters, said]


def test_another_format_keeps_titles_other_sheets_and_dates(copy: Callable[..., bytes]) -> None:
    notes = [["Consignes pour la rentrée, à lire avant toute chose"], ["Date limite", "15/09/2026"]]
    table = c.ods_table([*TITLES, HEAD, WRONG, ROW])
    book = opened(copy(c.ods(table, c.ods_table(notes, name="Consignes [à lire]")), "classeur.ods"))
    assert book.sheetnames == ["À corriger", "Référents", "Consignes  à lire", "Nettoyage"]
    assert book["Référents"]["A1"].value == "Académie d’essai"
    assert book["Consignes  à lire"]["B2"].value == "15/09/2026"
    assert colour(book, "A4") == RED
    assert book["Référents"].column_dimensions["B"].width > 9


def test_dates_and_merged_cells_of_another_format_stay(copy: Callable[..., bytes], tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["Référents"]
        sheet["N1"], sheet["N2"] = "Nomination", datetime(2026, 9, 1)
        sheet["N3"] = datetime(2026, 9, 1, 14, 30)
        sheet.merge_cells("O1:P1")
        sheet["O1"] = "Suivi"

    for format in ("ods", "xls"):
        (content,) = c.converted(tmp_path / format, format, c.table(WRONG, ROW, change=change))
        sheet = opened(copy(content, f"classeur.{format}"))["Référents"]
        assert (sheet["N2"].value, sheet["N3"].value) == (datetime(2026, 9, 1), datetime(2026, 9, 1, 14, 30)), format
        assert sheet["N2"].is_date
        assert [str(area) for area in sheet.merged_cells.ranges] == ["O1:P1"]
        assert sheet["O1"].value == "Suivi"


def test_a_csv_is_laid_out_line_for_line(copy: Callable[..., bytes]) -> None:
    book = opened(copy(c.text_table([["Titre"], HEAD, WRONG, row(referent_prenom="=1+1")]), "référents.csv"))
    assert book.sheetnames == ["À corriger", "référents", "Nettoyage"]
    assert colour(book, "A3", "référents") == RED
    cell = book["référents"]["I4"]
    assert (cell.value, cell.data_type, bool(cell.quotePrefix)) == ("=1+1", "s", True)


RISKY = ["=1+1", "+33 1 64 00", "-Dupont", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1"]


def test_what_looks_like_a_formula_is_told() -> None:
    assert all(map(looks_like_formula, RISKY))
    assert not any(map(looks_like_formula, ["", "-", "=", " + ", "a=1", "1-2"]))


@pytest.mark.parametrize("text", RISKY)
def test_a_text_that_looks_like_a_formula_stays_a_text_everywhere(
    text: str, checked: Callable[[Path], Summary], tmp_path: Path
) -> None:
    def change(book: openpyxl.Workbook) -> None:
        for sheet in book.worksheets:
            for cells in sheet.iter_rows():
                for cell in cells:
                    cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type

    path = tmp_path / "classeur.xlsx"
    path.write_bytes(c.table(row(etablissement=text), row(uai="", etablissement=f"{text} "), change=change))
    summary = checked(path)
    for data in (anomalies_xlsx(summary), recapitulatif(summary)):
        found = []
        for sheet in openpyxl.load_workbook(BytesIO(data)).worksheets:
            for cells in sheet.iter_rows():
                for cell in cells:
                    value = cell.value if isinstance(cell.value, str) else ""
                    if cell.data_type == "f":  # one of ours, which quotes none of the user's texts
                        assert text.strip() not in value
                    elif looks_like_formula(value):
                        found.append(cell.coordinate)
                        assert cell.quotePrefix, (sheet.title, cell.coordinate)
        assert found


def test_twice_the_rows_take_twice_the_work(checked: Callable[[Path], Summary], tmp_path: Path) -> None:
    taken = []
    for rows in (200, 400, 800):
        path = tmp_path / f"{rows}.xlsx"
        merged = lambda book, rows=rows: [book["Référents"].merge_cells(f"N{n}:O{n}") for n in range(2, rows + 2)]  # noqa: E731
        path.write_bytes(c.table(*[WRONG] * rows, change=merged))
        summary = checked(path)
        assert len(summary.of(Severity.ERREUR)) >= rows
        taken.append(steps(lambda summary=summary: anomalies_xlsx(summary)))
    assert taken[2] - taken[1] < 2.3 * (taken[1] - taken[0]), taken
