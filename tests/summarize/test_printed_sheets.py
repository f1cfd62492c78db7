"""The lists on paper: A4, 8 points at least, whole names; and charts of one kind."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pypdfium2
import pytest
from pypdfium2 import raw

from pipeline.bundle.sheets import Corrected, with_changes
from pipeline.settings.config import Config
from pipeline.xlsx.sheets import Sheet
from pipeline.xlsx.tables import Column
from support import workbooks as c
from support.rows import GOOD
from support.summaries import ROWS, sheets_of, summary_of, uai

LEAST = 7.9
"""Points: 8, less what rounding takes."""
LONG = {
    "etablissement": "LYCEE POLYVALENT LEONARD DE VINCI LYCEE DES METIERS COMPTABILITE ET L INFORMATIQUE LYCEE DES METIERS",
    "commune": "Saint-Germain-sur-l’Exemple-lès-Villeneuve-le-Modèle",
    "referent_nom": "Vandenberghe-Lagrange de La Tour du Modèle",
    "referent_prenom": "Marie-Antoinette-Joséphine",
    "referent_fonction": "Professeur de lycée professionnel",
    "chef": "Jean-Christophe Van den Exemple-Montmorency d’Almeida",
}


@pytest.fixture(scope="module")
def printed(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The summary as LibreOffice prints it: long names among usual ones, rows to correct, vacant posts."""
    rows = [*ROWS, *(GOOD | LONG | {"uai": uai(f"07799{n}")} for n in range(10, 30))]
    content = sheets_of(config, summary_of(config, rows))["recapitulatif"]
    return c.converted(tmp_path_factory.mktemp("papier"), "pdf", content)[0]


def sizes(page: pypdfium2.PdfPage) -> dict[str, float]:
    """Return the points at which each visible sign is printed, the smallest of each."""
    text, found, matrix = page.get_textpage(), {}, raw.FS_MATRIX()
    for index in range(text.count_chars()):
        sign = text.get_text_range(index, 1)
        if sign.strip():
            raw.FPDFText_GetMatrix(text, index, matrix)
            size = raw.FPDFText_GetFontSize(text, index) * matrix.d
            found[sign] = min(size, found.get(sign, size))
    return found


def test_every_list_is_printed_at_eight_points_at_least(printed: Path) -> None:
    with pypdfium2.PdfDocument(printed) as document:
        assert len(document) > 4
        for number, page in enumerate(document, 1):
            assert (round(page.get_width()), round(page.get_height())) == (842, 595)
            assert min(sizes(page).values()) >= LEAST, f"page {number}"


def test_names_are_printed_whole_and_file_names_are_not(printed: Path) -> None:
    with pypdfium2.PdfDocument(printed) as document:
        pages = [page.get_textpage().get_text_range().replace("\ufffe", "-") for page in document]
    letters = "".join("".join(text.split()) for text in pages if re.search(r"Chef\s+d’établissement", text))
    for text in LONG.values():
        for word in re.split(r"[\s-]", text):
            assert word in letters, text
    assert ".pdf" not in letters


def test_what_changed_is_printed_and_the_file_stays_last() -> None:
    columns = (Column("UAI"), Column("Fichier", printed=False))
    sheet = Sheet("Lettres", "", columns, [("0779999A", "a.pdf"), ("0779998Z", "b.pdf")], "")
    changed = with_changes(sheet, Corrected({"lettres/a.pdf": "nouvelle"}, ()))
    assert [column.header for column in changed.columns] == ["UAI", "Changement", "Fichier"]
    assert changed.rows == [("0779999A", "nouvelle", "a.pdf"), ("0779998Z", "", "b.pdf")]


def test_a_sheet_is_in_the_font_of_the_letters(config: Config) -> None:
    book = openpyxl.load_workbook(BytesIO(sheets_of(config, summary_of(config, ROWS))["recapitulatif"]))
    fonts = {(cell.font.name, cell.font.sz) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {name for name, _ in fonts} == {"Arial"}


def test_charts_are_of_one_kind(config: Config) -> None:
    with ZipFile(BytesIO(sheets_of(config, summary_of(config, ROWS))["recapitulatif"])) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
    assert len(charts) == 3
    for what in (
        r'<c:barDir val="(\w+)"',
        r'<c:ser>.*?<a:srgbClr val="(\w+)"',
        r'<c:gapWidth val="(\d+)"',
        r"<c:layout>.*?</c:layout>",
    ):
        assert len({tuple(re.findall(what, chart, re.DOTALL)) for chart in charts}) == 1, what
    assert len(re.findall("<xdr:twoCellAnchor", drawing)) == 3
