"""When two names of schools, or of communes, are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.validate.register_names import is_named, may_be_named, read_commune, read_nom, same_commune


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Collège Jean Jaurès", "CLG JEAN JAURES"),
        ("Coll. Jaurès", "Collège Jean Jaurès"),
        ("LGT Condorcet", "LYCEE GENERAL ET TECHNOLOGIQUE CONDORCET"),
        ("LP A. Costes", "LYCEE PROFESSIONNEL ALFRED COSTES LYCEE DES METIERS DE LA COMMUNICATION ET DE L INDUSTRIE"),
        ("Lycée O.R.T.", "LYCEE ENSEIGNEMENT GENERAL ET TECHNOLOGIQUE PRIVE O R T"),
        ("SEP du lycée Eugène Hénaff", "Section d'enseignement professionnel du Lycée Eugene Henaff"),
        ("EREA Stendhal", "Etablissement régional d'enseignement adapté Stendhal"),
        ("Collège St-Exupéry", "Collège Antoine de Saint-Exupéry"),
        ("Collège ND de la Providence", "Collège privé Notre-Dame de la Providence"),
        ("Collège Jean-Jaques Rousseau", "Collège Jean-Jacques Rousseau"),
        ("Collège Valmaubuée", "Collège du Val Maubuée"),
        ("Collège Irène et Frédéric Joliot Curie", "Collège Joliot-Curie"),
        ("Cité scolaire Romain Rolland", "LYCEE GENERAL ET TECHNOLOGIQUE ROMAIN ROLLAND"),
    ],
)
def test_two_writings_of_one_name(one: str, other: str) -> None:
    assert is_named(read_nom(one), read_nom(other))
    assert is_named(read_nom(other), read_nom(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Collège Jean Jaurès", "Collège Jean Moulin"),
        ("Collège Jean Macé", "Collège Jean Moulin"),
        ("Collège Marie Curie", "Collège Pierre Curie"),
        ("Collège Simone Veil", "Collège Simone Weil"),
        ("Collège privé Saint Joseph", "Collège privé Saint Germain"),
        ("Collège Romain Rolland", "LYCEE ROMAIN ROLLAND"),
        ("Collège Simone Veil", "Ecole primaire Simone Veil"),
        ("Collège le Luzard", "Collège Paul Eluard"),
    ],
)
def test_two_names_of_two_schools(one: str, other: str) -> None:
    assert not may_be_named(read_nom(one), read_nom(other))
    assert not may_be_named(read_nom(other), read_nom(one))


@pytest.mark.parametrize("nom", ["Collège", "Lycée professionnel", "Collège de Montreuil", ""])
def test_a_name_that_says_nothing_contradicts_none(nom: str) -> None:
    known, commune = read_nom("Collège Jean Jaurès" if "Coll" in nom else "LYCEE CONDORCET"), read_commune("Montreuil")
    assert may_be_named(read_nom(nom), known, commune)
    assert not is_named(read_nom(nom), known, commune)


@given(st.text(max_size=30))
def test_a_name_is_its_own(text: str) -> None:
    nom = read_nom(text)
    assert may_be_named(nom, nom)
    assert is_named(nom, nom) == bool(nom.mots)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("St-Denis", "Saint-Denis", True),
        ("CHAMPIGNY S/ MARNE", "Champigny-sur-Marne", True),
        ("Champigny", "Champigny-sur-Marne", True),
        ("L'Haÿ les Roses", "L’Haÿ-les-Roses", True),
        ("Moret-sur-Loing", "Moret-Loing-et-Orvanne", True),
        ("MONTREUIL CEDEX 2", "Montreuil", True),
        ("Paris 12e", "PARIS 12E  ARRONDISSEMENT", True),
        ("Noisy-le-Grand", "Noisy-le-Sec", False),
        ("Champs-sur-Marne", "Champigny-sur-Marne", False),
        ("Meaux", "Nanteuil-lès-Meaux", False),
        ("Saint-Denis", "L’Île-Saint-Denis", False),
        ("Lagny-sur-Marne", "Gagny", False),
        ("Ivry-sur-Seine", "Livry-Gargan", False),
        ("Saint-Maur", "Saint-Mandé", False),
    ],
)
def test_communes(one: str, other: str, same: bool) -> None:
    assert same_commune(read_commune(one), read_commune(other)) is same
    assert same_commune(read_commune(other), read_commune(one)) is same
