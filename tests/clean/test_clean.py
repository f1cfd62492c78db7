"""Stage 2: cells are tidied, each change is recorded, and what a cell says never changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean.stage import NAMES, clean
from pipeline.model import Change, RowRef
from pipeline.table import CellFault, as_text
from support.rows import GOOD, HEADERS, table_of

CELLS = st.one_of(
    st.text(max_size=20), st.integers(-10, 4000), st.floats(), st.booleans(), st.datetimes(), st.just(CellFault("#REF!")),
    st.sampled_from(["0779999a", " 077 9999 A ", "779999A", "O779999A", "Mme Anne", "M. PETIT", "A\u0301", "_x000D_", "\u200b"]),
)  # fmt: skip
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(HEADERS, CELLS)), max_size=4)


def cleaned(**cells: Any) -> dict[str, Any]:
    return dict(clean(table_of([GOOD | cells])).table.rows.iloc[0])


@pytest.mark.parametrize(
    ("role", "written", "read"),
    [
        ("uai", "0779999a", "0779999A"), ("uai", " 077\u00a09999 A ", "0779999A"), ("uai", "779999A", "0779999A"),
        ("uai", "O779999A", "0779999A"), ("uai", "0779999D", "0779999D"), ("uai", "779999D", "779999D"),
        ("uai", "TOTAL", "TOTAL"), ("referent_civilite", "Madame", "Mme"), ("referent_civilite", "Mr", "M."),
        ("chef_civilite", "MONSIEUR", "M."), ("referent_civilite", "Dr", "Dr"), ("referent_nom", "DE LA TOUR", "de La Tour"),
        ("referent_nom", " Petit\u00a0", "Petit"), ("referent_nom", "Cafe\u0301", "Café"), ("chef", "PAUL MODÈLE", "Paul Modèle"),
        ("referent_nom", "Pe\u200btit\u00ad", "Petit"), ("referent_nom", "A\x07nne", "Anne"), ("chef", "_x000D_Anne", "Anne"),
        ("etablissement", "COLLEGE  DES\nTILLEULS", "COLLEGE DES TILLEULS"), ("referent_nom", "A\r\n \n B", "A\nB"),
        ("montant", "1 250,00 €", "1 250,00 €"), ("imp", 0.5, 0.5),
    ],
)  # fmt: skip
def test_rules(role: str, written: object, read: object) -> None:
    assert cleaned(**{role: written})[role] == read


def test_every_change_is_recorded() -> None:
    changes = clean(table_of([GOOD, GOOD | {"referent_nom": " PETIT "}])).changes
    assert changes == (
        Change(RowRef("Référents", 6), "NOM référent", "H6", " PETIT ", "PETIT", "espaces en trop retirés"),
        Change(RowRef("Référents", 6), "NOM référent", "H6", "PETIT", "Petit", "majuscules rétablies"),
    )


def test_a_clean_table_is_left_alone() -> None:
    assert clean(table_of([GOOD])).changes == ()


def test_the_civilite_in_front_of_a_name_goes_to_its_column() -> None:
    row = cleaned(chef="Mme ANNE PETIT", chef_civilite="")
    assert (row["chef_civilite"], row["chef"]) == ("Mme", "Anne Petit")
    row = cleaned(chef="Mme Anne Petit", chef_civilite="Madame")
    assert (row["chef_civilite"], row["chef"]) == ("Mme", "Anne Petit")


@pytest.mark.parametrize(
    ("written", "prenom", "nom"),
    [
        ("LEBLANC Sylvie", "Sylvie", "Leblanc"), ("Mme LEBLANC Sylvie", "Sylvie", "Leblanc"), ("Luc BERNARD", "Luc", "Bernard"),
        ("LEBLANC, Sylvie", "Sylvie", "Leblanc"), ("d’ALMEIDA Anne", "Anne", "d’Almeida"), ("Paul de LA TOUR", "Paul", "de La Tour"),
        ("LEBLANC Sylvie, principale", "Sylvie", "Leblanc"), ("d’ALMEIDA", "", "d’Almeida"), ("Haddad Karim", "", "Haddad Karim"),
        ("LEBLANC adjointe", "", "LEBLANC adjointe"), ("DUPONT Principal", "", "DUPONT Principal"), ("Le Goff", "", "Le Goff"),
        ("DUPONT Anne / MARTIN Paul", "", "DUPONT Anne / MARTIN Paul"),
    ],
)  # fmt: skip
def test_the_chef_s_names_are_set_apart_where_capitals_tell_them(written: str, prenom: str, nom: str) -> None:
    row = cleaned(chef=written, chef_civilite="", chef_fonction="")
    assert (row.get("chef_prenom", ""), row["chef"]) == (prenom, nom)


def test_a_first_name_that_stands_in_its_column_stays_there() -> None:
    table = table_of([GOOD | {"chef": "LEBLANC Sylvie", "chef_prenom": "Sylvie"}, GOOD | {"chef": "ROY Anne"}])
    assert clean(table).table.rows["chef_prenom"].tolist()[0] == "Sylvie"
    other = table_of([GOOD | {"chef": "LEBLANC Sylvie", "chef_prenom": "Anne"}])
    assert clean(other).table.rows["chef"].tolist() == ["LEBLANC Sylvie"]


def test_the_log_tells_the_names_that_were_set_apart_and_the_sheets_where_surnames_come_first() -> None:
    done = clean(table_of([GOOD | {"chef": "LEBLANC Sylvie"}, GOOD | {"chef": "Haddad Karim"}]))
    assert [(one.cell, one.before, one.after, one.rule) for one in done.changes] == [
        ("E5", "LEBLANC Sylvie", "Sylvie Leblanc", "nom et prénom séparés")
    ]
    assert done.table.surname_first == ("Référents",)
    assert clean(done.table).table.surname_first == ("Référents",)
    assert clean(table_of([GOOD | {"chef": "Sylvie LEBLANC"}])).table.surname_first == ()


def test_two_civilites_that_differ_are_left_for_a_person_to_see() -> None:
    row = cleaned(chef="Mme Anne Petit", chef_civilite="M.")
    assert (row["chef_civilite"], row["chef"]) == ("M.", "Mme Anne Petit")


def test_the_civilite_is_found_without_a_column_for_it() -> None:
    row = {role: cell for role, cell in GOOD.items() if role != "chef_civilite"} | {"chef": "M. Petit"}
    table = table_of([row])
    table = replace(table, rows=table.rows.drop(columns="chef_civilite"))
    assert clean(table).table.rows["chef_civilite"].tolist() == ["M."]


@given(ROWS)
def test_cleaning_twice_is_cleaning_once(rows: list[dict[str, Any]]) -> None:
    once = clean(table_of(rows))
    twice = clean(once.table)
    assert twice.changes == ()


@given(ROWS)
def test_cells_that_are_no_text_and_the_table_given_stay(rows: list[dict[str, Any]]) -> None:
    table = table_of(rows)
    before = table.rows.copy(deep=True)
    after = clean(table).table.rows
    assert table.rows.equals(before)
    assert len(after) == len(before)
    for role in HEADERS:
        for old, new in zip(before[role], after[role], strict=True):
            # A civilité found in front of a name may fill a blank cell of its own column.
            assert (
                isinstance(old, str)
                or new is old
                or (old != old and new != new)
                or (isinstance(old, bool) and role in NAMES and new == as_text(old).capitalize())
            )


def test_the_function_beside_the_name_of_a_chef_goes_to_its_column() -> None:
    done = clean(table_of([GOOD | {"chef": "MME PETIT, proviseure", "chef_civilite": "", "chef_fonction": ""}]))
    row = dict(done.table.rows.iloc[0])
    assert (row["chef_civilite"], row["chef"], row["chef_fonction"]) == ("Mme", "Petit", "proviseure")
    told = [(one.cell, one.before, one.after, one.rule) for one in done.changes]
    assert told == [
        ("E5", "MME PETIT, proviseure", "MME PETIT", "fonction séparée du nom"),
        ("F5", "", "proviseure", "fonction reprise du nom"),
        ("E5", "MME PETIT", "PETIT", "civilité séparée du nom"),
        ("D5", "", "Mme", "civilité reprise du nom"),
        ("E5", "PETIT", "Petit", "majuscules rétablies"),
    ]


def test_a_function_without_a_column_is_kept_where_the_name_stands() -> None:
    cells = {role: cell for role, cell in GOOD.items() if role != "chef_fonction"}
    table = table_of([cells | {"chef": "Petit (principal)"}, cells])
    columns = {role: column for role, column in table.columns["Référents"].items() if role != "chef_fonction"}
    without = replace(table, rows=table.rows.drop(columns="chef_fonction"), columns={"Référents": columns})
    done = clean(without).table
    assert done.rows["chef"].tolist() == ["Petit", "Paul Modèle"]
    assert done.rows["chef_fonction"].tolist() == ["principal", ""]
    assert done.columns["Référents"]["chef_fonction"] == columns["chef"]


@pytest.mark.parametrize("fonction", ["Proviseur", CellFault("#REF!"), 3])
def test_a_function_that_contradicts_its_column_stays_with_the_name(fonction: object) -> None:
    assert cleaned(chef="Petit, principal", chef_fonction=fonction)["chef"] == "Petit, principal"
