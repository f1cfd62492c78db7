"""French, on tables of cases written by hand: words that agree, amounts, dates, lists."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.french.filters import in_figures, in_words, long_date, ordinal, school_year
from pipeline.french.grammar import a_nom, agree_title, agree_word, de, de_nom, le_nom
from pipeline.french.signs import NBSP
from pipeline.french.words import agree, civilite_of, euros, fold, jour, listed, octets, pluriel, typographic

NAMES = [
    # a person's name after « de »
    ("Dupont", "de Dupont"), ("M. Dupont", "de M. Dupont"), ("M.\u00a0Dupont", "de M.\u00a0Dupont"),
    ("Mme\u00a0Almeida", "de Mme\u00a0Almeida"), ("Almeida", "d’Almeida"), ("d’Almeida", "de d’Almeida"),
    ("Le Goff", "de Le Goff"), ("La Fontaine", "de La Fontaine"), ("Les Landes", "de Les Landes"),
    ("de La Tour", "de de La Tour"), ("Du Bellay", "de Du Bellay"), ("Van den Berghe", "de Van den Berghe"),
    ("Anne Exemple", "d’Anne Exemple"), ("Élodie", "d’Élodie"), ("Étienne", "d’Étienne"), ("Inès", "d’Inès"),
    ("Océane", "d’Océane"), ("Œdipe", "d’Œdipe"), ("Ursule", "d’Ursule"), ("ÉMILE", "d’ÉMILE"), ("Aïcha", "d’Aïcha"),
    ("Yves", "d’Yves"), ("Yvonne", "d’Yvonne"), ("Yann", "de Yann"), ("Youssef", "de Youssef"), ("Yerres", "d’Yerres"),
    ("Henri", "d’Henri"), ("Hélène", "d’Hélène"), ("Hamid", "de Hamid"), ("Huang", "de Huang"), ("Onze", "de Onze"),
    ("A. Camus", "d’A. Camus"), ("N’Diaye", "de N’Diaye"), ("O’Brien", "d’O’Brien"), ("Éva-Marie", "d’Éva-Marie"),
    ("Honorat", "d’Honorat"), ("Hermione", "d’Hermione"), ("Helena", "d’Helena"), ("Hugo", "de Hugo"), ("Ondine", "d’Ondine"),
    ("Łukasz", "de Łukasz"), ("Ægidius", "d’Ægidius"), ("Ørsted", "d’Ørsted"), ("Đorđe", "de Đorđe"), ("Île", "d’Île"),
    ("Haouès", "de Haouès"), ("Ysé", "d’Ysé"), ("8 Mai", "de 8 Mai"), ("", ""),
]  # fmt: skip

TITLES = [
    # a title as it is written, then for M., for Mme, and without a civilité
    ("Principal", "principal", "principale", "principal ou principale"),
    ("Principale", "principal", "principale", "principale"),
    ("PRINCIPAL", "principal", "principale", "principal ou principale"),
    ("Principal(e)", "principal", "principale", "principal ou principale"),
    ("principal.e", "principal", "principale", "principal ou principale"),
    ("principal·e", "principal", "principale", "principal ou principale"),
    ("Principal / Principale", "principal", "principale", "principal ou principale"),
    ("Principal ou principale", "principal", "principale", "principal ou principale"),
    ("Principal adjoint", "principal adjoint", "principale adjointe", "principal adjoint ou principale adjointe"),
    ("Principale adjointe", "principal adjoint", "principale adjointe", "principale adjointe"),
    ("Principal par intérim", "principal par intérim", "principale par intérim", "principal ou principale par intérim"),
    ("Proviseur", "proviseur", "proviseure", "proviseur ou proviseure"),
    ("Proviseure", "proviseur", "proviseure", "proviseure"),
    ("Proviseur(e)", "proviseur", "proviseure", "proviseur ou proviseure"),
    ("Proviseur adjoint", "proviseur adjoint", "proviseure adjointe", "proviseur adjoint ou proviseure adjointe"),
    ("Directeur", "directeur", "directrice", "directeur ou directrice"),
    ("Directeur/trice", "directeur", "directrice", "directeur ou directrice"),
    ("Directeur(trice)", "directeur", "directrice", "directeur ou directrice"),
    ("Directrice de l’EREA", "directeur de l’EREA", "directrice de l’EREA", "directrice de l’EREA"),
    ("Directeur adjoint chargé de SEGPA", "directeur adjoint chargé de SEGPA", "directrice adjointe chargée de SEGPA", "directeur adjoint chargé ou directrice adjointe chargée de SEGPA"),
    ("Chef d’établissement", "chef d’établissement", "cheffe d’établissement", "chef ou cheffe d’établissement"),
    ("Cheffe d’établissement", "chef d’établissement", "cheffe d’établissement", "cheffe d’établissement"),
    ("Chef(fe) d’établissement", "chef d’établissement", "cheffe d’établissement", "chef ou cheffe d’établissement"),
    ("Administrateur provisoire", "administrateur provisoire", "administratrice provisoire", "administrateur provisoire ou administratrice provisoire"),
    ("Professeur documentaliste", "professeur documentaliste", "professeure documentaliste", "professeur documentaliste ou professeure documentaliste"),
    ("Professeur de SVT / SPC", "professeur de SVT / SPC", "professeure de SVT / SPC", "professeur ou professeure de SVT / SPC"),
    ("Conseiller principal d’éducation", "conseiller principal d’éducation", "conseillère principale d’éducation", "conseiller principal ou conseillère principale d’éducation"),
    ("Coordonnatrice", "coordonnateur", "coordonnatrice", "coordonnatrice"),
    ("Responsable", "responsable", "responsable", "responsable"),
    ("CPE", "CPE", "CPE", "CPE"),
    ("Principal/Proviseur", "Principal/Proviseur", "Principal/Proviseur", "Principal/Proviseur"),
    ("Faisant fonction de principal", "Faisant fonction de principal", "Faisant fonction de principal", "Faisant fonction de principal"),
]  # fmt: skip

WORDS = [
    # a word in the masculine, then for M., for Mme, and without a civilité
    ("sollicité", "sollicité", "sollicitée", "sollicité ou sollicitée"),
    ("Nommé", "Nommé", "Nommée", "Nommé ou nommée"),
    ("chargé", "chargé", "chargée", "chargé ou chargée"),
    ("informé", "informé", "informée", "informé ou informée"),
    ("adjoint", "adjoint", "adjointe", "adjoint ou adjointe"),
    ("directeur", "directeur", "directrice", "directeur ou directrice"),
    ("chef", "chef", "cheffe", "chef ou cheffe"),
    ("responsable", "responsable", "responsable", "responsable"),
    ("volontaire", "volontaire", "volontaire", "volontaire"),
]

IN_WORDS = [
    ("0 €", "zéro euro"), ("1 €", "un euro"), ("2 €", "deux euros"), ("16 €", "seize euros"), ("21 €", "vingt et un euros"),
    ("22 €", "vingt-deux euros"), ("61 €", "soixante et un euros"), ("70 €", "soixante-dix euros"),
    ("71 €", "soixante et onze euros"), ("77 €", "soixante-dix-sept euros"), ("80 €", "quatre-vingts euros"),
    ("81 €", "quatre-vingt-un euros"), ("91 €", "quatre-vingt-onze euros"), ("99 €", "quatre-vingt-dix-neuf euros"),
    ("100 €", "cent euros"), ("101 €", "cent un euros"), ("180 €", "cent quatre-vingts euros"),
    ("200 €", "deux cents euros"), ("201 €", "deux cent un euros"), ("280 €", "deux cent quatre-vingts euros"),
    ("312,50 €", "trois cent douze euros et cinquante centimes"), ("625 €", "six cent vingt-cinq euros"),
    ("625,00\u00a0€", "six cent vingt-cinq euros"), ("625 euros", "six cent vingt-cinq euros"),
    ("1000 €", "mille euros"), ("1001 €", "mille un euros"), ("1\u202f250,00\u00a0€", "mille deux cent cinquante euros"),
    ("1 200 €", "mille deux cents euros"), ("2 500,00 €", "deux mille cinq cents euros"),
    ("3750 €", "trois mille sept cent cinquante euros"), ("80 000 €", "quatre-vingt mille euros"),
    ("200 000 €", "deux cent mille euros"), ("1 000 000 €", "un million d’euros"),
    ("2 000 000 €", "deux millions d’euros"), ("1 000 200 €", "un million deux cents euros"),
    ("80 000 000 €", "quatre-vingts millions d’euros"), ("1 000 000 000 €", "un milliard d’euros"),
    ("0,50 €", "cinquante centimes"), ("0,01 €", "un centime"), ("1,01 €", "un euro et un centime"),
    ("2,80 €", "deux euros et quatre-vingts centimes"), ("3", "trois"), ("18", "dix-huit"), ("36,5", "trente-six virgule cinq"),
    ("0,25", "zéro virgule vingt-cinq"), ("2,05", "deux virgule zéro cinq"), ("36,50", "trente-six virgule cinq"),
    ("200 000 000 €", "deux cents millions d’euros"), ("1 million", "1 million"), ("81,81 €", "quatre-vingt-un euros et quatre-vingt-un centimes"),
    ("2 000 000,50 €", "deux millions d’euros et cinquante centimes"),
    ("1250", "mille deux cent cinquante"), ("1/2", "1/2"), ("sans objet", "sans objet"), ("", ""), ("-5 €", "-5 €"),
    ("9999999999999 €", "9999999999999 €"),
]  # fmt: skip

FIGURES = [
    ("1250", "1\u202f250,00\u00a0€"), ("625 €", "625,00\u00a0€"), ("312,5", "312,50\u00a0€"),
    ("1 000 000", "1\u202f000\u202f000,00\u00a0€"), ("0", "0,00\u00a0€"), ("à voir", "à voir"), ("", ""),
]  # fmt: skip

DATES = [
    ("01/09/2026", "1er\u00a0septembre 2026"), ("1/9/2026", "1er\u00a0septembre 2026"),
    ("02/09/2026", "2\u00a0septembre 2026"), ("31.08.2027", "31\u00a0août 2027"), ("2026-12-25", "25\u00a0décembre 2026"),
    ("15/02/2027 08:30", "15\u00a0février 2027"), ("11/01/2027", "11\u00a0janvier 2027"), ("29/02/2028", "29\u00a0février 2028"),
    ("29/02/2027", "29/02/2027"), ("01/09/26", "1er\u00a0septembre 2026"),
    ("1er septembre 2026", "1er\u00a0septembre 2026"), ("1 sept. 2026", "1er\u00a0septembre 2026"), ("lundi 4 janvier 2027", "4\u00a0janvier 2027"),
    ("le 4 JANVIER 2027", "4\u00a0janvier 2027"), ("04-janv-27", "4\u00a0janvier 2027"), ("15 aout 2027", "15\u00a0août 2027"),
    ("2027-03-31T00:00:00", "31\u00a0mars 2027"), ("31/03/2027 00:00:00", "31\u00a0mars 2027"), ("3 jui 2027", "3 jui 2027"),
    ("31 juin 2027", "31 juin 2027"), ("janvier 2027", "janvier 2027"), ("4 janvier", "4 janvier"), ("à la rentrée", "à la rentrée"), ("", ""),
]  # fmt: skip

YEARS = [
    ("2026", "2026-2027"), ("2026-2027", "2026-2027"), ("2026/2027", "2026-2027"), ("2026-27", "2026-2027"),
    ("2026 – 2027", "2026-2027"), ("01/09/2026", "2026-2027"), ("31/08/2027", "2026-2027"), ("15/03/2027", "2026-2027"),
    ("2099-00", "2099-2100"), ("2026-2028", "2026-2028"), ("26-27", "2026-2027"), ("26/27", "2026-2027"), ("11/12", "11/12"), ("25 mars 2027", "2026-2027"), ("", ""),
]  # fmt: skip

ORDINALS = [
    ("1", "m", "1er"), ("1", "f", "1re"), ("1", "féminin", "1re"), ("2", "m", "2e"), ("2", "f", "2e"), ("3", "m", "3e"),
    ("21", "f", "21e"), ("100", "m", "100e"), ("1er", "m", "1er"), ("1er", "f", "1re"), ("1ère", "m", "1re"), ("2ème", "m", "2e"), ("2nde", "f", "2e"), ("0", "m", "0"), ("premier", "m", "premier"), ("", "m", ""),
]  # fmt: skip

CIVILITES = [
    *((text, "M.") for text in ("M", "M.", "m.", "Mr", "MR", "Monsieur", "MONSIEUR ", "Mr.")),
    *((text, "Mme") for text in ("Mme", "MME", "Mme ", "Madame", "mme.", "Mlle", "Mademoiselle")),
    *((text, None) for text in ("Dr", "Mme / M.", "X", "Maître", "M Mme")),
    ("", ""), (" ", ""),
]  # fmt: skip

AGREEMENTS = [
    ("M.", "il", "elle", "il"), ("Mme", "il", "elle", "elle"), ("", "il", "elle", "il ou elle"),
    ("M.", "le chef", "la cheffe", "le chef"), ("Mme", "le chef", "la cheffe", "la cheffe"),
    ("", "le chef", "la cheffe", "le chef ou la cheffe"), ("", "du référent", "de la référente", "du référent ou de la référente"),
]  # fmt: skip

APOSTROPHES = [
    ("d'Almeida", "d’Almeida"), ("N'Diaye", "N’Diaye"), ("Collège Trait d'Union", "Collège Trait d’Union"),
    ("d’Almeida", "d’Almeida"), ("'Ali", "'Ali"), ("5' de retard", "5' de retard"), ("L'", "L'"),
]  # fmt: skip

LISTS = [([], ""), (["A"], "A"), (["A", "B"], "A et B"), (["A", "B", "C"], "A, B et C")]


@pytest.mark.parametrize(("nom", "expected"), NAMES)
def test_a_person_after_de(nom: str, expected: str) -> None:
    assert de(nom) == expected


@pytest.mark.parametrize(("titre", "masculine", "feminine", "both"), TITLES)
def test_a_title_agrees(titre: str, masculine: str, feminine: str, both: str) -> None:
    assert [agree_title(titre, civilite) for civilite in ("M.", "Mme", "")] == [masculine, feminine, both]


@pytest.mark.parametrize(("word", "masculine", "feminine", "both"), WORDS)
def test_a_word_agrees(word: str, masculine: str, feminine: str, both: str) -> None:
    assert [agree_word(word, civilite) for civilite in ("M.", "Mme", "")] == [masculine, feminine, both]


def test_a_word_agrees_as_its_author_says() -> None:
    assert [agree_word("lauréat", civilite, "lauréate") for civilite in ("M.", "Mme")] == ["lauréat", "lauréate"]
    assert agree_word("Heureux", "", "heureuse") == "Heureux ou heureuse"


@pytest.mark.parametrize(("text", "expected"), IN_WORDS)
def test_an_amount_or_a_number_in_words(text: str, expected: str) -> None:
    assert in_words(text) == expected


@pytest.mark.parametrize(("text", "expected"), FIGURES)
def test_an_amount_in_figures(text: str, expected: str) -> None:
    assert in_figures(text) == expected


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_a_date_in_full(text: str, expected: str) -> None:
    assert long_date(text) == expected


@pytest.mark.parametrize(("text", "expected"), YEARS)
def test_a_school_year(text: str, expected: str) -> None:
    assert school_year(text) == expected


@pytest.mark.parametrize(("text", "genre", "expected"), ORDINALS)
def test_a_rank(text: str, genre: str, expected: str) -> None:
    assert ordinal(text, genre) == expected


@pytest.mark.parametrize(("text", "expected"), CIVILITES)
def test_a_civilite(text: str, expected: str | None) -> None:
    assert civilite_of(text) == expected


@pytest.mark.parametrize(("civilite", "masculine", "feminine", "expected"), AGREEMENTS)
def test_agreement(civilite: str, masculine: str, feminine: str, expected: str) -> None:
    assert agree(civilite, masculine, feminine) == expected


@pytest.mark.parametrize(("text", "expected"), APOSTROPHES)
def test_an_apostrophe_is_that_of_typography(text: str, expected: str) -> None:
    assert typographic(text) == expected


@pytest.mark.parametrize(("texts", "expected"), LISTS)
def test_an_enumeration(texts: list[str], expected: str) -> None:
    assert listed(texts) == expected


def test_numbers_are_numbers_too() -> None:
    assert in_words(3) == "trois"
    assert in_figures(312.5) == "312,50\u00a0€"
    assert ordinal(1) == "1er"
    assert school_year(2026) == "2026-2027"


ANY_TEXT = st.text() | st.text("0123456789 ,.€/-'’dDhHyYLles\u00a0", max_size=20)


@given(ANY_TEXT)
def test_no_text_is_too_odd(text: str) -> None:
    for say in (in_words, in_figures, long_date, school_year, ordinal, typographic, de, de_nom, a_nom, le_nom):
        assert isinstance(say(text), str)
    for civilite in ("M.", "Mme", ""):
        assert "·" not in agree_title(text, civilite) or "·" in text
        assert isinstance(agree_word(text, civilite), str)


@given(st.decimals(0, 999_999_999, places=2))
def test_any_amount_reads_the_same_however_it_is_written(amount: Decimal) -> None:
    said = in_words(euros(amount))
    assert said == in_words(f"{amount} €")
    assert re.search(r"(euros?|centimes?)$", said)
    assert "  " not in said


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
    assert octets(76_400_000_000) == "76,4\u00a0Go"


def test_fold() -> None:
    assert fold("  Chef d’ÉTABLISSEMENT\n(nom) ") == "chef d etablissement nom"
    assert fold("N° UAI") == "n uai"
    assert fold("Cœur") == "coeur"
    assert fold("Ива́нов") == "иванов"  # two names of another script are no twins
    assert fold("100 000_€") == "100 000"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 10, 1), "1er octobre 2026"),
        (date(2027, 8, 31), "31 août 2027"),
        (date(2027, 2, 11), "11 février 2027"),
    ],
)
def test_a_day_in_words(day: date, words: str) -> None:
    assert jour(day) == words.replace(" ", NBSP)
