"""What kind of file it is: every container that is read, and what bears the name of one without being it."""

from __future__ import annotations

from pathlib import Path

from pipeline.load.compound import stream_of
from support import workbooks as c
from support.awkward.expected import A, L, S, case, saved
from support.awkward.making import GOOD_BOOK, GOOD_PARTS, L3, THREE, encrypted_xls, strict
from support.workbooks import HEAD, ROW, heads, row, text_table, xlsx
from support.xlsb import Xlsb

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
    case("csv où la page de code a perdu des signes", text_table([HEAD, row(referent_nom="Lefe?vre", montant="1?250,00")]), A("texte_abime", "H2"), A("montant_illisible", "L2"), file="t.csv"),
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
