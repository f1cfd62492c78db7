"""People's names: recasing, splitting, what is several people, what is nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean.names import (
    bad_signs,
    has_fonction,
    is_fonction,
    recase,
    several_people,
    split_civilite,
    split_fonction,
    split_full_name,
)
from pipeline.clean.no_names import is_nobody


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("DE LA TOUR", "de La Tour"), ("D'ALMEIDA", "d'Almeida"), ("D’ALMEIDA", "d’Almeida"),
        ("VAN DEN BERGHE", "Van den Berghe"), ("VON DER LEYEN", "von der Leyen"), ("DU BELLAY", "Du Bellay"),
        ("LE BRIS-KERHERVÉ", "Le Bris-Kerhervé"), ("N'DIAYE", "N'Diaye"), ("O'BRIEN", "O'Brien"),
        ("L'HERMITE", "L'Hermite"), ("d’ALMEIDA", "d’Almeida"), ("de LA TOUR", "de La Tour"), ("d'A", "d'A"),
        ("de la Tour", "de la Tour"), ("EL AMRANI", "El Amrani"), ("DA SILVA", "Da Silva"), ("CŒUR", "Cœur"),
        ("HAŸ", "Haÿ"), ("SAINT-JUST", "Saint-Just"), ("NULL", "Null"), ("VRAI", "Vrai"), ("NA", "Na"),
        ("JEAN-PIERRE", "Jean-Pierre"), ("ZOÉ", "Zoé"), ("J.-P.", "J.-P."), ("dupont", "Dupont"),
        ("de la tour", "de La Tour"), ("Dupont", "Dupont"), ("McDonald", "McDonald"), ("Van den Berghe", "Van den Berghe"),
        ("DUPONT / MARTIN", "DUPONT / MARTIN"), ("MARTIN2", "MARTIN2"), ("", ""),
    ],
)  # fmt: skip
def test_recase(written: str, printed: str) -> None:
    assert recase(written) == printed


@given(st.text(max_size=30))
def test_recasing_twice_is_recasing_once(text: str) -> None:
    assert recase(recase(text)) == recase(text)


@given(st.text(max_size=30))
def test_recasing_changes_capitals_only(text: str) -> None:
    assert recase(text).casefold() == text.casefold()


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "–", "À pourvoir", "A POURVOIR", "a  pourvoir", "néant", "Néant.", "vacant", "?", "poste vacant"],
)
def test_nobody(text: str) -> None:
    assert is_nobody(text)


@pytest.mark.parametrize(
    "text", ["Null", "NA", "Vrai", "Faux", "None", "nan", "Inf", "Durand", "Personnaz", "Vacante-Ruiz"]
)
def test_somebody_whatever_the_name(text: str) -> None:
    assert not is_nobody(text)


@pytest.mark.parametrize(
    "text",
    ["DUPONT / MARTIN", "Dupont et Martin", "Dupont & Martin", "Dupont ; Martin", "Dupont\nMartin", "Mme / M.", "A, B"],
)
def test_several(text: str) -> None:
    assert several_people(text)


@pytest.mark.parametrize(
    "text", ["Dupont-Martin", "Le Goff", "Etchebarne", "Outrequin", "Dupont /", "", "=cmd|'/c calc'!A0"]
)
def test_not_several(text: str) -> None:
    assert not several_people(text)


@pytest.mark.parametrize(
    ("text", "signs"),
    [("MARTIN2", ["2"]), ("a@b", ["@"]), ("=1+1", ["=", "1", "+"]), ("Dupont (ép. Petit)", ["(", ")"]), ("N’Diaye", []),
     ("Nguyễn Thị", []), ("Иванов", []), ("Jean-Éric", []), ("A\u0301", []), ("Dupont😀", ["😀"]), ("<b>", ["<", ">"])],
)  # fmt: skip
def test_bad_signs(text: str, signs: list[str]) -> None:
    assert bad_signs(text) == signs


@pytest.mark.parametrize(
    ("text", "split"),
    [("Mme Nguyen", ("Mme", "Nguyen")), ("M. Petit", ("M.", "Petit")), ("MONSIEUR PETIT", ("M.", "PETIT")),
     ("Mme. Roy", ("Mme", "Roy")), ("M Petit", ("M.", "Petit")), ("Mmerand", ("", "Mmerand")), ("Mr Roy", ("M.", "Roy")),
     ("Madame", ("", "Madame")), ("Mlle Roy", ("Mme", "Roy"))],
)  # fmt: skip
def test_split_civilite(text: str, split: tuple[str, str]) -> None:
    assert split_civilite(text) == split


@pytest.mark.parametrize(
    ("text", "split"),
    [("DUPONT Anne", ("Anne", "DUPONT")), ("Anne DUPONT", ("Anne", "DUPONT")), ("VAN DEN BERGHE Léa", ("Léa", "VAN DEN BERGHE")),
     ("LE GOFF Marie-Ève", ("Marie-Ève", "LE GOFF")), ("Anne Dupont", None), ("DUPONT ANNE", None), ("Dupont", None),
     ("Anne DUPONT Marie", None), ("d’ALMEIDA Anne", ("Anne", "d’ALMEIDA")), ("Anne de LA TOUR", ("Anne", "de LA TOUR")),
     ("VAN den BERGHE Léa", ("Léa", "VAN den BERGHE")), ("NGUYEN Van Anh", ("Van Anh", "NGUYEN")), ("d’ALMEIDA", None),
     ("de LA TOUR", None), ("LEBLANC S.", ("S.", "LEBLANC"))],
)  # fmt: skip
def test_split_full_name(text: str, split: tuple[str, str] | None) -> None:
    assert split_full_name(text) == split


@pytest.mark.parametrize(
    ("text", "split"),
    [("M. Dupont, principal", ("M. Dupont", "principal")), ("Mme Martin (proviseure)", ("Mme Martin", "proviseure")),
     ("Proviseur : M. Paul Modèle", ("M. Paul Modèle", "Proviseur")), ("Dupont - Directrice", ("Dupont", "Directrice")),
     ("La principale, Mme Martin", ("Mme Martin", "principale")), ("Principal M. Roy", ("M. Roy", "Principal")),
     ("M. Roy, le chef d’établissement", ("M. Roy", "chef d’établissement")), ("Roy [proviseur]", ("Roy", "proviseur")),
     ("Mme Roy, principale par intérim", ("Mme Roy", "principale par intérim")),
     ("Dupont principal", ("Dupont principal", "")), ("M. Dupont", ("M. Dupont", "")), ("principal", ("principal", "")),
     ("M. Roy, principal adjoint", ("M. Roy, principal adjoint", "")), ("Roy / Petit, principal", ("Roy / Petit, principal", "")),
     ("Principal, proviseur", ("Principal, proviseur", "")), ("M. Roy, CPE", ("M. Roy, CPE", "")),
     ("Principal-Dupont", ("Principal-Dupont", "")), ("Mme Directrix", ("Mme Directrix", ""))],
)  # fmt: skip
def test_split_fonction(text: str, split: tuple[str, str]) -> None:
    assert split_fonction(text, of_chef=True) == split


@pytest.mark.parametrize(
    "text", ["Le principal", "M. le Proviseur", "Madame la Directrice", "PRINCIPALE", "Chef d'établissement"]
)
def test_a_function_that_names_nobody(text: str) -> None:
    assert is_fonction(text)
    assert has_fonction(text)


@given(
    st.text("MmeRoy. ,:()-/\nprincaluvsdt'é", max_size=40), st.sampled_from(["principal", "Proviseure", "directeur"])
)
def test_a_function_taken_off_leaves_a_name_without_one(text: str, fonction: str) -> None:
    name, taken = split_fonction(f"{text}{fonction}", of_chef=True)
    assert name in text + fonction
    assert taken in text + fonction
    assert split_fonction(name, of_chef=True) == (name, "") or not taken
