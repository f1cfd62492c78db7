"""Rows that are none: a band that names a département holds for the rows under it; a legend may take several cells."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.french.places import heading_of
from pipeline.model import Severity
from pipeline.settings.config import Config
from pipeline.uai import made_up
from support.rows import GOOD
from support.verdicts import codes, verdict_of

OF_93 = GOOD | {"uai": made_up("93"), "referent_nom": "Durand", "referent_prenom": "Luc", "referent_civilite": "M."}


def row(**cells: Any) -> dict[str, Any]:
    return dict.fromkeys(GOOD, "") | cells


@pytest.mark.parametrize(
    "band",
    [
        {"uai": "SEINE-SAINT-DENIS (93)"}, {"uai": "Seine-Saint-Denis"}, {"uai": "DSDEN 93"}, {"uai": "93 - Seine-Saint-Denis"},
        {"etablissement": "SEINE-SAINT-DENIS (93)"}, {"uai": "93", "etablissement": "Seine-Saint-Denis"}, {"uai": "Dpt 93"},
        {"uai": "Référents de la Seine-Saint-Denis"}, {"uai": "Collèges et lycées de Seine-Saint-Denis (93)"},
        {"chef": "Seine-Saint-Denis (93)"},
    ],
)  # fmt: skip
def test_a_band_holds_for_the_rows_under_it(config: Config, band: dict[str, str]) -> None:
    verdict = verdict_of(config, row(**band), GOOD, OF_93)
    (letter,) = verdict.letters
    assert letter.dsden == "93"
    assert codes(verdict) == ["note", "departement_contradictoire"]
    error = verdict.anomalies[1]
    assert (error.severity, error.cell, error.row.line) == (Severity.ERREUR, "A6", 6)
    assert "Seine-Saint-Denis".casefold() in error.message.casefold() or "93" in error.message


@pytest.mark.parametrize(
    "over",
    [
        [row(uai="SEINE-ET-MARNE (77)")],
        [row(uai="SEINE-SAINT-DENIS (93)"), OF_93, row(uai="SEINE-ET-MARNE (77)")],
        [row(uai="SEINE-SAINT-DENIS (93)"), OF_93, row(uai="TOTAL", montant=625)],
        [row(uai="SEINE-SAINT-DENIS (93)"), OF_93, row(uai="Autres établissements")],
        [row(uai="FINISTÈRE (29)")],
        [row(uai="93 établissements ont répondu")],
        [row(uai="(1) depuis le 93 mars")],
        [row(commune="Paris")],
        [row(uai="93")],
    ],
)
def test_no_band_stands_over_a_right_row(config: Config, over: list[dict[str, Any]]) -> None:
    assert "77" in {letter.dsden for letter in verdict_of(config, *over, GOOD).letters}


def test_a_header_that_comes_back_does_not_end_a_band(config: Config) -> None:
    header = {"uai": "RNE", "etablissement": "Établissement", "commune": "Commune"}
    verdict = verdict_of(config, row(uai="SEINE-SAINT-DENIS (93)"), row(**header), GOOD)
    assert codes(verdict) == ["note", "entete_repetee", "departement_contradictoire"]


def test_a_band_is_of_its_sheet_only(config: Config) -> None:
    assert len(verdict_of(config, GOOD, row(uai="SEINE-SAINT-DENIS (93)")).letters) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FINISTÈRE (29)", "29"), ("Indre-et-Loire", "37"), ("DSDEN du Val-d’Oise", "95"), ("2A - Corse-du-Sud", "2A"),
        ("29", ""), ("Total Finistère", ""), ("Finistère Nord", ""), ("rendu le 29 mars", ""), ("Annexe 93", ""), ("", ""),
        ("Département 29", "29"), ("77 93", ""), ("Lycée de Paris", "75"), ("975", ""),
    ],
)  # fmt: skip
def test_what_heads_a_departement(text: str, code: str) -> None:
    assert heading_of(text) == code


@pytest.mark.parametrize("written", ["975", 975, "975 - Saint-Pierre-et-Miquelon", "Saint-Pierre-et-Miquelon"])
def test_a_collectivite_of_config_is_a_departement(config: Config, written: object) -> None:
    own = config.dsden[0].model_copy(update={"code": "975", "nom": "Saint-Pierre-et-Miquelon"})
    verdict = verdict_of(
        config.model_copy(update={"dsden": (own,)}), GOOD | {"uai": made_up("975"), "departement": written}
    )
    assert (len(verdict.letters), codes(verdict)) == (1, [])


@pytest.mark.parametrize(
    "legend",
    [
        {"uai": "CPE = conseiller principal d’éducation", "etablissement": "Prof. = professeur", "commune": "Doc = documentaliste"},
        {"chef": "CPE = conseiller principal", "referent_nom": "Prof. = professeur", "montant": "Doc = documentaliste"},
        {"uai": "Légende :", "chef": "CPE = conseiller principal"},
        {"uai": "Jaune : à vérifier", "etablissement": "Vert : validé"},
        {"etablissement": "Rouge → annulé", "commune": "Bleu → nouveau"},
    ],
)  # fmt: skip
def test_a_legend_over_several_cells_is_no_row(config: Config, legend: dict[str, str]) -> None:
    verdict = verdict_of(config, GOOD, row(**legend))
    assert (codes(verdict), len(verdict.ignored), verdict.rejected) == (["note"], 1, ())


@pytest.mark.parametrize(
    "cells",
    [
        {"uai": "0779999A", "etablissement": "Nom : Collège des Ormes"},
        {"etablissement": "Collège : Ormes", "chef": "Principal : M. Roy"},
        {"referent_nom": "=cmd|'/c calc'!A0"},
    ],
)
def test_in_doubt_a_row_is_kept(config: Config, cells: dict[str, str]) -> None:
    assert verdict_of(config, GOOD, row(**cells)).ignored == ()
