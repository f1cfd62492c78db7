"""Remarks in columns that no letter prints: those that may mean « no letter » warn on their cell, all others are silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import GOOD, ROOT
from test_validate import codes, said, verdict_of

from pipeline.clean import clean
from pipeline.config import Config
from pipeline.load import load
from pipeline.model import Severity
from pipeline.table import OTHER
from pipeline.validate import validate

BESIDE = ROOT.parent / "shared/data"
STOPPING = (
    "annulé", "ANNULÉE", "Annulé le 12/10", "annulation", "poste annulé", "mission annulée", "lettre annulée",
    "candidature refusée", "refusé", "Refusée par le chef", "refus", "refus du chef", "refus de mission", "démission",
    "démission au 1/10", "a démissionné", "démissionnaire", "ne pas faire de lettre", "ne pas faire", "NE PAS ENVOYER",
    "à ne pas envoyer", "ne pas traiter", "ne plus envoyer", "ne rien envoyer", "ne pas payer", "ne pas l’envoyer",
    "pas de lettre", "sans lettre", "aucune lettre à faire", "remplacé", "remplacée", "remplacé par Mme Durand",
    "remplacée par Mme DURAND Léa à compter du 1/11", "sera remplacé en janvier", "à remplacer", "en cours de remplacement",
    "remplacé au 1/11", "en attente", "EN ATTENTE", "dossier en attente", "mis en attente", "en attente de réponse",
    "en attente de validation", "En attente (voir mail)", "en attente d’un nom", "attente accord chef",
    "en attente de l’accord du principal", "en suspens", "stand-by", "attendre", "à confirmer", "à valider", "à vérifier",
    "montant à vérifier", "ATTENTION montant à vérifier", "à annuler", "à supprimer", "supprimé", "retiré de la liste",
    "retirée", "rejeté", "suspendu", "mission suspendue", "bloqué", "dossier bloqué", "désistement", "s’est désisté",
    "a renoncé", "renonce à la mission", "doublon", "doublon ligne 4", "test", "ligne test", "erreur", "saisi par erreur",
    "ligne erronée", "non validé", "pas validé", "non retenue", "pas encore confirmé", "avis défavorable", "non éligible",
    "inéligible", "hors dispositif", "fermé", "collège fermé", "fermeture", "n’est plus référent", "n’exerce plus",
    "ne souhaite plus assurer la mission", "ne veut plus continuer", "n’est plus en poste", "ancien référent",
    "fin de mission", "mission terminée", "a cessé ses fonctions", "parti", "partie au 1er janvier",
    "a quitté l’établissement", "mutée", "muté à Rennes", "mutation", "à la retraite", "départ à la retraite", "retraité",
    "congé maternité", "congé maladie", "en congé", "en arrêt", "arrêt maladie", "en disponibilité", "décès", "décédée",
    "abandon", "abandonné", "abandon de poste", "lettre déjà envoyée", "déjà faite", "KO", "stop", "refuse la mission",
    "Mme X refuse", "décliné", "reporté", "mission reportée à l’an prochain", "mise en attente par la DSDEN", "retrait",
    "se retire", "caduc", "brouillon", "annuler", "ANNULER SVP", "lettre à refaire", "en attente nomination",
    "non confirmé", "ligne à ignorer", "invalide", "invalidé", "non autorisé", "différé", "pas d’IMP",
    "ne fait plus partie de l’établissement", "fin de contrat",
)  # fmt: skip
ORDINARY = (
    "RAS", "OK", "ok", "validé", "Validée", "accepté", "acceptée", "confirmé", "Confirmée par le chef",
    "en attente de travaux du gymnase", "en attente des travaux", "en attente de signature", "RIB en attente",
    "réunion annulée", "formation annulée en mars", "cours annulés", "stage refusé", "reconduit(e)", "reconduite",
    "renouvellement", "nouveau", "nouvelle référente", "remplace Mme X à partir de janvier", "remplace M. Durand",
    "remplaçant de Mme Petit", "en remplacement de Mme Roy", "LM reçue", "lettre envoyée", "lettre signée le 12/09",
    "signé", "transmis", "envoyé", "à signer", "à envoyer", "mi-temps", "temps partiel", "REP+", "2e année",
    "RIB à vérifier", "adresse à vérifier", "téléphone à confirmer", "date de réunion à confirmer",
    "annule et remplace la lettre du 12/09", "néant", "N/A", "sans objet", "non", "oui", "12", "district 4", "Bassin Est",
    "formé en 2025", "à former", "pas de doublon", "non annulé", "pas annulé", "pas de démission", "jamais refusé",
    "fiche à jour", "partie prenante du réseau", "chef de fil", "en partie", "UAI en minuscules", "ligne en double",
    "même personne, deux montants", "montant hors du barème", "une cheffe, un référent",
    "nombre d’IMP et montant en désaccord", "lettre de l’UAI fausse", "à relire", "fausse clé",
    "deuxième référent du même établissement", "favorable", "avis favorable", "éligible", "retenu", "volontaire",
    "très bien", "à contacter", "a accepté", "disponible", "en poste", "en cours", "traité", "payé", "reçu",
    "déjà référent l’an passé", "déjà formé", "ne pas oublier la signature", "n’a pas encore de RIB", "La Fermeté",
    "Ferme des Ormes", "classe fermée", "salle fermée le soir", "référent depuis 2019", "présent", "titulaire", "stagiaire",
    "contractuel", "Mme Retraite", "conseil de classe", "départemental", "district 12 - départ", "mutualisé", "congrès",
    "arrêté du 12/09", "arrêté de nomination signé", "poste fixe", "pas d’observation", "aucune remarque", "suivi MLDS",
    "GPDS actif", "attentif", "attente des élèves", "très en attente de formation",
)  # fmt: skip


@pytest.mark.parametrize("text", STOPPING)
def test_a_remark_that_may_mean_no_letter_warns_on_its_cell(config: Config, text: str) -> None:
    verdict = verdict_of(config, GOOD | {f"{OTHER}Observations": text})
    (anomaly,) = verdict.anomalies
    assert (anomaly.code, anomaly.severity, anomaly.cell) == ("remarque", Severity.AVERTISSEMENT, "M5")
    assert anomaly.message.startswith(f"« {text} »")
    assert len(verdict.letters) == 1


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_remark_is_silent(config: Config, text: str) -> None:
    assert codes(verdict_of(config, GOOD | {f"{OTHER}Suivi": text})) == []


@pytest.mark.parametrize(
    ("header", "text", "warned"),
    [
        ("Annulé", "X", True), ("Refusé ?", "oui", True), ("Démission", "1", True), ("À ne pas envoyer", "x", True),
        ("En attente", "oui", True), ("Doublon", "VRAI", True), ("Annulé", "non", False), ("Annulé", "", False),
        ("Accord du chef", "non", True), ("Validé", "NON", True), ("Lettre à faire", "non", True), ("Accord du chef", "oui", False),
        ("Lettre envoyée", "non", False), ("REP", "oui", False), ("Formé", "non", False), ("Reconduit", "non", False),
    ],
)  # fmt: skip
def test_a_mark_is_read_under_its_header(config: Config, header: str, text: str, warned: bool) -> None:
    assert bool(said(verdict_of(config, GOOD | {f"{OTHER}{header}": text}), "remarque")) == warned


def test_a_function_may_be_such_a_remark(config: Config) -> None:
    assert said(verdict_of(config, GOOD | {"referent_fonction": "démissionnaire"}), "remarque") == [
        (5, Severity.AVERTISSEMENT)
    ]


@pytest.mark.parametrize(
    ("name", "cells"),
    [("S37_observations_annule", "MMMMMM"), ("X08_colonne_statut", "MMM")],
)
def test_the_workbooks_that_went_wrong(config: Config, name: str, cells: str) -> None:
    path = BESIDE / f"a_corriger/{name}.xlsx"
    if not path.exists():
        pytest.skip("beside the project")
    headers, year = config.classeur.headers_of, config.campagne.annee_scolaire
    verdict = validate(clean(load(path, headers, year)).table, brittany(config))
    warned = [one for one in verdict.anomalies if one.code == "remarque"]
    assert len(warned) == len(cells)
    assert all(one.cell and one.column for one in warned)


def brittany(config: Config) -> Config:
    """Return the settings with the four départements of those workbooks."""
    codes = (("22", "Côtes-d’Armor"), ("29", "Finistère"), ("35", "Ille-et-Vilaine"), ("56", "Morbihan"))
    return config.model_copy(
        update={"dsden": tuple(config.dsden[0].model_copy(update={"code": code, "nom": nom}) for code, nom in codes)}
    )


@pytest.mark.parametrize("path", sorted(BESIDE.glob("campagne_*.xlsx")), ids=lambda path: path.stem)
def test_a_right_campaign_hears_nothing_of_it(config: Config, path: Path) -> None:
    headers, year = config.classeur.headers_of, config.campagne.annee_scolaire
    assert "remarque" not in codes(validate(clean(load(path, headers, year)).table, config))
