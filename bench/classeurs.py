"""Make workbooks to measure with: N valid rows, invented schools and people, as plain as a clean campaign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import xlsxwriter

from pipeline.uai import key_of

EN_TETES = (
    *("RNE", "Établissement", "Commune", "Civ. chef", "Chef d'établissement", "Qualité", "Civilité"),
    *("NOM référent", "Prénom", "Fonction", "Nb IMP", "Montant IMP"),
)
LIGNES_DE_TITRE = ("Académie d'essai — Mission de lutte contre le décrochage scolaire", "Référents inventés", "")

_PREFIXES = ("077", "093", "094")
_NOMS = (
    *("MARTEL", "DELORME", "BENALI", "LE GOFF", "DE LA TOUR", "TRAORÉ", "NGUYEN", "COLIN", "VASSEUR", "FERRAND"),
    *("ROUSSEL", "LAMBERT", "KERVELLA", "DIALLO", "PICARD", "AUBERT", "RENARD", "CHEVALIER", "MOREL", "D'ALMEIDA"),
)
_PRENOMS = (
    ("Mme", ("Anne", "Inès", "Léa", "Hélène", "Fatima", "Zoé")),
    ("M.", ("Paul", "Loïc", "Hugo", "Karim", "Éric")),
)
_ARBRES = ("Tilleuls", "Érables", "Bouleaux", "Cerisiers", "Platanes", "Mûriers", "Ormes", "Peupliers", "Chênes verts")
_COMMUNES = ("Valbourg", "Pontclair", "Saint-Aubry", "Noisy-les-Bois", "Villefranche-sur-Orle")
_IMP = (("1/2", 625), ("1", 1250), ("2", 2500))


def ecrire(fichier: Path, lettres: int, corrigees: int = 0, prefixes: Sequence[str] = _PREFIXES) -> Path:
    """Write a workbook of `lettres` valid rows and return its path; the same call writes the same rows.

    The amount of the first `corrigees` rows is not what it is without them. The rows go in turn to the départements
    of `prefixes`, the first three digits of a UAI each.
    """
    with xlsxwriter.Workbook(fichier) as classeur:
        feuille = classeur.add_worksheet("Référents")
        for rang, titre in enumerate(LIGNES_DE_TITRE):
            feuille.write_string(rang, 0, titre)
        for rang, ligne in enumerate((EN_TETES, *_lignes(lettres, corrigees, prefixes)), start=len(LIGNES_DE_TITRE)):
            for colonne, valeur in enumerate(ligne):
                feuille.write(rang, colonne, valeur)
    return fichier


def _lignes(lettres: int, corrigees: int, prefixes: Sequence[str]) -> Iterator[tuple[str | int, ...]]:
    for numero in range(lettres):
        imp = _IMP[(numero // 7 + (numero < corrigees)) % len(_IMP)]
        yield (*_ecole(numero, prefixes), *_personne(numero), *imp)


def _ecole(numero: int, prefixes: Sequence[str]) -> tuple[str, ...]:
    # Schools take their numbers from the end of each département's, where none is given out.
    rang, departement = divmod(numero, len(prefixes))
    chiffres = f"{prefixes[departement]}{9999 - rang:04}"
    nom = f"Collège des {_ARBRES[numero % len(_ARBRES)]} n° {rang + 1}"
    chef, qualite = ("Mme", "Principale") if numero % 2 else ("M.", "Principal")
    prenom = "Claire" if numero % 2 else "Marc"
    nom_du_chef = _NOMS[(numero * 3 + 1) % len(_NOMS)].title()
    commune = _COMMUNES[numero % len(_COMMUNES)]
    return (chiffres + key_of(chiffres), nom, commune, chef, f"{prenom} {nom_du_chef}", qualite)


def _personne(numero: int) -> tuple[str, ...]:
    civilite, prenoms = _PRENOMS[numero % 3 == 0]
    return (civilite, _NOMS[numero % len(_NOMS)], prenoms[numero // len(_NOMS) % len(prenoms)], "CPE")
