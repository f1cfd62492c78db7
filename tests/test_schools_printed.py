"""What a letter may name as a school or a commune: every word that is none is refused, every one that is one printed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from conftest import GOOD, ROOT
from test_validate import said, verdict_of

from pipeline.config import Config
from pipeline.model import Severity
from pipeline.rules.noms_ecoles import why_no_commune, why_no_school
from pipeline.rules.remarques import sends_elsewhere
from pipeline.uai import made_up

BESIDE = ROOT.parent / "shared/data/etablissements_77_93_94.csv"
REGISTERS = [ROOT / "tests/data/etablissements.csv", *([BESIDE] if BESIDE.exists() else [])]
SCHOOLS = (
    "Collège des Tilleuls", "COLLEGE JEAN MOULIN", "collège jean moulin", "CLG Jean Moulin", "C. Jean Moulin", "LP Jean Moulin",
    "L.P. Jean Moulin", "Lycée pro. Jean Moulin", "SEP du lycée Jean Moulin", "EREA Jean Moulin", "Jean Moulin",
    "Collège Jean Moulin (REP+)", "Collège Jean Moulin - Rennes", "Collège Jean Moulin, 35000 Rennes", "Lycée d’Arsonval",
    "Lycée l'Élorn", "Collège « Jean Moulin »", 'Collège "Jean Moulin"', "Cité scolaire Jean Moulin", "Institut Jean Moulin",
    "Lycée Jean Moulin et collège", "Collège & Lycée Jean Moulin", "Collège n° 3", "Collège Nᵒ 3", "Collège n° 1", "Collège B",
    "Collège 1er mai", "Micro-lycée de Rennes", "Lycée de la 2ᵉ chance", "Collège Дружба", "Skolaj Diwan", "DIWAN Plésidi",
    "Collège de la Ferme", "Lycée La Ferme du Buisson", "Collège Le Totalisateur", "Collège Testelin", "Lycée Testu",
    "Collège Henri Annoulé", "Lycée Notre-Dame de la Merci", "Institution Saint-Vincent", "Collège du Centre", "Lycée Sans Souci",
    "Collège Vide-Bouteille", "Collège de l’Europe", "Lycée A. Briand", "Collège A. Tavernier", "Collège Saint-Exupéry (site A)",
    "Collège Non-Pareil", "Lycée En Forêt", "Collège Même-Combat", "Collège Voirin", "Centre éducatif fermé des Ormes",
    "Lycée des métiers du bâtiment", "École européenne", "Lycée international", "Collège Pas-de-Calais", "Collège Néant-sur-Yvel",
    "Lycée Principal-Durand", "Collège Mme de Sévigné", "Collège Madame de Staël", "Lycée Nouvelle Chance", "Lycée des Sciences",
    "Lycée polyvalent Nord", "Collège Est", "LGT E. Zola", "ULIS Jean Moulin", "GRETA de Rennes", "Sainte-Marie", "Notre-Dame",
)  # fmt: skip
NO_SCHOOLS = (
    "annulé", "ANNULÉ", "Annulée", "annulation", "annulé le 12/10", "poste annulé", "ne pas faire", "NE PAS FAIRE", "à ne pas faire",
    "Ne pas envoyer SVP", "doublon", "Doublon !", "doublon du collège Zola", "à supprimer", "A SUPPRIMER", "supprimé", "ligne à supprimer",
    "fermé", "Fermé", "FERME", "fermé au 1er septembre", "établissement fermé", "Fermeture", "test", "TEST", "Test 2", "test école",
    "N/A", "n/a", "NA", "NC", "n.c.", "néant", "NEANT", "Néant.", "sans objet", "Sans objet", "s.o.", "total", "Total 77", "Sous-total",
    "???", "?", "*", "**", "…", "...", "-", "–", "xxx", "XX", "x", "TBD", "tbc", "à confirmer", "À compléter", "à définir", "à préciser",
    "à venir", "en attente", "en cours", "en cours d’affectation", "non renseigné", "non communiqué", "inconnu", "Inconnue", "vide",
    "rien", "aucun", "vacant", "Collège Jean Moulin ?", "Collège ?", "Collège Jean Moulin (?)", "Collège Jean…", "Lycée Jean Moul...",
    "Collège", "COLLEGE", "Lycée", "lycee", "Lycée professionnel", "Lycée général et technologique", "CLG", "Clg.", "LP", "L.P.", "LGT",
    "LPO", "EREA", "SEGPA", "École", "Collège de", "Lycée du", "Cité scolaire", "Collège/Lycée", "Collège et lycée", "Établissement",
    "établissement scolaire", "Ensemble scolaire privé", "Lycée pro", "Lycée agricole", "Nouveau collège", "Collège privé", "GRETA",
    "Collège test", "Lycée XXX", "Collège inconnu", "Lycée à définir", "Collège non renseigné", "Établissement à préciser",
    "Collège Jean Moulin (fermé)", "Collège Jean Moulin - annulé", "Collège Jean Moulin (à vérifier)", "Collège Jean Moulin à confirmer",
    "Collège Jean Moulin / ne pas faire", "Collège Jean Moulin fermé", "Collège Jean Moulin, doublon", "Collège Jean Moulin (N/A)",
    "Lycée Zola ne pas envoyer", "voir ligne 12", "Voir mail", "cf.", "cf. ligne 4", "idem", "idem…", "Idem ci-dessus", '"', "''", "〃",
    "« »", "id.", "le même", "même collège", "ci-dessus", "Collège Jean Moulin (voir note)", "Nom de l’établissement", "Commune",
    "Principal", "Proviseure", "CPE", "Professeur d’EPS", "Référent", "M. DURAND Paul", "Mme Martin", "secretariat@ac-rennes.fr",
    "#N/A", "=B12", "oui", "non", "ok", "RAS", "VRAI", "0", "12", "0350510A", "01/09/2026", "brouillon", "autre", "exemple",
)  # fmt: skip
COMMUNES = (
    "Villeneuve", "Y-sur-Somme", "Paris 12e", "93100 Bondy", "Néant-sur-Yvel", "Pas-en-Artois", "Pas-de-Jeu", "Sens", "Void-Vacon",
    "La Teste-de-Buch", "Saint-Denis", "L’Haÿ-les-Roses", "Ferrières", "La Ferté", "La Ferme", "Commes", "Ô-de-Selle", "Ry", "Eu", "Us",
    "Tours (37)", "LE MÉE-SUR-SEINE", "Rennes Cedex 7", "Totainville",
)  # fmt: skip
NO_COMMUNES = (
    "annulé", "ne pas faire", "à supprimer", "N/A", "néant", "sans objet", "???", "Rennes ?", "*", "-", "TBD", "à confirmer", "test",
    "total", "xxx", "non renseignée", "inconnue", "12", "NC", "vide", "fermé", "ville",
)  # fmt: skip


@pytest.mark.parametrize("text", SCHOOLS)
def test_a_school_is_printed(config: Config, text: str) -> None:
    (letter,) = verdict_of(config, GOOD | {"etablissement": text}).letters
    assert letter.etablissement.nom == text


@pytest.mark.parametrize("text", NO_SCHOOLS)
def test_what_is_no_school_is_refused_on_its_cell(config: Config, text: str) -> None:
    verdict = verdict_of(config, GOOD | {"etablissement": text})
    assert verdict.letters == ()
    (anomaly,) = verdict.anomalies
    assert (anomaly.code in ("etablissement_absent", "renvoi"), anomaly.cell) == (True, "B5")
    assert anomaly.message.startswith(f"« {text} »")


@pytest.mark.parametrize("text", COMMUNES)
def test_a_commune_is_printed(config: Config, text: str) -> None:
    (letter,) = verdict_of(config, GOOD | {"commune": text}).letters
    assert letter.etablissement.commune == text


@pytest.mark.parametrize("text", NO_COMMUNES)
def test_what_is_no_commune_is_never_printed(config: Config, text: str) -> None:
    verdict = verdict_of(config, GOOD | {"commune": text})
    assert [one.etablissement.commune for one in verdict.letters] == [""]
    assert said(verdict, "commune_illisible") == [(5, Severity.AVERTISSEMENT)]


@pytest.mark.parametrize("register", REGISTERS, ids=lambda path: path.stem)
def test_no_school_of_the_register_is_doubted(config: Config, register: Path) -> None:
    with register.open(encoding="utf-8-sig") as lines:
        schools = list(csv.DictReader(lines, delimiter=";"))
    assert len(schools) > 50
    rows = [GOOD | {"uai": one["uai"], "etablissement": one["nom"], "commune": one["commune"]} for one in schools]
    verdict = verdict_of(config, *rows)
    assert len(verdict.letters) == len(schools)
    assert [one for one in verdict.anomalies if one.column in ("RNE", "Établissement", "Commune")] == []
    for one in schools:
        assert not sends_elsewhere(one["nom"])
        assert (why_no_school(one["nom"]), why_no_school(one["nom"].upper()), why_no_commune(one["commune"])) == (
            "",
            "",
            "",
        )


def test_the_commune_alone_is_a_doubt(config: Config) -> None:
    verdict = verdict_of(config, GOOD | {"etablissement": "VILLENEUVE"})
    assert said(verdict, "etablissement_absent") == [(5, Severity.AVERTISSEMENT)]
    assert len(verdict.letters) == 1


@pytest.mark.parametrize("written", ["Collège des Tilleuls*", "Collège des Tilleuls **", "Collège des Tilleuls (*)"])
def test_the_sign_of_a_note_is_not_printed(config: Config, written: str) -> None:
    verdict = verdict_of(config, GOOD | {"etablissement": written, "uai": made_up("77")})
    assert [one.etablissement.nom for one in verdict.letters] == ["Collège des Tilleuls"]
