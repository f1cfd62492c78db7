"""anomalies.xlsx: the user's own workbook, kept as it is but for the marks, corrected and given back."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from pipeline.load.stage import load
from pipeline.settings.config import Config
from pipeline.summarize import anomalies
from pipeline.summarize.anomalies import anomalies_xlsx
from pipeline.summarize.summary import Summary
from pipeline.xlsx import own_sheets
from pipeline.xlsx.book import Book
from pipeline.xlsx.cells import Cells
from pipeline.xlsx.comments import AUTHOR
from pipeline.xlsx.own_sheets import SIGN, is_own
from pipeline.xlsx.package import Package
from support import workbooks as c
from support.marked_copies import RED, WRONG, colour, opened, saved, steps
from support.workbooks import HEAD, ROW, row


def rich_workbook() -> bytes:
    """A workbook that holds what the libraries lose: a chart, a picture, a list to choose from, a rich text…"""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Référents")
        for line, cells in enumerate([HEAD, ROW, WRONG]):
            sheet.write_row(line, 0, cells)
        bold = book.add_format({"bold": True, "bg_color": "#00B0F0", "num_format": "0.0"})
        sheet.write_rich_string("N2", "en ", bold, "gras")
        sheet.write_formula("O2", "=L2*2", bold, 1250)
        sheet.write("P1", "=1+1")
        sheet.data_validation("K2:K9", {"validate": "list", "source": ["1/2", "1", "2"]})
        sheet.conditional_format("L2:L9", {"type": "data_bar", "bar_solid": True})
        sheet.write_comment("A3", "À vérifier avec Créteil", {"author": "Chef de bureau"})
        sheet.write_comment("B2", "Ne pas toucher", {"author": "Chef de bureau"})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Référents!$L$2:$L$3"})
        sheet.insert_chart("R2", chart)
        sheet.freeze_panes(1, 0)
        sheet.autofilter("A1:L3")
        sheet.print_area("A1:L3")
        book.add_worksheet("Vide").hide()
        book.define_name("Barème", "=Référents!$K$2:$K$3")
    return buffer.getvalue()


def test_all_that_is_the_users_own_stays(copy: Callable[..., bytes]) -> None:
    content = rich_workbook()
    before, after = c.parts_of(content), c.parts_of(copy(content))
    changed = {name for name in before if after.get(name) != before[name]}
    assert changed == {
        "[Content_Types].xml",
        "docProps/core.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }
    sheet = after["xl/worksheets/sheet1.xml"].decode()
    for own in ("<dataValidation ", "<conditionalFormatting", "x14:dataBar", "<pane ", "<f>L2*2</f><v>1250</v>"):
        assert own in sheet
    names = re.findall(r'<definedName name="([^"]+)" localSheetId="(\d)"', after["xl/workbook.xml"].decode())
    assert ("_xlnm.Print_Area", "1") in names, "the user's sheet is now the second one"
    assert ("_xlnm.Print_Titles", "0") in names
    assert ("_xlnm.Print_Titles", "3") in names


def test_a_comment_of_the_users_stands_under_ours_and_comes_back(copy: Callable[..., bytes]) -> None:
    marked = copy(rich_workbook())
    book = opened(marked)
    sheet = book["Référents"]
    assert sheet["A3"].comment.text.startswith("Erreur : ")
    assert sheet["A3"].comment.text.endswith("Commentaire déjà présent (Chef de bureau) : À vérifier avec Créteil")
    assert (sheet["B2"].comment.text, sheet["B2"].comment.author) == ("Ne pas toucher", "Chef de bureau")
    again = opened(copy(marked))["Référents"]
    assert again["A3"].comment.text == sheet["A3"].comment.text, "not twice"
    for place, value in (("A3", ROW[0]), ("H3", "Modèle")):
        sheet[place].value = value
    third = opened(copy(saved(book)))["Référents"]
    assert (third["A3"].comment.text, third["A3"].comment.author) == ("À vérifier avec Créteil", "Chef de bureau")


def test_the_boxes_of_another_program_are_replaced_and_the_drawing_stays_right(copy: Callable[..., bytes]) -> None:
    def commented(book: openpyxl.Workbook) -> None:
        for cell in ("A2", "B2"):
            book.active[cell].comment = Comment("Vu", "Chef de bureau")

    content = c.table(row(uai="0779999D"), change=commented)
    drawing = "xl/drawings/commentsDrawing1.vml"
    assert b"<ns0:shape " in c.parts_of(content)[drawing]  # the names that openpyxl gives, as Excel never does
    for again in (content, copy(content)):
        root = etree.fromstring(c.parts_of(copy(again))[drawing])
        places = [
            (one.findtext("{*}ClientData/{*}Row"), one.findtext("{*}ClientData/{*}Column"))
            for one in root.iter("{urn:schemas-microsoft-com:vml}shape")
        ]
        assert sorted(places) == [("1", "0"), ("1", "1")]


THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
DISCUSSION = "xl/threadedComments/threadedComment1.xml"


def discussed() -> bytes:
    """A workbook with discussions on A2 and B2, as Excel 365 writes them: beside each, a comment for older versions."""

    def commented(book: openpyxl.Workbook) -> None:
        for cell, text in (("A2", "Numéro à revoir"), ("B2", "Nom à garder")):
            book.active[cell].comment = Comment(f"[Commentaire en fil]\n\n{text}", f"tc={{{cell}}}")

    parts = c.parts_of(c.table(row(uai="0779999D"), change=commented))
    each = "".join(
        f'<threadedComment ref="{cell}" dT="2026-09-01T08:00:00.00" personId="{{P}}" id="{{{cell}}}"><text>{text}</text></threadedComment>'
        for cell, text in (("A2", "Numéro à revoir"), ("B2", "Nom à garder"))
    )
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    relation = f'<Relationship Id="rIdFils" Type="{kind}" Target="/{DISCUSSION}"/></Relationships>'
    declared = (
        f'<Override PartName="/{DISCUSSION}" ContentType="application/vnd.ms-excel.threadedcomments+xml"/></Types>'
    )
    types = parts["[Content_Types].xml"].decode().replace("</Types>", declared)
    changed = {
        rels: parts[rels].decode().replace("</Relationships>", relation).encode(),
        DISCUSSION: f'<ThreadedComments xmlns="{THREADS}">{each}</ThreadedComments>'.encode(),
        "[Content_Types].xml": types.encode(),
    }
    return c.zipped(parts | changed)


def test_a_discussion_on_a_marked_cell_stands_in_our_comment_and_the_others_stay(copy: Callable[..., bytes]) -> None:
    content = copy(discussed())
    left = [one.get("ref") for one in etree.fromstring(c.parts_of(content)[DISCUSSION])]
    assert left == ["B2"]
    sheet = opened(content)["Référents"]
    assert AUTHOR in sheet["A2"].comment.text
    assert sheet["A2"].comment.text.endswith("Numéro à revoir")
    assert sheet["B2"].comment.author == "tc={B2}"  # by this Excel ties the comment to its discussion


def test_a_sheet_too_heavy_to_stand_whole_in_memory_is_laid_out_again(
    copy: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anomalies, "_MAX_TAGS", 100)
    book = opened(copy(rich_workbook()))
    assert book.sheetnames == ["À corriger", "Référents", "Vide", "Nettoyage"]
    assert colour(book, "A3") == "FFFFC7CE"
    assert AUTHOR in book["Référents"]["A3"].comment.text


def test_each_comment_has_one_box_at_its_cell(copy: Callable[..., bytes]) -> None:
    parts = c.parts_of(copy(rich_workbook()))
    drawing = parts["xl/drawings/vmlDrawing1.vml"].decode()
    places = list(zip(re.findall(r"<x:Row>(\d+)", drawing), re.findall(r"<x:Column>(\d+)", drawing), strict=True))
    refs = re.findall(r'<comment ref="([A-Z]+\d+)"', parts["xl/comments1.xml"].decode())
    assert sorted(places) == sorted((str(int(ref[1:]) - 1), str(ord(ref[0]) - 65)) for ref in refs)
    numbers = re.findall(r'<v:shape id="_x0000_s(\d+)"', drawing)
    assert len(set(numbers)) == len(numbers) == len(refs)
    blocks = re.findall(r'<o:idmap[^>]*data="([^"]*)"', drawing)[0].split(",")
    assert {str(int(number) // 1024) for number in numbers} <= set(blocks)


@pytest.mark.parametrize(
    ("fill", "own"),
    [
        (None, None),
        (PatternFill("solid", fgColor="00B0F0"), "0000B0F0"),
        (PatternFill("solid", fgColor=openpyxl.styles.Color(theme=4, tint=0.4)), (4, 0.4)),
    ],
)
def test_a_corrected_cell_has_its_own_colour_again_wherever_it_was_moved(
    copy: Callable[..., bytes], fill: PatternFill | None, own: Any
) -> None:
    def paint(book: openpyxl.Workbook) -> None:
        if fill:
            book["Référents"]["A2"].fill = fill
        book["Référents"]["A2"].number_format = "@"

    book = opened(copy(c.table(WRONG, change=paint)))
    assert colour(book, "A2") == RED
    for cell, value in zip(book["Référents"][2], ROW, strict=False):
        cell.value = value
    book["Référents"].insert_rows(2)
    moved = book["Référents"]["A3"]
    former = opened(copy(c.table(WRONG, change=paint)))["Référents"]["A2"].comment
    moved.comment = Comment(former.text, former.author)
    again = opened(copy(saved(book)))
    given = again["Référents"]["A3"]
    assert given.comment is None
    assert given.number_format == "@"
    if isinstance(own, tuple):
        assert (given.fill.fgColor.theme, given.fill.fgColor.tint) == own
    else:
        assert colour(again, "A3") == own


def test_a_fault_without_a_cell_is_marked_where_its_row_begins(copy: Callable[..., bytes]) -> None:
    book = opened(copy(c.xlsx([[None, *HEAD], [None, *row(uai="")]])))
    said = [cell.value for cell in book["À corriger"]["E"][1:]]
    assert said == ["B2"]
    assert colour(book, "B2") == RED, "the blank cell itself"


@pytest.mark.parametrize("titles", [("Réfé\u200brents",), ("Référents", "Réfé\u200brents"), ("\u200b",)])
def test_a_sheet_whose_title_holds_what_nobody_sees_is_marked(
    titles: tuple[str, ...], copy: Callable[..., bytes]
) -> None:
    book = opened(copy(c.book({title: [HEAD, row(uai=f"077999{number}B")] for number, title in enumerate(titles)})))
    assert book.sheetnames == ["À corriger", *titles, "Nettoyage"]
    for line, title in enumerate(titles, 2):
        assert colour(book, "A2", title) == RED
        assert book["À corriger"].cell(line, 5).hyperlink.location == f"'{title}'!A2"


def test_what_is_only_worth_knowing_leaves_the_workbook_alone(copy: Callable[..., bytes]) -> None:
    vacant = row(referent_nom="À pourvoir", referent_prenom="", referent_civilite="")
    book = opened(copy(c.table(ROW, vacant)))
    assert book["À corriger"]["A2"].value == "Rien à corriger."
    cells = [cell for cells in book["Référents"].iter_rows() for cell in cells]
    assert not [cell.coordinate for cell in cells if cell.comment or cell.fill.patternType]


def test_macros_and_signatures_do_not_make_the_copy_unreadable(copy: Callable[..., bytes]) -> None:
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main"
    content = c.patched(
        c.table(WRONG), lambda xml: xml.replace(main, "application/vnd.ms-excel.sheet.macroEnabled.main"),
        "[Content_Types].xml",
    )  # fmt: skip
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    content = c.patched(
        content, lambda xml: xml.replace(
            "</Relationships>", f'<Relationship Id="rIdVba" Type="{kind}" Target="vbaProject.bin"/></Relationships>'
        ), "xl/_rels/workbook.xml.rels",
    )  # fmt: skip
    content = c.zipped(c.parts_of(content) | {"xl/vbaProject.bin": b"macros"})
    parts = c.parts_of(copy(content, "classeur.xlsm"))
    assert "xl/vbaProject.bin" not in parts
    assert b"vba" not in parts["xl/_rels/workbook.xml.rels"]
    assert b"macroEnabled" not in parts["[Content_Types].xml"]


# --- Given back -------------------------------------------------------------------------------------------------------


def test_our_sheets_are_left_out_under_any_name(copy: Callable[..., bytes], tmp_path: Path, config: Config) -> None:
    book = opened(copy(c.table(ROW, WRONG)))
    book["À corriger"].title, book["Nettoyage"].title = "Ma liste", "93"
    path = tmp_path / "rendu.xlsx"
    path.write_bytes(saved(book))
    read = load(path, config.classeur.headers_of, config.campagne.annee_scolaire)
    assert (list(read.columns), read.unread, read.notices) == (["Référents"], (), ())
    assert opened(copy(path.read_bytes())).sheetnames == ["À corriger", "Référents", "Nettoyage"]


def test_a_sheet_of_the_users_under_such_a_name_is_his(copy: Callable[..., bytes]) -> None:
    own = c.book({"À corriger": [HEAD, ROW, WRONG], "nettoyage": [["Feuille", "Cellule"], ["salle 3", "à laver"]]})
    book = opened(copy(own))
    assert book.sheetnames == ["À corriger (2)", "À corriger", "nettoyage", "Nettoyage (2)"]
    assert book["nettoyage"]["B2"].value == "à laver"
    assert colour(book, "A3", "À corriger") == RED
    assert book["À corriger (2)"]["E2"].hyperlink.location == "'À corriger'!A3"
    assert opened(copy(saved(book))).sheetnames == book.sheetnames


def test_our_headers_alone_are_no_sign() -> None:
    heads = ["Feuille", "Cellule", "Colonne", "Avant", "Après", "Règle"]
    assert is_own([[*heads, SIGN], ["Référents"]])
    assert is_own([[*heads, SIGN, "", None]])
    assert not is_own([heads])
    assert not is_own([[*heads, SIGN, "Remarque"]])
    assert not is_own([[SIGN]])
    assert not is_own([])


# --- Another format, or an odd file -----------------------------------------------------------------------------------


def test_a_workbook_saved_again_since_it_was_read_is_not_marked(
    checked: Callable[[Path], Summary], tmp_path: Path
) -> None:
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(c.table(WRONG))
    summary = checked(path)
    path.write_bytes(c.xlsx([["Nouvelle ligne"], HEAD, ROW, WRONG]))
    book = opened(anomalies_xlsx(summary))
    assert book["Référents"]["A1"].value == HEAD[0]
    assert colour(book, "A2") == RED


def test_a_file_put_in_its_place_is_not_even_looked_at(
    checked: Callable[[Path], Summary], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(c.table(WRONG))
    summary = checked(path)
    path.write_bytes(c.table(ROW))
    monkeypatch.setattr(anomalies, "kind_of", lambda *given: pytest.fail("looked at"))
    assert colour(opened(anomalies_xlsx(summary)), "A2") == RED


# --- Texts that look like formulas ------------------------------------------------------------------------------------


# --- Scale ------------------------------------------------------------------------------------------------------------


def test_merged_cells_beside_what_is_marked_are_not_walked() -> None:
    def taken(areas: int) -> int:
        merged = '<mergeCell ref="XFD1:XFD1048576"/>' * areas
        root = etree.fromstring(f'<worksheet xmlns="{c.MAIN}"><mergeCells>{merged}</mergeCells></worksheet>')
        return steps(lambda: Cells(root).shown((line, 0) for line in range(1000)))

    assert taken(100) - taken(0) < 10_000


def test_each_sheet_is_read_and_written_once(copy: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    xml = Package.xml
    monkeypatch.setattr(Package, "xml", lambda self, part: read.append(part) or xml(self, part))
    copy(c.book({"Référents": [HEAD, *[WRONG] * 20], "Notes": [["rien"]]}))
    assert [part for part in read if "worksheets/sheet" in part and "_rels" not in part] == [
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
    ]


def test_no_sheet_has_more_links_than_excel_accepts(
    copy: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_sheets, "_LINKS_MAX", 5)
    book = opened(copy(c.table(*[WRONG] * 9)))
    linked = [cell for (cell,) in book["À corriger"].iter_rows(min_row=2, min_col=5, max_col=5) if cell.hyperlink]
    assert len(linked) == 5
    assert book["À corriger"].max_row > 9


def test_a_workbook_without_styles_or_shared_texts_is_marked_all_the_same(copy: Callable[..., bytes]) -> None:
    parts = c.parts_of(c.table(WRONG))
    del parts["xl/styles.xml"]
    bare = {name: re.sub(rb"<(Override|Relationship) [^>]*styles[^>]*/>", b"", data) for name, data in parts.items()}
    sheet = bare["xl/worksheets/sheet1.xml"].decode()
    bare["xl/worksheets/sheet1.xml"] = re.sub(r' (?:r|s)="[A-Z]*\d+"', "", sheet).encode()
    with ZipFile(BytesIO(copy(c.zipped(bare)))) as archive:
        assert archive.testzip() is None
    assert colour(opened(copy(c.zipped(bare))), "A2") == RED
    assert len(Book(copy(c.zipped(bare)))) == 3
