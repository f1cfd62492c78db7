"""A cell that sends elsewhere, or says what is to be done, is no value; a message quotes what the cell holds."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.clean.remarks import is_remark, sends_elsewhere
from pipeline.settings.config import Config
from support.anomaly_rows import ROWS
from support.rows import GOOD
from support.verdicts import codes, verdict_of

OF_THE_PDF = ("conversion_echouee", "relecture", "hors_selection")
ELSEWHERE = (
    "idem", "Idem.", "IDEM ligne 3", "idem…", "id.", "Ibid.", "dito", "le même", "Même chef", "même que ci-dessus",
    "voir ligne 12", "Voir plus haut", "VOIR LIGNE 4", "voir mail du 12/09", "cf.", "Cf", "cf. ligne 4", "cf note",
    "ci-dessus", "plus haut", "ligne 12", "voir cellule B4", "comme ci-dessus", "comme ligne 4", "pareil que la ligne 3",
    "identique", "se reporter à la feuille 2", "colonne H, ligne suivante", "Martin (voir note)", "Martin - cf. mail",
    '"', "''", "”", "〃", "« »", "- // -", '" "', "↑",
)  # fmt: skip
NO_RENVOI = (
    "Voirin", "Idemard", "Le Même Henry", "Pareil", "Comme", "Collège Jean Voiron", "Collège de la Ligne d’Horizon", "Cfao",
    "Lycée du Haut-Barr", "Collège « Les Ormes »", "Même-Pascal", "-", "?", "", "L’Hermite", "d’Almeida",
)  # fmt: skip
REMARKS = (
    "annulé", "ANNULEE", "annulé le 12/10", "ne pas faire", "Ne pas faire de lettre", "doublon", "doublon de Rennes",
    "à supprimer", "A SUPPRIMER", "Fermé", "fermée au 1er septembre", "N/A", "sans objet", "TBD", "à confirmer",
    "À compléter SVP", "non renseigné", "non communiquée", "en attente", "en cours de nomination", "pas encore connu",
    "inconnu", "poste supprimé", "établissement fermé", "ligne vide", "refusé", "suspendu",
)  # fmt: skip


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_sends_elsewhere(text: str) -> None:
    assert sends_elsewhere(text)


@pytest.mark.parametrize("text", NO_RENVOI)
def test_what_only_looks_like_it(text: str) -> None:
    assert not sends_elsewhere(text)
    assert not is_remark(text)


@pytest.mark.parametrize("text", REMARKS)
def test_what_is_no_value(text: str) -> None:
    assert is_remark(text)


@pytest.mark.parametrize("role", ["etablissement", "commune", "chef", "referent_nom", "referent_fonction", "uai"])
@pytest.mark.parametrize("text", ["voir ligne 12", "cf. mail", "Idem Rennes"])
def test_it_is_refused_in_every_role_that_a_letter_prints(config: Config, role: str, text: str) -> None:
    verdict = verdict_of(config, GOOD | {role: text})
    assert codes(verdict) == ["renvoi"]
    assert verdict.letters == ()


@pytest.mark.parametrize(
    ("role", "held", "quoted"),
    [("etablissement", " idem  LIGNE\n3 ", "« idem  LIGNE / 3 »"), ("uai", "0779999 b", "« 0779999 b »")],
)
def test_a_message_quotes_what_the_cell_holds(config: Config, role: str, held: str, quoted: str) -> None:
    (anomaly,) = verdict_of(config, GOOD | {role: held}).anomalies
    assert quoted in anomaly.message


@pytest.mark.parametrize("rows", [rows for (code, _), rows in ROWS.items() if code not in OF_THE_PDF])
def test_every_remark_on_a_row_names_its_cell(config: Config, rows: list[dict[str, Any]]) -> None:
    verdict = verdict_of(config, *rows)
    assert [one for one in verdict.anomalies if not one.cell or not one.column] == []
