"""Amounts and numbers of IMP: every usual French writing, and no other."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.french.amounts import read_date, read_euros, read_fraction, says_none
from pipeline.french.words import euros


@pytest.mark.parametrize(
    ("cell", "amount"),
    [(625, "625"), (625.0, "625"), (312.5, "312.5"), ("625", "625"), ("625€", "625"), ("625 €", "625"),
     ("625,00\u00a0€", "625"), ("1 250,00 €", "1250"), ("1\u202f250,00 €", "1250"), ("1\u00a0250 euros", "1250"),
     ("312,5", "312.5"), ("312,50 EUR", "312.5"), ("1250.00", "1250"), ("€ 625", "625"), (" 625 ", "625"), ("0", "0"), ("1.250,00 €", "1250"), ("1.250,00", "1250"),
     ("1.250,5", "1250.5"), ("1'250", "1250"), ("1’250,00", "1250"), ("1250 € brut", "1250"), ("1250 brut", "1250"), ("1250 €/an", "1250"),
     ("1 250 € bruts annuels", "1250"), ("1250 € par an", "1250"), ("1 250,-", "1250"), ("1 250,--", "1250"), ("625,", "625"),
     ("625.-", "625"), ("'625", "625"), ("1.250,-", "1250")],
)  # fmt: skip
def test_read_euros(cell: object, amount: str) -> None:
    assert read_euros(cell) == Decimal(amount)


@pytest.mark.parametrize(
    "cell",
    ["12 50", "1,250", "1e3", "1250,0,0", "−50", "-50", -50, True, False, "True", "inf", float("inf"), float("nan"),
     "", "abc", "625 / 1250", "1 2 3", "625 + 625", "625 ou 1250", "1250/mois", "625 net", "~625", "1.250", "٦٢٥", "６２５", "625,000", "=625", None, "½", "6 25,00"],
)  # fmt: skip
def test_no_amount(cell: object) -> None:
    assert read_euros(cell) is None


@given(st.decimals(0, 999_999, places=2))
def test_what_the_letter_prints_is_read_back(amount: Decimal) -> None:
    assert read_euros(euros(amount)) == amount


@pytest.mark.parametrize(
    ("cell", "number"),
    [("1/2", "1/2"), ("1 / 2", "1/2"), ("½", "1/2"), ("¼", "1/4"), ("1/2 IMP", "1/2"), ("0,5", "1/2"), ("0.5", "1/2"),
     (0.5, "1/2"), (0.25, "1/4"), (1, "1"), ("1 IMP", "1"), ("2 imp", "2"), ("demi", "1/2"), ("demi-taux", "1/2"),
     ("un demi", "1/2"), ("quart de taux", "1/4"), ("taux plein", "1"), ("double taux", "2"), ("50 %", "1/2"),
     ("50%", "1/2"), ("100 %", "1"), ("3", "3"), ("1⁄2", "1/2")],
)  # fmt: skip
def test_read_fraction(cell: object, number: str) -> None:
    assert read_fraction(cell) == Fraction(number)


@pytest.mark.parametrize(
    "cell", ["", "1/0", "x", True, "1e3", "-1", -1, "1/2/3", "inf", float("nan"), None, "0,5,0", "٢"]
)
def test_no_fraction(cell: object) -> None:
    assert read_fraction(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        0,
        0.0,
        "0",
        "sans IMP",
        "Sans",
        "décharge",
        "0 €",
        "0 IMP",
        "néant",
        "1 h de décharge",
        "1h décharge",
        "décharge (1,5 h)",
        "Décharge de 2 heures",
        "décharge horaire hebdomadaire",
        "1h30 de décharge",
    ],
)
def test_says_none(cell: object) -> None:
    assert says_none(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "-",
        "1/2",
        1,
        False,
        True,
        None,
        "10",
        "pas de décharge",
        "décharge + 625",
        "1 IMP et 1 h de décharge",
        "sans décharge",
        "2 h",
    ],
)
def test_does_not_say_none(cell: object) -> None:
    assert not says_none(cell)


@pytest.mark.parametrize(
    "text",
    ["01/02/2026", "1/2/2026", "01/02/26", "01.02.2026", "01/02", "2026-02-01", "2026-02-01 0:00:00", "01-févr", "01-févr.",
     "1 févr.", "1 février", "févr-01", " 1-FÉVR "],
)  # fmt: skip
def test_a_date_saved_as_text(text: str) -> None:
    day = read_date(text)
    assert day is not None
    assert (day.day, day.month) == (1, 2)


@pytest.mark.parametrize(
    "cell", ["1/2", "10/20", "1 imp", "2 parts", "0,5", "32/01/2026", "1 ma", "", 0.5, 1, None, time(12)]
)
def test_no_date(cell: object) -> None:
    assert read_date(cell) is None
