"""The road of a secretary through remarks: each names school and person, many are told as one, « oui » is said once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.errors import ExitCode
from support.program import mlds
from support.rows import GOOD, HEADERS
from support.secretary import CHECKED, correct, last_line, typed
from support.year import NAMES, uai

ABBREVIATED = 5
VERIFIED = "J"


@pytest.fixture
def folder(project: Path, make_workbook: Callable[..., Path]) -> Path:
    """A working folder: five abbreviated schools, one unusual amount, two wrong UAI, all of different people."""
    (project / "entree").mkdir()
    rows = [
        {**GOOD, "uai": uai(number), "etablissement": f"Clg des Essais {number}", "referent_nom": NAMES[number]}
        for number in range(1, 1 + ABBREVIATED)
    ]
    rows += [
        {**GOOD, "uai": uai(6), "referent_nom": NAMES[6], "imp": "3", "montant": 3750},
        {**GOOD, "uai": "0779999B", "etablissement": "Collège Faux", "referent_nom": "Septime"},
        {**GOOD, "uai": "0779998B", "etablissement": "Collège Autre", "referent_nom": "Huitric"},
    ]
    book = make_workbook([list(HEADERS.values()), *([row[role] for role in HEADERS] for row in rows)])
    book.rename(project / "entree/référents.xlsx")
    return project


def said(*words: str | Path, folder: Path) -> str:
    return mlds(*words, cwd=folder).stderr.replace("\u00a0", " ")


def listed(folder: Path, path: Path = CHECKED) -> Worksheet:
    return openpyxl.load_workbook(folder / path)["À corriger"]


def lines_about(sheet: Worksheet, text: str) -> Iterator[int]:
    """Give the lines of the list that say something."""
    for row in sheet.iter_rows(min_row=2):
        if any(text in " ".join(str(cell.value).split()) for cell in row[:9]):
            yield row[0].row


def tick(folder: Path, text: str, value: str = "oui", path: Path = CHECKED) -> None:
    """Write in « Vérifié » of each line of the list that says something, and save."""
    book = openpyxl.load_workbook(folder / path)
    sheet = book["À corriger"]
    lines = list(lines_about(sheet, text))
    assert lines, text
    for line in lines:
        sheet[f"{VERIFIED}{line}"] = value
    book.save(folder / path)


def warnings(folder: Path, path: str = "sortie/verification/2026-2027") -> list[tuple[str, bool]]:
    """Return the warnings of rapport.json: their code, and whether someone has said that it is as wanted."""
    report = json.loads((folder / path / "rapport.json").read_bytes())
    return [(one["code"], one["verifie"]) for one in report["anomalies"] if one["gravite"] == "avertissement"]


# --- School and person ---------------------------------------------------------------------------------------


def test_each_list_of_errors_names_school_and_person(folder: Path) -> None:
    shown = said("verifier", folder=folder)
    assert "✘ Référents, A8 (RNE), Collège Faux, Anne Septime : " in shown
    report = json.loads((folder / CHECKED.with_name("rapport.json")).read_bytes())
    errors = [one for one in report["anomalies"] if one["gravite"] == "erreur"]
    assert [(one["etablissement"], one["referent"], one["uai"]) for one in errors] == [
        ("Collège Faux", "Anne Septime", "0779999B"),
        ("Collège Autre", "Anne Huitric", "0779998B"),
    ]
    page = (folder / CHECKED.with_name("rapport.html")).read_text(encoding="utf-8")
    assert '<span class="sous">Collège Faux</span><span class="sous">Anne Septime</span>' in page
    sheet = listed(folder)
    heads = [cell.value for cell in sheet[1]]
    assert [sheet.cell(2, heads.index(name) + 1).value for name in ("Établissement", "Référent")] == [
        "Collège Faux", "Anne Septime",
    ]  # fmt: skip
    summary = openpyxl.load_workbook(folder / CHECKED.with_name("recapitulatif.xlsx"))["À corriger"]
    assert {"Collège Faux", "Anne Septime"} <= {str(cell.value) for row in summary.iter_rows() for cell in row}


# --- Folded --------------------------------------------------------------------------------------------------


def test_many_remarks_of_a_kind_are_told_as_one_and_unfold(folder: Path) -> None:
    shown = said("verifier", folder=folder)
    assert (
        "▲ 5 lignes : Nom d’établissement abrégé. Par exemple : Référents, B2 (Établissement), Clg des Essais 1"
        in shown
    )
    assert shown.count("▲") == 2, "one kind of five remarks, one of a single"
    each = said("verifier", "--detail", folder=folder)
    assert each.count("▲") == 1 + ABBREVIATED
    assert "▲ Référents, B6 (Établissement), Clg des Essais 5, Anne Cinqualbre : " in each


def test_the_page_folds_what_does_not_stop_a_letter(folder: Path) -> None:
    mlds("verifier", cwd=folder)
    page = (folder / CHECKED.with_name("rapport.html")).read_text(encoding="utf-8").replace("\u00a0", " ")
    _, _, doubts = page.partition('id="doutes"')
    assert "<details>" in doubts.partition("5 lignes : Nom d’établissement abrégé")[0]
    assert "<details" not in page.partition('id="corriger"')[2].partition('id="doutes"')[0]


def test_the_list_folds_them_under_a_line_of_their_own(folder: Path) -> None:
    mlds("verifier", cwd=folder)
    sheet = listed(folder)
    (head, *_) = lines_about(sheet, "5 lignes")
    hidden = [line for line in range(2, sheet.max_row + 1) if sheet.row_dimensions[line].hidden]
    assert hidden == list(range(head + 1, head + 1 + ABBREVIATED))
    assert all(sheet.row_dimensions[line].outlineLevel == 1 for line in hidden)
    assert sheet.column_dimensions["K"].hidden


# --- « C’est voulu » -----------------------------------------------------------------------------------------


def test_what_is_as_wanted_is_said_once(folder: Path) -> None:
    """By one « oui » beside the line of the kind, in a copy that is read, then corrected, produced and checked again."""
    first = mlds("verifier", cwd=folder)
    tick(folder, "5 lignes")
    correct(folder / CHECKED, {"A8": uai(7), "A9": uai(8)})
    checked = typed(last_line(first).partition(" tapez : ")[2], folder)
    assert "5 remarques de plus : vous avez dit que c’est voulu." in checked.stderr.replace("\u00a0", " ")
    assert "abrégé" not in checked.stderr
    assert warnings(folder).count(("etablissement_abrege", True)) == ABBREVIATED
    assert openpyxl.load_workbook(folder / CHECKED)["Référents"]["B2"].comment is None
    made = typed(f"{last_line(checked)} --remettre", folder)
    assert made.returncode == ExitCode.OK, made.stderr
    assert warnings(folder, "sortie/2026-2027").count(("etablissement_abrege", True)) == ABBREVIATED
    assert "abrégé" not in said("verifier", folder=folder)


def test_it_is_remembered_whichever_workbook_is_read(folder: Path) -> None:
    """An « oui » that was saved counts, even when the workbook of the input folder is read."""
    mlds("verifier", cwd=folder)
    tick(folder, "3 750,00")
    done = mlds("verifier", cwd=folder)
    assert "Il y a plusieurs versions" not in done.stderr, "no cell of the user's has changed"
    assert ("montant_inhabituel", True) in warnings(folder)
    assert ("montant_inhabituel", True) in (mlds("verifier", cwd=folder), warnings(folder))[1]


def test_it_follows_rows_that_move_and_comes_back_with_another_value(folder: Path) -> None:
    mlds("verifier", cwd=folder)
    tick(folder, "5 lignes")
    mlds("verifier", cwd=folder)
    book = openpyxl.load_workbook(folder / "entree/référents.xlsx")
    book["Référents"].insert_rows(2)
    book["Référents"].title = "Une autre feuille"
    book["Une autre feuille"]["B4"] = "Clg des Essais, annexe"
    book.save(folder / "entree/référents.xlsx")
    shown = said("verifier", folder=folder)
    assert "▲ Une autre feuille, B4 (Établissement), Clg des Essais, annexe, Anne Deuxième : " in shown
    assert warnings(folder).count(("etablissement_abrege", True)) == ABBREVIATED - 1


def test_another_person_in_the_school_is_another_remark(folder: Path) -> None:
    mlds("verifier", cwd=folder)
    tick(folder, "5 lignes")
    mlds("verifier", cwd=folder)
    correct(folder / "entree/référents.xlsx", {"H2": "Nouvel"})
    mlds("verifier", cwd=folder)
    assert warnings(folder).count(("etablissement_abrege", False)) == 1


def test_a_remark_about_two_rows_comes_back_when_the_other_changes(folder: Path) -> None:
    correct(folder / "entree/référents.xlsx", {"A3": uai(1), "H2": "Legoff", "H3": "Le Goff"})
    mlds("verifier", cwd=folder)
    tick(folder, "ressemble à")
    mlds("verifier", cwd=folder)
    assert warnings(folder).count(("noms_proches", True)) == 2
    correct(folder / "entree/référents.xlsx", {"H3": "Le Gof"})
    mlds("verifier", cwd=folder)
    assert warnings(folder).count(("noms_proches", False)) == 2


def test_an_effaced_word_brings_the_remark_back(folder: Path) -> None:
    mlds("verifier", cwd=folder)
    tick(folder, "3 750,00")
    mlds("verifier", cwd=folder)
    tick(folder, "3 750,00", "")
    mlds("verifier", cwd=folder)
    assert ("montant_inhabituel", False) in warnings(folder)


def test_an_error_is_never_as_wanted(folder: Path) -> None:
    mlds("verifier", cwd=folder)
    tick(folder, "Collège Faux")
    assert mlds("verifier", cwd=folder).returncode == ExitCode.ROWS_LEFT
    assert "✘ Référents, A8 (RNE), Collège Faux" in said("verifier", folder=folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"voulues": 3}', b"[" * 100_000])
def test_a_damaged_memory_asks_again(folder: Path, content: bytes) -> None:
    (folder / "sortie").mkdir()
    (folder / "sortie/verifie-2026-2027.json").write_bytes(content)
    assert mlds("verifier", cwd=folder).returncode == ExitCode.ROWS_LEFT
    assert all(not seen for _, seen in warnings(folder))


# --- The columns ---------------------------------------------------------------------------------------------


def test_the_columns_are_shown_when_they_have_changed_or_when_asked(folder: Path) -> None:
    table = "colonnes comprises :"
    assert table in said("verifier", folder=folder)
    again = said("verifier", folder=folder)
    assert table not in again
    assert "Colonnes comprises comme à la vérification précédente (« --detail » les montre)." in again
    assert table in said("verifier", "--detail", folder=folder)
    correct(folder / "entree/référents.xlsx", {"M1": "Observations"})
    assert table in said("verifier", folder=folder)
    assert table not in said("verifier", folder=folder)
