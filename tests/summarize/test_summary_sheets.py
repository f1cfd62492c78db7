"""The summary sheets: Excel has nothing to repair, every formula comes to what the file says, people find their way."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pypdfium2
import pytest
from lxml import etree
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.bundle.differences import Comparaison, Depuis, Detail, Difference, Genre
from pipeline.bundle.sheets import Corrected, lot_sheet
from pipeline.french.signs import NBSP
from pipeline.french.words import fold
from pipeline.model import Retrait
from pipeline.settings.config import Config
from pipeline.summarize.summary import Summary
from pipeline.summarize.workbook import recapitulatif
from support import workbooks as c
from support.rows import GOOD
from support.summaries import ROWS, sheets_of, summary_of
from support.xlsx_rules import faults

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@pytest.fixture(scope="module")
def summary(config: Config) -> Summary:
    return summary_of(config, ROWS)


@pytest.fixture(scope="module")
def books(config: Config, summary: Summary) -> dict[str, bytes]:
    """Every kind of summary: of a run, of its bundles, of a run where all is wrong, of one where nothing is."""
    letter = GOOD["uai"]
    change = Difference(Genre.MODIFIEE, letter, "Collège =1", "Mme A", "Mme B", (Detail("montant", "1", "2"),) * 3)
    told = replace(summary, differences=(Comparaison("77", Depuis.ENVOI, datetime(2026, 9, 3), (change,) * 2),))
    (lot, *_) = summary.lots
    corrected = Corrected(
        {lot.members[0]: "modifiée"}, (Retrait("lettres/x.pdf", letter, "Collège", "Mme A", "retirée"),)
    )
    return {
        **sheets_of(config, summary),
        "différences": recapitulatif(told),
        "rectificatif": lot_sheet(config, "77", list(zip(lot.members, lot.documents, strict=True)), (), corrected),
        "tout faux": recapitulatif(summary_of(config, ROWS[8:])),
        "tout juste": recapitulatif(summary_of(config, ROWS[:1])),
    }


def values(content: bytes, sheet: str) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(BytesIO(content), data_only=True)
    return list(book[sheet].iter_rows(values_only=True))


def numbers(content: bytes) -> dict[tuple[str, str], float]:
    """Return the result of each formula by its sheet and address."""
    results = openpyxl.load_workbook(BytesIO(content), data_only=True)
    return {(sheet.title, at): results[sheet.title][at].value for sheet, at in formulas(content)}


def formulas(content: bytes) -> list[tuple[Worksheet, str]]:
    book = openpyxl.load_workbook(BytesIO(content))
    return [
        (sheet, cell.coordinate)
        for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]  # fmt: skip


def changed(content: bytes, part: str, pattern: str, new: str) -> bytes:
    """Return the workbook with a part rewritten."""
    parts = c.parts_of(content)
    after, times = re.subn(pattern, new, parts[part].decode())
    assert times
    return c.zipped(parts | {part: after.encode()})


def test_excel_has_nothing_to_repair(books: dict[str, bytes]) -> None:
    assert {name: faults(content) for name, content in books.items()} == {name: [] for name in books}


@pytest.mark.parametrize(
    ("part", "pattern", "new", "said"),
    [
        ("xl/tables/table1.xml", 'name="Intitulé"', 'name="Intitule"', "are not those of the table"),
        ("xl/tables/table1.xml", 'ayName="Par_DSDEN"', 'ayName="Lettres"', "the same displayName"),
        ("xl/tables/table1.xml", 'ayName="Par_DSDEN"', 'ayName="AB12"', "no name for a table"),
        ("xl/tables/table2.xml", ' id="2"', ' id="1"', "the same id"),
        ("xl/tables/table3.xml", 'ref="A1:L8"', 'ref="A1:L9"', "row of totals"),
        ("xl/worksheets/_rels/sheet1.xml.rels", "table1.xml", "table9.xml", "does not exist"),
        ("xl/worksheets/_rels/sheet1.xml.rels", 'Id="rId1"', 'Id="rId8"', "which xl/worksheets/_rels"),
        ("[Content_Types].xml", 'PartName="/xl/charts/chart1.xml"', 'PartName="/xl/charts/chart9.xml"', "no content type"),
        ("xl/workbook.xml", "Lettres!", "Autre!", "another sheet"),
        ("xl/workbook.xml", 'sheet name="À corriger"', 'sheet name="lettres"', "not all different"),
        ("xl/worksheets/sheet2.xml", r't="s"><v>\d+', 't="s"><v>99999', "does not exist"),
    ],
)  # fmt: skip
def test_the_check_sees_what_excel_would_repair(
    books: dict[str, bytes], part: str, pattern: str, new: str, said: str
) -> None:
    found = faults(changed(books["recapitulatif"], part, pattern, new))
    assert any(said in fault for fault in found), found


def test_libreoffice_works_every_formula_out_to_what_the_file_says(books: dict[str, bytes], tmp_path: Path) -> None:
    wrong = {
        name: c.zipped({
            part: re.sub(rb"(</f><v>)[^<]*", rb"\g<1>77777", data) if part.startswith("xl/worksheets/sheet") else data
            for part, data in c.parts_of(content).items()
        })
        for name, content in books.items()
    }  # fmt: skip
    kept = c.converted(tmp_path / "gardes", "xlsx", wrong["recapitulatif"])[0]
    assert set(numbers(kept).values()) == {77777}, "the results that the file held are no longer there to be wrong"
    again = c.converted(tmp_path, "xlsx", *wrong.values(), recalculated=True)
    for (name, content), worked_out in zip(books.items(), again, strict=True):
        assert numbers(worked_out) == numbers(content), name
    assert sum(len(numbers(content)) for content in books.values()) > 60


def test_the_totals_are_those_of_the_letters(books: dict[str, bytes], summary: Summary) -> None:
    head, *rows = values(books["recapitulatif"], "Synthèse")[3:9]
    assert head == ("DSDEN", "Intitulé", "Lettres", "Montant annuel brut", "Postes à pourvoir", "Lignes à corriger")
    assert [(row[0], *row[2:]) for row in rows] == [
        ("77", 4, 2500, 0, 1),
        ("93", 2, 4062.5, 2, 0),
        ("94", 0, 0, 0, 1),
        ("inconnue", 0, 0, 0, 2),
        ("Total", 6, 6562.5, 2, 4),
    ]
    by_rate = [row[:5] for row in values(books["recapitulatif"], "Synthèse")[12:19]]
    assert by_rate == [
        (0.25, "quart de taux", 1, 312.5, 312.5),
        (0.5, "demi-taux", 2, 1250, 625),
        (1, "taux plein", 1, 1250, 1250),
        (2, "double taux", 0, 0, 2500),
        (3, "triple taux", 1, 3750, 3750),
        (None, "sans IMP", 1, 0, 0),
        ("Total", None, 6, 6562.5, None),
    ]
    assert values(books["recapitulatif"], "Lettres")[-1][10] == float(
        sum(one.montant for one in summary.verdict.letters)
    )


def test_a_bundle_tells_its_own_dsden_and_nothing_of_what_is_to_correct(books: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(BytesIO(books["93"]))
    assert book.sheetnames == ["Synthèse", "Lettres", "À pourvoir"]
    told = [str(cell) for sheet in book.sheetnames for row in values(books["93"], sheet) for cell in row if cell]
    assert "DSDEN de la Seine-Saint-Denis" in told
    assert not [
        text for text in told if "corriger" in text or "Seine-et-Marne" in text or text.startswith(("077", "094"))
    ]


def test_rows_are_in_the_order_of_communes_and_schools(books: dict[str, bytes]) -> None:
    content = books["recapitulatif"]
    letters = values(content, "Lettres")[1:-1]
    keys = [(row[0], fold(row[3]), fold(row[2]), row[1], fold(row[5])) for row in letters]
    assert keys == sorted(keys)
    assert [row[3] for row in letters][:3] == ["Écluse", "écluse", "Étampes"]
    assert [row[3] for row in values(content, "À pourvoir")[1:]] == ["Avon", "Zedville"]
    assert [row[0] for row in values(content, "À corriger")[1:]] == ["77", "94", None, None]


def test_the_order_of_the_workbook_changes_nothing(config: Config, summary: Summary) -> None:
    verdict = summary.verdict
    other = replace(
        summary,
        verdict=replace(verdict, letters=verdict.letters[::-1], vacancies=verdict.vacancies[::-1]),
        lots=summary.lots[::-1],
    )
    assert recapitulatif(other) == recapitulatif(summary)


def charts(content: bytes) -> list[tuple[str, list[str], list[list[str]]]]:
    """Return the title of each chart, the cells that it shows, and what the file holds of them."""
    found = []
    with ZipFile(BytesIO(content)) as archive:
        for name in sorted(name for name in archive.namelist() if name.startswith("xl/charts/")):
            series = etree.fromstring(archive.read(name)).find(f".//{CHART}ser")
            cells = [series.find(f"{CHART}{kind}") for kind in ("cat", "val")]
            found.append((
                series.findtext(f"{CHART}tx//{CHART}v"),
                [one.findtext(f".//{CHART}f") for one in cells],
                [[value.text for value in one.iter(f"{CHART}v")] for one in cells],
            ))  # fmt: skip
    return found


def test_charts_show_the_cells_of_the_tables(books: dict[str, bytes]) -> None:
    whole, ends = books["recapitulatif"], ["quart de taux", "demi-taux", "taux plein", "double taux", "triple taux"]
    assert charts(whole) == [
        ("Lettres par DSDEN", ["Synthèse!$A$5:$A$7", "Synthèse!$C$5:$C$7"], [["77", "93", "94"], ["4", "2", "0"]]),
        ("Euros par DSDEN", ["Synthèse!$A$5:$A$7", "Synthèse!$D$5:$D$7"], [["77", "93", "94"], ["2500", "4062.5", "0"]]),
        (
            "Lettres par taux",
            ["Synthèse!$B$13:$B$18", "Synthèse!$C$13:$C$18"],
            [[*ends, "sans IMP"], ["1", "2", "1", "0", "1", "1"]],
        ),
    ]  # fmt: skip
    assert [title for title, _, _ in charts(books["93"])] == ["Lettres par taux", "Euros par taux"]
    assert charts(books["tout faux"]) == []
    with ZipFile(BytesIO(whole)) as archive:
        described = re.findall(r'descr="([^"]+)"', archive.read("xl/drawings/drawing1.xml").decode())
    assert len(described) == 3
    assert described[0].startswith("Lettres par DSDEN : ")


def test_amounts_are_numbers_that_read_as_french_writes_them(books: dict[str, bytes], tmp_path: Path) -> None:
    assert openpyxl.load_workbook(BytesIO(books["93"]))["Lettres"]["K2"].value == 312.5
    page = pypdfium2.PdfDocument(c.converted(tmp_path, "pdf", books["93"])[0])[0].get_textpage().get_text_bounded()
    assert "4 062,50 €" in page.replace(NBSP, " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_sheets_print_on_one_page_across_with_their_header_on_each(books: dict[str, bytes]) -> None:
    for content in books.values():
        book = openpyxl.load_workbook(BytesIO(content))
        for sheet in book.worksheets:
            assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert sheet.page_setup.fitToHeight == (None if sheet.title == "Synthèse" else 0)
            assert sheet.oddFooter.center.text == "Page &P sur &N"
            if sheet.title != "Synthèse":
                assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$1", "A2")
