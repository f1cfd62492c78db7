"""What a file says beside its values, and that the four formats say the same of the same workbook."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from struct import pack

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table as ExcelTable

from pipeline.load.cells import Area, Marks
from pipeline.load.marks_ods import read_ods_marks
from pipeline.load.marks_xls import Text, read_texts, read_xls_marks
from pipeline.load.marks_xlsb import read_xlsb_marks
from pipeline.load.marks_xlsx import read_marks
from pipeline.load.stage import load
from pipeline.table import LINE, CellFault
from support import workbooks as c
from support.rows import HEADERS
from support.workbooks import HEAD, ROW
from support.xlsb import Error, FormulaError, Xlsb


def none_declared(role: str) -> Sequence[str]:
    return ()


def hide_rows(workbook: Workbook) -> None:
    for line in (3, 4, 6, 9):
        workbook.active.row_dimensions[line].hidden = True


def filter_rows(workbook: Workbook) -> None:
    workbook.active.auto_filter.ref = "A1:L9"
    workbook.active.auto_filter.add_filter_column(0, ["0779999A"])


def filter_table(workbook: Workbook) -> None:
    """A filter on a table of Excel's, which is written in a part of its own."""
    own = ExcelTable(displayName="Tableau1", ref="A1:L6")
    own._initialise_columns()
    for column, header in zip(own.tableColumns, HEAD, strict=True):
        column.name = header
    own.autoFilter.add_filter_column(0, ["0779999A"])
    workbook.active.add_table(own)


def hide_column(workbook: Workbook) -> None:
    workbook.active.column_dimensions["L"].hidden = True


def hide_sheet(workbook: Workbook) -> None:
    workbook.create_sheet("Couverture")
    workbook["Référents"].sheet_state = "hidden"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (hide_rows, "3 lignes masquées à la main (3 à 4, 6)"),
        (lambda book: (hide_rows(book), filter_rows(book)), "3 lignes masquées par un filtre ou à la main (3 à 4, 6)"),
        (lambda book: (hide_rows(book), filter_table(book)), "3 lignes masquées par un filtre ou à la main (3 à 4, 6)"),
        (filter_rows, "un filtre est actif"),
        (filter_table, "un filtre est actif"),
        (hide_column, "1 colonne masquée (« Montant IMP » (L))"),
        (hide_sheet, "Feuille « Référents » : masquée dans le classeur"),
    ],
)
def test_what_is_hidden_is_read_and_said(tmp_path: Path, change: Callable[[Workbook], object], said: str) -> None:
    (tmp_path / "classeur.xlsx").write_bytes(c.table(*[ROW] * 5, change=change))
    table = load(tmp_path / "classeur.xlsx", none_declared)
    assert len(table.rows) == 5
    assert len(table.notices) == 1
    assert said in table.notices[0].replace("\N{NO-BREAK SPACE}", " ")


def test_a_row_or_a_column_of_no_size_is_hidden_just_as_well() -> None:
    flat = c.patched(c.table(ROW, ROW), lambda xml: xml.replace('<row r="3"', '<row r="3" ht="0.0"').replace(
        "<sheetData>", '<cols><col min="2" max="3" width="0" customWidth="1"/><col min="4" max="4" width="9"/></cols><sheetData>'
    ))  # fmt: skip
    (marks,) = read_marks(flat)
    assert (marks.hidden_rows, marks.hidden_columns) == ({2}, {1, 2})


@pytest.mark.parametrize(
    ("change", "montant"),
    [
        (lambda xml: re.sub(r' r="[A-Z]+\d+"', "", xml).replace("<v>625</v>", "<f>1/0</f>"), CellFault("")),
        (lambda xml: re.sub(r' r="[A-Z]+\d+"', "", xml).replace('t="n"><v>625</v>', 't="e"><v>#REF!</v>'), CellFault("#REF!")),
        (lambda xml: xml.replace('t="n"><v>625</v>', 't="str"><f>""</f><v></v>'), ""),
        (lambda xml: xml.replace("<v>625</v>", "<f>600+25</f><v>625</v>"), 625),
        (lambda xml: xml.replace('r="L2" t="n"><v>625</v>', 'r="L2" t="e"><f>1/0</f><v>#DIV/0!</v>'), CellFault("#DIV/0!")),
    ],
    ids=["no references", "error without references", "blank result", "computed", "computed error"],
)  # fmt: skip
def test_what_becomes_of_a_formula(tmp_path: Path, change: Callable[[str], str], montant: object) -> None:
    content = c.patched(c.table(ROW), change)
    assert content != c.table(ROW)
    (tmp_path / "classeur.xlsx").write_bytes(content)
    table = load(tmp_path / "classeur.xlsx", none_declared)
    assert table.rows["montant"].tolist() == [montant]
    assert table.rows[LINE].tolist() == [2]


def all_of_it(workbook: Workbook) -> None:
    """One of each: hidden row and column, merged cells, a struck row, one that is struck in part, cells in error."""
    sheet = workbook.active
    sheet.merge_cells("B2:B3")
    sheet["L2"], sheet["L3"], sheet["K4"] = "=1/0", '=IF(1=1,"","x")', "=NA()"
    hide_column(workbook)
    sheet["H3"].font = Font(strike=True)
    sheet.row_dimensions[3].hidden = True


def told(marks: Marks, areas: Sequence[Area] = ()) -> tuple[object, ...]:
    rows = {row for row in marks.hidden_rows if row <= marks.last_row}
    return (
        marks.faults,
        rows,
        marks.hidden_columns,
        marks.struck,
        list(marks.areas or areas),
        (marks.last_row, marks.last_column),
    )


@pytest.fixture(scope="module")
def formats(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The same workbook in each format that LibreOffice saves, from one that openpyxl made."""
    folder = tmp_path_factory.mktemp("formats")
    struck_part = '<r><t>Exem</t></r><r><rPr><strike/></rPr><t xml:space="preserve">ple</t></r>'
    workbook = c.shared_texts(c.table(ROW, ROW, ROW, [*ROW[:7], "@0", *ROW[8:]], change=all_of_it), struck_part)
    return {to: c.converted(folder, to, workbook)[0] for to in ("xlsx", "ods", "xls")}


FAULTS = {(1, 11): CellFault("#DIV/0!"), (3, 10): CellFault("#N/A")}
AREA = Area(1, 1, 2, 1)
STRUCK = {(2, 7): False, (4, 7): True}


@pytest.mark.parametrize(
    ("format", "read"), [("xlsx", read_marks), ("ods", read_ods_marks), ("xls", read_xls_marks)]
)  # fmt: skip
def test_the_formats_say_the_same(
    formats: dict[str, bytes], format: str, read: Callable[[bytes], list[Marks]], tmp_path: Path
) -> None:
    (marks,) = read(formats[format])
    assert told(marks, [AREA]) == (FAULTS, {2}, {11}, STRUCK, [AREA], (4, 11))
    (tmp_path / "classeur").write_bytes(formats[format])
    table = load(tmp_path / "classeur", none_declared)
    assert table.rows["montant"].tolist() == [CellFault("#DIV/0!"), "", 625, 625]
    assert table.filled == (("Référents", 3, "etablissement"),)
    assert [word for word in ("masquée", "colonne masquée", "cellule fusionnée")
            if not any(word in notice.replace("\N{NO-BREAK SPACE}", " ") for notice in table.notices)] == []  # fmt: skip


XLSB = Xlsb(
    [HEAD, [*ROW[:11], FormulaError("#DIV/0!")], [*ROW[:1], "", *ROW[2:11]], [*ROW[:10], Error("#N/A"), 625], [*ROW[:7], "Exemple", *ROW[8:]]],
    hidden_rows=[2], hidden_columns=[11], struck=[(2, 7)], struck_inside=[(4, 7)], merged=[tuple(AREA)], filtered=True,
)  # fmt: skip


def test_an_xlsb_says_the_same(tmp_path: Path) -> None:
    (marks,) = read_xlsb_marks(XLSB.content())
    assert told(marks) == (FAULTS, {2}, {11}, STRUCK, [AREA], (4, 11))
    assert marks.filtered
    (tmp_path / "classeur").write_bytes(XLSB.content())
    table = load(tmp_path / "classeur", none_declared)
    assert table.rows["montant"].tolist() == [CellFault("#DIV/0!"), "", 625, 625]
    assert table.filled == (("Référents", 3, "etablissement"),)


def test_libreoffice_reads_the_same_in_that_xlsb(tmp_path: Path) -> None:
    """The .xlsb workbooks of these tests are written by the tests: another program vouches for them."""
    source = tmp_path / "avant"
    source.mkdir()
    (ods,) = c.converted(tmp_path, "ods", XLSB.content(), suffix=".xlsb")
    (marks,) = read_ods_marks(ods)
    assert told(marks) == (FAULTS, {2}, {11}, STRUCK, [AREA], (4, 11))


def test_strict_open_xml_says_the_same(formats: dict[str, bytes]) -> None:
    usual, strict = "http://schemas.openxmlformats.org", "http://purl.oclc.org/ooxml"
    names = ((f"{usual}/spreadsheetml/2006/main", f"{strict}/spreadsheetml/main"),
             (f"{usual}/officeDocument/2006/relationships", f"{strict}/officeDocument/relationships"))  # fmt: skip
    parts = c.parts_of(formats["xlsx"])
    for old, new in names:
        parts = {name: data.replace(old.encode(), new.encode()) for name, data in parts.items()}
    (marks,) = read_marks(c.zipped(parts))
    assert told(marks, [AREA]) == (FAULTS, {2}, {11}, STRUCK, [AREA], (4, 11))


def struck_columns(*styles: str) -> str:
    return "".join(f'<table:table-column table:default-cell-style-name="{style}"/>' for style in styles)


STRUCK_STYLE = (
    '<office:automatic-styles><style:style style:name="barre" style:family="table-cell"><style:text-properties '
    'style:text-line-through-style="solid"/></style:style></office:automatic-styles>'
)


def test_a_cell_takes_the_style_of_its_column_in_an_ods() -> None:
    table = c.ods_table([["a", "b"], [None, "b"], ["a", None]], columns=struck_columns("barre", ""))
    (marks,) = read_ods_marks(c.ods(table, styles=STRUCK_STYLE))
    assert marks.struck == {(0, 0): False, (2, 0): False}


def test_cells_and_rows_repeated_in_an_ods() -> None:
    cell = '<table:table-cell table:number-columns-repeated="2" calcext:value-type="error" office:value-type="string"><text:p>#REF!</text:p></table:table-cell>'
    table = f'<table:table table:name="A"><table:table-row table:number-rows-repeated="2" table:visibility="filter">{cell}</table:table-row></table:table>'
    (marks,) = read_ods_marks(c.ods(table))
    assert marks.faults == dict.fromkeys([(0, 0), (0, 1), (1, 0), (1, 1)], CellFault("#REF!"))
    assert (marks.hidden_rows, marks.filtered, marks.last_row, marks.last_column) == ({0, 1}, True, 1, 1)


def test_what_an_ods_keeps_of_other_files_is_no_sheet() -> None:
    links = f"<table:dde-links><table:dde-link><office:dde-source/>{c.ods_table([['x']], 'lien')}</table:dde-link></table:dde-links>"
    marks = read_ods_marks(c.ods(c.ods_table([["x"]], "'file:///a.ods'#$F"), c.ods_table([["x"]]), links))
    assert [one.foreign for one in marks] == [True, False, True]


WIDE, NARROW, RICH, PHONETIC = 1, 0, 8, 4


def shared(text: str, flags: int, runs: int = 0, more: int = 0) -> bytes:
    """One shared text of an .xls ([MS-XLS] 2.5.293), with so many runs, all of them of font 7."""
    head = pack("<HB", len(text), flags)
    head += pack("<H", runs) if flags & RICH else b""
    head += pack("<L", more) if flags & PHONETIC else b""
    body = text.encode("utf-16-le" if flags & WIDE else "latin-1")
    return head + body + pack("<HH", 0, 7) * runs + bytes(more)


def test_the_shared_texts_of_an_xls() -> None:
    texts = shared("Anne", NARROW) + shared("Zoé", WIDE | RICH, 2) + shared("x", PHONETIC, more=9) + shared("", NARROW)
    expected = [Text(4), Text(3, frozenset({7})), Text(1), Text(0)]
    assert read_texts([pack("<LL", 4, 4) + texts]) == expected


@pytest.mark.parametrize("cut", range(1, 6))
def test_a_text_that_runs_on_into_the_next_record(cut: int) -> None:
    """The record that carries a text on says again, in its first byte, how wide the signs are."""
    first, second = shared("Lecoeur", WIDE)[: 3 + 2 * cut], bytes([NARROW]) + b"Lecoeur"[cut:]
    assert read_texts([pack("<LL", 2, 2) + first, second + shared("Anne", NARROW)]) == [Text(7), Text(4)]


def test_texts_that_stop_short() -> None:
    assert read_texts([]) == []
    assert read_texts([pack("<LL", 9, 9) + shared("Anne", NARROW)]) == [Text(4)]


def test_nothing_to_say_of_a_plain_workbook(tmp_path: Path) -> None:
    for name, content in (
        ("a.xlsx", c.table(ROW)),
        ("a.xlsb", Xlsb([HEAD, ROW]).content()),
        ("a.csv", c.text_table([HEAD, ROW])),
    ):
        (tmp_path / name).write_bytes(content)
        assert load(tmp_path / name, none_declared).notices == ()
    assert set(HEADERS) <= set(load(tmp_path / "a.xlsb", none_declared).rows.columns)
