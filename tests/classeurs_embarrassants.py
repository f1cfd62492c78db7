"""Awkward workbooks, one a line: what it is, how it is made, and the letters, anomalies or sentence that come of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

import classeurs as c
from classeurs import HEAD, ROW, book, heads, row, table, text_table, xlsx
from conftest import GOOD
from openpyxl import Workbook
from openpyxl.styles import Font
from xlsb_files import Error, FormulaError, Xlsb

from pipeline.reading.compound import stream_of
from pipeline.uai import made_up

UAI93, UAI94 = made_up("93"), made_up("94")


# --- What is wanted of a workbook -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class L:
    """A letter, by what it prints."""

    uai: str = GOOD["uai"]
    ecole: str = GOOD["etablissement"]
    chef: str = "M. Paul Modèle"
    referent: str = "Mme Anne Exemple"
    imp: str = "1/2 IMP, 625,00 €"


@dataclass(frozen=True, order=True)
class A:
    """An anomaly, by its code and its cell."""

    code: str
    cell: str


@dataclass(frozen=True)
class S:
    """The sentence that stops the run."""

    words: str


@dataclass(frozen=True)
class N:
    """A notice on what was read."""

    words: str


@dataclass(frozen=True)
class Case:
    what: str
    content: Any
    wanted: tuple[Any, ...]
    file: str


@dataclass(frozen=True)
class Saved:
    """A workbook that LibreOffice saves in another format."""

    format: str
    number: int
    change: Callable[[bytes], bytes]


TO_SAVE: dict[str, list[bytes]] = {}


def saved(format: str, content: bytes, change: Callable[[bytes], bytes] = lambda content: content) -> Saved:
    TO_SAVE.setdefault(format, []).append(content)
    return Saved(format, len(TO_SAVE[format]) - 1, change)


def case(what: str, content: Any, *wanted: Any, file: str = "classeur.xlsx") -> Case:
    return Case(what, content, wanted, file)


# --- How some of them are made ----------------------------------------------------------------------------------------

GOOD_BOOK = table(ROW)
GOOD_PARTS = c.parts_of(GOOD_BOOK)
ENTITIES = '<!DOCTYPE x [<!ENTITY a "Explosion"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
STRICT = {
    c.MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
GROUPS = [
    "RNE",
    "Établissement",
    "Commune",
    "Chef d'établissement",
    None,
    None,
    "Référent",
    None,
    None,
    None,
    "IMP",
    None,
]
UNDER = [None, None, None, "Civilité", "Nom", "Qualité", "Civilité", "Nom", "Prénom", "Fonction", "Nombre", "Montant"]


def strict(content: bytes) -> bytes:
    """The « strict » variant of Open XML, which Excel offers to save."""

    def renamed(data: bytes) -> bytes:
        for usual, other in STRICT.items():
            data = data.replace(usual.encode(), other.encode())
        return data

    return c.zipped({name: renamed(data) for name, data in c.parts_of(content).items()})


def encrypted_xls(content: bytes) -> bytes:
    """An .xls with a password: one of its first records says so ([MS-XLS] 2.4.117, FilePass)."""
    stream = bytearray(stream_of(content, "Workbook"))
    at = 4 + int.from_bytes(stream[2:4], "little")
    stream[at : at + 2] = b"\x2f\x00"
    return c.compound({"Workbook": bytes(stream)})


def merged(*areas: str) -> Callable[[Workbook], None]:
    def change(workbook: Workbook) -> None:
        for area in areas:
            workbook.active.merge_cells(area)

    return change


def hidden_values(workbook: Workbook) -> None:
    """Cells merged by a program that keeps what was in them."""
    workbook.active.merged_cells.add("H2:H3")


def hide(*lines: int) -> Callable[[Workbook], None]:
    def change(workbook: Workbook) -> None:
        for line in lines:
            workbook.active.row_dimensions[line].hidden = True

    return change


def filtered(workbook: Workbook) -> None:
    hide(3)(workbook)
    workbook.active.auto_filter.ref = "A1:L9"
    workbook.active.auto_filter.add_filter_column(0, ["0779999A"])


def struck(workbook: Workbook) -> None:
    for column in "ABCDEFGHIJKL":
        workbook.active[f"{column}3"].font = Font(strike=True)


def hidden_column(workbook: Workbook) -> None:
    workbook.active.column_dimensions["L"].hidden = True


def hidden_sheet(workbook: Workbook) -> None:
    workbook.create_sheet("Couverture")
    workbook["Référents"].sheet_state = "veryHidden"


def chart_first(workbook: Workbook) -> None:
    workbook.create_chartsheet("Graphique", 0)


def rich(before: str, struck_words: str, after: str) -> str:
    """A shared text whose middle is struck through."""
    return f'<r><t>{before}</t></r><r><rPr><strike/></rPr><t xml:space="preserve">{struck_words}</t></r><r><t xml:space="preserve">{after}</t></r>'


def raw(value: str, role: str = "montant") -> bytes:
    """The good row with one cell written in XML: `<v>1</v>` and the like, its type first (`t="e"|<v>…</v>`)."""
    kind, _, inner = value.rpartition("|")
    cell = f'<c r="{column(role)}2" {kind}>{inner}</c>'
    return c.patched(
        table(row(**{role: "@"})), lambda xml: re.sub(r'<c r="[A-Z]2"[^>]*><is><t>@</t></is></c>', cell, xml)
    )


def column(role: str) -> str:
    return "ABCDEFGHIJKL"[list(GOOD).index(role)]


def formatted_blanks(rows: int, last: str) -> bytes:
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="{last}{n}" s="0"/></row>' for n in range(3, rows))
    return c.with_rows(GOOD_BOOK, blank)


def written(content: Callable[[], bytes]) -> Callable[[Path], object]:
    """Make a big file only when its turn comes."""
    return lambda path: path.write_bytes(content())


TWO = row(uai=UAI93, referent_nom="Nguyen", referent_prenom="Léa")
L2 = L(uai=UAI93, referent="Mme Léa Nguyen")
THREE = row(uai=UAI94, referent_nom="Petit", referent_prenom="Zoé")
L3 = L(uai=UAI94, referent="Mme Zoé Petit")

# fmt: off
CONTAINERS = [
    case("xlsx", GOOD_BOOK, L()),
    case("xlsx nommé .csv", GOOD_BOOK, L(), file="tableau.csv"),
    case("xlsx nommé .xls", GOOD_BOOK, L(), file="tableau.xls"),
    case("xlsx sans extension", GOOD_BOOK, L(), file="tableau"),
    case("csv nommé .xlsx", text_table([HEAD, ROW]), L(), file="tableau.xlsx"),
    case("xlsm", c.patched(GOOD_BOOK, lambda xml: xml.replace("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main", "application/vnd.ms-excel.sheet.macroEnabled.main"), "[Content_Types].xml"), L(), file="tableau.xlsm"),
    case("xlsb", Xlsb([HEAD, ROW]).content(), L(), file="tableau.xlsb"),
    case("xls", saved("xls", GOOD_BOOK), L(), file="tableau.xls"),
    case("xls nommé .xlsx", saved("xls", GOOD_BOOK), L()),
    case("ods", saved("ods", GOOD_BOOK), L(), file="tableau.ods"),
    case("ods nommé .xls", saved("ods", GOOD_BOOK), L(), file="tableau.xls"),
    case("Open XML strict", strict(GOOD_BOOK), L()),
    case("noms des parties en capitales", c.zipped({name.replace("sheet1", "Sheet1"): data for name, data in GOOD_PARTS.items()}), L()),
    case("noms des parties à barres inverses", c.zipped({name.replace("/", "\\"): data for name, data in GOOD_PARTS.items()}), L()),
    case("csv UTF-8", text_table([HEAD, ROW]), L(), file="t.csv"),
    case("csv UTF-8 avec BOM", text_table([HEAD, ROW], encoding="utf-8-sig"), L(), file="t.csv"),
    case("csv cp1252", text_table([HEAD, ROW], encoding="cp1252"), L(), file="t.csv"),
    case("csv UTF-16", text_table([HEAD, ROW], "\t", "utf-16"), L(), file="t.csv"),
    case("csv UTF-16 sans BOM", text_table([HEAD, ROW], ";", "utf-16-le"), L(), file="t.csv"),
    case("csv à virgules", text_table([HEAD, row(montant='"312,50"', imp="1/4")], ","), L(imp="1/4 IMP, 312,50 €"), A("montant_inhabituel", "K2"), file="t.csv"),
    case("csv à tabulations", text_table([HEAD, ROW], "\t"), L(), file="t.txt"),
    case("csv avec une ligne sep=", b"sep=;\r\n" + text_table([HEAD, ROW]), L(), file="t.csv"),
    case("csv cp1252 à virgules avec une ligne sep=", b'"sep=,"\r\n' + text_table([HEAD, ROW], ",", "cp1252"), L(), file="t.csv"),
    case("csv coupé par une barre, comme le dit sep=", b"sep=|\n" + text_table([HEAD, ROW], "|"), L(), file="t.csv"),
    case("csv dont une cellule a deux lignes", text_table([HEAD, row(etablissement='"Collège\ndes Tilleuls"'), THREE]), L(), L3, file="t.csv"),
    case("csv à fins de ligne de Mac", text_table([HEAD, ROW]).replace(b"\r\n", b"\r"), L(), file="t.csv"),
    case("csv à signe de contrôle", text_table([HEAD, row(referent_nom="Exem\x07ple")]), L(), file="t.csv"),
    case("csv où la page de code a perdu des signes", text_table([HEAD, row(referent_nom="Lefe?vre", montant="1?250,00")]), A("nom_signes", "H2"), A("montant_illisible", "L2"), file="t.csv"),
    case("csv fini par le Ctrl-Z de DOS", text_table([HEAD, ROW]) + b"\x1a", L(), file="t.csv"),
    case("csv de MS-DOS", text_table([HEAD, ROW], encoding="cp850"), S("lettres accentuées .* ligne 1"), file="t.csv"),
    case("csv de Macintosh", text_table([heads(etablissement="Etablissement"), ROW], encoding="mac-roman"), S("lettres accentuées"), file="t.csv"),
    case("csv UTF-8 où un octet manque", text_table([HEAD, ROW, row(commune="Orléans")]).replace("Orlé".encode(), "Orlé".encode()[:-1]), S("lettres accentuées .* ligne 1"), file="t.csv"),
    case("csv dont un guillemet ne se ferme pas", text_table([HEAD, ROW, row(uai='"077')]), S("guillemet .* ligne 3"), file="t.csv"),
    case("csv dont un guillemet avale une ligne", text_table([HEAD, row(uai='"077'), row(commune='x"')]), S("guillemet .* ligne 2"), file="t.csv"),
    case("texte sans colonnes", b"Bonjour,\r\nvoici le tableau.\r\n", S("n’est pas un classeur Excel"), file="t.csv"),
    case("mot de passe xlsx", c.compound({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": bytes(5000)}), S("protégé par un mot de passe")),
    case("mot de passe xls", saved("xls", GOOD_BOOK, encrypted_xls), S("protégé par un mot de passe"), file="t.xls"),
    case("mot de passe ods", c.zipped({"mimetype": c.ODS_TYPE, "content.xml": bytes(500), "META-INF/manifest.xml": "<manifest><encryption-data/></manifest>"}), S("protégé par un mot de passe"), file="t.ods"),
    case("xlsx coupé", GOOD_BOOK[:3000], S("incomplet .téléchargement interrompu")),
    case("xlsx dont un octet a changé", GOOD_BOOK[:700] + bytes([GOOD_BOOK[700] ^ 255]) + GOOD_BOOK[701:], S("abîmé ou incomplet")),
    case("xls coupé", saved("xls", GOOD_BOOK, lambda content: content[: len(content) // 2]), S("abîmé ou incomplet"), file="t.xls"),
    case("xls coupé de peu", saved("xls", GOOD_BOOK, lambda content: c.compound({"Workbook": stream_of(content, "Workbook")})[:-3000]), S("abîmé ou incomplet"), file="t.xls"),
    case("ods coupé", saved("ods", GOOD_BOOK, lambda content: content[:-100]), S("incomplet"), file="t.ods"),
    case("xlsb dont la feuille est coupée", c.zipped({n: d[:-200] if "sheet1" in n else d for n, d in c.parts_of(Xlsb([HEAD, ROW]).content()).items()}), S("abîmé ou incomplet"), file="t.xlsb"),
    case("fichier vide", b"", S("ce fichier est vide")),
    case("classeur vide", xlsx([]), S("ce classeur est vide")),
    case("document Word", c.zipped({"word/document.xml": "<document/>"}), S("document Word")),
    case("document Word 97", c.compound({"WordDocument": b"x"}), S("document Word"), file="t.xls"),
    case("xls où un document Word est incorporé", saved("xls", GOOD_BOOK, lambda content: c.compound({"Workbook": stream_of(content, "Workbook")}, inside=("WordDocument",))), L(), file="t.xls"),
    case("présentation", c.compound({"PowerPoint Document": b"x"}), S("n’est pas un classeur"), file="t.xls"),
    case("texte OpenDocument", c.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}), S("document Word"), file="t.ods"),
    case("texte RTF", b"{\\rtf1 a;b;c;d}", S("document de traitement de texte"), file="t.xls"),
    case("page web enregistrée en .xls", b"\r\n<html><table><tr><td>RNE;a;b;c</table>", S("page web"), file="t.xls"),
    case("page web en UTF-16", "<html><table>".encode("utf-16"), S("page web"), file="t.xls"),
    case("page web avec en-tête XML", b'<?xml version="1.0"?><html xmlns="x"><table/>', S("page web"), file="t.xls"),
    case("page web d’un seul fichier", b"MIME-Version: 1.0\r\nX: a;b;c;d", S("page web"), file="t.xls"),
    case("classeur XML 2003", b'<?xml version="1.0"?><Workbook/>', S("au format XML"), file="t.xls"),
    case("PDF", b"%PDF-1.7\n1;2;3;4;5", S("document PDF")),
    case("image", b"\x89PNG\r\n\x1a\n;;;;;", S("image")),
    case("archive zip où est le classeur", c.zipped({"envoi/tableau.xlsx": GOOD_BOOK}), S("archive zip"), file="t.zip"),
    case("autre archive", c.zipped({"a.txt": "a"}), S("n’est pas un classeur"), file="t.xlsx"),
    case("verrou d’Excel", b"\x05Anne" + bytes(160), S("verrou, .* sans « ~\\$ »"), file="~$tableau.xlsx"),
    case("verrou de LibreOffice", b",anne,poste;", S("verrou"), file=".~lock.tableau.ods#"),
    case("dossier", Path.mkdir, S("dossier")),
    case("fichier absent", lambda path: None, S("n’existe pas")),
    case("nom trop long", lambda path: None, S("ne peut pas être ouvert"), file="a" * 300),
]
# fmt: on

# fmt: off
LIMITS = [
    case("bombe zip", written(lambda: c.zipped(GOOD_PARTS | {"xl/media/image1.png": bytes(25_000_000)})), S("anormalement gros")),
    case("deux mille et une parties", written(lambda: c.zipped(GOOD_PARTS | {f"xl/{n}": b"" for n in range(2001)})), S("anormalement gros")),
    case("bombe d’entités", c.patched(GOOD_BOOK, lambda xml: ENTITIES + xml.replace("Exemple", "Ex&b;emple")), S("abîmé ou incomplet")),
    case("entité d’un autre fichier", c.patched(GOOD_BOOK, lambda xml: ENTITIES + xml.replace("Exemple", "&f;")), S("abîmé ou incomplet")),
    case("un million de lignes vides", c.with_rows(GOOD_BOOK, '<row r="1048576" ht="12"/>'), L()),
    case("une cellule mise en forme au bout de la feuille", c.with_rows(GOOD_BOOK, '<row r="1048576"><c r="XFD1048576" s="0"/></row>'), L()),
    case("300 000 lignes vides mises en forme", written(lambda: formatted_blanks(300_000, "L")), L()),
    case("16 384 colonnes mises en forme", written(lambda: formatted_blanks(200, "XFD")), L()),
    case("une espace au bout de la ligne", c.with_rows(GOOD_BOOK, '<row r="700"><c r="XFD700" t="inlineStr"><is><t> </t></is></c></row>'), L()),
    case("une cellule remplie au bout de la feuille", c.with_rows(GOOD_BOOK, '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), S("jusqu’à la cellule XFD1048576")),
    case("une référence qui ment sur sa ligne", c.with_rows(GOOD_BOOK, '<row r="3"><c r="XFD1048576"><v>1</v></c><c r="A3"><v>1</v></c></row>'), S("jusqu’à la cellule XFD1048576")),
    case("xlsb rempli jusqu’au bout", c.zipped({n: d.replace(b"\0\0\0\0" * 2, b"\0\0\0\0" * 2) for n, d in c.parts_of(Xlsb([HEAD, ROW, *[[]] * 900, [*[None] * 16383, 1]]).content()).items()}), S("jusqu’à la cellule XFD903"), file="t.xlsb"),
    case("dimension trop petite", c.patched(GOOD_BOOK, lambda xml: re.sub('<dimension ref="[^"]*"', '<dimension ref="A1:B1"', xml)), L()),
    case("dimension immense", c.patched(GOOD_BOOK, lambda xml: re.sub('<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', xml)), L()),
    case("cellules sans références", c.patched(GOOD_BOOK, lambda xml: re.sub(r' r="[A-Z]+\d+"', "", xml)), L()),
    case("lignes et cellules sans références", c.patched(GOOD_BOOK, lambda xml: re.sub(r' r="[A-Z]*\d+"', "", xml)), L()),
    case("cellules avec un préfixe XML", c.patched(GOOD_BOOK, lambda xml: re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", xml).replace("xmlns=", "xmlns:x=")), L()),
]
# fmt: on

# fmt: off
FINDING = [
    case("cinq lignes de titre", xlsx([["Rectorat"], ["Référents décrochage scolaire"], [], ["Campagne 2026-2027"], ["au 1er septembre"], HEAD, ROW]), L()),
    case("loin de la colonne A", xlsx([[], [], *[[None, None, None, *cells] for cells in (HEAD, ROW)]]), L()),
    case("en-têtes sur deux lignes, groupes fusionnés", xlsx([["Campagne"], GROUPS, UNDER, ROW], merged("D2:F2", "G2:J2", "K2:L2", "A2:A3", "B2:B3", "C2:C3")), L()),
    case("en-têtes sur deux lignes sans fusion", xlsx([GROUPS, UNDER, ROW]), L()),
    case(
        "« Nom » du chef avant celui du référent",
        xlsx([["UAI", "Étab.", "Référent", None, "Chef", None, "IMP"], [None, None, "Nom", "Prénom", "Nom", "Prénom", None], ["0779999A", "Collège des Tilleuls", "Exemple", "Anne", "Modèle", "Paul", 1]], merged("C1:D1", "E1:F1")),
        L(chef="Paul Modèle", referent="Anne Exemple", imp="1 IMP, 1 250,00 €"),
        A("civilite_absente", ""),
        A("civilite_absente", ""),
    ),
    case("synonymes", xlsx([heads(uai="Code UAI", etablissement="Appellation", commune="Ville", chef="Principal/Proviseur", referent_nom="Nom d'usage", referent_civilite="M./Mme", imp="Quotité", montant="Montant annuel"), ROW]), L()),
    case("accents, capitales et retours à la ligne", xlsx([heads(etablissement="NOM DE\nL'ETABLISSEMENT", chef="CHEF\nD’ÉTABLISSEMENT", referent_prenom="prenom", uai=" rne "), ROW]), L()),
    case("unités dans les en-têtes", xlsx([heads(montant="Montant IMP\n(en euros)", imp="Nb IMP (fraction)"), ROW]), L()),
    case("petites fautes de frappe", xlsx([heads(etablissement="Etablisement", chef="Chef d'etabissement", montant="Montnat IMP"), ROW]), L()),
    case("une feuille par département", book({"77": [HEAD, ROW], "93": [HEAD, TWO], "94": [["Titre"], HEAD, THREE]}), L(), L2, L3),
    case("une feuille par district, colonnes dans un autre ordre", book({"District 1": [HEAD, ROW], "District 2": [HEAD[::-1], TWO[::-1]]}), L(), L2),
    case("un UAI dans la feuille d’un autre département", book({"DSDEN 93": [HEAD, ROW, TWO]}), L2, A("departement_contradictoire", "A2")),
    case("une feuille de notes à côté", book({"Référents": [HEAD, ROW], "Lisez-moi": [["Bonjour"]]}), L()),
    case("une feuille d’un autre tableau à côté", book({"Référents": [HEAD, ROW], "Contacts": [["Nom", "Prénom", "Établissement"], ["A", "B", "C"]]}), L(), N("« Contacts » n’a pas été lue")),
    case("une feuille de graphique devant", table(ROW, change=chart_first), L()),
    case("lignes masquées", table(ROW, TWO, change=hide(3)), L(), L2, N("1 ligne masquée à la main .3., lue")),
    case("filtre actif", table(ROW, TWO, change=filtered), L(), L2, N("1 ligne masquée par un filtre ou à la main .3.")),
    case("ligne de hauteur nulle", c.patched(table(ROW, TWO), lambda xml: xml.replace('<row r="3"', '<row r="3" ht="0" customHeight="1"')), L(), L2, N("1 ligne masquée")),
    case("lignes vides masquées d’avance", c.patched(GOOD_BOOK, lambda xml: xml.replace("<sheetFormatPr", '<sheetFormatPr zeroHeight="1"')), L()),
    case("colonne masquée", table(ROW, change=hidden_column), L(), N("1 colonne masquée .« Montant IMP » .L..")),
    case("feuille très masquée", table(ROW, change=hidden_sheet), L(), N("masquée dans le classeur")),
    case("ligne barrée", table(ROW, TWO, change=struck), L(), L2, N("1 ligne où du texte est barré .3.")),
    case("nom barré à côté du nouveau", c.shared_texts(table(row(referent_nom="@0")), rich("Dupont", " Durand", "")), L(referent="Mme Anne Dupont Durand"), N("texte est barré .2.")),
    case(
        "xlsb : ligne et colonne masquées, filtre, fusion, texte barré",
        Xlsb([HEAD, ROW, [*TWO[:1], "", *TWO[2:]]], hidden_rows=[2], hidden_columns=[11], filtered=True, merged=[(1, 1, 2, 1)], struck=[(2, 7)]).content(),
        L(),
        L2,
        N("1 ligne masquée par un filtre"),
        N("barré"),
        N("colonne masquée"),
        N("1 cellule fusionnée"),
        file="t.xlsb",
    ),
    case("xlsb : nom barré à côté du nouveau, feuille masquée", Xlsb([HEAD, row(referent_nom="Dupont")], struck_inside=[(1, 7)], state=2).content(), L(referent="Mme Anne Dupont"), N("texte est barré .2."), N("masquée dans le classeur"), file="t.xlsb"),
    case("xls : ligne et colonne masquées, filtre, ligne barrée", saved("xls", table(ROW, TWO, change=lambda book: (filtered(book), struck(book), hidden_column(book)))), L(), L2, N("1 ligne masquée par un filtre"), N("texte est barré .3."), N("colonne masquée"), file="t.xls"),
    case("xls : nom barré à côté du nouveau", saved("xls", c.shared_texts(table(row(referent_nom="@0")), rich("Dupont", " Durand", ""))), L(referent="Mme Anne Dupont Durand"), N("texte est barré .2."), file="t.xls"),
    case("ods : ligne et colonne masquées, ligne barrée", saved("ods", table(ROW, TWO, change=lambda book: (hide(3)(book), struck(book), hidden_column(book)))), L(), L2, N("1 ligne masquée"), N("texte est barré .3."), N("colonne masquée"), file="t.ods"),
    case("ods : nom barré à côté du nouveau", saved("ods", c.shared_texts(table(row(referent_nom="@0")), rich("Dupont", " Durand", ""))), L(referent="Mme Anne Dupont Durand"), N("texte est barré .2."), file="t.ods"),
    case("cellules fusionnées", table(ROW, [None, None, *row(referent_nom="Nguyen", referent_prenom="Léa")[2:]], change=merged("A2:A3", "B2:B3")), L(), L(referent="Mme Léa Nguyen"), N("2 cellules fusionnées")),
    case("valeur cachée sous une fusion", table(ROW, row(referent_nom="Caché", referent_prenom="Léa"), change=hidden_values), L(), L(referent="Mme Léa Exemple"), N("1 cellule fusionnée"), N("1 cellule sous une fusion .H3. garde")),
    case(
        "sous-totaux, total, légende, note",
        table(["DSDEN 77"], ROW, ["Sous-total 77", *[None] * 10, 625], TWO, [], ["TOTAL", *[None] * 10, 1250], ["* liste provisoire"], [None, "Légende : en jaune, les nouveaux"]),
        L(),
        L2,
        A("note", "A2"),
        A("ligne_total", "A4"),
        A("ligne_total", "A7"),
        A("note", "A8"),
        A("note", "B9"),
    ),
    case("en-têtes répétés", table(ROW, HEAD, TWO), L(), L2, A("entete_repetee", "A3")),
    case(
        "pages collées : en-têtes sur deux lignes, titre et total répétés",
        xlsx([["Référents"], GROUPS, UNDER, ROW, ["Total de la page", *[None] * 10, 625], [], ["Référents"], GROUPS, UNDER, TWO, [None, None, None, None, "Total 93", *[None] * 6, 625]], merged("D2:F2", "G2:J2", "K2:L2", "D8:F8", "G8:J8", "K8:L8")),
        L(),
        L2,
        *(A(code, cell) for code, cell in (("ligne_total", "A5"), ("note", "A7"), ("entete_repetee", "A8"), ("entete_repetee", "D9"), ("ligne_total", "E11"))),
    ),
    case(
        "pied de tableau : décompte, moyenne, légende sur plusieurs cellules, notes, date",
        table(ROW, ["Nombre de référents", 1], ["Montant total", *[None] * 10, 625], ["Moyenne", *[None] * 10, 625], ["Légende", "en jaune", "les nouveaux"], ["(1) hors Pacte"], ["¹ hors décharge"], [None, None, "Fait à Villeneuve le 1er septembre"]),
        L(),
        *(A("ligne_total", f"A{line}") for line in (3, 4, 5)),
        *(A("note", cell) for cell in ("A6", "A7", "A8", "C9")),
    ),
    case("une ligne qui commence par un mot de total mais nomme quelqu’un", table(row(uai="Total", etablissement="Collège des Tilleuls")), A("uai_forme", "A2")),
    case("titre d’une autre année", xlsx([["Référents 2025-2026"], ["Extrait le 12/09/2025"], HEAD, ROW]), L(), N("cellule A1 : « Référents 2025-2026 » parle de 2025-2026, mais la campagne de config.toml est 2026-2027")),
    case("feuille d’une autre année", book({"2025-26": [HEAD, ROW], "2026-27": [HEAD, TWO]}), L(), L2, N("feuille « 2025-26 » : ce nom parle de 2025-2026")),
    case("titres de l’année de la campagne, visa et dates d’une autre", xlsx([["Référents, année scolaire 2026/2027"], ["Vu la circulaire du 29 mars 2013, priorités 2019-2020"], ["Mis à jour le 2025-09-01, reprend 2025-2026"], HEAD, ROW]), L()),
    case("visa et dates seuls", xlsx([["Vu l’arrêté du 27 avril 2015, année 2019-2020"], ["01-09-2025"], ["2025-09-01"], ["01/09/2025-30/06/2026"], HEAD, ROW]), L()),
    case("somme sans libellé", table(ROW, [*[None] * 11, 625]), L(), A("ligne_total", "L3")),
    case("deux colonnes pour un rôle", xlsx([[*HEAD, "UAI"], [*ROW, "0779999A"]]), S(r"les colonnes « RNE » \(A\) et « UAI » \(M\) disent toutes deux")),
    case("une colonne indispensable manque", xlsx([heads(chef="Supérieur"), ROW]), S("il manque une colonne pour le chef d’établissement. Colonnes trouvées : « RNE »")),
    case("une colonne indispensable est mal nommée", xlsx([heads(uai="Numero de l'etab."), ROW]), S("La colonne « Numero de l'etab. » est peut-être le numéro UAI")),
    case("aucun tableau", xlsx([["bonjour"], ["à tous"]]), S("aucun tableau n’a été reconnu")),
    case("« NOM Prénom » dans une colonne", xlsx([[*HEAD[:7], "Référent", *HEAD[9:]], [*ROW[:7], "DE LA TOUR Anne-Marie", *ROW[9:]]]), L(referent="Mme Anne-Marie de La Tour")),
    case("« Nom Prénom » sans capitales", xlsx([[*HEAD[:7], "Référent", *HEAD[9:]], [*ROW[:7], "Exemple Anne", *ROW[9:]]]), A("nom_prenom_ambigu", "H2")),
    case("civilité dans le nom", table(row(referent_civilite=None, referent_nom="Mme Exemple")), L()),
    case("civilité du chef dans le nom", table(row(chef_civilite=None, chef="M. Modèle Paul")), L(chef="M. Modèle Paul")),
    *(
        case(f"nom et fonction du chef : {text!r}", table(row(chef=text, chef_civilite=None, chef_fonction=None)), L())
        for text in ("M. Paul Modèle, principal", "M. Paul Modèle (principal)", "Principal : M. Paul Modèle", "Le principal, M. Paul Modèle", "Principal M. Paul Modèle", "M. Paul Modèle\nPrincipal", "M. PAUL MODÈLE - PRINCIPAL", "M. Paul Modèle, principal par intérim")
    ),
    case("nom et fonction du chef, sans colonne pour la fonction", xlsx([[text for text in HEAD if text != "Qualité"], [*ROW[:4], "Paul Modèle, principal", *ROW[6:]]]), L()),
    case("nom et fonction du chef, la même dans sa colonne", table(row(chef="Paul Modèle (principal)")), L()),
    case("nom et fonction du chef, une autre dans sa colonne", table(row(chef="Paul Modèle, proviseur")), A("fonction_dans_nom", "E2")),
    *(case(f"fonction du chef trop près du nom : {text!r}", table(row(chef=text, chef_fonction=None)), A("fonction_dans_nom", "E2")) for text in ("Modèle principal", "Modèle, principal adjoint", "Principal Modèle", "Modèle, principal, Martin, proviseur")),
    case("fonction du chef sans nom", table(row(chef="M. le Principal", chef_civilite=None)), A("chef_absent", "E2")),
    case("chef dont le nom est une fonction, prénom à part", xlsx([[*HEAD, "Prénom du chef"], [*row(chef="Principal"), "Paul"]]), L(chef="M. Paul Principal")),
    case("civilité qui contredit sa colonne", table(row(chef="Mme Modèle")), A("civilite_dans_nom", "E2")),
    case("deux personnes dans une cellule", table(row(referent_nom="Exemple / Nguyen")), A("plusieurs_personnes", "H2")),
    case("poste à pourvoir", table(row(referent_nom="À pourvoir", referent_prenom=None, referent_civilite=None)), A("a_pourvoir", "H2")),
    case("ligne en double", table(ROW, ROW), L(), A("doublon", "A3")),
    case("ods : ce qu’il garde d’un autre fichier", c.ods(c.ods_table([HEAD, TWO], "'file:///autre.ods'#$Feuille1"), c.ods_table([HEAD, ROW])), L(), file="t.ods"),
    case("ods : ligne répétée, lignes vides répétées", c.ods(c.ods_table([HEAD, ROW]).replace("</table:table>", '<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>')), L(), file="t.ods"),
    case(
        "ods : tabulation, retour à la ligne, commentaire et forme",
        c.ods(
            c.ods_table(
                [HEAD, row(etablissement="@a", chef="@b", referent_prenom="@c")],
                a='<table:table-cell office:value-type="string"><text:p>Collège<text:tab/>des<text:line-break/>Tilleuls</text:p></table:table-cell>',
                b='<table:table-cell office:value-type="string"><office:annotation><text:p>à vérifier</text:p></office:annotation><text:p>Paul<text:s/>Modèle</text:p></table:table-cell>',
                c='<table:table-cell office:value-type="string"><text:p>Anne</text:p><draw:frame><draw:text-box><text:p>bulle</text:p></draw:text-box></draw:frame></table:table-cell>',
            )
        ),
        L(),
        file="t.ods",
    ),
]
# fmt: on


def euros(written: object) -> bytes:
    """The good row with another amount, and no number of IMP."""
    return table(row(imp=None, montant=written))


def imps(written: object) -> bytes:
    """The good row with another number of IMP, and no amount."""
    return table(row(imp=written, montant=None))


TAUX_PLEIN, QUART = L(imp="1 IMP, 1 250,00 €"), L(imp="1/4 IMP, 312,50 €")

# fmt: off
CELLS = [
    *(case(f"montant {text!r}", euros(text), TAUX_PLEIN) for text in ("1 250,00 €", "1\u00a0250,00\u00a0€", "1\u202f250 euros", "1\u2009250,00€", "1\u2007250", "1250.00", 1250, "€ 1250", " 1250,0 EUR ")),
    *(case(f"montant {text!r}", euros(text), QUART, A("montant_inhabituel", "L2")) for text in ("312,5", 312.5, "312,50 €")),
    *(case(f"montant {text!r}", euros(text), A("montant_illisible", "L2")) for text in ("12 50", "1,250", "1e3", "1250,0,0", "−50", "-50", -50, True, "True", "inf", "1.250,00", "625 / 1250", "+625")),
    case("montant hors barème", euros(600), A("montant_hors_bareme", "L2")),
    case("montant qui contredit le nombre", table(row(montant=1250)), A("montant_contradictoire", "L2")),
    *(case(f"IMP {text!r}", imps(text), L()) for text in ("1/2", "½", "0,5", 0.5, "demi", "50 %", "1/2 IMP", "½ IMP", "demi-taux", "0.5")),
    *(case(f"IMP {text!r}", imps(text), A("imp_illisible", "K2")) for text in ("1/2/3", "1e-1", "-1", True)),
    case("IMP « 1½ »", imps("1½"), A("imp_illisible", "K2")),
    *(case(f"date dans un csv : {text}", text_table([HEAD, row(imp=text)]), A("imp_date", "K2"), file="t.csv") for text in ("01/02/2026", "01-févr", "2026-02-01 0:00:00")),
    case("1/2 devenu une date", raw('s="1" t="d"|<v>2026-02-01</v>', "imp"), A("imp_date", "K2")),
    case("0,5 affiché comme une heure", imps(time(12)), L()),
    case("sans IMP", imps("sans IMP"), L(imp="sans IMP"), A("sans_imp", "K2")),
    case("Pacte", imps("Pacte"), A("pacte", "K2")),
    case("formule jamais calculée", table(row(montant="=600+25")), A("cellule_en_erreur", "L2")),
    case("formules calculées", raw("|<f>600+25</f><v>625</v>"), L()),
    case("que des formules jamais calculées", xlsx([[f"=Source!{letter}{line}" for letter in "ABCDEFGHIJKL"] for line in (1, 2)]), S("les formules de ce classeur n’ont jamais été calculées")),
    case("une dernière ligne de formules jamais calculées", table(ROW, [f"=A{n}" for n in range(12)]), L(), *(A("cellule_en_erreur", f"{letter}3") for letter in "ABCDEFGHIJKL")),
    *(case(f"erreur {text}", raw(f't="e"|<v>{text}</v>'), A("cellule_en_erreur", "L2")) for text in ("#REF!", "#N/A", "#DIV/0!", "#NAME?")),
    case("erreur en Open XML strict", strict(raw('t="e"|<v>#REF!</v>')), A("cellule_en_erreur", "L2")),
    case("erreur dans une feuille nommée en capitales", c.zipped({n.replace("sheet1", "Sheet1"): d for n, d in c.parts_of(raw('t="e"|<v>#REF!</v>')).items()}), A("cellule_en_erreur", "L2")),
    case("erreurs en xlsb", Xlsb([HEAD, row(montant=FormulaError("#REF!")), row(imp=Error("#N/A"))]).content(), A("cellule_en_erreur", "L2"), A("cellule_en_erreur", "K3"), file="t.xlsb"),
    case("erreur en xls", saved("xls", table(row(montant="=1/0"))), A("cellule_en_erreur", "L2"), file="t.xls"),
    case("erreur en ods", saved("ods", table(row(montant="=1/0"))), A("cellule_en_erreur", "L2"), file="t.ods"),
    case("erreur en csv", text_table([HEAD, row(montant="#REF!")]), A("cellule_en_erreur", "L2"), file="t.csv"),
    case("_x000D_", table(row(referent_nom="Exemple_x000D_", etablissement="Collège_x000D_\ndes Tilleuls")), L()),
    *(case(f"M. {name}", table(row(referent_nom=name)), L(referent=f"Mme Anne {name}")) for name in ("Null", "None", "Vrai", "Nan", "N’Diaye")),
    case("M. NA", table(row(referent_nom="NA")), L(referent="Mme Anne Na")),
    case("M. Vrai, que le tableur a pris pour un booléen", table(row(referent_nom=True)), L(referent="Mme Anne Vrai")),
    case("texte mis en forme par morceaux", c.shared_texts(table(row(referent_nom="@0")), '<r><t>Exem</t></r><r><rPr><b/></rPr><t>ple</t></r><rPh sb="0" eb="1"><t>phonétique</t></rPh>'), L()),
    case("signes invisibles et de contrôle", table(row(referent_nom="Ex\u200bem\u00adple\ufeff", chef="Paul\u202e Modèle")), L()),
    case("signe de contrôle interdit en XML", c.patched(GOOD_BOOK, lambda xml: xml.replace("Exemple", "Exem&#7;ple")), L()),
    case("accents décomposés", table(row(etablissement="Colle\u0300ge des Tilleuls", chef="Paul Mode\u0300le")), L()),
    case("espaces en trop, insécables", table(row(referent_nom=" Exemple\u00a0", chef="Paul\u00a0 Modèle")), L()),
    case("capitales, particules", table(row(referent_nom="DE LA TOUR D'AUVERGNE", referent_prenom="ANNE-LISE")), L(referent="Mme Anne-Lise de La Tour d’Auvergne")),
    case("minuscules, nom double", table(row(referent_nom="le bris-kerhervé", referent_prenom="anne")), L(referent="Mme Anne Le Bris-Kerhervé")),
    case("nom aux capitales voulues", table(row(referent_nom="McArthur DuPont")), L(referent="Mme Anne McArthur DuPont")),
    case("Van den Berghe", table(row(referent_nom="VAN DEN BERGHE")), L(referent="Mme Anne Van den Berghe")),
    *(case(f"texte qui commence par {sign}", text_table([HEAD, row(referent_nom=f"{sign}Exemple")]), A("nom_signes", "H2"), file="t.csv") for sign in "=+@"),
    case("nom qui commence par un tiret", text_table([HEAD, row(referent_nom="-Exemple")]), L(referent="Mme Anne -Exemple"), file="t.csv"),
    case("nom avec des chiffres", table(row(referent_nom="Exemple2")), A("nom_signes", "H2")),
    case("nom qui est un nombre", table(row(referent_nom=12)), A("nom_signes", "H2")),
    case("UAI en minuscules, avec des espaces, sans son zéro", table(row(uai="779999a"), [f" 093 9999 {UAI93[-1].lower()}", *TWO[1:]]), L(), L2),
    case("UAI dont la clé est fausse", table(row(uai="0779999D")), A("uai_cle", "A2")),
    case("« & » et « < » dans un nom d’école", table(row(etablissement="Lycée A & B <Sud>")), L(ecole="Lycée A & B <Sud>")),
]
# fmt: on

CASES = [*CONTAINERS, *LIMITS, *FINDING, *CELLS]
