"""A UAI among other words is read where they say what the row says; else its message proposes the number."""

from __future__ import annotations

import pytest

from pipeline.clean.stage import clean
from pipeline.settings.config import Config
from support.rows import GOOD, table_of
from support.verdicts import verdict_of


@pytest.mark.parametrize(
    "written",
    [
        "0779999A Villeneuve", "0779999A-Villeneuve", "Villeneuve 0779999A", "0779999A\nVilleneuve", "0779999A (Villeneuve)",
        "UAI 0779999A", "RNE : 0779999A", "n° 0779999A", "N° UAI : 0779999a", "UAI0779999A", '"0779999A"', "« 0779999A »",
        "'0779999A", "0779999 A Villeneuve", "0779999A*", "0779999A.", "0779999A - Collège des Tilleuls",
        "0779999A Collège des Tilleuls Villeneuve", "Tilleuls 0779999A", "O779999A", "o779999A", "779999A", "077-9999-A",
    ],
)  # fmt: skip
def test_the_one_plain_number_is_read_and_the_change_recorded(config: Config, written: str) -> None:
    (letter,) = verdict_of(config, GOOD | {"uai": written}).letters
    assert letter.etablissement.uai == "0779999A"
    changed = [one for one in clean(table_of([GOOD | {"uai": written}])).changes if one.cell == "A5"]
    assert (changed[0].before, changed[-1].after) == (written, "0779999A")


@pytest.mark.parametrize(
    ("written", "proposed"),
    [
        ("0779999A Provins", "« 0779999A »"), ("ex 0779999A", "« 0779999A »"), ("0779999A fermé", "« 0779999A »"),
        ("0779999A ?", "« 0779999A »"), ("0779999A 93100 Villeneuve", "« 0779999A »"), ("0779999A / 0939999N", "par exemple"),
        ("0779999A (ex 0779998Z)", "par exemple"), ("0779999AVilleneuve", "« 0779999A »"), ("0779999", "c’est « 0779999A »"),
        ("779999", "c’est « 0779999A »"), ("0779999A0779999A", "« 0779999A »"), ("077999", "par exemple"), ("NC", "par exemple"),
    ],
)  # fmt: skip
def test_any_other_is_refused_with_a_proposal(config: Config, written: str, proposed: str) -> None:
    verdict = verdict_of(config, GOOD | {"uai": written})
    assert verdict.letters == ()
    (anomaly,) = verdict.anomalies
    assert (anomaly.code, anomaly.cell) == ("uai_forme", "A5")
    assert f"« {' '.join(written.split())} »" in anomaly.message
    assert proposed in anomaly.message


def test_a_number_that_was_one_is_proposed_too(config: Config) -> None:
    (anomaly,) = verdict_of(config, GOOD | {"uai": 779999}).anomalies
    assert "c’est « 0779999A »" in anomaly.message


def test_the_name_beside_a_number_fills_a_blank_cell_unless_it_is_the_commune(config: Config) -> None:
    (letter,) = verdict_of(config, GOOD | {"uai": "0779999A Lycée des Ormes", "etablissement": ""}).letters
    assert letter.etablissement.nom == "Lycée des Ormes"
    verdict = verdict_of(config, GOOD | {"uai": "0779999A Villeneuve", "etablissement": ""})
    assert [one.code for one in verdict.anomalies] == ["etablissement_absent"]
