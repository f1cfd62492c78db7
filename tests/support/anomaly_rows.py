"""For each code of anomaly, rows that bring it about and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pipeline.model import Severity
from pipeline.table import OTHER, CellFault
from pipeline.uai import key_of
from support.rows import GOOD
from support.schools import CONDORCET, DENECOURT, JAURES

VACANT = {"referent_nom": "À pourvoir", "referent_prenom": "", "referent_civilite": ""}
UAI_93 = "0939999" + key_of("0939999")
ROWS: dict[tuple[str, Severity], list[dict[str, Any]]] = {}


def brought_about(code: str, severity: Severity, *rows: dict[str, Any]) -> None:
    ROWS[code, severity] = [GOOD | row for row in rows]


E, A, I = Severity.ERREUR, Severity.AVERTISSEMENT, Severity.INFORMATION  # noqa: E741
brought_about("uai_absent", E, {"uai": ""})
brought_about("uai_forme", E, {"uai": "077"})
brought_about("uai_cle", E, {"uai": "0779999B"})
brought_about("uai_academie", E, {"uai": "0759999" + key_of("0759999")})
brought_about("departement_contradictoire", E, {"departement": "94"})
brought_about("etablissement_absent", E, {"etablissement": ""})
brought_about("etablissement_absent", A, {"etablissement": "Villeneuve"})
brought_about("chef_absent", E, {"chef": "Principal"})
brought_about("nom_absent", E, {"referent_nom": ""})
brought_about("prenom_absent", E, {"referent_prenom": ""})
brought_about("nom_prenom_ambigu", E, {"referent": "Martin Paul", "referent_nom": "", "referent_prenom": ""})
brought_about("nom_signes", E, {"referent_nom": "Dup0nt"})
brought_about("plusieurs_personnes", E, {"referent_nom": "Dupont / Martin"})
brought_about("civilite_dans_nom", E, {"referent_nom": "M. Dupont", "referent_civilite": "Mme"})
brought_about("fonction_dans_nom", E, {"chef": "Dupont principal adjoint", "chef_fonction": ""})
brought_about("pas_un_nom", E, {"referent_nom": "Secrétariat"})
brought_about("nom_minuscules", E, {"referent_nom": "Dupont mi-août"})
brought_about("nom_douteux", A, {"referent_nom": "NOUVEAU"})
brought_about("noms_inverses", A, {"referent_nom": "DUPONT"}, {"referent_nom": "Luc", "referent_prenom": "MARTIN"})
brought_about("commune_illisible", A, {"commune": "12"})
brought_about("departement_illisible", A, {"departement": "Nord-Est"})
brought_about("deux_etablissements", A, {}, {"etablissement": "Collège Autre", "referent_nom": "Durand"})
brought_about("deux_communes", A, {}, {"commune": "Autreville", "referent_nom": "Durand"})
brought_about("deux_chefs", A, {}, {"chef": "Luc Autre", "referent_nom": "Durand"})
brought_about("noms_proches", A, {}, {"referent_nom": "Exemples"})
brought_about("uai_inconnu", A, {"uai": "0770001H", "commune": "Bois-le-Roi"})
brought_about("uai_inconnu", E, {"uai": "0770001H", "commune": "Nulle-Part"})
brought_about(
    "uai_autre_etablissement", E, {"uai": JAURES, "etablissement": "Lycée Condorcet", "commune": "Saint-Ouen-sur-Seine"}
)
brought_about(
    "etablissement_annuaire", A, {"uai": DENECOURT, "etablissement": "Collège Voltaire", "commune": "Bois-le-Roi"}
)
brought_about("commune_annuaire", A, {"uai": CONDORCET, "etablissement": "Lycée Condorcet", "commune": "Saint-Ouen"})
brought_about("meme_referent", I, {}, {"uai": UAI_93})
brought_about("referent_chef", A, {"chef": "Anne Exemple", "chef_civilite": "Mme", "chef_fonction": "Principale"})
brought_about("imp_cumul", A, {"imp": "3", "montant": 3750}, {"uai": UAI_93})
brought_about("fonction_illisible", A, {"referent_fonction": "A définir"})
brought_about("fonction_sans_imp", A, {"referent_fonction": "AED"})
brought_about("civilite_absente", A, {"referent_civilite": ""})
brought_about("civilite_illisible", E, {"referent_civilite": "Dr"})
brought_about("civilite_contradictoire", A, {"chef_civilite": "Mme"})
brought_about("nom_majuscules", A, {"referent_nom": "Dupont-MARTIN"})
brought_about("prenom_repete", A, {"referent_nom": "Anne"})
brought_about("chef_ambigu", A, {"chef": "LEBLANC Sylvie"}, {"chef": "Haddad Karim", "uai": UAI_93})
brought_about("etablissement_abrege", A, {"etablissement": "Clg. des Tilleuls"})
brought_about("imp_absent", E, {"imp": "", "montant": ""})
brought_about("imp_date", E, {"imp": datetime(2026, 2, 1), "montant": ""})
brought_about("imp_hors_bareme", E, {"imp": "5", "montant": ""})
brought_about("imp_illisible", E, {"imp": "beaucoup", "montant": ""})
brought_about("montant_hors_bareme", E, {"imp": "", "montant": 800})
brought_about("montant_illisible", E, {"imp": "", "montant": "12 50"})
brought_about("montant_contradictoire", E, {"montant": 1250})
brought_about("montant_inhabituel", A, {"imp": "1/4", "montant": 312.5})
brought_about("imp_fusionnee", A, {"uai": UAI_93}, {"referent_nom": "Durand"})
brought_about(
    "imp_fusionnee", E, {"imp": "1", "montant": 1250}, {"imp": "1", "montant": 1250, "referent_nom": "Durand"}
)
brought_about("sans_imp", A, {"imp": "sans IMP", "montant": ""})
brought_about("pacte", E, {"imp": "Pacte", "montant": ""})
brought_about("cellule_en_erreur", E, {"montant": CellFault("#REF!")})
brought_about("cellule_en_erreur", A, {f"{OTHER}Observations": CellFault("")})
brought_about("texte_barre", E, {})
brought_about("texte_barre", A, {})
brought_about("ligne_barree", A, {})
brought_about("doublon", A, {}, {})
brought_about("deux_montants", A, {}, {"imp": "1", "montant": 1250})
brought_about("meme_personne", A, {}, {"chef": "Paul Autre"})
brought_about("uai_contradictoire", E, {"etablissement": f"Collège des Tilleuls {UAI_93}"})
brought_about("renvoi", E, {"chef": "idem"})
brought_about("signe_dessine", E, {"referent_nom": "Dupont \N{WHITE SMILING FACE}"})
brought_about("texte_abime", E, {"referent_nom": "Lef\N{REPLACEMENT CHARACTER}vre"})
brought_about("second_referent", E, {f"{OTHER}Référent 2": "DURAND Luc"})
brought_about("remarque", A, {f"{OTHER}Observations": "annulé"})
brought_about("texte_non_lu", A, {f"{OTHER}Début de mission": "à la rentrée"})
brought_about("conversion_echouee", E, {})
brought_about("relecture", E, {})
brought_about("a_pourvoir", I, VACANT)
brought_about("ligne_total", I, {}, dict.fromkeys(GOOD, "") | {"uai": "TOTAL", "montant": 625})
brought_about("note", I, {}, dict.fromkeys(GOOD, "") | {"uai": "* sous réserve"})
brought_about("entete_repetee", I, {}, {"uai": "RNE", "etablissement": "Établissement", "commune": "Commune"})
brought_about("hors_selection", I, {"uai": UAI_93})
