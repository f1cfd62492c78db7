"""What a cell gives of the scale, under either header, and what is proposed for one that cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.clean.stage import clean
from pipeline.model import Anomaly
from pipeline.settings.config import Config
from pipeline.validate.scale import pair
from pipeline.validate.stage import validate
from support.rows import GOOD, table_of

HALF, FULL, DOUBLE = "625.00", "1250.00", "2500.00"


@pytest.mark.parametrize("role", ["imp", "montant"])
@pytest.mark.parametrize(
    ("cell", "montant"),
    [
        ("1 250 € (1 IMP)", FULL), ("1/2 IMP soit 625 €", HALF), ("625 (demi-taux)", HALF), ("1 IMP = 1250", FULL),
        ("2 IMP : 2 500,00 €", DOUBLE), ("1 IMP 1250", FULL), ("½ (625 €/an)", HALF), ("taux plein, 1.250,00 €", FULL), ("½", HALF),
        ("demi", HALF), ("1/2", HALF), ("demi-taux", HALF), ("taux plein", FULL), ("double taux", DOUBLE), ("1 IMP", FULL),
        ("1.250,00 €", FULL), ("1250 € brut", FULL), ("1250 €/an", FULL), ("1 250,-", FULL), ("625,", HALF), ("'625", HALF),
        ("1/2 IMP / 625 €", HALF), ("1 IMP\n1 250 €", FULL),
    ],
)  # fmt: skip
def test_one_meaning_is_read_under_either_header(role: str, cell: str, montant: str, config: Config) -> None:
    found = pair(role, cell, config.imp)
    assert found is not None
    assert str(found.montant) == montant


@pytest.mark.parametrize("role", ["imp", "montant"])
@pytest.mark.parametrize(
    "cell",
    ["1.250", "1,250", "1250 ou 625", "625/1250", "625 - 1250", "de 625 à 1250", "625+625", "2 x 625", "1 IMP soit 625 €",
     "1/2 IMP (1250 €)", "1250 (6 mois)", "1250 €/mois", "1250 net", "625 ?", "environ 625", "1 IMP ou 625 €", "12.50", "62500",
     "1250 1250", "625 1", "1250 + 1 IMP", "-625", "(625)", "104,17"],
)  # fmt: skip
def test_two_meanings_or_none_are_refused(role: str, cell: str, config: Config) -> None:
    assert pair(role, cell, config.imp) is None


@pytest.mark.parametrize(
    ("cell", "imp"), [("2", DOUBLE), (2, DOUBLE), ("1", FULL), ("0,5", HALF), (0.5, HALF), ("3", "3750.00")]
)
def test_a_bare_number_is_a_number_of_imp_under_its_own_header_only(cell: object, imp: str, config: Config) -> None:
    found = pair("imp", cell, config.imp)
    assert found is not None
    assert str(found.montant) == imp
    assert pair("montant", cell, config.imp) is None


def said(config: Config, **cells: Any) -> list[Anomaly]:
    return list(validate(clean(table_of([GOOD | cells])).table, config).anomalies)


@pytest.mark.parametrize(
    ("cell", "proposed"),
    [
        ("625+625", "Est-ce « 1 250,00 € » ?"), ("2 x 625", "Est-ce « 1 250,00 € » ?"), ("625*2", "Est-ce « 1 250,00 € » ?"),
        ("2 x 312,50 €", "Est-ce « 625,00 € » ?"), ("1.250", "Est-ce « 1 250,00 € » ?"), ("environ 625", "Est-ce « 625,00 € » ?"),
        ("625 ou 1250", "Est-ce « 625,00 € » ou « 1 250,00 € » ?"), ("1250 625", "Est-ce « 625,00 € » ou « 1 250,00 € » ?"), ("1250 au prorata", "Est-ce « 1 250,00 € » ?"),
        ("beaucoup", "Écrivez par exemple « 625,00 € »"),
    ],
)  # fmt: skip
def test_an_example_looks_at_what_was_written(cell: str, proposed: str, config: Config) -> None:
    (one,) = said(config, imp="", montant=cell)
    assert one.code == "montant_illisible"
    assert proposed in one.message.replace("\u00a0", " ").replace("\u202f", " ")
    (one,) = said(config, imp="625+625", montant="")
    assert "Est-ce « 1 » ?" in one.message


def test_a_cell_that_contradicts_itself_is_told_so(config: Config) -> None:
    (one,) = said(config, imp="", montant="1 IMP soit 625 €")
    assert one.code == "montant_contradictoire"
    assert "1 IMP vaut 1 250,00 €, et non 625,00 €" in one.message.replace("\u00a0", " ").replace("\u202f", " ")


def test_hours_of_decharge_make_a_letter_without_imp(config: Config) -> None:
    verdict = validate(clean(table_of([GOOD | {"imp": "1 h de décharge", "montant": ""}])).table, config)
    assert [(letter.imp, letter.decharge) for letter in verdict.letters] == [(None, True)]
