"""Agreement, contraction, amounts and counts in French."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest
from conftest import ROOT

from pipeline.french import agree, civilite_of, de_nom, euros, fold, octets, pluriel


@pytest.mark.parametrize(
    ("nom", "contracted"),
    [
        ("Collège Jean Jaurès", "du collège Jean Jaurès"), ("collège Jean Jaurès", "du collège Jean Jaurès"),
        ("Lycée Suger", "du lycée Suger"), ("LYCEE POLYVALENT SUGER", "du LYCEE POLYVALENT SUGER"),
        ("EREA Stendhal", "de l’EREA Stendhal"), ("Institution Saint-Joseph", "de l’institution Saint-Joseph"),
        ("Cité scolaire Henri Wallon", "de la cité scolaire Henri Wallon"), ("École alsacienne", "de l’école alsacienne"),
        ("ECOLE GENERALE", "de l’ECOLE GENERALE"), ("Groupe scolaire X", "du groupe scolaire X"),
        ("Institut Notre-Dame", "de l’institut Notre-Dame"), ("Ensemble scolaire X", "de l’ensemble scolaire X"),
        ("LP Jean Moulin", "du LP Jean Moulin"), ("Maison familiale rurale", "de la maison familiale rurale"),
        ("Cours Hattemer", "du cours Hattemer"), ("Externat Sainte-Marie", "de l’externat Sainte-Marie"),
        ("Saint Joseph", "de Saint Joseph"), ("Albert Camus", "d’Albert Camus"),
        ("Les Tilleuls", "de l’établissement Les Tilleuls"), ("L’Ermitage", "de l’établissement L’Ermitage"),
        ("Henri IV", "de l’établissement Henri IV"), ("Nouveau lycée de Pierrefitte", "du nouveau lycée de Pierrefitte"),
    ],
)  # fmt: skip
def test_de_nom(nom: str, contracted: str) -> None:
    assert de_nom(nom) == contracted


def test_every_school_of_the_register_keeps_its_name() -> None:
    with (ROOT / "tests/data/etablissements.csv").open(encoding="utf-8") as file:
        names = [row["nom"] for row in csv.DictReader(file, delimiter=";")]
    for nom in names:
        contracted = de_nom(nom)
        assert contracted.casefold().endswith(nom.casefold())
        assert contracted.startswith(("du ", "de la ", "de l’", "de ", "d’"))
        assert not contracted.startswith(("de le ", "de les ", "de Le "))


@pytest.mark.parametrize("text", ["M", "M.", "m.", "Mr", "MR", "Monsieur", "MONSIEUR ", "Mr."])
def test_monsieur(text: str) -> None:
    assert civilite_of(text) == "M."


@pytest.mark.parametrize("text", ["Mme", "MME", "Mme ", "Madame", "mme.", "Mlle", "Mademoiselle"])
def test_madame(text: str) -> None:
    assert civilite_of(text) == "Mme"


@pytest.mark.parametrize("text", ["Dr", "Mme / M.", "X", "Maître", "M Mme"])
def test_civilite_that_cannot_be_told(text: str) -> None:
    assert civilite_of(text) is None


def test_agreement() -> None:
    assert agree("M.", "il", "elle") == "il"
    assert agree("Mme", "il", "elle") == "elle"
    assert agree("", "il", "elle") == "il ou elle"


def test_numbers() -> None:
    assert euros(Decimal("1250")) == "1\u202f250,00\u00a0€"
    assert euros(Decimal("312.5")) == "312,50\u00a0€"
    assert pluriel(0, "lettre") == "0\u00a0lettre"
    assert pluriel(1, "lettre") == "1\u00a0lettre"
    assert pluriel(1540, "lettre") == "1\u202f540\u00a0lettres"
    assert pluriel(2, "ligne lue", "lignes lues") == "2\u00a0lignes lues"
    assert octets(999) == "999\u00a0octets"
    assert octets(36_400) == "36\u00a0Ko"
    assert octets(3_240_000) == "3,2\u00a0Mo"


def test_fold() -> None:
    assert fold("  Chef d’ÉTABLISSEMENT\n(nom) ") == "chef d etablissement nom"
    assert fold("N° UAI") == "n uai"
    assert fold("Cœur") == "coeur"
