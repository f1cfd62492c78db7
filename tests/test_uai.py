"""The UAI: form, key, département."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import uai
from support.program import ROOT

DIGITS = st.from_regex(r"[0-9]{7}", fullmatch=True)


@pytest.mark.parametrize("code", ["0771422C", "0930089S", "0940137N", "0750001U", "6200001G"])
def test_real_codes_are_valid(code: str) -> None:
    assert uai.is_valid(code)


@pytest.mark.parametrize("code", ["0930089G", "771422C", "0771422c", "0771422", "", "0771422CC", "077142２C"])
def test_wrong_codes_are_not(code: str) -> None:
    assert not uai.is_valid(code)


@given(DIGITS, st.integers(0, 6), st.integers(1, 9))
def test_no_change_of_one_digit_passes(digits: str, place: int, shift: int) -> None:
    changed = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    assert not uai.is_valid(changed + uai.key_of(digits))


@given(DIGITS, st.integers(0, 5))
def test_no_swap_of_neighbours_passes(digits: str, place: int) -> None:
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert swapped == digits or not uai.is_valid(swapped + uai.key_of(digits))


@given(DIGITS.map(lambda digits: digits + uai.key_of(digits)), st.integers(0, 7), st.sampled_from("0123456789ABC"))
def test_one_slip_of_the_hand(right: str, place: int, sign: str) -> None:
    slips = [
        right[:place] + sign + right[place + 1 :],
        right[:place] + right[place + 1 :],
        right[:place] + sign + right[place:],
        right[: place - 1] + right[place] + right[place - 1] + right[place + 1 :] if place else right,
    ]
    assert [slip for slip in slips if slip != right and not uai.one_slip(slip, right)] == []


@pytest.mark.parametrize("written", ["", "0770002J", "0770013J", "0770", "077 002J9", "7700002J", "0707002K"])
def test_more_or_less_than_one_slip(written: str) -> None:
    assert not uai.one_slip(written, "0770002J")


@pytest.mark.parametrize(
    ("code", "departement"),
    [("0771422C", "77"), ("0010001W", "01"), ("9740001A", "974"), ("6200001G", "2A"), ("7200001A", "2B")],
)
def test_departement(code: str, departement: str) -> None:
    assert uai.departement_of(code) == departement


@pytest.mark.parametrize("code", ["77", "01", "974", "2A", "2B"])
def test_a_made_up_code_is_valid_and_in_its_departement(code: str) -> None:
    made = uai.made_up(code)
    assert uai.is_valid(made)
    assert uai.departement_of(made) == code


def test_the_sample_of_the_public_register_is_valid() -> None:
    with (ROOT / "tests/support/data/etablissements.csv").open(encoding="utf-8") as file:
        codes = [row["uai"] for row in csv.DictReader(file, delimiter=";")]
    assert len(codes) > 40
    assert [code for code in codes if not uai.is_valid(code)] == []
