"""Stage 1: the rows of the workbook, each with its sheet and Excel's own line number; bad input in one sentence."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from conftest import HEADERS
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from pipeline.errors import InputError
from pipeline.load import load
from pipeline.table import LINE, OTHER, SHEET, CellFault, Column

ROW = ["0779999A", "Collège des Tilleuls", "Villeneuve", "M.", "Paul Modèle", "Principal", "Mme", "Exemple", "Anne", "CPE",
       "1/2", 625]  # fmt: skip
MakeWorkbook = Callable[..., Path]


def none_declared(role: str) -> Sequence[str]:
    return ()


def test_lines_are_excels_own(make_workbook: MakeWorkbook) -> None:
    path = make_workbook([["Titre"], [], list(HEADERS.values()), ROW, [], ROW])
    table = load(path, none_declared)
    assert table.rows[LINE].tolist() == [4, 6]
    assert table.rows[SHEET].tolist() == ["Référents", "Référents"]
    assert table.rows["uai"].tolist() == ["0779999A", "0779999A"]
    assert table.columns["Référents"]["montant"] == Column("Montant IMP", "L")


def test_a_table_off_column_a(make_workbook: MakeWorkbook) -> None:
    path = make_workbook([[], [None, None, *HEADERS.values()], [None, None, *ROW]])
    table = load(path, none_declared)
    assert table.columns["Référents"]["uai"] == Column("RNE", "C")
    assert table.rows["referent_nom"].tolist() == ["Exemple"]


def test_every_sheet_with_a_header_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.active.title = "77"
    for name in ("93", "Lisez-moi", "vide"):
        workbook.create_sheet(name)
    for name in ("77", "93"):
        workbook[name].append(list(HEADERS.values()))
        workbook[name].append(ROW)
    workbook["Lisez-moi"].append(["Bonjour"])
    workbook.save(tmp_path / "deux.xlsx")
    table = load(tmp_path / "deux.xlsx", none_declared)
    assert table.rows[SHEET].tolist() == ["77", "93"]
    assert table.unread == ("Lisez-moi",)


def test_texts_that_pandas_takes_for_missing_stay(make_workbook: MakeWorkbook) -> None:
    names = ["Null", "NA", "nan", "None", "Vrai", "#N/A "]
    rows = [[*ROW[:7], name, *ROW[8:]] for name in names]
    table = load(make_workbook([list(HEADERS.values()), *rows]), none_declared)
    assert table.rows["referent_nom"].tolist() == names


def test_values_keep_their_kind(make_workbook: MakeWorkbook) -> None:
    rows = [[*ROW[:10], datetime.datetime(2026, 2, 1), 312.5], [*ROW[:10], 0.5, True]]
    table = load(make_workbook([list(HEADERS.values()), *rows]), none_declared)
    assert table.rows["imp"].tolist() == [datetime.datetime(2026, 2, 1), 0.5]
    assert table.rows["montant"].tolist() == [312.5, True]
    assert table.rows["montant"].iloc[1] is True


def test_errors_and_formulas_never_computed_are_told_from_blanks(make_workbook: MakeWorkbook) -> None:
    path = make_workbook([list(HEADERS.values()), [*ROW[:10], "=1/2", "#REF!"], [*ROW[:10], None, 625]])
    table = load(path, none_declared)
    assert table.rows["imp"].tolist() == [CellFault(""), ""]
    assert table.rows["montant"].tolist() == [CellFault("#REF!"), 625]


def test_columns_without_a_role_are_kept(make_workbook: MakeWorkbook) -> None:
    path = make_workbook([[*HEADERS.values(), "Observations"], [*ROW, "à relire"]])
    table = load(path, none_declared)
    assert table.rows[OTHER + "Observations"].tolist() == ["à relire"]


@pytest.mark.parametrize(
    ("role", "header"),
    [("uai", "Code UAI"), ("uai", "N° UAI"), ("uai", " rne "), ("etablissement", "ETAB."), ("commune", "Ville"),
     ("etablissement", "Nom de l'établissement"), ("montant", "Montant annuel\n(€)"), ("montant", "MONTANT IMP (EN EUROS)"),
     ("imp", "Taux IMP"), ("imp", "Quotité"), ("chef", "Principal/Proviseur"), ("referent_nom", "Nom d’usage"),
     ("referent_civilite", "M./Mme"), ("etablissement", "Etablisement"), ("chef", "Chef d’etablissement")],
)  # fmt: skip
def test_headers_are_recognised(make_workbook: MakeWorkbook, role: str, header: str) -> None:
    headers = HEADERS | {role: header}
    table = load(make_workbook([list(headers.values()), ROW]), none_declared)
    assert table.columns["Référents"][role].header == " ".join(header.split())


def test_a_header_declared_in_the_settings(make_workbook: MakeWorkbook) -> None:
    headers = HEADERS | {"referent_nom": "Patronyme de la personne"}
    path = make_workbook([list(headers.values()), ROW])
    with pytest.raises(InputError, match="le nom du référent"):
        load(path, none_declared)
    table = load(path, lambda role: ("Patronyme de la personne",) if role == "referent_nom" else ())
    assert table.rows["referent_nom"].tolist() == ["Exemple"]


def test_qualite_is_the_chefs_when_its_values_say_so(make_workbook: MakeWorkbook) -> None:
    headers = list(HEADERS.values())
    headers[5], headers[9] = "Qualité", "Qualité du référent"
    table = load(make_workbook([headers, ROW]), none_declared)
    assert table.rows["chef_fonction"].tolist() == ["Principal"]


def test_a_required_column_that_is_missing(make_workbook: MakeWorkbook) -> None:
    path = make_workbook([list(HEADERS.values())[1:], ROW[1:]])
    with pytest.raises(InputError, match=r"Feuille « Référents », ligne 1 : il manque une colonne pour le numéro UAI"):
        load(path, none_declared)


def test_two_columns_for_one_role(make_workbook: MakeWorkbook) -> None:
    path = make_workbook([[*HEADERS.values(), "UAI"], [*ROW, "0779999A"]])
    with pytest.raises(InputError, match=r"les colonnes « RNE » \(A\) et « UAI » \(M\) disent toutes deux"):
        load(path, none_declared)


def test_no_table_at_all(make_workbook: MakeWorkbook) -> None:
    with pytest.raises(InputError, match="aucun tableau"):
        load(make_workbook([["bonjour"], ["à tous"]]), none_declared)


def test_an_empty_workbook(make_workbook: MakeWorkbook) -> None:
    with pytest.raises(InputError, match="classeur est vide"):
        load(make_workbook([]), none_declared)


def _truncated(path: Path, good: Path) -> None:
    path.write_bytes(good.read_bytes()[:3000])


def _damaged(path: Path, good: Path) -> None:
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"<worksheet" if "sheet1" in name else source.read(name))


def _password(path: Path, good: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))


def _word(path: Path, good: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")


def _bomb(path: Path, good: Path) -> None:
    shutil.copy(good, path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(301_000_000))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path, good: None, "n’existe pas"),
        (lambda path, good: path.mkdir(), "un dossier"),
        (lambda path, good: path.write_bytes(b""), "fichier est vide"),
        (lambda path, good: path.write_text("bonjour"), "pas un classeur Excel"),
        (lambda path, good: path.write_text("<html><table>"), "page web"),
        (_truncated, "incomplet"),
        (_damaged, "abîmé"),
        (_password, "mot de passe"),
        (_word, "document Word"),
        (_bomb, "anormalement gros"),
    ],
)
def test_a_file_that_is_no_workbook(
    tmp_path: Path, make_workbook: MakeWorkbook, make: Callable[[Path, Path], object], words: str
) -> None:
    good = make_workbook([list(HEADERS.values()), *[ROW] * 50], name="bon.xlsx")
    path = tmp_path / "mauvais.xlsx"
    make(path, good)
    with pytest.raises(InputError, match=words) as caught:
        load(path, none_declared)
    assert str(caught.value).startswith(str(path))


def test_excels_lock_file(tmp_path: Path) -> None:
    path = tmp_path / "~$classeur.xlsx"
    path.write_bytes(bytes(165))
    with pytest.raises(InputError, match="verrou"):
        load(path, none_declared)


def test_the_workbook_itself_is_never_changed(make_workbook: MakeWorkbook) -> None:
    path = make_workbook([list(HEADERS.values()), ROW])
    before = path.read_bytes()
    load(path, none_declared)
    assert path.read_bytes() == before
    assert load_workbook(path).active["A2"].value == "0779999A"


def _sheet_with(tmp_path: Path, rows: Sequence[Sequence[object]], change: Callable[[Workbook], object]) -> Path:
    workbook = Workbook()
    workbook.active.title = "Référents"
    for row in [list(HEADERS.values()), *rows]:
        workbook.active.append(list(row))
    change(workbook)
    workbook.save(tmp_path / "classeur.xlsx")
    return tmp_path / "classeur.xlsx"


def test_merged_cells_are_filled_down_and_said(tmp_path: Path) -> None:
    rows = [ROW, ["0931234F", "Collège B", *ROW[2:]], [*ROW[:7], "Autre", *ROW[8:]], [*ROW[:7], "Encore", *ROW[8:]]]

    def merge(workbook: Workbook) -> None:
        for area in ("G2:G3", "H2:H3", "I2:I3", "A4:A6", "B4:B5"):
            workbook.active.merge_cells(area)

    table = load(_sheet_with(tmp_path, rows, merge), none_declared)
    assert table.rows["referent_nom"].tolist() == ["Exemple", "Exemple", "Autre", "Encore"]
    assert table.rows["uai"].tolist() == ["0779999A", "0931234F", "0779999A", "0779999A"]
    assert table.rows[LINE].tolist() == [2, 3, 4, 5], "a row that holds nothing of its own stays blank"
    assert table.filled == (
        ("Référents", 3, "referent_civilite"), ("Référents", 3, "referent_nom"), ("Référents", 3, "referent_prenom"),
        ("Référents", 5, "uai"), ("Référents", 5, "etablissement"),
    )  # fmt: skip
    assert len(table.notices) == 1
    assert "5 cellules fusionnées" in table.notices[0].replace("\N{NO-BREAK SPACE}", " ")


def test_an_error_in_a_merged_cell_is_in_each_of_its_rows(tmp_path: Path) -> None:
    path = _sheet_with(tmp_path, [[*ROW[:11], "#REF!"], [*ROW[:11]]], lambda book: book.active.merge_cells("L2:L3"))
    assert load(path, none_declared).rows["montant"].tolist() == [CellFault("#REF!")] * 2


def test_cells_merged_across_are_left_alone(tmp_path: Path) -> None:
    rows = [ROW, ["Total des lettres"], [], ["* voir la circulaire"]]

    def merge(workbook: Workbook) -> None:
        workbook.active.merge_cells("A3:L3")
        workbook.active.merge_cells("A4:L5")

    table = load(_sheet_with(tmp_path, rows, merge), none_declared)
    assert table.rows["etablissement"].tolist()[1:] == ["", ""][: len(table.rows) - 1]
    assert table.filled == ()


def _hide_rows(workbook: Workbook) -> None:
    for line in (3, 4, 6, 9):
        workbook.active.row_dimensions[line].hidden = True


def _filter(workbook: Workbook) -> None:
    workbook.active.auto_filter.ref = "A1:L9"
    workbook.active.auto_filter.add_filter_column(0, ["0779999A"])


def _hide_column(workbook: Workbook) -> None:
    workbook.active.column_dimensions["L"].hidden = True


def _strike(workbook: Workbook) -> None:
    workbook.active["H3"].font = Font(strike=True)


def _hide_sheet(workbook: Workbook) -> None:
    workbook.create_sheet("Couverture")
    workbook["Référents"].sheet_state = "veryHidden"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_hide_rows, "3 lignes masquées à la main (3 à 4, 6)"),
        (lambda book: (_hide_rows(book), _filter(book)), "3 lignes masquées par un filtre ou à la main (3 à 4, 6)"),
        (_filter, "un filtre est actif"),
        (_hide_column, "1 colonne masquée (« Montant IMP » (L))"),
        (_strike, "1 ligne barrée (3)"),
        (_hide_sheet, "Feuille « Référents » : masquée dans le classeur"),
    ],
)
def test_what_is_hidden_is_read_and_said(tmp_path: Path, change: Callable[[Workbook], object], said: str) -> None:
    table = load(_sheet_with(tmp_path, [ROW] * 5, change), none_declared)
    assert len(table.rows) == 5
    assert len(table.notices) == 1
    assert said in table.notices[0].replace("\N{NO-BREAK SPACE}", " ")


def test_nothing_to_say_of_a_plain_workbook(make_workbook: MakeWorkbook) -> None:
    table = load(make_workbook([list(HEADERS.values()), ROW]), none_declared)
    assert (table.filled, table.notices, table.unread) == ((), (), ())


def _patched(path: Path, part: str, change: Callable[[str], str]) -> Path:
    """Rewrite one part of a workbook."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return path


SHEET1 = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("change", "montant"),
    [
        (lambda xml: xml.replace("Exemple", "Exem&#1;ple"), 625),
        (lambda xml: re.sub(r' r="[A-Z]+\d+"', "", xml), 625),
        (lambda xml: re.sub(r' r="[A-Z]*\d+"', "", xml), 625),
        (lambda xml: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:B1"', xml), 625),
        (lambda xml: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', xml), 625),
        (lambda xml: re.sub(r' r="[A-Z]+\d+"', "", xml).replace("<v>625</v>", "<f>1/0</f>"), CellFault("")),
    ],
    ids=["forbidden character", "no cell references", "no references", "small dimension", "huge dimension", "formula"],
)
def test_odd_xml_is_read(make_workbook: MakeWorkbook, change: Callable[[str], str], montant: object) -> None:
    path = make_workbook([list(HEADERS.values()), ROW])
    table = load(_patched(path, SHEET1, change), none_declared)
    assert table.rows["montant"].tolist() == [montant]
    assert table.rows[LINE].tolist() == [2]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048576" ht="12"/>',
        '<row r="1048576"><c r="A1048576" s="0"/><c r="XFD1048576" s="0"/></row>',
        "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="L{n}" s="0"/></row>' for n in range(3, 100_000)),
        '<row r="700"><c r="XFD700" t="inlineStr"><is><t> </t></is></c></row>',
    ],
    ids=["last row", "last cell", "formatted rows", "a blank at the far right"],
)
def test_a_used_range_much_larger_than_the_table(make_workbook: MakeWorkbook, rows: str) -> None:
    path = make_workbook([list(HEADERS.values()), ROW])
    _patched(path, SHEET1, lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData>"))
    assert load(path, none_declared).rows[LINE].tolist() == [2]


def test_a_cell_filled_at_the_end_of_the_world(make_workbook: MakeWorkbook) -> None:
    path = make_workbook([list(HEADERS.values()), ROW])
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    _patched(path, SHEET1, lambda xml: xml.replace("</sheetData>", f"{far}</sheetData>"))
    with pytest.raises(InputError, match="jusqu’à la cellule XFD1048576"):
        load(path, none_declared)


def test_entities_never_expand(make_workbook: MakeWorkbook, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET", encoding="utf-8")
    entities = f'<!DOCTYPE x [<!ENTITY f SYSTEM "{secret.as_uri()}"><!ENTITY a "SECRET"><!ENTITY b "&a;&a;&a;">]>'
    path = make_workbook([list(HEADERS.values()), ROW])
    _patched(path, SHEET1, lambda xml: entities + xml.replace("Exemple", "&f;&b;"))
    try:
        texts = str(load(path, none_declared).rows.to_dict())
    except InputError as error:
        texts = str(error)
    assert "SECRET" not in texts


def _lying(path: Path, good: Path) -> None:
    """A zip bomb whose directory declares small sizes."""
    shutil.copy(good, path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(301_000_000))
    content = path.read_bytes()
    assert content.count(struct.pack("<L", 301_000_000)) == 2
    path.write_bytes(content.replace(struct.pack("<L", 301_000_000), struct.pack("<L", 1000)))


def _many_entries(path: Path, good: Path) -> None:
    shutil.copy(good, path)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(2001):
            archive.writestr(f"xl/{number}", b"")


@pytest.mark.parametrize("make", [_lying, _many_entries])
def test_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, make_workbook: MakeWorkbook, make: Callable[[Path, Path], object]
) -> None:
    path = tmp_path / "bombe.xlsx"
    make(path, make_workbook([list(HEADERS.values()), ROW]))
    with pytest.raises(InputError, match="anormalement gros"):
        load(path, none_declared)


def _csv(rows: Sequence[Sequence[object]], separator: str) -> str:
    return "\r\n".join(separator.join(str(cell) for cell in row) for row in rows) + "\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("sep_line", [False, True])
def test_a_table_saved_as_text(tmp_path: Path, encoding: str, separator: str, sep_line: bool) -> None:
    rows = [
        ["Titre"],
        [],
        list(HEADERS.values()),
        [*ROW[:7], "Null", *ROW[8:]],
        [*ROW[:7], '"de ""la"" Tour"', *ROW[8:]],
    ]
    text = (f"sep={separator}\r\n" if sep_line else "") + _csv(rows, separator)
    path = tmp_path / "Référents 77.xlsx"  # told by its content, not by its name
    path.write_bytes(text.encode(encoding))
    table = load(path, none_declared)
    assert table.rows["referent_nom"].tolist() == ["Null", 'de "la" Tour']
    assert table.rows["etablissement"].tolist() == ["Collège des Tilleuls"] * 2
    assert table.rows["montant"].tolist() == ["625", "625"]
    assert table.rows[LINE].tolist() == [4, 5]
    assert table.rows[SHEET].tolist() == ["Référents 77"] * 2


def test_a_csv_keeps_its_cells_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(_csv([list(HEADERS.values()), [*ROW[:9], "", "#REF!", " 1 250,00 €"]], ";"), encoding="cp1252")
    row = load(path, none_declared).rows.iloc[0]
    assert row[["referent_fonction", "imp", "montant"]].tolist() == ["", CellFault("#REF!"), " 1 250,00 €"]


def test_a_csv_whose_quotes_do_not_close(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(_csv([list(HEADERS.values()), ['"077', *ROW[1:]]], ";"), encoding="utf-8")
    with pytest.raises(InputError, match="guillemet"):
        load(path, none_declared)


def _converted(path: Path, to: str, soffice: str) -> Path:
    profile = path.parent / "profil"
    command = [
        soffice,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        to,
        "--outdir",
        path.parent,
        path,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return path.with_suffix(f".{to}")


def test_other_formats_say_what_they_can(tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        assert "CI" not in os.environ, "LibreOffice is missing"
        pytest.skip("LibreOffice is missing")

    def change(workbook: Workbook) -> None:
        workbook.active.merge_cells("B2:B3")
        workbook.active["L2"] = "=1/0"
        workbook.active["L3"] = '=IF(1=1,"","x")'
        _hide_column(workbook)
        _strike(workbook)
        workbook.active.row_dimensions[3].hidden = True

    path = _sheet_with(tmp_path, [ROW, ROW, ROW], change)
    ods = load(_converted(path, "ods", soffice), none_declared)
    assert ods.rows["montant"].tolist() == [CellFault("#DIV/0!"), "", 625]
    assert ods.rows["etablissement"].tolist() == ["Collège des Tilleuls"] * 3
    assert ods.filled == (("Référents", 3, "etablissement"),)
    assert [words for words in ("ligne masquée", "ligne barrée", "colonne masquée", "cellule fusionnée") if words in
            " ".join(ods.notices).replace("\N{NO-BREAK SPACE}", " ")] == ["ligne masquée", "ligne barrée", "colonne masquée",
                                                                           "cellule fusionnée"]  # fmt: skip
    xls = load(_converted(path, "xls", soffice), none_declared)
    assert xls.rows["montant"].tolist() == ods.rows["montant"].tolist()
    assert xls.filled == ods.filled
    assert [notice for notice in ods.notices if "barrée" not in notice] == list(xls.notices)


def test_a_two_row_header_in_a_text_table(tmp_path: Path) -> None:
    group = ["RNE", "Établissement", "Commune", "Chef d'établissement", "", "", "Référent", "", "", "", "IMP", ""]
    under = ["", "", "", "Civilité", "Nom", "Qualité", "Civilité", "Nom", "Prénom", "Corps", "Nombre", "Montant (€)"]
    path = tmp_path / "77.csv"
    path.write_text(_csv([["Campagne 2026-2027"], group, under, ROW], ";"), encoding="cp1252")
    table = load(path, none_declared)
    assert list(table.rows.columns) == [SHEET, LINE, *HEADERS]
    assert table.rows[LINE].tolist() == [4]


def _encrypted_ods(path: Path, good: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", os.urandom(500))
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
            "</manifest:manifest>",
        )


def _flagged(path: Path, good: Path) -> None:
    """A zip whose entries say that they are encrypted."""
    content = bytearray(good.read_bytes())
    for sign, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := content.find(sign, at + 1)) >= 0:
            content[at + flags] |= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_encrypted_ods, "mot de passe"),
        (_flagged, "abîmé"),
        (lambda path, good: path.write_bytes(b"%PDF-1.7\n1;2;3;4;5"), "document PDF"),
        (lambda path, good: path.write_bytes(b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>'), "au format XML"),
        (lambda path, good: path.write_text("<meta charset=utf-8><table><tr><td>a;b;c;d"), "page web"),
        (lambda path, good: path.write_bytes(b"a;b;c;d\x01\x02;e"), "pas un classeur Excel"),
        (
            lambda path, good: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le")),
            "abîmé",
        ),
    ],
)
def test_other_files_that_are_no_workbook(
    tmp_path: Path, make_workbook: MakeWorkbook, make: Callable[[Path, Path], object], words: str
) -> None:
    path = tmp_path / "mauvais.ods"
    make(path, make_workbook([list(HEADERS.values()), ROW]))
    with pytest.raises(InputError, match=words):
        load(path, none_declared)


def test_one_long_text_in_a_great_many_cells(make_workbook: MakeWorkbook) -> None:
    path = make_workbook([list(HEADERS.values()), ROW])
    rows = "".join(f'<row r="{line}"><c r="A{line}" t="s"><v>0</v></c></row>' for line in range(3, 4003))
    text = "<si><t>" + "x" * 32_000 + "</t></si>"
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/sharedStrings.xml",
            f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{text}</sst>',
        )
    _patched(path, SHEET1, lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData>"))
    with pytest.raises(InputError, match="anormalement gros"):
        load(path, none_declared)
