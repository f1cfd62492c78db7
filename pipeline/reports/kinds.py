"""The kinds of anomaly as a reader knows them: a heading for each code."""

from __future__ import annotations

from pipeline.model import Anomaly

TITLES = {
    "uai_absent": "Numéro UAI absent",
    "uai_forme": "Numéro UAI mal écrit",
    "uai_cle": "Numéro UAI dont la lettre finale ne correspond pas aux chiffres",
    "uai_academie": "Établissement d’une autre académie",
    "departement_contradictoire": "Département qui ne correspond pas au numéro UAI",
    "etablissement_absent": "Nom d’établissement absent",
    "chef_absent": "Chef d’établissement absent",
    "nom_absent": "Nom du référent absent",
    "prenom_absent": "Prénom du référent absent",
    "nom_prenom_ambigu": "Nom et prénom impossibles à distinguer",
    "nom_signes": "Nom qui contient autre chose que des lettres",
    "plusieurs_personnes": "Plusieurs personnes dans une cellule",
    "civilite_dans_nom": "Civilité dans la colonne du nom",
    "fonction_dans_nom": "Fonction dans la colonne du nom",
    "commune_illisible": "Commune illisible",
    "departement_illisible": "Département illisible",
    "deux_etablissements": "Même UAI, deux établissements",
    "uai_inconnu": "Numéro UAI qui n’est pas dans l’annuaire",
    "uai_autre_etablissement": "Numéro UAI d’un autre établissement",
    "etablissement_annuaire": "Nom d’établissement différent de celui de l’annuaire",
    "commune_annuaire": "Commune différente de celle de l’annuaire",
    "meme_referent": "Même nom de référent dans plusieurs établissements",
    "referent_chef": "Référent qui porte le nom du chef",
    "imp_cumul": "Plus d’IMP pour un nom que le barème n’en permet",
    "fonction_sans_imp": "Fonction qui ne reçoit pas d’IMP",
    "civilite_absente": "Civilité absente",
    "civilite_illisible": "Civilité illisible",
    "civilite_contradictoire": "Civilité qui ne correspond pas à la fonction",
    "imp_absent": "Nombre d’IMP et montant absents",
    "imp_date": "Fraction qu’Excel a transformée en date",
    "imp_hors_bareme": "Nombre d’IMP hors du barème",
    "imp_illisible": "Nombre d’IMP illisible",
    "montant_hors_bareme": "Montant hors du barème",
    "montant_illisible": "Montant illisible",
    "montant_contradictoire": "Nombre d’IMP et montant qui ne vont pas ensemble",
    "montant_inhabituel": "Montant inhabituel pour cette mission",
    "imp_fusionnee": "IMP d’une cellule fusionnée",
    "sans_imp": "Mission sans IMP",
    "pacte": "Mission relevant du Pacte",
    "cellule_en_erreur": "Cellule en erreur",
    "doublon": "Ligne en double",
    "deux_montants": "Même personne, deux montants",
    "meme_personne": "Même personne, deux lettres",
    "conversion_echouee": "PDF qui n’a pas pu être fabriqué",
    "relecture": "PDF refusé à la relecture",
    "a_pourvoir": "Poste à pourvoir",
    "ligne_total": "Ligne de total",
    "note": "Note hors du tableau",
    "entete_repetee": "En-têtes répétés",
    "hors_selection": "Ligne hors de la sélection",
}


def title_of(anomaly: Anomaly) -> str:
    """Return the heading of an anomaly's kind; a code without one goes under its column."""
    if anomaly.code in TITLES:
        return TITLES[anomaly.code]
    return f"Colonne « {anomaly.column} »" if anomaly.column else "Autres lignes"
