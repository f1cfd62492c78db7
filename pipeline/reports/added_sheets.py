"""The sheets that anomalies.xlsx adds to the user's own: what to correct, first; what cleaning changed, last."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.model import Anomaly, Severity
from pipeline.reports.summary import Summary, written_at
from pipeline.reports.workbook_copy import put_text, shield

TO_CORRECT = "À corriger"
CLEANING = "Nettoyage"

COLOURS = {Severity.ERREUR: "FFC7CE", Severity.AVERTISSEMENT: "FFEB9C", Severity.INFORMATION: "DDEBF7"}
"""By weight, the heaviest first."""
WORDS = {Severity.ERREUR: "Erreur", Severity.AVERTISSEMENT: "Avertissement", Severity.INFORMATION: "Information"}

_TO_CORRECT = {"Gravité": 15, "Feuille": 18, "Ligne": 8, "Colonne": 22, "Cellule": 10, "Écrit": 30, "À faire": 90}
_CLEANING = {"Feuille": 18, "Cellule": 10, "Colonne": 22, "Avant": 34, "Après": 34, "Règle": 50}
_FONT = "Calibri"
_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "texte": {"alignment": Alignment(vertical="top")},
    "long": {"alignment": Alignment(vertical="top", wrap_text=True)},
    "ligne": {"alignment": Alignment(vertical="top", horizontal="center")},
    "lien": {
        "alignment": Alignment(vertical="top"),
        "font": Font(name=_FONT, size=11, color="0563C1", underline="single"),
    },
    **{
        severity: {"alignment": Alignment(vertical="top"), "fill": PatternFill("solid", fgColor=colour)}
        for severity, colour in COLOURS.items()
    },
}


def add_to_correct(book: Workbook, summary: Summary, addresses: Mapping[Anomaly, str]) -> None:
    """Add the first sheet: errors, then warnings, each with a link to its cell (given by `addresses`)."""
    sheet = book.create_sheet(TO_CORRECT, 0)
    _head(sheet, _TO_CORRECT)
    todo = [*summary.of(Severity.ERREUR), *summary.of(Severity.AVERTISSEMENT)]
    written = written_at(summary)
    known: dict[str, Any] = {}
    for line, anomaly in enumerate(todo, 2):
        title, address = anomaly.row.sheet, addresses.get(anomaly, "")
        values = (WORDS[anomaly.severity], title, "", anomaly.column, address or anomaly.cell)
        texts = (*values, written.get((anomaly.row, anomaly.cell), ""), anomaly.message)
        looks = (anomaly.severity, "texte", "ligne", "texte", "texte", "long", "long")
        for place, (text, look) in enumerate(zip(texts, looks, strict=True), 1):
            _dress(put_text(sheet, line, place, text), look, known)
        sheet.cell(line, 3, anomaly.row.line)
        sheet.row_dimensions[line].height = 15 * max(-(-len(texts[5]) // 28), -(-len(texts[6]) // 94), 1)
        if address:
            _link(sheet, line, 5, (title, address), known)
    if not todo:
        put_text(sheet, 2, 1, "Rien à corriger.")
    _finish(sheet, _TO_CORRECT)


def add_cleaning(book: Workbook, summary: Summary) -> None:
    """Add the last sheet: each cell that cleaning rewrote, before and after, with the rule that did it."""
    sheet = book.create_sheet(CLEANING)
    _head(sheet, _CLEANING)
    known: dict[str, Any] = {}
    titles = set(book.sheetnames)
    for line, change in enumerate(summary.changes, 2):
        texts = (change.row.sheet, change.cell, change.column, change.before, change.after, change.rule)
        for place, text in enumerate(texts, 1):
            put_text(sheet, line, place, text)
        if change.row.sheet in titles and change.cell:
            _link(sheet, line, 2, (change.row.sheet, change.cell), known)
    if not summary.changes:
        put_text(sheet, 2, 1, "Aucune cellule n’a été modifiée à la lecture.")
    _finish(sheet, _CLEANING)


def _dress(cell: Cell, look: str, known: dict[str, Any]) -> None:
    """Give a cell its look. The library takes long to find a style again, so each is worked out once a workbook."""
    if look not in known:
        for name, value in _LOOKS[look].items():
            setattr(cell, name, value)
        cell.quotePrefix = False
        known[look] = cell._style  # type: ignore[attr-defined]
    cell._style = copy(known[look])  # type: ignore[attr-defined]
    shield(cell)


def _link(sheet: Worksheet, line: int, place: int, target: tuple[str, str], known: dict[str, Any]) -> None:
    cell = sheet.cell(line, place)
    title, address = target
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{quote_sheetname(title)}!{address}")
    if isinstance(cell, Cell):
        _dress(cell, "lien", known)


def _head(sheet: Worksheet, columns: Mapping[str, int]) -> None:
    for place, (header, width) in enumerate(columns.items(), 1):
        cell = put_text(sheet, 1, place, header)
        cell.font = Font(name=_FONT, size=11, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F3864")
        sheet.column_dimensions[get_column_letter(place)].width = width


def _finish(sheet: Worksheet, columns: Mapping[str, int]) -> None:
    """Freeze the header, add filters, and print in landscape, one page wide, the header on each page."""
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{sheet.max_row}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
