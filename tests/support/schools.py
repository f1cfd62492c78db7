"""A small register of schools: names that look alike, towns that share one."""

from __future__ import annotations

from pipeline.uai import key_of
from pipeline.validate.register import Annuaire, Fiche


def school(number: str, nom: str, commune: str, nature: str = "") -> Fiche:
    return Fiche(number + key_of(number), (nom,), (commune,), nature)


TOWN = (
    school("0930122", "LYCEE GENERAL ET TECHNOLOGIQUE CONDORCET", "Montreuil", "LEGT"),
    school("0930130", "LYCEE PROFESSIONNEL CONDORCET LYCEE DES METIERS DU BATIMENT", "Montreuil", "LP"),
    school("0931490", "Collège Jean Jaurès", "Montreuil", "COLLEGE"),
    school("0931143", "Collège Jean Jaurès", "Saint-Ouen-sur-Seine", "COLLEGE"),
    school("0770005", "Collège Jean Jaurès", "Brou-sur-Chantereine", "COLLEGE"),
    school("0770002", "Collège Denecourt", "Bois-le-Roi", "COLLEGE"),
    school("0940117", "SAINT JOSEPH LA SALLE", "Créteil", "LEGT"),
    school("0940118", "Ecole primaire Simone Veil", "Orly", "Ecole"),
    school("0941018", "LYCEE POLYVALENT EDOUARD BRANLY", "Créteil", "LPO"),
    school("0941019", "Section d'enseignement professionnel du Lycée Edouard Branly", "Créteil", "Lycée"),
)
REGISTER = Annuaire({fiche.uai: fiche for fiche in TOWN})
CONDORCET, LP_CONDORCET, JAURES, JAURES_SAINT_OUEN, JAURES_BROU, DENECOURT, SAINT_JOSEPH, _, BRANLY, _ = (
    fiche.uai for fiche in TOWN
)
