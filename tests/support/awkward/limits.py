"""Files made to exhaust a machine, and sheets that only look huge."""

from __future__ import annotations

import re

from support import workbooks as c
from support.awkward.expected import L, S, case
from support.awkward.making import ENTITIES, GOOD_BOOK, GOOD_PARTS, L2, TWO, formatted_blanks, written
from support.workbooks import HEAD, ROW, text_table
from support.xlsb import Xlsb

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
    case("csv d’un million de colonnes", written(lambda: text_table([HEAD, ROW]) + b";" * 1_000_100), S("anormalement gros"), file="t.csv"),
    case("csv de trois millions de cellules remplies", written(lambda: text_table([HEAD, ROW]) + b"a;b;c;d\n" * 751_000), S("anormalement gros"), file="t.csv"),
    case("csv de cent mille lignes vides", written(lambda: text_table([HEAD, ROW]) + b";;;;;;;;;;;\n" * 100_000 + text_table([TWO])), L(), L2, file="t.csv"),
    case("dimension trop petite", c.patched(GOOD_BOOK, lambda xml: re.sub('<dimension ref="[^"]*"', '<dimension ref="A1:B1"', xml)), L()),
    case("dimension immense", c.patched(GOOD_BOOK, lambda xml: re.sub('<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', xml)), L()),
    case("cellules sans références", c.patched(GOOD_BOOK, lambda xml: re.sub(r' r="[A-Z]+\d+"', "", xml)), L()),
    case("lignes et cellules sans références", c.patched(GOOD_BOOK, lambda xml: re.sub(r' r="[A-Z]*\d+"', "", xml)), L()),
    case("cellules avec un préfixe XML", c.patched(GOOD_BOOK, lambda xml: re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", xml).replace("xmlns=", "xmlns:x=")), L()),
]
# fmt: on
