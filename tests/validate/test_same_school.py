"""Across the rows of one school: two chefs, two communes, two names, référents nearly alike, each with the other's line."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.model import Severity
from pipeline.settings.config import Config
from support.rows import GOOD
from support.verdicts import verdict_of

OTHER = {"referent_nom": "Durand", "referent_prenom": "Luc", "referent_civilite": "M."}


def warned(config: Config, *rows: dict[str, Any]) -> list[tuple[str, str]]:
    verdict = verdict_of(config, *(GOOD | row for row in rows))
    assert len(verdict.letters) == len(rows)
    assert all(one.severity is Severity.AVERTISSEMENT for one in verdict.anomalies)
    return [(one.code, one.cell) for one in verdict.anomalies]


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"chef": "Jean Autre"}, [("deux_chefs", "E5"), ("deux_chefs", "E6")]),
        ({"chef_civilite": "Mme", "chef_fonction": "Principale"}, [("deux_chefs", "E5"), ("deux_chefs", "E6")]),
        ({"chef": "Modèle"}, []),
        ({"chef": "P. Modèle"}, []),
        ({"chef_civilite": ""}, [("civilite_absente", "D6")]),
        ({"commune": "Autreville"}, [("deux_communes", "C5"), ("deux_communes", "C6")]),
        ({"commune": "VILLENEUVE"}, []),
        ({"commune": "Villeneuve Cedex"}, []),
        ({"commune": ""}, []),
        ({"etablissement": "Collège Autre"}, [("deux_etablissements", "B5"), ("deux_etablissements", "B6")]),
        ({"etablissement": "COLLEGE DES TILLEULS"}, []),
    ],
)  # fmt: skip
def test_rows_of_one_school_say_the_same(config: Config, other: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert warned(config, {}, OTHER | other) == found


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        (("LE GOFF", "Anne"), ("LEGOFF", "Anne"), True),
        (("LE GOFF", "Anne"), ("LE GOF", "Anne"), True),
        (("Le Goff", "Anne"), ("Goff", "Anne"), True),
        (("Le Goff", "Anne"), ("Legof", "Anne"), True),
        (("Dupont", "Anne"), ("Dupond", "Anne"), True),
        (("Dupont", "Anne"), ("Dupont", "Anne-Marie"), True),
        (("Dupont", "Anne"), ("Dupont-Martin", "Anne"), True),
        (("Dupont", "Anne"), ("Dupont", "A."), True),
        (("Dupont", "Anne"), ("Dupont", "Annie"), True),
        (("Dupont", "Anne"), ("Dupont", "Claire"), False),
        (("Dupont", "Anne"), ("Martin", "Anne"), False),
        (("Le Goff", "Anne"), ("Le Guen", "Anne"), False),
        (("Петрова", "Анна"), ("Иванова", "Ольга"), False),
    ],
)
def test_names_nearly_alike(config: Config, first: tuple[str, str], second: tuple[str, str], alike: bool) -> None:
    rows = [{"referent_nom": nom, "referent_prenom": prenom} for nom, prenom in (first, second)]
    assert warned(config, *rows) == ([("noms_proches", "H5"), ("noms_proches", "H6")] if alike else [])


def test_two_civilites_are_two_people(config: Config) -> None:
    assert warned(config, {"referent_nom": "Martin", "referent_prenom": "Dominique"},
                  {"referent_nom": "Martins", "referent_prenom": "Dominique", "referent_civilite": "M."}) == []  # fmt: skip


def test_each_message_has_the_other_line(config: Config) -> None:
    rows = [GOOD, GOOD | OTHER | {"chef": "Jean Autre", "chef_civilite": "M."}, GOOD | {"referent_nom": "Exemples"}]
    messages = {(one.code, one.row.line): one.message for one in verdict_of(config, *rows).anomalies}
    assert "la ligne 6 donne" in messages["deux_chefs", 5]
    assert "« M. Jean Autre »" in messages["deux_chefs", 5]
    assert "la ligne 5 donne" in messages["deux_chefs", 6]
    assert "(ligne 7)" in messages["noms_proches", 5]
    assert "(ligne 5)" in messages["noms_proches", 7]


def test_a_name_with_two_letters_is_marked_on_the_name(config: Config) -> None:
    assert warned(config, {}, {"imp": "1", "montant": 1250}) == [("deux_montants", "H5"), ("deux_montants", "H6")]


def test_another_school_is_not_compared(config: Config) -> None:
    verdict = verdict_of(config, GOOD, GOOD | {"uai": "0939999N", "referent_nom": "Exemples", "chef": "Luc Autre"})
    assert verdict.anomalies == ()
