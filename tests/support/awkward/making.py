"""How awkward workbooks are made: the good one, changed in its cells or in its XML."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

from pipeline.load.compound import stream_of
from pipeline.uai import made_up
from support import workbooks as c
from support.awkward.expected import L
from support.rows import GOOD
from support.workbooks import ROW, row, table

UAI93, UAI94 = made_up("93"), made_up("94")
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
