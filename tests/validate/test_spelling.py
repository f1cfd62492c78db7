"""What a letter would print as it was written, and should not: capitals, abbreviations, a chef's names in doubt."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.clean.stage import clean
from pipeline.model import Severity, Verdict
from pipeline.settings.config import Config
from pipeline.validate.stage import validate
from support.rows import GOOD, table_of


def verdict_of(config: Config, *rows: dict[str, Any]) -> Verdict:
    return validate(clean(table_of([GOOD | row for row in rows])).table, config)


def said(verdict: Verdict, code: str) -> list[tuple[int, str, str]]:
    return [(one.row.line, one.column, one.message) for one in verdict.anomalies if one.code == code]


@pytest.mark.parametrize(
    ("cells", "column", "advice"),
    [
        ({"referent_nom": "Dupont-MARTIN"}, "NOM référent", "Écrivez « Dupont-Martin »."),
        # Words in capitals beside others may be no part of the name: « Anne REVIENT ».
        ({"referent_prenom": "ANNE Marie"}, "Prénom", "Écrivez-le comme il doit être imprimé."),
        ({"chef": "Mc DONALD Paul Roy"}, "Chef d'établissement", "Écrivez-le comme il doit être imprimé."),
    ],
)
def test_capitals_that_cleaning_leaves_are_told(
    config: Config, cells: dict[str, Any], column: str, advice: str
) -> None:
    verdict = verdict_of(config, cells)
    ((_, where, message),) = said(verdict, "nom_majuscules")
    assert (where, message.endswith(advice)) == (column, True)
    assert len(verdict.letters) == 1
    assert all(one.severity is Severity.AVERTISSEMENT for one in verdict.anomalies)


@pytest.mark.parametrize("name", ["d’ALMEIDA", "LE GOFF", "de LA TOUR", "J.-P. Roy", "Иванов", "JP"])
def test_names_that_are_right_or_put_right_are_not_told(config: Config, name: str) -> None:
    assert verdict_of(config, {"referent_nom": name}).anomalies == ()


@pytest.mark.parametrize(
    ("written", "proposed"),
    [
        ("clg Victor Hugo", "Collège Victor Hugo"), ("Clg. Victor Hugo", "Collège Victor Hugo"), ("LYC. Pasteur", "Lycée Pasteur"),
        ("CLG Les Acacias", "Collège Les Acacias"), ("Étab. du Parc", "Établissement du Parc"),
        ("LP Gustave Eiffel", ""), ("Collège des Tilleuls", ""), ("Colbert", ""), ("Lycéum du Parc", ""),
    ],
)  # fmt: skip
def test_an_abbreviated_kind_of_school_is_told_and_kept(config: Config, written: str, proposed: str) -> None:
    verdict = verdict_of(config, {"etablissement": written})
    assert verdict.letters[0].etablissement.nom == written
    messages = [message for _, _, message in said(verdict, "etablissement_abrege")]
    expected = f"« {written} » : la lettre imprimerait cette abréviation. Écrivez « {proposed} »."
    assert messages == ([expected] if proposed else [])


OTHERS = ({"chef": "LEBLANC Sylvie"}, {"chef": "BERNARD Luc", "referent_nom": "Durand"})


@pytest.mark.parametrize("name", ["Haddad Karim", "HADDAD KARIM"])
def test_a_chef_whose_surname_cannot_be_told_is_a_doubt_among_surnames_first(config: Config, name: str) -> None:
    verdict = verdict_of(config, *OTHERS, {"chef": name, "referent_nom": "Petit"})
    ((line, column, message),) = said(verdict, "chef_ambigu")
    assert (line, column) == (7, "Chef d'établissement")
    assert "« HADDAD Karim » ou « Haddad KARIM »" in message
    assert len(verdict.letters) == 3


@pytest.mark.parametrize("name", ["Le Goff", "Haddad", "Van den Berghe", "d’Almeida", "Dupont-Martin"])
def test_a_surname_alone_is_no_doubt(config: Config, name: str) -> None:
    assert said(verdict_of(config, *OTHERS, {"chef": name, "referent_nom": "Petit"}), "chef_ambigu") == []


def test_first_names_first_are_left_as_they_are(config: Config) -> None:
    rows = ({"chef": "Sylvie LEBLANC"}, {"chef": "Karim Haddad", "referent_nom": "Petit"})
    assert said(verdict_of(config, *rows), "chef_ambigu") == []


def test_the_letter_of_a_chef_whose_surname_came_first_has_both_names_in_order(config: Config) -> None:
    (letter,) = verdict_of(
        config, {"chef": "Mme LEBLANC Sylvie, principale", "chef_civilite": "", "chef_fonction": ""}
    ).letters
    assert (letter.chef.civilite, letter.chef.prenom, letter.chef.nom) == ("Mme", "Sylvie", "Leblanc")


@pytest.mark.parametrize("roles", [("chef", "chef_prenom"), ("referent_nom", "referent_prenom")])
@pytest.mark.parametrize(
    ("written", "prenom", "nom"),
    [
        ("Petit Anne", "Anne", "Petit"), ("Anne Petit", "anne", "Petit"), ("PETIT Jean-Paul", "Jean Paul", "Petit"),
        ("Jean Paul de La Tour", "Jean-Paul", "de La Tour"),
        ("Petit", "Anne", "Petit"), ("Petit Annette", "Anne", "Petit Annette"), ("Saint Rose", "Rose", "Saint Rose"),
    ],
)  # fmt: skip
def test_a_first_name_that_has_its_column_is_taken_off_the_name(
    config: Config, roles: tuple[str, str], written: str, prenom: str, nom: str
) -> None:
    (letter,) = verdict_of(config, dict(zip(roles, (written, prenom), strict=True))).letters
    person = letter.chef if roles[0] == "chef" else letter.referent
    assert person.nom == nom


@pytest.mark.parametrize("roles", [("chef", "chef_prenom"), ("referent_nom", "referent_prenom")])
def test_one_word_as_surname_and_first_name_is_told_and_kept(config: Config, roles: tuple[str, str]) -> None:
    verdict = verdict_of(config, dict.fromkeys(roles, "Martin"))
    ((_, _, message),) = said(verdict, "prenom_repete")
    assert "« Martin Martin »" in message
    (letter,) = verdict.letters
    person = letter.chef if roles[0] == "chef" else letter.referent
    assert (person.prenom, person.nom) == ("Martin", "Martin")
