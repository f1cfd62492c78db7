"""What other programs write: exports of school software, of other spreadsheets, of former versions of Excel."""

from __future__ import annotations

import csv
import io
import re

from support import workbooks as c
from support.awkward.expected import A, L, S, case, saved
from support.awkward.making import GOOD_BOOK, GOOD_PARTS, L2, L3, THREE, TWO, UAI93, raw, struck
from support.workbooks import HEAD, ROW, book, row, table, text_table, xlsx
from support.xls_biff5 import biff5


def quoted(*rows: list[object], separator: str = ";") -> bytes:
    """A csv that has quotes around every cell, as school software writes it."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(rows)
    return stream.getvalue().encode("cp1252")


def since_1904(content: bytes) -> bytes:
    """A workbook of an old Macintosh, whose days are counted from 1904."""
    return c.patched(
        content, lambda xml: re.sub("<workbookPr[^>]*/>", '<workbookPr date1904="1"/>', xml), "xl/workbook.xml"
    )


def without(*parts: str) -> bytes:
    return c.zipped({name: data for name, data in GOOD_PARTS.items() if not name.startswith(parts)})


NUMBERS = {
    "Synthèse de l’exportation": [
        ["Ce document a été exporté depuis Numbers."],
        ["Nom de la feuille", "Nom du tableau", "Nom de la feuille Excel"],
        ["Feuille 1", "Tableau 1", "Feuille 1 - Tableau 1"],
    ],
    "Feuille 1 - Tableau 1": [["Tableau 1"], HEAD, ROW],
}
SHEETS_OF_GOOGLE = "".join(
    f'<row r="{line}"><c r="A{line}" s="0"/><c r="Z{line}" s="0"/></row>' for line in range(3, 1001)
)

# fmt: off
SOFTWARE = [
    case("csv : toutes les cellules entre guillemets, guillemets doublés", quoted(HEAD, row(etablissement='Collège "Les Tilleuls"')), L(ecole='Collège "Les Tilleuls"'), file="t.csv"),
    case("csv : retours à la ligne entre guillemets, tableau au-dessous", quoted(["Référents\nannée 2026-2027"], HEAD, row(etablissement="Collège\ndes\nTilleuls"), THREE), L(), L3, file="t.csv"),
    case("csv : UAI en formule, pour garder son zéro", text_table([HEAD, row(uai='="0779999A"'), [f'"=""{UAI93}"""', *TWO[1:]]]), L(), L2, file="t.csv"),
    case("csv : UAI derrière une apostrophe", text_table([HEAD, row(uai="'0779999A")]), L(), file="t.csv"),
    case("csv ISO-8859-15 : œ et €", text_table([HEAD, row(etablissement="Collège du Sacré-Cœur", montant="625 €")], encoding="iso8859-15"), L(ecole="Collège du Sacré-Cœur"), file="t.csv"),
    case("csv cp1252 : ½ reste ½", text_table([HEAD, row(imp="½", montant=None)], encoding="cp1252"), L(), file="t.csv"),
    case("csv coupé par des barres, sans ligne sep=", text_table([HEAD, ROW], "|"), L(), file="t.csv"),
    case("csv : titre et lignes de points-virgules autour du tableau", text_table([[None] * 12, ["Titre", *[None] * 11], HEAD, ROW, [None] * 12]), L(), file="t.csv"),
    case("csv : virgules dans un nom, points-virgules entre les cellules", text_table([HEAD, row(etablissement="Cité A, B, C, D, E, F, G, H, I, J, K, L, M")]), L(ecole="Cité A, B, C, D, E, F, G, H, I, J, K, L, M"), file="t.csv"),
    case("csv à virgules où 312,50 n’a pas de guillemets", text_table([HEAD, row(imp=None, montant="312,50")], ","), A("montant_hors_bareme", "L2"), file="t.csv"),
    case("csv : deux fichiers mis bout à bout, marque de codage au milieu", text_table([HEAD, ROW]) + text_table([TWO], encoding="utf-8-sig"), L(), L2, file="t.csv"),
    case("csv UTF-16 grand-boutien sans marque", text_table([HEAD, ROW], "\t", "utf-16-be"), L(), file="t.csv"),
    case("Excel 95", biff5([HEAD, ROW, TWO], struck=2), L(), L2, A("ligne_barree", "A3"), file="t.xls"),
    case("modèle de classeur .xlt", saved("xlt", table(ROW, TWO, change=struck)), L(), L2, A("ligne_barree", "A3"), file="t.xlt"),
    case("modèle de classeur .ots", saved("ots", GOOD_BOOK), L(), file="t.ots"),
    case("classeur d’un seul fichier .fods", saved("fods", GOOD_BOOK), S("enregistré à plat"), file="t.fods"),
    case("SYLK", saved("slk", GOOD_BOOK), S("format ancien"), file="t.xls"),
    case("Excel 4, sans conteneur", b"\x09\x04\x06\x00\x00\x04\x10\x00" + bytes(200), S("format ancien"), file="t.xls"),
    case("xlsx que LibreOffice a écrit", saved("xlsx", table(ROW, TWO, change=struck)), L(), L2, A("ligne_barree", "A3")),
    case("xlsx de Google Sheets : mille lignes vides, 26 colonnes", c.with_rows(c.patched(GOOD_BOOK, lambda xml: re.sub("<dimension[^>]*/>", "", xml)), SHEETS_OF_GOOGLE), L()),
    case("xlsx de Numbers : feuille de synthèse, nom du tableau au-dessus", book(NUMBERS), L()),
    case("document Numbers", c.zipped({"Index/Document.iwa": "x", "preview.jpg": "x"}), S("classeur Numbers"), file="t.numbers"),
    case("raccourci de Google Drive", b'{"url":"https://exemple.fr/a","doc_id":"1;2;3;4"}', S("raccourci vers un fichier en ligne"), file="t.gsheet"),
    case("raccourci de Windows", b"[InternetShortcut]\r\nURL=https://exemple.fr/\r\n", S("raccourci vers un fichier en ligne"), file="t.xlsx"),
    case("fichier synchronisé dont rien n’est arrivé", bytes(5000), S("incomplet")),
    *(case(f"archive {name}", head + bytes(100), S("une archive")) for name, head in (("7z", b"7z\xbc\xaf\x27\x1c"), ("rar", b"Rar!\x1a\x07\x01"), ("gzip", b"\x1f\x8b\x08"))),
    case("présentation OpenDocument", c.zipped({"mimetype": "application/vnd.oasis.opendocument.presentation", "content.xml": "<x/>"}), S("n’est pas un classeur"), file="t.odp"),
    case("xlsx sans styles, ni thème, ni propriétés", without("xl/styles", "xl/theme", "docProps"), L()),
    case("xlsx sans liste des types", without("[Content_Types].xml"), L()),
    case("xlsx dont une feuille manque", without("xl/worksheets"), S("abîmé ou incomplet")),
    case("xlsx dont la feuille est en UTF-16", c.zipped(GOOD_PARTS | {c.SHEET1: GOOD_PARTS[c.SHEET1].decode().encode("utf-16")}), S("abîmé ou incomplet")),
    case("xlsx suivi d’octets de trop", GOOD_BOOK + bytes(500), L()),
    case("modèle de classeur .xltx", c.patched(GOOD_BOOK, lambda xml: xml.replace("sheet.main+xml", "template.main+xml"), "[Content_Types].xml"), L(), file="t.xltx"),
    case("formule vers un autre classeur, valeur gardée", raw("|<f>[1]Feuil1!$A$1</f><v>625</v>"), L()),
    case("formule dont le résultat est un texte", raw('t="str"|<f>TEXT(625,"0")</f><v>625</v>'), L()),
    case("formule dont le résultat est un texte vide", raw('t="str"|<f>IF(A9="","",1)</f><v></v>'), L()),
    case("RECHERCHEV qui n’a rien trouvé", raw('t="e"|<f>VLOOKUP(A2,X!A:B,2,0)</f><v>#N/A</v>'), A("cellule_en_erreur", "L2")),
    case("nombre à la dernière décimale fausse", raw("|<v>625.00000000001</v>"), L()),
    case("jours comptés depuis 1904, heure dans les IMP", since_1904(raw('s="1"|<v>0.5</v>', "imp")), L()),
    case("classeur protégé contre les modifications", xlsx([HEAD, ROW], lambda workbook: setattr(workbook.active.protection, "sheet", True)), L()),
]
# fmt: on
