"""What is said of a name: what its cell holds, at its place, with advice that does not repeat the fault."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipeline.clean.stage import clean
from pipeline.model import Anomaly
from pipeline.settings.config import Config
from pipeline.validate.stage import validate
from support.rows import GOOD, table_of


def said(config: Config, *rows: dict[str, Any]) -> list[Anomaly]:
    return list(validate(clean(table_of([GOOD | row for row in rows])).table, config).anomalies)


@pytest.mark.parametrize(
    "cells",
    [
        {"chef": "M. DURAND Paul par intérim", "chef_civilite": ""}, {"chef": "M. le Principal", "chef_civilite": ""},
        {"referent_nom": "IDEM"}, {"referent_nom": "PROF. D’EPS"}, {"referent_nom": "MARTIN CPE", "referent_fonction": "PLP"},
        {"referent_prenom": "à confirmer"}, {"referent_prenom": "LUC  (?)"}, {"chef": "Mme Anne et M. Luc"},
    ],
)  # fmt: skip
def test_a_message_quotes_what_the_cell_holds(config: Config, cells: dict[str, str]) -> None:
    (anomaly,) = said(config, cells)
    written = next(iter(cells.values()))
    assert anomaly.message.startswith(f"« {written} » ")


@pytest.mark.parametrize("role", ["chef", "referent_nom"])
def test_a_missing_civilite_is_said_beside_the_name_where_it_has_no_column(config: Config, role: str) -> None:
    column = {"chef": "chef_civilite", "referent_nom": "referent_civilite"}[role]
    table = clean(table_of([GOOD | {column: ""}])).table
    columns = {one: place for one, place in table.columns["Référents"].items() if one != column}
    rows = table.rows.drop(columns=column)
    (anomaly,) = validate(type(table)(rows, {"Référents": columns}), config).anomalies
    assert (anomaly.code, anomaly.cell) == ("civilite_absente", f"{columns[role].letter}5")


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([("MARTIN", "Paul"), ("Anne", "LE GOFF"), ("DURAND", "Luc")], [6]),
        ([("Paul", "MARTIN"), ("MARTIN", "Paul"), ("Anne", "LE GOFF")], [5, 7]),
        ([("MARTIN certifiée", "Paul"), ("Anne, CPE", "LE GOFF"), ("DURAND (CPE)", "Luc")], [6]),
        ([("Martin (CPE)", "Paul"), ("Paul", "Martin")], [5, 6]),
        ([("Martin", "Paul"), ("Paul", "Martin")], [5, 6]),
        ([("Martin", "PAUL"), ("Durand", "LUC"), ("Petit", "ANNE"), ("ROUX", "Eve")], []),  # a way of writing
        ([("MARTIN", "Paul"), ("DURAND", "LUC"), ("Le Goff", "Anne"), ("LY", "Mai")], []),
        ([("MARTIN", "Paul"), ("Durand", "L.")], []),
    ],
)  # fmt: skip
def test_a_surname_and_a_first_name_inverted_against_the_other_rows(
    config: Config, rows: list[tuple[str, str]], lines: list[int]
) -> None:
    names = ({"referent_nom": nom, "referent_prenom": prenom, "referent_fonction": ""} for nom, prenom in rows)
    anomalies = said(config, *names)
    found = [one for one in anomalies if one.code == "noms_inverses"]
    assert [one.row.line for one in found] == lines
    shown = [re.split(r" ?[,(]", rows[one.row.line - 5][0])[0] for one in found]  # without the function beside it
    assert all(f"« {nom} »" in one.message and one.cell[0] == "H" for nom, one in zip(shown, found, strict=True))


@pytest.mark.parametrize(
    ("cells", "advice"),
    [
        ({"referent_nom": "Dupont-MARTIN"}, "Écrivez « Dupont-Martin »."),
        ({"referent_prenom": "Jean françois"}, "Écrivez « Jean François »."),
        ({"referent_prenom": "Marie-claude"}, "Écrivez « Marie-Claude »."),
        ({"referent_nom": "Da silva"}, "Écrivez « Da Silva »."),
        ({"chef": "Mc DONALD Nouveau"}, "Écrivez-le comme il doit être imprimé."),
    ],
)  # fmt: skip
def test_advice_is_what_may_be_written(config: Config, cells: dict[str, str], advice: str) -> None:
    (anomaly,) = said(config, cells)
    assert anomaly.message.endswith(advice)
    role = next(iter(cells))
    if "« " in advice:
        assert said(config, {role: advice.removeprefix("Écrivez « ").removesuffix(" ».")}) == []


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("DUPONT REVOIT", "tout est en majuscules, et rien ne dit où est le prénom"), ("DUPONT", "il manque le nom"),
        ("Dupont Anne", "écrivez le nom en majuscules"), ("DURAND Paul ABC", "il y a plus qu’un nom et un prénom"),
        ("DUPONT JP", "des points à ses initiales (« DUPONT J.-P. »)"), ("LE GOFF", "il manque le nom ou le prénom"),
    ],
)  # fmt: skip
def test_advice_on_a_whole_name_is_not_what_was_done_already(config: Config, name: str, advice: str) -> None:
    (anomaly,) = said(config, {"referent": name, "referent_nom": "", "referent_prenom": ""})
    assert anomaly.code == "nom_prenom_ambigu"
    assert advice in anomaly.message


@pytest.mark.parametrize("name", ["Anne REVIENT", "DUPONT née MARTIN Anne", "Dupont MARTIN"])
def test_no_advice_repeats_a_word_that_may_be_no_part_of_the_name(config: Config, name: str) -> None:
    for role in ("referent_nom", "referent_prenom"):
        assert [one for one in said(config, {role: name}) if "Écrivez « " in one.message] == []


@pytest.mark.parametrize(
    ("written", "printed", "codes"),
    [
        ("A définir", "", ["fonction_illisible"]), ("N/A", "", ["fonction_illisible"]), ("?", "", ["fonction_illisible"]),
        ("CPE ?", "", ["fonction_illisible"]), ("néant", "", ["fonction_illisible"]), ("TBD", "", ["fonction_illisible"]),
        ("CPE (non communiqué)", "", ["fonction_illisible"]), ("à confirmer", "", ["remarque"]), ("-", "", []), ("", "", []),
        ("CPE", "CPE", []), ("Principal/proviseur", "Principal/proviseur", []), ("Professeur d’EPS", "Professeur d’EPS", []),
    ],
)  # fmt: skip
def test_a_letter_prints_no_remark_as_a_function(config: Config, written: str, printed: str, codes: list[str]) -> None:
    for role, place in (("referent_fonction", "J5"), ("chef_fonction", "F5")):
        verdict = validate(clean(table_of([GOOD | {role: written}])).table, config)
        (letter,) = verdict.letters
        assert (letter.referent if place == "J5" else letter.chef).fonction == printed
        assert [(one.code, one.cell) for one in verdict.anomalies] == [(code, place) for code in codes]


def test_a_chef_in_capitals_where_others_have_a_first_name_in_small_letters(config: Config) -> None:
    chefs = ("Sylvie LEBLANC", "M. DUPONT REVOIT", "M. LE GOFF", "Anne ROUX", "LEROY MERCIER", "Paul DURAND")
    rows = [{"chef": chef, "chef_civilite": "", "referent_nom": f"Autre{chef[-2:]}"} for chef in chefs]
    found = [one for one in said(config, *rows) if one.code == "chef_ambigu"]
    assert [(one.cell, one.message.split(" est ")[0]) for one in found] == [
        ("E6", "« M. DUPONT REVOIT »"), ("E9", "« LEROY MERCIER »"),
    ]  # fmt: skip
    assert [one for one in said(config, *rows[1::3]) if one.code == "chef_ambigu"] == []  # a way of writing


def test_the_surname_of_a_chef_is_proposed_with_its_particles(config: Config) -> None:
    *_, anomaly = said(config, {"chef": "LEBLANC Sylvie"}, {"chef": "Le Goff Anne", "referent_nom": "Autre"})
    assert anomaly.code == "chef_ambigu"
    assert anomaly.message.endswith("« LE GOFF Anne » ou « Le Goff ANNE ».")


def admitting(config: Config, name: str) -> Config:
    return config.model_copy(update={"classeur": config.classeur.model_copy(update={"noms_admis": (name,)})})


ADMITTED = [
    {"referent_prenom": "Second"}, {"referent_prenom": "Libre"}, {"referent_prenom": "Élu"}, {"referent_prenom": "Idem"},
    {"referent_nom": "Collège"}, {"referent_nom": "Inconnu"}, {"referent_nom": "Vacant"}, {"referent_nom": "Prof"},
    {"chef": "M. Idem", "chef_civilite": ""}, {"chef": "M. DUPONT Second", "chef_civilite": ""}, {"chef": "M. Inconnu", "chef_civilite": ""}, {"chef": "Collège"},
]  # fmt: skip


@pytest.mark.parametrize("cells", ADMITTED, ids=lambda cells: str(next(iter(cells.values()))))
def test_config_allows_a_name_that_is_a_word_too(config: Config, cells: dict[str, str]) -> None:
    written = next(iter(cells.values())).split(" ")[-1]
    errors = [one for one in said(config, cells) if one.code != "a_pourvoir"]
    assert all(f"ajoutez « {written} » à « noms_admis », dans config.toml" in one.message for one in errors)
    table = clean(table_of([GOOD | cells])).table
    settings = admitting(config, written)
    verdict = validate(table, settings)
    (letter,) = verdict.letters
    assert written in (letter.referent.nom, letter.referent.prenom, letter.chef.nom, letter.chef.prenom)
    assert [one.message for one in verdict.anomalies] == []
    # It is this name that is allowed, and what else is wrong is still said.
    assert validate(clean(table_of([GOOD | cells | {"uai": ""}])).table, settings).letters == ()
    assert not validate(clean(table_of([GOOD | {"referent_prenom": "Nouveau"}])).table, settings).letters


def test_a_name_that_is_allowed_in_capitals_is_a_remark(config: Config) -> None:
    (anomaly,) = said(admitting(config, "Inconnu"), {"referent_nom": "INCONNU"})
    assert (anomaly.code, anomaly.cell) == ("nom_majuscules", "H5")
