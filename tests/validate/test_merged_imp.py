"""An IMP in a merged cell: asked where the people of one school may share it, said where they cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.model import Severity
from pipeline.settings.config import Config
from pipeline.uai import made_up
from pipeline.validate.stage import validate
from support.rows import GOOD, table_of

ELSEWHERE = {"uai": made_up("93")}


@pytest.mark.parametrize(
    ("amount", "others", "asked"),
    [
        (625, [{}], [5, 6]),
        (1250, [{}], [5, 6]),
        (2500, [{}], [5, 6]),
        (312.5, [{}], []),  # half of the least is none
        (3750, [{}], []),  # 1,5 IMP is not on the scale
        (3750, [{}, {}], [5, 6, 7]),
        (1250, [ELSEWHERE], []),
        (1250, [{}, ELSEWHERE], [5, 6]),
        (1250, [{"referent_nom": "À pourvoir", "referent_prenom": ""}], []),
    ],
)
def test_a_sum_that_may_be_shared_is_asked(
    amount: float, others: list[dict[str, Any]], asked: list[int], config: Config
) -> None:
    good = GOOD | {"imp": "", "montant": amount}
    rows = [good, *(good | {"referent_nom": f"Autre{'abc'[n]}"} | other for n, other in enumerate(others))]
    filled = tuple(("Référents", 6 + n, "montant") for n in range(len(others)))
    verdict = validate(replace(table_of(rows), filled=filled), config)
    said = [one for one in verdict.anomalies if one.code == "imp_fusionnee"]
    assert [one.row.line for one in said if one.severity is Severity.ERREUR] == asked
    assert [row.line for row in verdict.rejected] == asked
    assert verdict.rows_read == len(rows)
    printed = {letter.row.line for letter in verdict.letters}
    assert printed.isdisjoint(asked)
    warned = {one.row.line for one in said if one.severity is Severity.AVERTISSEMENT}
    assert warned == printed - {5}


def test_the_question_gives_both_answers(config: Config) -> None:
    table = replace(table_of([GOOD, GOOD | {"referent_nom": "Autre"}]), filled=(("Référents", 6, "montant"),))
    first = validate(table, config).anomalies[0]
    assert "donne 625,00\N{NO-BREAK SPACE}€ à plusieurs personnes de l’établissement" in first.message
    assert "(312,50\N{NO-BREAK SPACE}€ si elles se le partagent)" in first.message
