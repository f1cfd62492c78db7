"""What people do with their tables: wordings of their own, second référents, notes, copies, tables in pieces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from support.awkward.expected import A, L, N, S, case
from support.awkward.making import L2, L3, THREE, TWO, UAI93, merged
from support.workbooks import HEAD, ROW, book, heads, row, table, xlsx

WHOLE = [*HEAD[:7], "Référent", *HEAD[9:]]
"""The headers with one column for the whole name."""


def whole(name: str, **cells: Any) -> list[Any]:
    """The good row with the whole name in one cell."""
    cells_of = row(**cells)
    return [*cells_of[:7], name, *cells_of[9:]]


def shown_as(cell: str, number_format: str) -> Callable[[Workbook], None]:
    def change(workbook: Workbook) -> None:
        workbook.active[cell].number_format = number_format

    return change


def with_choices(workbook: Workbook) -> None:
    """A list of choices over five hundred cells."""
    choices = DataValidation(type="list", formula1='"M.,Mme"')
    workbook.active.add_data_validation(choices)
    choices.add("G2:G500")


def swapped(cells: list[Any]) -> list[Any]:
    """The same cells, first name before surname."""
    return [*cells[:7], cells[8], cells[7], *cells[9:]]


OTHER = row(referent_nom="Petit", referent_prenom="Zoé", imp=None, montant=None)
PIVOT = [["Étiquettes de lignes", "Nombre de UAI", "Somme de Montant IMP"], ["77", 1, 625], ["Total général", 1, 625]]
CHOICES = [
    ["Civilité", "Fonction", "Taux", "Établissement"],
    ["M.", "CPE", "1/2", "Collège A"],
    ["Mme", "PE", "1", "Collège B"],
]

# fmt: off
OFFICE = [
    case("un second tableau, prénom et nom échangés", xlsx([HEAD, ROW, [], swapped(HEAD), swapped(TWO)]), S("ligne 4 : un second tableau commence ici, et ses colonnes ne sont pas dans l’ordre du premier .« Prénom » .H., « NOM référent » .I.")),
    case("un second tableau, aux autres mots et dans un autre ordre", xlsx([HEAD, ROW, [], ["Code UAI", "Nom", "Prénom", "Établissement", "Montant"], [UAI93, "Nguyen", "Léa", "Collège des Tilleuls", 625]]), S("ligne 4 : un second tableau")),
    case("deux tableaux côte à côte", xlsx([[*HEAD, None, *HEAD], [*ROW, None, *TWO]]), S("les colonnes « RNE » .A. et « RNE » .N. disent toutes deux")),
    case("un tableau couché : en-têtes dans la colonne A", xlsx([list(cells) for cells in zip(HEAD, ROW, TWO, strict=True)]), S("aucun tableau n’a été reconnu")),
    case("cinquante lignes de consignes au-dessus", xlsx([*[[f"Consigne {n}"] for n in range(50)], HEAD, ROW]), L()),
    case("colonnes numérotées sous les en-têtes", xlsx([HEAD, list(range(1, 13)), ROW]), L(), A("entete_repetee", "A2")),
    case("colonnes numérotées entre parenthèses", xlsx([HEAD, [f"({n})" for n in range(1, 13)], ROW]), L(), A("entete_repetee", "A2")),
    case("lettres de colonnes sous les en-têtes", xlsx([HEAD, list("ABCDEFGHIJKL"), ROW]), L(), A("entete_repetee", "A2")),
    case("unités sous les en-têtes", xlsx([HEAD, [*[None] * 10, "(nombre)", "(euros)"], ROW]), L(), A("ligne_total", "K2")),
    case("une ligne d’exemple sous les en-têtes", xlsx([HEAD, row(uai="Ex. : 0779999A"), TWO]), L2, A("uai_forme", "A2")),
    case("en-têtes répétés toutes les trente lignes", table(*[one for n in range(3) for one in (HEAD, row(referent_nom=("Petit", "Durand", "Roy")[n], imp=1, montant=1250))][1:]), *(L(referent=f"Mme Anne {name}", imp="1 IMP, 1 250,00 €") for name in ("Petit", "Durand", "Roy")), A("entete_repetee", "A3"), A("entete_repetee", "A5")),
    case("lignes numérotées d’avance, restées vides", xlsx([["N°", "Dpt", *HEAD], [1, 77, *ROW], [2], [3, 77], [4, "93"]]), L(), *(A("ligne_preparee", f"A{line}") for line in (3, 4, 5))),
    case("titre fusionné au-dessus, notes au-dessous", xlsx([["Référents 2026-2027"], HEAD, ROW, [], ["NB : montants bruts"], ["Source : DPE 3"], ["Contact : M. Bureau, poste 1234"], ["Pour le recteur et par délégation"]], merged("A1:L1", "A5:L5")), L(), *(A("note", f"A{line}") for line in (5, 6, 7, 8))),
    case("lieu, date et signature à droite, sous le tableau", xlsx([HEAD, ROW, [], [*[None] * 8, "Fait à Créteil, le 1er octobre 2026"], [*[None] * 8, "Le chef de la division"]]), L(), A("note", "I4"), A("note", "I5")),
    case("récapitulatif par département sous le tableau", xlsx([HEAD, ROW, [], ["Département", "Nb IMP", "Montant IMP"], ["Total", 1, 625]]), L(), A("uai_forme", "A4"), A("ligne_total", "A5")),
    case("deux UAI dans une cellule", table(row(uai=f"0779999A / {UAI93}")), A("uai_forme", "A2")),
    case("tableau croisé à côté", book({"Référents": [HEAD, ROW], "Feuil2": PIVOT}), L()),
    case("feuille des listes de choix à côté", book({"Référents": [HEAD, ROW], "Listes": CHOICES}), L(), N("« Listes » n’a pas été lue")),
    case("listes de choix dans les cellules", table(ROW, change=with_choices), L()),
    case("feuille recopiée, « 77 (2) »", book({"77": [HEAD, ROW], "77 (2)": [HEAD, ROW]}), L(), N(r"« 77 \(2\) » n’a pas été lue : c’est une copie de « 77 », avec les mêmes établissements")),
    case("liste qui continue sur « Liste (2) »", book({"Liste": [HEAD, ROW], "Liste (2)": [HEAD, TWO]}), L(), L2),
    case("feuille d’un département restée vide", book({"77": [HEAD, ROW], "94": [HEAD]}), L(), N("« 94 » : aucune ligne sous les en-têtes")),
    case("tableau sans aucune ligne", xlsx([HEAD]), N("aucune ligne sous les en-têtes")),
    case("feuille d’un département où une colonne manque", book({"77": [HEAD, ROW], "93": [heads(chef="Supérieur"), TWO]}), S("Feuille « 93 », ligne 1 : il manque une colonne pour le chef .* retirez-la du classeur")),
    case("feuille d’un département où deux colonnes manquent", book({"77": [HEAD, ROW], "93": [heads(chef="Supérieur", uai="Repère"), TWO]}), S("Feuille « 93 », ligne 1 : il manque une colonne pour le numéro UAI")),
    case("feuille d’un département sans en-têtes", book({"77": [HEAD, ROW], "93": [TWO]}), L(), N("Attention : la feuille « 93 » porte le nom d’un département")),
    case("feuille à l’emoji dans son nom", xlsx([HEAD, ROW], name="Référents 😀"), L()),
    case("en-têtes à signes invisibles", xlsx([["\u200b" + text + "\u200e" for text in HEAD], ROW]), L()),
    case("cellules à marques de sens d’écriture", table(row(uai="\u200b0779999A\u2060", referent_nom="\u200fExemple", imp="\u200e1/2", montant="\u202a625 €\u202c")), L()),
    case("mots des rectorats dans les en-têtes", xlsx([heads(uai="N° d'immatriculation", etablissement="EPLE", commune="Ville de l'établissement", chef="Perdir", referent_nom="Nom du référent décrochage", referent_prenom="Prénom du référent décrochage", imp="Nb d'IMP attribuées", montant="Montant de l'indemnité"), ROW]), L()),
    case("en-têtes en écriture inclusive", xlsx([heads(chef="Chef·fe d'établissement", referent_nom="Nom du/de la référent(e)", referent_prenom="Prénom du (de la) référent·e"), ROW]), L()),
    case("« N° établissement » est le numéro", xlsx([heads(uai="N° établissement"), ROW]), L()),
    case("« Nom référent 1 »", xlsx([heads(referent_nom="Nom référent 1", referent_prenom="Prénom référent 1"), ROW]), L()),
    case("un second référent dans sa colonne", xlsx([[*HEAD, "Référent 2"], [*ROW, "PETIT Zoé"], [*TWO, "néant"]]), L2, A("second_referent", "M2")),
    case("un second référent sous son groupe", xlsx([[None] * 12 + ["Référent n° 2", None], [*HEAD, "Nom", "Prénom"], [*ROW, "PETIT", "Zoé"]], merged("M1:N1")), A("second_referent", "M3")),
    case("un suppléant n’a pas de lettre", xlsx([[*HEAD, "Référent suppléant"], [*ROW, "PETIT Zoé"]]), L()),
    *(case(f"nom et fonction du référent : {text!r}", xlsx([WHOLE, whole(text)]), L(referent="Mme Anne Dupont")) for text in ("DUPONT Anne, CPE", "DUPONT Anne (CPE)", "Mme DUPONT Anne - CPE")),
    case("nom et fonction du référent, une autre dans sa colonne", xlsx([WHOLE, whole("DUPONT Anne, documentaliste")]), A("fonction_dans_nom", "H2")),
    case("fonction du référent derrière son prénom", table(row(referent_prenom="Anne, professeure de lettres", referent_fonction=None)), L()),
    case("« DUPONT, Anne »", xlsx([WHOLE, whole("DUPONT, Anne")]), L(referent="Mme Anne Dupont")),
    case("« Dupont, Martin » : deux noms peut-être", xlsx([WHOLE, whole("Dupont, Martin")]), A("plusieurs_personnes", "H2")),
    case("deux chefs", table(row(chef="M. Modèle / Mme Autre")), A("plusieurs_personnes", "E2")),
    case("« idem » à la place d’une valeur", table(ROW, row(uai=UAI93, etablissement="idem", chef="Idem", referent_nom="Nguyen")), L(), A("renvoi", "B3"), A("renvoi", "E3")),
    case("« idem » à la place d’un nom", table(ROW, row(referent_nom="idem", referent_prenom="idem")), L(), A("renvoi", "H3")),
    case("guillemets de répétition", table(ROW, row(uai='"', etablissement='"', chef='"', referent_nom="Nguyen")), L(), A("renvoi", "A3"), A("renvoi", "B3"), A("renvoi", "E3")),
    *(case(f"accents perdus : {text!r}", table(row(etablissement=text)), A("texte_abime", "B2")) for text in ("CollÃ¨ge des Tilleuls", "Coll\ufffdge des Tilleuls", "Coll?ge des Tilleuls")),
    case("accents perdus dans une commune et un chef", table(row(commune="Orl\ufffdans", chef="Paul ModÃ¨le")), A("texte_abime", "C2"), A("texte_abime", "E2")),
    case("erreur collée comme un texte", xlsx([HEAD, row(etablissement="#N/A ", commune="#REF!")], lambda workbook: setattr(workbook.active["B2"], "data_type", "s")), A("cellule_en_erreur", "B2"), A("cellule_en_erreur", "C2")),
    case("emoji dans le nom d’une école", table(row(etablissement="Collège des Tilleuls 🌳")), A("signe_dessine", "B2")),
    case("UAI collé au nom de l’école", table(row(uai="0779999A Collège des Tilleuls"), row(uai=f"Collège des Tilleuls ({UAI93})", etablissement=None, referent_nom="Nguyen", referent_prenom="Léa")), L(), L2),
    case("UAI collé à un autre nom", table(row(uai="0779999A Lycée des Ormes")), A("uai_forme", "A2")),
    case("école en tête de groupe, seule sur sa ligne", table(["0779999A Collège des Tilleuls"], ROW), L(), A("uai_forme", "A2")),
    case("le nom de l’école porte le même UAI", table(row(etablissement="Collège des Tilleuls (0779999A)")), L(ecole="Collège des Tilleuls (0779999A)")),
    case("le nom de l’école porte l’UAI d’un autre département", table(row(etablissement=f"Collège des Tilleuls ({UAI93})")), A("uai_contradictoire", "B2")),
    case("UAI qui est un nombre, une date", table(row(uai=779999), [45000.5, *TWO[1:]]), A("uai_forme", "A2"), A("uai_forme", "A3")),
    case("montant fusionné entre deux référents d’une école", table(ROW, OTHER, change=merged("K2:K3", "L2:L3")), *(A("imp_fusionnee", cell) for cell in ("K2", "K3", "L2", "L3")), N("2 cellules fusionnées")),
    case("montant fusionné trop petit pour être partagé", table(row(imp=None, montant=312.5), OTHER, change=merged("L2:L3")), L(imp="1/4 IMP, 312,50 €"), L(referent="Mme Zoé Petit", imp="1/4 IMP, 312,50 €"), A("imp_fusionnee", "L3"), A("montant_inhabituel", "L2"), A("montant_inhabituel", "L3"), N("1 cellule fusionnée")),
    case("montant fusionné sur deux écoles", table(ROW, [*THREE[:10], None, None], change=merged("K2:K3", "L2:L3")), L(), L3, A("imp_fusionnee", "K3"), A("imp_fusionnee", "L3"), N("2 cellules fusionnées")),
    *(case(f"poste vacant : {text!r}", table(row(referent_nom=text, referent_prenom=None, referent_civilite=None)), A("a_pourvoir", "H2")) for text in ("À pourvoir au 01/09", "vacant depuis la rentrée", "Poste vacant (TZR)", "pas encore désigné")),
    *(case(f"IMP {text!r}", table(row(imp=text, montant=None)), L(imp="1 IMP, 1 250,00 €")) for text in ("Une IMP", "1IMP", "taux plein")),
    *(case(f"IMP {value!r} au format {shape!r}", table(row(imp=value, montant=None), change=shown_as("K2", shape)), L()) for value, shape in ((0.5, "# ?/?"), (0.5, "0%"), (0.5, "[h]:mm"), (0.5, "dd/mm/yyyy"))),
    *(case(f"montant 625 au format {shape!r}", table(ROW, change=shown_as("L2", shape)), L()) for shape in ('# ##0,00" €"', ";;;", "dd/mm/yyyy")),
    case("une colonne de remarques deux fois, une cellule de mille lignes", xlsx([[*HEAD, "Observations", "Observations"], [*ROW, "a", "b\n" * 1000]]), L()),
]
# fmt: on
