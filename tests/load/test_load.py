"""Stage 1: the rows of the workbook, each with its sheet and Excel's own line number."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from pipeline.errors import InputError
from pipeline.load.container import Kind, kind_of
from pipeline.load.stage import load
from pipeline.table import LINE, OTHER, SHEET, CellFault, Column
from support.rows import HEADERS

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
    names = ["Null", "NA", "nan", "None", "Vrai"]
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


def test_two_columns_for_the_commune_that_a_letter_prints(make_workbook: MakeWorkbook) -> None:
    headers = [*HEADERS.values(), "Ville"]
    with pytest.raises(InputError, match=r"« Commune » \(C\) et « Ville » \(M\) disent toutes deux la commune"):
        load(make_workbook([headers, [*ROW, "Lyon"]]), none_declared)
    declared = load(make_workbook([headers, [*ROW, "Lyon"]]), lambda role: ("Ville",) if role == "commune" else ())
    assert declared.rows["commune"].tolist() == ["Lyon"]
    assert load(make_workbook([headers, [*ROW, None]]), none_declared).rows["commune"].tolist() == ["Villeneuve"]
    without = load(make_workbook([[*headers[:2], *headers[3:-1]], [*ROW[:2], *ROW[3:]]]), none_declared)
    assert "commune" not in without.rows


def test_no_table_at_all(make_workbook: MakeWorkbook) -> None:
    with pytest.raises(InputError, match="aucun tableau"):
        load(make_workbook([["bonjour"], ["à tous"]]), none_declared)


def test_an_empty_workbook(make_workbook: MakeWorkbook) -> None:
    with pytest.raises(InputError, match="classeur est vide"):
        load(make_workbook([]), none_declared)


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


def test_nothing_to_say_of_a_plain_workbook(make_workbook: MakeWorkbook) -> None:
    table = load(make_workbook([list(HEADERS.values()), ROW]), none_declared)
    assert (table.filled, table.notices, table.unread) == ((), (), ())


def test_columns_of_one_name_are_all_kept(make_workbook: MakeWorkbook) -> None:
    headers = [*HEADERS.values(), "Avis", "Avis (2)", "Avis", "avis"]
    path = make_workbook([headers, [*ROW, "a", "b", "c", "d"]])
    table = load(path, none_declared)
    names = [OTHER + name for name in ("Avis", "Avis (2)", "Avis (3)", "avis")]
    assert table.rows.iloc[0][names].tolist() == ["a", "b", "c", "d"]
    assert [table.columns["Référents"][name].letter for name in names] == ["M", "N", "O", "P"]


def test_values_that_nobody_sees_under_merged_cells_are_left_out_and_said(tmp_path: Path) -> None:
    rows = [ROW, [*ROW[:7], "Caché", *ROW[8:]], [*ROW[:7], "Exemple", *ROW[8:]], ["Titre", "caché aussi"]]

    def merge(workbook: Workbook) -> None:
        for area in ("H2:H4", "A5:C5"):
            workbook.active.merged_cells.add(area)  # without blanking them, as some programs do

    table = load(_sheet_with(tmp_path, rows, merge), none_declared)
    assert table.rows["referent_nom"].tolist()[:3] == ["Exemple"] * 3
    assert table.filled == (("Référents", 3, "referent_nom"),), "line 4 says the same: nothing to write there"
    assert any("2 cellules sous une fusion (H3, B5) gardent" in one.replace("\u00a0", " ") for one in table.notices)


def test_a_row_of_signs_that_nobody_sees_is_blank(make_workbook: MakeWorkbook) -> None:
    path = make_workbook([list(HEADERS.values()), ROW, ["\u200b", " \u00a0", "\ufeff"], ROW])
    assert load(path, none_declared).rows[LINE].tolist() == [2, 4]


def test_what_is_checked_is_what_is_read(make_workbook: MakeWorkbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody saves another file in its place meanwhile."""
    path = make_workbook([list(HEADERS.values()), ROW])
    content = path.read_bytes()

    def checked(given: Path, read: bytes) -> Kind:
        kind = kind_of(given, read)
        given.write_bytes(b"autre chose")
        return kind

    monkeypatch.setattr("pipeline.load.stage.kind_of", checked)
    table = load(path, none_declared)
    assert (table.sha256, len(table.rows)) == (hashlib.sha256(content).hexdigest(), 1)
