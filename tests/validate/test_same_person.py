"""One person on several rows: twice the same, in two schools, above the scale, or the chef of that school."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.model import RowRef, Severity
from pipeline.settings.config import Config
from pipeline.settings.sections import Bareme
from pipeline.uai import key_of
from support.rows import GOOD
from support.verdicts import codes, said, verdict_of


def test_an_exact_duplicate_gives_one_letter_and_one_warning(config: Config) -> None:
    verdict = verdict_of(config, GOOD, GOOD | {"referent_nom": "EXEMPLE ", "imp": 0.5, "montant": ""})
    assert [letter.row.line for letter in verdict.letters] == [5]
    assert verdict.ignored == (RowRef("Référents", 6),)
    assert [(one.code, one.severity, one.row.line) for one in verdict.anomalies] == [
        ("doublon", Severity.AVERTISSEMENT, 6)
    ]


def test_the_same_person_with_two_amounts(config: Config) -> None:
    verdict = verdict_of(config, GOOD, GOOD | {"imp": 1, "montant": 1250})
    assert len(verdict.letters) == 2
    assert codes(verdict) == ["deux_montants", "deux_montants"]


ORMES = {"uai": "0779998Z", "etablissement": "Collège des Ormes"}
TROIS = {"imp": "3", "montant": 3750}


def test_the_same_person_in_two_schools_is_legitimate_and_said(config: Config) -> None:
    verdict = verdict_of(config, GOOD, GOOD | ORMES, GOOD | {"referent_nom": "Autre"})
    assert len(verdict.letters) == 3
    assert codes(verdict) == ["meme_referent"] * 2
    assert said(verdict, "meme_referent") == [(5, Severity.INFORMATION), (6, Severity.INFORMATION)]
    assert "(ligne 6)" in verdict.anomalies[0].message
    assert "(ligne 5)" in verdict.anomalies[1].message
    assert "homonyme" in verdict.anomalies[0].message


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({}, {"referent_nom": "EXEMPLE", "referent_prenom": "ANNE"}, True),
        ({}, {"referent_nom": "Anne", "referent_prenom": "Exemple"}, True),
        ({}, {"referent_civilite": ""}, True),
        ({}, {"referent_civilite": "M."}, False),
        ({}, {"referent_prenom": "Annie"}, False),
    ],
)
def test_who_is_the_same_person(config: Config, first: dict[str, Any], second: dict[str, Any], same: bool) -> None:
    verdict = verdict_of(config, GOOD | first, GOOD | ORMES | second)
    assert len(said(verdict, "meme_referent")) == (2 if same else 0)


def test_a_name_in_many_schools_is_said_in_few_words(config: Config) -> None:
    rows = [
        GOOD | {"uai": f"077{number}" + key_of(f"077{number}"), "imp": "1/4", "montant": ""}
        for number in range(9000, 9011)
    ]
    verdict = verdict_of(config, *rows)
    (first,) = {one.message for one in verdict.anomalies if one.code == "meme_referent" and one.row.line == 5}
    assert "(ligne 6, ligne 7, ligne 8, ligne 9, ligne 10, et 5 de plus)" in first


def test_more_than_three_imp_for_one_name_is_a_warning_with_the_lines(config: Config) -> None:
    verdict = verdict_of(config, GOOD | TROIS, GOOD | {"referent_nom": "Autre"}, GOOD | ORMES)
    assert len(verdict.letters) == 3
    assert said(verdict, "imp_cumul") == [(5, Severity.AVERTISSEMENT), (7, Severity.AVERTISSEMENT)]
    (message,) = {one.message for one in verdict.anomalies if one.code == "imp_cumul" and one.row.line == 5}
    assert "Avec ligne 7, ce nom reçoit 3,5 IMP en tout" in message
    assert "(3 IMP)" in message
    assert "homonymes" in message
    assert said(verdict, "meme_referent") == [], "one message says both"


@pytest.mark.parametrize(
    ("rows", "over"),
    [
        ([TROIS], False),
        ([{"imp": 2, "montant": ""}, {"imp": 1, "montant": ""} | ORMES], False),
        ([{"imp": 2, "montant": ""}, {"imp": 1, "montant": ""} | ORMES, {"imp": "1/4", "montant": "", "uai": "0939999N"}], True),
        ([TROIS, {"imp": "sans IMP", "montant": ""} | ORMES], False),
        ([TROIS, TROIS | {"referent_civilite": "M."} | ORMES], False),
        ([TROIS, {"imp": 1, "montant": ""}], True),
        ([TROIS, TROIS], False),  # an exact duplicate: one letter
        ([TROIS, TROIS | ORMES | {"chef": ""}], False),  # the second has no letter
    ],
)  # fmt: skip
def test_how_many_imp_are_too_many(config: Config, rows: list[dict[str, Any]], over: bool) -> None:
    assert bool(said(verdict_of(config, *(GOOD | row for row in rows)), "imp_cumul")) == over


def test_the_most_that_one_name_may_have_is_that_of_the_scale(config: Config) -> None:
    pairs = tuple(taux for taux in config.imp.bareme if taux.libelle != "triple taux")
    lower = config.model_copy(update={"imp": Bareme(bareme=pairs, usuels=config.imp.usuels)})
    rows = (GOOD | {"imp": 2, "montant": ""}, GOOD | ORMES)
    assert not said(verdict_of(config, *rows), "imp_cumul")
    assert len(said(verdict_of(lower, *rows), "imp_cumul")) == 2


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([{"chef": "Anne Exemple", "chef_civilite": "Mme", "chef_fonction": "Principale"}], [5]),
        ([{"chef": "EXEMPLE Anne", "chef_civilite": "", "chef_fonction": ""}], [5]),
        ([{"chef": "Exemple", "chef_prenom": "Anne", "chef_civilite": "Mme", "chef_fonction": ""}], [5]),
        ([{"chef": "Anne Exemple"}], []),  # M. Anne Exemple is not Mme Anne Exemple
        ([{}, {"referent_nom": "Modèle", "referent_prenom": "Paul", "referent_civilite": "M.", "chef": "Luc Autre"}], [6]),
        ([{}, {"referent_nom": "Modèle", "referent_prenom": "Paul", "referent_civilite": "M.", "chef": "Luc Autre"} | ORMES], []),
    ],
)  # fmt: skip
def test_a_referent_who_bears_the_name_of_the_chef_of_that_school(
    config: Config, rows: list[dict[str, Any]], lines: list[int]
) -> None:
    verdict = verdict_of(config, *(GOOD | row for row in rows))
    assert len(verdict.letters) == len(rows)
    assert said(verdict, "referent_chef") == [(line, Severity.AVERTISSEMENT) for line in lines]


def test_a_number_or_a_remark_does_not_hide_a_duplicate(config: Config) -> None:
    verdict = verdict_of(config, GOOD | {"autre:N°": "1"}, GOOD | {"autre:N°": "2"})
    assert codes(verdict) == ["doublon"]


def test_a_longer_name_is_not_taken_for_a_shorter_one(config: Config) -> None:
    dsden = tuple(
        config.dsden[0].model_copy(update={"code": code, "nom": nom})
        for code, nom in (("36", "Indre"), ("37", "Indre-et-Loire"))
    )
    tours = config.model_copy(update={"dsden": dsden})
    assert (
        len(verdict_of(tours, GOOD | {"uai": "0379999" + key_of("0379999"), "departement": "Indre-et-Loire"}).letters)
        == 1
    )
