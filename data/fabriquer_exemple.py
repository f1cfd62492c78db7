"""Make data/sample.xlsx: invented schools and people, with every defect and every untidy writing that is handled.

Run by `make exemple`. The same code gives the same bytes. No school has these numbers: 0779…, 0939… and 0949… are
not given out; their keys are right except where the table says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.uai import key_of

CIBLE = Path(__file__).with_name("sample.xlsx")
TITRES = (
    "Académie de Créteil — Mission de lutte contre le décrochage scolaire",
    "Référents décrochage scolaire, année scolaire 2026-2027",
    "Classeur d'exemple : établissements et personnes inventés. La colonne Observations dit ce que montre la ligne.",
)
COLONNES = {
    "RNE": 11, "Établissement": 44, "Commune": 24, "Dpt": 6, "Civ. chef": 10, "Chef d'établissement": 26,
    "Qualité": 13, "Civilité": 10, "NOM référent": 22, "Prénom": 16, "Fonction": 27, "Nb IMP": 10,
    "Montant IMP": 14, "Observations": 48,
}  # fmt: skip
"""The headers, in order, and the widths of their columns in characters."""

LIGNE_ENTETE = len(TITRES) + 1
NBSP = "\N{NO-BREAK SPACE}"
FINE = "\N{NARROW NO-BREAK SPACE}"


class Ecole(NamedTuple):
    """An invented school and its head; the first seven digits of its number, without the key."""

    chiffres: str
    nom: str
    commune: str
    civilite: str
    chef: str
    qualite: str


class Formule(NamedTuple):
    """A formula, `{ligne}` being its own row, and its stored result; an empty one was never computed."""

    texte: str
    resultat: str | float


class Ligne(NamedTuple):
    """A row of the table.

    `cas` says what it shows (empty: nothing special) and `code` which anomaly it must give (empty: none). `referent`
    is civilité, surname, first name and function; `imp` the number and the amount. `ecarts` replaces other cells.
    """

    cas: str
    code: str
    ecole: str
    referent: tuple[str, str, str, str]
    imp: tuple[object, object]
    ecarts: Mapping[str, object] = {}


ECOLES = {
    "coquelicots": Ecole("0779001", "Collège des Coquelicots", "Melun", "Mme", "Claire Vasseur", "Principale"),
    "genets": Ecole("0779002", "Collège des Genêts", "Meaux", "M.", "Hugo Lambert", "Principal"),
    "bruyere": Ecole("0779003", "Collège de la Bruyère", "Chelles", "Mme", "Nadia Ferrand", "Principale"),
    "hirondelles": Ecole("0779004", "Collège des Hirondelles", "Torcy", "M.", "Marc d'Almeida", "Principal"),
    "sabliere": Ecole("0779005", "Collège de la Sablière", "Provins", "Mme", "Odile Renaudin", "Principale"),
    "ormes": Ecole("0779006", "Collège Orme & Charme", "Nemours", "M.", "Ismaël Toubon", "Principal"),
    "jonquilles": Ecole("0779007", "Collège des Jonquilles", "Avon", "Mme", "Solène Kermadec", "Principale"),
    "ecluse": Ecole("0779008", "Lycée polyvalent de l'Écluse", "Champagne-sur-Seine", "Mme", "Rose Marchal", "Proviseure"),
    "charmille": Ecole("0779009", "LYCEE GENERAL ET TECHNOLOGIQUE DE LA CHARMILLE", "Fontainebleau", "M.", "Paul Quesnel", "Proviseur"),
    "chene": Ecole("0779010", "EREA du Grand-Chêne", "Ozoir-la-Ferrière", "Mme", "Lucie Bonnefoy", "Directrice"),
    "passerelle": Ecole("0939001", "Collège de la Passerelle", "Bondy", "Mme", "Fanny Delorme", "Principale"),
    "noisetiers": Ecole("0939002", "Collège des Noisetiers", "Sevran", "M.", "Yanis Cherfaoui", "Principal"),
    "roseaux": Ecole("0939003", "Collège des Roseaux", "Stains", "Mme", "Inès Pailleron", "Principale"),
    "clairiere": Ecole("0939004", "Collège de la Clairière", "Gagny", "M.", "Rémi Saint-Aubin", "Principal"),
    "tournesols": Ecole("0939005", "Collège des Tournesols", "Drancy", "M.", "Noé Batisse", "Principal"),
    "mesanges": Ecole("0939006", "Collège des Mésanges", "Pantin", "Mme", "Elsa Thévenot", "Principale"),
    "belvedere": Ecole("0939007", "Cité scolaire du Belvédère", "Livry-Gargan", "M.", "Jules Carpentras", "Proviseur"),
    "vents": Ecole(
        "0939008",
        "LYCEE POLYVALENT DES QUATRE VENTS LYCEE DES METIERS DE L AERONAUTIQUE DE LA LOGISTIQUE DU NUMERIQUE ET DE LA "
        "RENOVATION ENERGETIQUE DES BATIMENTS",
        "Tremblay-en-France", "Mme", "Agathe Mounier", "Proviseure",
    ),
    "lavandes": Ecole("0939009", "Collège des Lavandes", "Bobigny", "Mme", "Sarah Oumarou", "Principale"),
    "colombier": Ecole("0939010", "Lycée professionnel du Colombier", "Saint-Denis", "M.", "Adrien Vial", "Proviseur"),
    "acacias": Ecole("0949001", "Collège des Acacias", "Créteil", "Mme", "Judith Prigent", "Principale"),
    "bleuets": Ecole("0949002", "Collège des Bleuets", "Cachan", "M.", "Samuel Ndong", "Principal"),
    "glycines": Ecole("0949003", "Collège des Glycines", "Thiais", "Mme", "Alice Berthelin", "Principale"),
    "vergers": Ecole("0949004", "Collège des Vergers", "Orly", "M.", "Tristan Le Flohic", "Principal"),
    "ruche": Ecole("0949005", "Collège de la Ruche", "Villejuif", "Mme", "Marion Escande", "Principale"),
    "horizon": Ecole("0949006", "Lycée de l'Horizon", "Vincennes", "M.", "Gabriel Astier", "Proviseur"),
    "marronniers": Ecole("0949007", "Institution des Marronniers", "Saint-Mandé", "Mme", "Jeanne Colbert", "Directrice"),
    "prairie": Ecole("0949008", "École de la Prairie", "Alfortville", "M.", "Bastien Roux", "Directeur"),
    "moulins": Ecole("0949009", "Collège des Trois-Moulins", "Choisy-le-Roi", "Mme", "Salomé Ivars", "Principale"),
    "forge": Ecole("0949010", "Lycée professionnel de la Forge", "Vitry-sur-Seine", "M.", "Loïc Pradier", "Proviseur"),
    "paris": Ecole("0759001", "Collège des Marguerites", "Paris", "Mme", "Louise Carton", "Principale"),
}  # fmt: skip

CERTIFIE, AGREGE, EPS, DOC = (
    "Professeur certifié",
    "Professeure agrégée",
    "Professeur d'EPS",
    "Professeure documentaliste",
)
DEMI, PLEIN, DOUBLE = (0.5, 625), (1, 1250), (2, 2500)

LIGNES: tuple[Ligne | None, ...] = (
    # None is a blank row. Seine-et-Marne.
    Ligne("", "", "coquelicots", ("Mme", "Nguyen", "Thi-Lan", "CPE"), DEMI),
    Ligne("", "", "genets", ("M.", "Rousselet", "Thomas", CERTIFIE), PLEIN),
    Ligne("deuxième référent du même établissement", "", "genets", ("Mme", "Fauvel", "Aïcha", "CPE"), DEMI),
    Ligne("UAI en minuscules", "", "bruyere", ("Mme", "Garance", "Chloé", "CPE"), DEMI, {"RNE": "0779003" + key_of("0779003").lower()}),
    Ligne("zéro du début de l'UAI perdu", "", "hirondelles", ("M.", "Bellamy", "Étienne", EPS), PLEIN, {"RNE": "779004" + key_of("0779004")}),
    Ligne("lettre de l'UAI fausse", "uai_cle", "sabliere", ("Mme", "Derval", "Nora", "CPE"), DEMI, {"RNE": "0779005Z"}),
    Ligne("O à la place de 0 dans l'UAI", "", "sabliere", ("M.", "Cottin", "Maxime", CERTIFIE), DEMI, {"RNE": "O779OO5" + key_of("0779005")}),
    Ligne("« & » dans le nom de l'établissement", "", "ormes", ("M.", "Tessier", "Karim", "CPE"), PLEIN),
    Ligne("espaces insécables et espaces en trop", "", "jonquilles", (f"{NBSP}Mme ", f"Perrin{NBSP} ", f" Anne{NBSP}Lise", "CPE"), DEMI),
    Ligne("montant hors du barème", "montant_hors_bareme", "jonquilles", ("M.", "Vautrin", "Simon", EPS), ("", 800)),
    Ligne("une cheffe, un référent", "", "ecluse", ("M.", "Lacaze", "Olivier", CERTIFIE), PLEIN),
    Ligne("un chef, une référente ; établissement en capitales", "", "charmille", ("Mme", "Sorel", "Hélène", AGREGE), DOUBLE),
    Ligne("EREA", "", "chene", ("Mme", "Guillemin", "Maud", DOC), DEMI),
    Ligne("nombre d'IMP et montant en désaccord", "montant_contradictoire", "chene", ("M.", "Jacquot", "Éric", "CPE"), (0.5, 1250)),
    Ligne("« ½ »", "", "coquelicots", ("M.", "Delmas", "Raphaël", CERTIFIE), ("½", "")),
    Ligne("« 1/2 IMP »", "", "bruyere", ("M.", "Hervieu", "Cyril", EPS), ("1/2 IMP", 625)),
    Ligne("« 0,5 » écrit en texte", "", "hirondelles", ("Mme", "Nadaud", "Zoé", "CPE"), ("0,5", "")),
    None,
    # Seine-Saint-Denis.
    Ligne("montant avec espace fine insécable", "", "passerelle", ("Mme", "Pasquet", "Leïla", "CPE"), ("", f"1{FINE}250,00{NBSP}€")),
    Ligne("nombres enregistrés comme du texte", "", "noisetiers", ("M.", "Baudry", "Nicolas", CERTIFIE), ("1", "1250")),
    Ligne("« Madame » en toutes lettres, nom en capitales avec particules", "", "noisetiers", ("Madame", "DE LA TOUR-NEUVE", "MARGAUX", "CPE"), DEMI),
    Ligne("particule et capitales", "", "roseaux", ("Mme", "VAN DEN BROECK", "Lise", "CPE"), DEMI),
    Ligne("apostrophe courbe", "", "roseaux", ("M.", "N’DOYE", "Ousmane", EPS), DEMI),
    Ligne("apostrophe droite", "", "clairiere", ("Mme", "L'HOSTIS", "Gwenaëlle", CERTIFIE), PLEIN),
    Ligne("nom de famille Null", "", "clairiere", ("M.", "Null", "Vincent", CERTIFIE), DEMI),
    Ligne("UAI d'une autre académie", "uai_academie", "paris", ("Mme", "Roussel", "Capucine", "CPE"), DEMI),
    Ligne("UAI absent", "uai_absent", "tournesols", ("M.", "Brochard", "Alexis", "CPE"), DEMI, {"RNE": ""}),
    Ligne("département contredit par l'UAI", "departement_contradictoire", "tournesols", ("Mme", "Sabatier", "Emma", "CPE"), PLEIN, {"Dpt": 94}),
    Ligne("accents écrits en deux signes", "", "tournesols", ("Mme", "Lefe\u0300vre-Noe\u0308l", "Ame\u0301lie", "CPE"), DEMI),
    Ligne("civilité écrite devant le nom", "", "mesanges", ("", "M. Guyot", "Fabrice", EPS), PLEIN),
    Ligne("montant illisible", "montant_illisible", "mesanges", ("Mme", "Chapelle", "Justine", "CPE"), ("", "12 50")),
    Ligne("cité scolaire", "", "belvedere", ("Mme", "Ferrier", "Yasmine", DOC), DOUBLE),
    Ligne("nom d'établissement très long", "", "vents", ("M.", "Costa-Ribeiro", "Hugo", CERTIFIE), DOUBLE),
    Ligne("rien sur l'IMP", "imp_absent", "vents", ("Mme", "Mercadier", "Flora", "CPE"), ("", "")),
    Ligne("poste à pourvoir", "a_pourvoir", "lavandes", ("", "À pourvoir", "", ""), ("", "")),
    Ligne("des chiffres dans le nom", "nom_signes", "lavandes", ("M.", "LER0Y", "Antoine", CERTIFIE), DEMI),
    Ligne("nom qui ressemble à une formule", "nom_signes", "lavandes", ("Mme", "=MARTEL", "Sophie", "CPE"), DEMI),
    Ligne("deux personnes dans une cellule", "plusieurs_personnes", "colombier", ("Mme / M.", "DUBOURG / LEROUX", "Anne / Paul", "CPE"), PLEIN),
    Ligne("", "", "colombier", ("Mme", "Benhaddou", "Samia", "CPE"), PLEIN),
    None,
    # Val-de-Marne.
    Ligne("civilité illisible", "civilite_illisible", "acacias", ("Dr", "Fontanel", "Camille", AGREGE), DEMI),
    Ligne("civilité absente : double forme", "civilite_absente", "acacias", ("", "Guérinot", "Dominique", "CPE"), DEMI),
    Ligne("quart de taux : inhabituel", "montant_inhabituel", "bleuets", ("M.", "Marchais", "Théo", "CPE"), (0.25, 312.5)),
    Ligne("", "", "bleuets", ("Mme", "Tanguy", "Élodie", CERTIFIE), PLEIN),
    Ligne("ligne en double", "", "glycines", ("M.", "Picot", "Jérôme", "CPE"), PLEIN),
    Ligne("ligne en double", "doublon", "glycines", ("M.", "Picot", "Jérôme", "CPE"), PLEIN),
    Ligne("même personne, deux montants", "deux_montants", "vergers", ("Mme", "Aubertin", "Clémence", "CPE"), DEMI),
    Ligne("même personne, deux montants", "deux_montants", "vergers", ("Mme", "Aubertin", "Clémence", "CPE"), PLEIN),
    Ligne("même personne dans un autre établissement", "", "ruche", ("Mme", "Aubertin", "Clémence", "CPE"), DEMI),
    Ligne("formule en erreur", "cellule_en_erreur", "ruche", ("M.", "Salvy", "Corentin", CERTIFIE), (1, Formule("=#REF!*1250", "#REF!"))),
    Ligne("formule jamais calculée", "cellule_en_erreur", "horizon", ("Mme", "Magnien", "Diane", AGREGE), (1, Formule("=L{ligne}*1250", ""))),
    Ligne("formule calculée", "", "horizon", ("M.", "Villard", "Quentin", CERTIFIE), (2, Formule("=L{ligne}*1250", 2500))),
    Ligne("1/2 devenu une date", "imp_date", "marronniers", ("Mme", "Poncelet", "Ariane", CERTIFIE), (datetime(2026, 2, 1), "")),
    Ligne("établissement privé : institution", "", "marronniers", ("M.", "Duchesne", "Arthur", CERTIFIE), PLEIN),
    Ligne("école", "", "prairie", ("Mme", "Lallemand", "Inaya", "Professeure des écoles"), DEMI),
    Ligne("Pacte au lieu d'IMP", "pacte", "prairie", ("M.", "Rivoire", "Baptiste", CERTIFIE), ("Pacte", 1250)),
    Ligne("mission sans IMP", "sans_imp", "moulins", ("Mme", "Cazenave", "Ophélie", CERTIFIE), ("sans IMP", "")),
    Ligne("chef d'établissement absent", "chef_absent", "moulins", ("M.", "Hamon", "Gaël", "CPE"), DEMI, {"Civ. chef": "", "Chef d'établissement": ""}),
    Ligne("« demi-taux » et « € »", "", "forge", ("M.", "Doucet", "Ludovic", EPS), ("demi-taux", "625 €")),
    Ligne("montant seul", "", "forge", ("Mme", "Benoist", "Maëlle", "CPE"), ("", 1250)),
)  # fmt: skip
"""The rows in their order, without the total and the note that follow them."""

NOTE = "* Montants annuels bruts. Les postes à pourvoir sont communiqués à la rentrée."


def cellules(ligne: Ligne) -> dict[str, object]:
    """Return the cells of a row, by header."""
    ecole = ECOLES[ligne.ecole]
    return {
        "RNE": ecole.chiffres + key_of(ecole.chiffres),
        "Établissement": ecole.nom,
        "Commune": ecole.commune,
        "Dpt": int(ecole.chiffres[1:3]),
        "Civ. chef": ecole.civilite,
        "Chef d'établissement": ecole.chef,
        "Qualité": ecole.qualite,
        **dict(zip(("Civilité", "NOM référent", "Prénom", "Fonction"), ligne.referent, strict=True)),
        **dict(zip(("Nb IMP", "Montant IMP"), ligne.imp, strict=True)),
        "Observations": ligne.cas,
        **ligne.ecarts,
    }


def fabriquer(cible: Path = CIBLE) -> None:
    """Write the sample workbook."""
    with xlsxwriter.Workbook(cible) as classeur:
        # Without a date of its own, the workbook would take today's and its bytes would change every day.
        classeur.set_properties({"title": TITRES[1], "created": datetime(2026, 9, 1)})
        gras, date = classeur.add_format({"bold": True}), classeur.add_format({"num_format": "d mmm"})
        entete = classeur.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
        feuille = classeur.add_worksheet("Référents")
        for rang, titre in enumerate(TITRES):
            feuille.write_string(rang, 0, titre, gras)
        for colonne, (texte, largeur) in enumerate(COLONNES.items()):
            feuille.set_column(colonne, colonne, largeur)
            feuille.write_string(LIGNE_ENTETE - 1, colonne, texte, entete)
        feuille.freeze_panes(LIGNE_ENTETE, 1)
        for numero, ligne in enumerate(LIGNES, start=LIGNE_ENTETE + 1):
            for colonne, valeur in enumerate(cellules(ligne).values() if ligne else ()):
                ecrire(feuille, (numero, colonne), valeur, date)
        ecrire_fin(feuille, LIGNE_ENTETE + len(LIGNES) + 1, gras)


def ecrire(feuille: Worksheet, place: tuple[int, int], valeur: object, date: Format) -> None:
    """Write one cell as its own kind; `place` is Excel's row number, counted from 1, and the column from 0."""
    numero, colonne = place
    if isinstance(valeur, Formule):
        feuille.write_formula(numero - 1, colonne, valeur.texte.format(ligne=numero), None, valeur.resultat)
    elif isinstance(valeur, datetime):
        feuille.write_datetime(numero - 1, colonne, valeur, date)
    elif isinstance(valeur, str) and valeur:
        # As text whatever it looks like: « =MARTEL » is a name mistyped, not a formula.
        feuille.write_string(numero - 1, colonne, valeur)
    elif isinstance(valeur, int | float):
        feuille.write_number(numero - 1, colonne, valeur)


def ecrire_fin(feuille: Worksheet, numero: int, gras: Format) -> None:
    """Write the total and the note under the table; `numero` is the first Excel row after it."""
    montants = (ligne.imp[1] for ligne in LIGNES if ligne)
    total = sum(montant for montant in montants if isinstance(montant, int | float))
    feuille.write_string(numero, 0, "TOTAL", gras)
    feuille.write_number(numero, list(COLONNES).index("Montant IMP"), total, gras)
    feuille.write_string(numero + 2, 0, NOTE)


if __name__ == "__main__":
    fabriquer()
