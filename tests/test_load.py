"""Stage 1: the rows of the workbook, each with its sheet and Excel's own line number; bad input in one sentence."""

from __future__ import annotations

import datetime
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from conftest import HEADERS
from openpyxl import Workbook, load_workbook

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
    with pytest.raises(InputError, match="les colonnes « RNE » et « UAI »"):
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
