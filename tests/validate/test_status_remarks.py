"""Remarks in columns that no letter prints: those that may mean « no letter » warn on their cell, all others are silent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pipeline.clean.stage import clean
from pipeline.load.stage import load
from pipeline.model import Anomaly, Severity
from pipeline.settings.config import Config
from pipeline.table import OTHER
from pipeline.uai import key_of
from pipeline.validate.stage import validate
from support.program import ROOT
from support.rows import GOOD, HEADERS
from support.verdicts import codes, said, verdict_of

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
    "Annulé.", "ANNULEE !", "annulé (mail du 12/9)", "lettre annulée le 3", "dossier annulé", "Annulation demandée",
    "refus de l’intéressé", "refusée", "A refusé", "a décliné", "décline", "Refus (mail)", "démissionne",
    "démissionné au 15/10", "a posé sa démission", "lettre de démission reçue", "Ne pas éditer", "ne pas établir la lettre",
    "NE PAS FAIRE LA LETTRE", "ne pas imprimer SVP", "ne rien faire", "Ne pas tenir compte",
    "ne pas prendre en compte cette ligne", "ne pas verser l’IMP", "pas de lettre cette année", "lettre à ne pas faire",
    "lettre non nécessaire", "remplacé depuis le 1er octobre", "remplacée au 01/11 par M. PETIT",
    "Remplacement par Mme Durand", "remplacée par", "va être remplacé", "doit être remplacée", "en attente !",
    "En attente de la réponse du chef", "en attente DSDEN", "en attente - voir avec DASEN", "dans l’attente",
    "en attente de désignation", "toujours en attente", "attente retour", "à reconfirmer", "à confirmer par le chef",
    "sous réserve", "sous réserve de confirmation", "suspension", "suspendue jusqu’au 1/1", "gelé", "ajourné",
    "reporté à janvier", "ligne à supprimer", "SUPPRIMER", "supprimer", "retirer", "à enlever", "ne fait plus la mission",
    "n’est plus là", "Mme X n’est plus référente", "plus référent depuis septembre", "a changé d’établissement",
    "a changé de poste", "muté", "mutation au 1/9", "quitte l’établissement", "a quitté ses fonctions", "départ en janvier",
    "en congé parental", "en congé longue maladie", "congé de formation", "CLM", "arrêt longue maladie", "décédé",
    "retraite au 1/1", "part en retraite", "partie en retraite", "retraite", "radié", "licencié", "contrat terminé",
    "fin de contrat au 31/12", "non renouvelé", "non reconduit", "non reconduite cette année", "abandonne la mission",
    "a arrêté la mission", "arrêt de la mission", "mission arrêtée", "double", "en double", "doublon avec ligne 4",
    "déjà fait", "erreur ligne", "ligne fausse", "à ne pas payer", "pas validé par le DASEN", "NON VALIDÉ", "invalidée",
    "refus DASEN", "avis défavorable du chef", "rejet", "rejetée par la commission", "inactif", "inactive",
    "ne pas notifier", "caduque", "sans suite", "classé sans suite", "hors quota", "plus concerné", "non volontaire",
    "ne souhaite pas", "ne souhaite plus", "ne veut pas de la mission", "renoncement", "renonciation", "désisté",
    "se désiste",
    "Mme Roux à la place", "M. Le Goff à sa place", "à la place de Mme Roux", "Mme Roux prend la suite", "désormais Mme Roux",
    "nouveau référent : Mme Roux", "plus là", "plus ici", "plus dans l’établissement", "n'a plus la mission", "partie à Lyon",
    "parti à l’étranger", "est partie", "va partir", "s’en va", "nommée ailleurs", "en détachement", "désaccord du chef", "désaccord",
    "chef opposé", "pas d’accord", "sans accord du chef", "a dit non", "n’accepte pas", "ne continue pas", "ne travaille plus ici",
    "souhaite arrêter", "arrête la mission", "absente depuis septembre", "vacant", "changement de référent", "n'exerce plus", "a quitté",
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
    "RAS.", "Rien à signaler", "ok pour cette année", "Validé par le DASEN", "Accord du chef", "accord reçu",
    "reconduction", "renouvelé", "renouvelée", "nouvelle nomination", "nommée au 1/9", "a pris ses fonctions le 1/9",
    "prise de poste", "remplace Mme Roy", "en remplacement de M. Luc", "successeur de Mme Petit", "lettre faite",
    "lettre éditée", "lettre à faire", "à éditer", "à produire", "en attente du RIB", "en attente de matériel",
    "en attente de travaux", "en attente de salle", "en attente de formation", "réunion reportée", "formation reportée",
    "réunion du 12 annulée", "RIB à confirmer", "mail à confirmer", "adresse à corriger", "numéro de téléphone à vérifier",
    "2 IMP", "1/2 IMP", "625 €", "12 élèves suivis", "suivi de 30 élèves", "élèves en attente de solution",
    "décrocheurs : 12", "GPDS le lundi", "cellule de veille", "FOQUALE", "micro-lycée", "ULIS", "SEGPA", "Bassin 3", "REP",
    "Zone violence", "lundi et jeudi", "temps plein", "80 %", "quotité 50 %", "CPE", "prof EPS", "PsyEN", "contractuelle",
    "TZR", "brigade", "bureau 12", "poste 1234", "06 12 34 56 78", "anne.dupont@ac-rennes.fr", "01/09/2026", "septembre",
    "depuis 2019", "3e année", "première année", "a suivi la formation", "formé", "non formé", "formation à prévoir",
    "motivée", "très investie", "excellent travail", "référent historique", "coordonnatrice", "co-référent",
    "binôme avec Mme Roy", "travaille avec la MLDS", "signature à recueillir", "à signer par le chef", "signé le 12",
    "envoyée au chef", "transmis à la DSDEN", "reçue le 3/10", "vu", "vu avec le DASEN", "OK DASEN", "retenue",
    "priorité 1", "rang 2", "dossier complet", "dossier reçu", "pièces reçues", "RIB reçu", "manque RIB", "RIB manquant",
    "PV d’installation reçu", "X", "x", "-", "aucune", "pas de remarque", "changement de chef", "nouveau chef",
    "nouvelle principale", "chef par intérim", "intérim du principal", "cité scolaire", "ouverture de classe",
    "demande de subvention", "pas de changement", "sans changement", "inchangé", "idem 2025", "comme l’an dernier",
    "voir mail", "cf. mail", "voir ligne 12", "attention homonyme", "homonyme", "nom de jeune fille Durand", "mariée",
    "nom d’usage", "tél. à jour", "à jour",
    "salle à la place du CDI", "est parti en formation", "veut changer de salle", "absente à la réunion du 12", "plus de 12 élèves",
    "n’a pas encore répondu", "en place", "remplacement de la salle", "Mme Roux, CPE", "accord de Mme Roux", "Mme Roux assure les cours",
)  # fmt: skip


def remarks(config: Config, texts: Sequence[str]) -> dict[int, Anomaly]:
    """Return what is said of each of these texts in a column without role, by line from 5 on."""
    numbers = [f"077{number}" for number in range(1000, 1000 + len(texts))]
    rows = [GOOD | {"uai": one + key_of(one), f"{OTHER}Suivi": text} for one, text in zip(numbers, texts, strict=True)]
    verdict = verdict_of(config, *rows)
    assert len(verdict.letters) == len(texts)
    return {one.row.line: one for one in verdict.anomalies if one.column == "Suivi"}


def test_a_remark_that_may_mean_no_letter_warns_on_its_cell(config: Config) -> None:
    said = remarks(config, STOPPING)
    assert [text for line, text in enumerate(STOPPING, start=5) if line not in said] == []
    for line, text in enumerate(STOPPING, start=5):
        assert (said[line].code, said[line].severity) == ("remarque", Severity.AVERTISSEMENT)
        assert (said[line].cell, said[line].message.startswith(f"« {text} »")) == (f"M{line}", True)


def test_an_ordinary_remark_is_silent(config: Config) -> None:
    assert [one.message for one in remarks(config, ORDINARY).values()] == []


@pytest.mark.parametrize(
    ("header", "text", "warned"),
    [
        ("Annulé", "X", True), ("Refusé ?", "oui", True), ("Démission", "1", True), ("À ne pas envoyer", "x", True),
        ("En attente", "oui", True), ("Doublon", "VRAI", True), ("Annulé", "non", False), ("Annulé", "", False),
        ("Accord du chef", "non", True), ("Validé", "NON", True), ("Lettre à faire", "non", True), ("Accord du chef", "oui", False),
        ("Lettre envoyée", "non", False), ("REP", "oui", False), ("Formé", "non", False), ("Reconduit", "non", False),
        ("Lettre", "NON", True), ("Lettre de mission", "non", True), ("Courrier", "0", True), ("En poste", "non", True),
        ("Lettre", "oui", False), ("Lettre signée", "non", False),
    ],
)  # fmt: skip
def test_a_mark_is_read_under_its_header(config: Config, header: str, text: str, warned: bool) -> None:
    assert bool(said(verdict_of(config, GOOD | {f"{OTHER}{header}": text}), "remarque")) == warned


def test_a_function_may_be_such_a_remark(config: Config) -> None:
    assert said(verdict_of(config, GOOD | {"referent_fonction": "démissionnaire"}), "remarque") == [
        (5, Severity.AVERTISSEMENT)
    ]


def test_a_remark_under_no_header_warns_too(config: Config, make_workbook: Callable[..., Path]) -> None:
    second = GOOD | {"uai": "0779998Z", "referent_nom": "Durand"}
    rows = [[*row.values(), *more] for row, more in ((GOOD, [None, "ANNULÉ"]), (second, [None, None, "vu"]))]
    table = load(make_workbook([[*HEADERS.values()], *rows]), config.classeur.headers_of)
    verdict = validate(clean(table).table, config)
    assert [(one.code, one.cell) for one in verdict.anomalies if one.code == "remarque"] == [("remarque", "N2")]
    assert len(verdict.letters) == 2


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
