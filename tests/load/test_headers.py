"""Stage 1, the headers: which column plays which role, and which one plays none although it looks like it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from pipeline.errors import InputError
from pipeline.load.cells import Area
from pipeline.load.header_words import read_header, school_years, words_of, year_of
from pipeline.load.headers import Header, find_header, missing
from pipeline.load.notices import HeadersOf, absent_columns, clash
from pipeline.load.stage import load
from pipeline.table import LINE, OTHER, Column
from support.rows import HEADERS

MakeWorkbook = Callable[..., Path]
ROW = ["0779999A", "Collège des Tilleuls", "Villeneuve", "M.", "Paul Modèle", "Principal", "Mme", "Exemple", "Anne", "CPE",
       "1/2", 625]  # fmt: skip
PLAIN = list(HEADERS.values())


def none_declared(role: str) -> Sequence[str]:
    return ()


WORDS = words_of(none_declared)


def header_of(grid: list[list[Any]], areas: Sequence[Area] = (), year: int = 0) -> Header:
    header = find_header(grid, WORDS, areas, year)
    assert header is not None
    return header


def replaced(role: str, header: str) -> list[str]:
    return list((HEADERS | {role: header}).values())


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Chef d'établissement (nom prénom)", "chef"), ("Nom et prénom du référent (en majuscules)", "referent"),
        ("Montant brut annuel en €", "montant"), ("d'établissement", None), ("Etabissement", "etablissement"),
        ("Montant (€)", "montant"), ("Montant IMP (en euros)", "montant"), ("Montant (brut annuel)", "montant"),
        ("Établissement (nom complet)", "etablissement"), ("RNE (UAI)", "uai"), ("Référent (NOM Prénom)", "referent"),
        ("Civilité (M. ou Mme)", "referent_civilite"), ("Chef d'établissement (prénom)", "chef_prenom"),
        ("Chef d'établissement (nom)", "chef"), ("Prénom (référent)", "referent_prenom"), ("Nb IMP (fraction)", "imp"),
        ("Chef d'établissement (adjoint)", None), ("Chef adjoint", None), ("UAI (ancien)", None), ("Ancien UAI", None),
        ("Référent (précédent)", None), ("Montant N-1", None), ("Référent (suppléant)", None), ("Référent 2", None),
        ("Montant IMP 2", None), ("Montant (versé)", None), ("Référent décrochage de l'an dernier", None),
    ],
)  # fmt: skip
def test_what_a_parenthesis_changes(text: str, role: str | None) -> None:
    assert read_header(text, WORDS).role == role


@pytest.mark.parametrize(
    ("text", "year"),
    [("IMP 2025-2026", 2025), ("IMP (2026/2027)", 2026), ("Rentrée 2026", 2026), ("IMP 25-26", 2025), ("IMP 1/2", 0),
     ("Nombre", 0), ("Code 75 77", 0), ("Montant 2025/26", 2025)],
)  # fmt: skip
def test_the_year_of_a_header(text: str, year: int) -> None:
    assert year_of(text) == year


def test_last_years_amount_is_never_taken(make_workbook: MakeWorkbook) -> None:
    headers = [*replaced("montant", "Montant IMP (2025-2026)"), "Montant IMP 2026-2027"]
    path = make_workbook([headers, [*ROW[:10], "1", 625, 1250]])
    table = load(path, none_declared, "2026-2027")
    assert table.columns["Référents"]["montant"] == Column("Montant IMP 2026-2027", "M")
    assert table.rows["montant"].tolist() == [1250]
    assert table.rows[OTHER + "Montant IMP (2025-2026)"].tolist() == [625]
    assert any("Montant IMP (2025-2026)" in notice for notice in table.notices)


def test_two_years_without_a_campaign_are_no_ones(make_workbook: MakeWorkbook) -> None:
    headers = [*replaced("montant", "Montant IMP (2025-2026)"), "Montant IMP 2026-2027"]
    headers[10] = "Remarques"
    path = make_workbook([headers, [*ROW[:10], "", 625, 1250]])
    with pytest.raises(InputError, match="« Montant IMP \\(2025-2026\\) » \\(L\\), « Montant IMP 2026-2027 » \\(M\\)"):
        load(path, none_declared)
    table = load(path, lambda role: ("Montant IMP 2026-2027",) if role == "montant" else ())
    assert table.rows["montant"].tolist() == [1250]


def test_one_column_with_a_year_makes_no_doubt(make_workbook: MakeWorkbook) -> None:
    path = make_workbook([replaced("montant", "Montant IMP 2026-2027"), ROW])
    assert load(path, none_declared).rows["montant"].tolist() == [625]
    assert load(path, none_declared).notices == ()


def test_last_years_amount_beside_a_number_of_imp_or_alone(make_workbook: MakeWorkbook) -> None:
    path = make_workbook([replaced("montant", "Montant IMP 2026-2027"), ROW])
    table = load(path, none_declared, "2027-2028")
    assert OTHER + "Montant IMP 2026-2027" in table.rows.columns
    assert [notice for notice in table.notices if "n’a pas été pris en compte" in notice]
    headers = replaced("montant", "Montant IMP 2026-2027")
    headers[10] = "Remarques"
    table = load(make_workbook([headers, ROW]), none_declared, "2027-2028")
    assert table.rows["montant"].tolist() == [625]
    assert [notice for notice in table.notices if "« Montant IMP 2026-2027 » (L) nomme une autre année" in notice]


def test_a_dated_column_yields_to_one_without_a_year() -> None:
    header = header_of([[*PLAIN, "Référent (2025-2026)", "NOM référent 2025-2026"], [*ROW, "x", "y"]])
    assert header.roles[7] == "referent_nom"
    assert header.roles[12:] == (None, None)


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ([*PLAIN[:9], "Corps", *PLAIN[10:], "Discipline", "Fonction"], 13),
        ([*PLAIN[:9], "Corps", *PLAIN[10:], "Discipline"], 9),
    ],
)
def test_columns_that_no_letter_prints_do_not_stop_a_campaign(headers: list[str], kept: int) -> None:
    header = header_of([headers, [*ROW, "Lettres", "CPE"]])
    assert clash(header, "F") == ""
    assert header.roles.index("referent_fonction") == kept
    assert header.roles.count("referent_fonction") == 1


def test_a_blank_column_claims_nothing() -> None:
    header = header_of([["UAI", "Qualité", *PLAIN[1:], "Fonction"], ["0779999A", "", *ROW[1:9], "", *ROW[10:], "CPE"]])
    assert header.roles[-1] == "referent_fonction"
    header = header_of([["UAI", *PLAIN], ["", *ROW]])
    assert header.roles[:2] == (None, "uai")


def test_every_column_of_departements_is_kept(make_workbook: MakeWorkbook) -> None:
    path = make_workbook([[*PLAIN, "Dpt", "DSDEN"], [*ROW, "77", "DSDEN 93"]])
    table = load(path, none_declared)
    assert table.rows["departement"].tolist() == ["77"]
    assert table.rows["departement (2)"].tolist() == ["DSDEN 93"]


def test_twins_are_told_by_their_letters(make_workbook: MakeWorkbook) -> None:
    path = make_workbook([[*PLAIN, "NOM référent", "NOM référent"], [*ROW, "A", "B"]])
    with pytest.raises(
        InputError, match=r"« NOM référent » \(H\), « NOM référent » \(M\) et « NOM référent » \(N\) disent"
    ):
        load(path, none_declared)


GROUPED = [
    ["RNE", "Établissement", "Commune", "Chef d'établissement", None, None, "Référent", None, None, None, "IMP", None],
    [None, None, None, "Civilité", "Nom", "Qualité", "Civilité", "Nom", "Prénom", "Fonction", "Nombre", "Montant"],
]
ROLES_OF_GROUPED = tuple(HEADERS)
MERGED = [Area(0, 0, 1, 0), Area(0, 1, 1, 1), Area(0, 2, 1, 2), Area(0, 3, 0, 5), Area(0, 6, 0, 9), Area(0, 10, 0, 11)]


@pytest.mark.parametrize("areas", [MERGED, []], ids=["merged", "blank beside the group"])
@pytest.mark.parametrize("title", [[], [["Référents décrochage", None, None, None]]], ids=["no title", "title"])
def test_a_header_on_two_rows(title: list[list[Any]], areas: list[Area]) -> None:
    areas = [Area(one.top + len(title), one.left, one.bottom + len(title), one.right) for one in areas]
    title_area = [Area(0, 0, 0, 11)] * len(title) if areas else []
    header = header_of([*title, *GROUPED, ROW], [*title_area, *areas])
    assert header.roles == ROLES_OF_GROUPED
    assert header.row == len(title) + 1
    assert header.texts[4] == "Chef d'établissement – Nom"


def test_groups_above_a_full_row_of_headers() -> None:
    upper = [
        "Établissement",
        None,
        None,
        "Direction",
        None,
        None,
        "Référent décrochage scolaire",
        None,
        None,
        None,
        "Indemnité",
        None,
    ]
    lower = [
        "Code",
        "Nom",
        "Commune",
        "Civ.",
        "Nom",
        "Qualité",
        "Civ.",
        "Nom",
        "Prénom",
        "Fonction",
        "Nb IMP",
        "Montant",
    ]
    assert header_of([upper, lower, ROW]).roles == ROLES_OF_GROUPED


def test_a_header_cut_in_two() -> None:
    upper = ["Code", "Nom de", "Chef", "Référent", "Nombre", "Montant"]
    lower = ["UAI", "l'établissement", "d'établissement", "décrochage", "d'IMP", "annuel"]
    assert header_of([upper, lower, ["x"] * 6]).roles == ("uai", "etablissement", "chef", "referent", "imp", "montant")


def test_a_title_over_the_whole_table_is_no_group() -> None:
    header = header_of([["Chefs d'établissement", *[None] * 11], PLAIN, ROW], [Area(0, 0, 0, 11)])
    assert header.roles == ROLES_OF_GROUPED
    assert header.texts == tuple(PLAIN)


def test_a_group_of_another_year_is_no_ones() -> None:
    upper = [*[None] * 10, "IMP 2025-2026", None, "IMP 2026-2027", None]
    lower = [*PLAIN[:10], "Nombre", "Montant", "Nombre", "Montant"]
    areas = [Area(0, 10, 0, 11), Area(0, 12, 0, 13)]
    roles = header_of([upper, lower, [*ROW, "1", 1250]], areas, 2026).roles
    assert roles[10:] == (None, None, "imp", "montant")


def test_the_first_row_of_data_is_never_a_header() -> None:
    header = header_of([[*PLAIN, None], [*ROW, "Chef"], [*ROW, "Nom"]])
    assert header.row == 0


def test_a_sheet_without_rows_leaves_the_lines_of_the_others_whole(tmp_path: Path) -> None:
    lines = load(two_sheets(tmp_path / "x.xlsx", "93", [PLAIN]), none_declared).rows[LINE].tolist()
    assert [(line, type(line)) for line in lines] == [(2, int)]


def test_headers_are_cleaned(make_workbook: MakeWorkbook, tmp_path: Path) -> None:
    path = make_workbook([[*PLAIN, "Re_x001B_[31mmarques\u202e"], [*ROW, "x"]], sheet="Ré_x0007_férents")
    table = load(path, none_declared)
    assert table.columns.keys() == {"Référents"}
    assert OTHER + "Re[31mmarques" in table.rows.columns
    assert table.columns["Référents"][OTHER + "Re[31mmarques"].header == "Re[31mmarques"


def two_sheets(path: Path, name: str, rows: list[list[Any]]) -> Path:
    workbook = Workbook()
    workbook.active.title = "Campagne"
    workbook.create_sheet(name)
    for title, content in (("Campagne", [PLAIN, ROW]), (name, rows)):
        for row in content:
            workbook[title].append(row)
    workbook.save(path)
    return path


@pytest.mark.parametrize(
    ("name", "rows", "said"),
    [
        (
            "Contacts",
            [["Nom", "Prénom", "Établissement"], ["Exemple", "Anne", "Collège"]],
            "La feuille « Contacts » n’a pas",
        ),
        ("Synthèse", [["DSDEN", "IMP", "Montant", "Montant"], ["77", "1", 1250, 1]], "il y manque le numéro UAI"),
        ("93", [["Nom", "Prénom", "Établissement"], ["Exemple", "Anne", "Collège"]], "Attention : la feuille « 93 »"),
        ("DSDEN 93", [["0931234F", "Collège", "Exemple"]], "Attention : la feuille « DSDEN 93 » porte le nom"),
    ],
)
def test_an_extra_sheet_is_left_aside_and_said(tmp_path: Path, name: str, rows: list[list[Any]], said: str) -> None:
    table = load(two_sheets(tmp_path / "x.xlsx", name, rows), none_declared)
    assert table.unread == (name,)
    assert len(table.rows) == 1
    assert len(table.notices) == 1
    assert said in table.notices[0]


def test_a_note_is_left_aside_without_a_notice(tmp_path: Path) -> None:
    table = load(two_sheets(tmp_path / "x.xlsx", "Lisez-moi", [["Bonjour"]]), none_declared)
    assert (table.unread, table.notices) == (("Lisez-moi",), ())


def test_a_sheet_that_lacks_one_column_stops_the_run(tmp_path: Path) -> None:
    path = two_sheets(tmp_path / "x.xlsx", "93", [PLAIN[1:], ROW[1:]])
    with pytest.raises(InputError, match="Feuille « 93 », ligne 1 : il manque une colonne pour le numéro UAI"):
        load(path, none_declared)


def test_without_a_usable_sheet_the_best_one_is_told(tmp_path: Path, make_workbook: MakeWorkbook) -> None:
    workbook = Workbook()
    workbook.active.append(["Nom", "Prénom", "Établissement"])
    workbook.create_sheet("Meilleure").append(PLAIN[1:])
    workbook.save(tmp_path / "x.xlsx")
    with pytest.raises(InputError, match="Feuille « Meilleure »"):
        load(tmp_path / "x.xlsx", none_declared)


def test_a_header_without_rows(make_workbook: MakeWorkbook) -> None:
    assert missing(header_of([PLAIN])) == []
    assert load(make_workbook([PLAIN]), none_declared).rows.empty


def declaring(**declared: str | tuple[str, ...]) -> HeadersOf:
    def headers_of(role: str) -> Sequence[str]:
        found = declared.get(role, ())
        return (found,) if isinstance(found, str) else found

    return headers_of


def test_a_declared_header_wins_over_a_known_one(make_workbook: MakeWorkbook) -> None:
    path = make_workbook([[*PLAIN, "Supérieur"], [*ROW, "Zoé Autre"]])
    table = load(path, declaring(chef="supérieur"))
    assert table.columns["Référents"]["chef"] == Column("Supérieur", "M")
    assert table.rows["chef"].tolist() == ["Zoé Autre"]
    assert table.notices == ()


def test_a_declared_header_that_no_column_has_is_said(make_workbook: MakeWorkbook) -> None:
    table = load(make_workbook([PLAIN, ROW]), declaring(referent_nom="NOM du referant", imp="Z"))
    assert table.columns["Référents"]["referent_nom"].header == "NOM référent"
    assert table.notices == (
        "config.toml annonce la colonne « NOM du referant » (rubrique [classeur.colonnes], clé referent_nom), mais "
        "aucune ne porte ce nom. En-têtes les plus proches : « NOM référent ».",
        "config.toml annonce la colonne « Z » (rubrique [classeur.colonnes], clé imp), mais aucune ne porte ce nom.",
    )


def test_a_declared_header_that_no_column_has_stops_the_run_where_nothing_else_plays_the_role(
    make_workbook: MakeWorkbook,
) -> None:
    path = make_workbook([replaced("chef", "Supérieure"), ROW])
    with pytest.raises(
        InputError, match=r"« Supérieur » .*clé chef\), mais aucune .* plus proches : « Supérieure »\. Ajoutez"
    ):
        load(path, declaring(chef="Supérieur"))


def test_one_declared_header_of_several_is_enough(make_workbook: MakeWorkbook, tmp_path: Path) -> None:
    path = two_sheets(tmp_path / "x.xlsx", "93", [replaced("chef", "Supérieur"), ROW])
    assert load(path, declaring(chef=("Supérieur", "Responsable"))).notices == ()


def test_a_declared_header_may_stand_under_a_group() -> None:
    words = words_of(declaring(referent_nom="Référent Nom", chef="Patron"))
    groups = [cell if cell != "Chef d'établissement" else "Direction" for cell in GROUPED[0]]
    lower = [cell if index != 4 else "Patron" for index, cell in enumerate(GROUPED[1])]
    header = find_header([groups, lower, ROW], words, MERGED)
    assert header is not None
    assert header.roles == ROLES_OF_GROUPED
    assert absent_columns([header], declaring(referent_nom="Référent Nom", chef="Patron")) == ()


def test_what_is_missing_is_said_with_the_nearest_header_of_each(make_workbook: MakeWorkbook) -> None:
    headers = list((HEADERS | {"uai": "Numero de l'etab.", "chef": "Le chef de l'etab"}).values())
    with pytest.raises(InputError) as caught:
        load(make_workbook([headers, ROW]), none_declared)
    said = str(caught.value)
    assert "il manque une colonne pour le numéro UAI (ou RNE) de l’établissement ; le chef d’établissement." in said
    assert "La colonne « Numero de l'etab. » est peut-être le numéro UAI" in said
    assert "La colonne « Le chef de l'etab » est peut-être le chef d’établissement." in said
    assert said.endswith("(clés uai, chef).")


@pytest.mark.parametrize(
    ("title", "years"),
    [("Référents 2025-2026", {2025}), ("année scolaire 2025 / 2026", {2025}), ("2025–26", {2025}), ("Rentrée 2025", {2025}),
     ("2024-2025 et 2025-2026", {2024, 2025}), ("du 01/09/2025 au 30/06/2026", set()), ("2025-2027", set()),
     ("12/2025-2026", set()), ("2025-09-01", set()), ("année 2025", set()), ("Vu la note 2019-2020", set()),
     ("circulaire 2019-2020", set()), ("arrêté du 27 avril 2015", set()), ("BO 2025-2026", set()), ("", set())],
)  # fmt: skip
def test_the_school_years_of_a_title(title: str, years: set[int]) -> None:
    assert school_years(title) == years
