"""anomalies.xlsx: the user's own workbook, faulty cells coloured and commented, to be corrected and given back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.model import Anomaly, Severity
from pipeline.reports.summary import Summary, written_at
from pipeline.reports.workbook_copy import Results, bytes_of, copy_of, legal, plain_copy, put_text, shield

TO_CORRECT = "À corriger"
CLEANING = "Nettoyage"
AUTHOR = "Contrôle des lettres de mission"

_COLOURS = {Severity.ERREUR: "FFC7CE", Severity.AVERTISSEMENT: "FFEB9C", Severity.INFORMATION: "DDEBF7"}
_WORDS = {Severity.ERREUR: "Erreur", Severity.AVERTISSEMENT: "Avertissement", Severity.INFORMATION: "Information"}
_FONT = "Calibri"
_WEIGHT = list(_COLOURS)
_TO_CORRECT = {"Gravité": 15, "Feuille": 18, "Ligne": 8, "Colonne": 22, "Cellule": 10, "Écrit": 30, "À faire": 90}
_CLEANING = {"Feuille": 18, "Cellule": 10, "Colonne": 22, "Avant": 34, "Après": 34, "Règle": 50}


def anomalies_xlsx(summary: Summary) -> bytes:
    """Return the bytes of anomalies.xlsx.

    A workbook that cannot be copied (another format) is laid out again from the table, at the same addresses.
    """
    created = datetime(int(summary.config.campagne.annee_scolaire[:4]), 9, 1)
    if copied := copy_of(summary.workbook):
        # The library can read some workbooks that it then fails to write: the reader is better off with the plain one.
        with suppress(Exception):
            return _marked(*copied, summary, created)
    return _marked(plain_copy(summary.table, summary.changes), {}, summary, created)


def _marked(book: Workbook, results: Results, summary: Summary, created: datetime) -> bytes:
    _forget_earlier_marks(book, summary)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, Cell):
                    shield(cell)
    addresses = _addresses(book, summary.anomalies)
    said: dict[tuple[str, str], list[Anomaly]] = {}
    for anomaly, address in addresses.items():
        said.setdefault((anomaly.row.sheet, address), []).append(anomaly)
    for (title, address), anomalies in said.items():
        _mark(book[title][address], anomalies)
    _add_to_correct(book, summary, addresses)
    _add_cleaning(book, summary)
    book.active = 0
    for sheet in book.worksheets:
        # Two selected sheets are a group in Excel: what is typed on one is written on both.
        sheet.sheet_view.tabSelected = sheet is book.worksheets[0]
    return bytes_of(book, results, created)


def _forget_earlier_marks(book: Workbook, summary: Summary) -> None:
    """Take away what an earlier anomalies.xlsx left: this one may be its corrected copy."""
    for title in (TO_CORRECT, CLEANING):
        if title in book.sheetnames and title not in summary.table.columns:
            book.remove(book[title])
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment and cell.comment.author == AUTHOR:
                    cell.comment = None
                    cell.fill = PatternFill()


def _addresses(book: Workbook, anomalies: Sequence[Anomaly]) -> dict[Anomaly, str]:
    """Return the cell to mark for each anomaly: its own, or the first filled one of its row.

    Anomalies of a sheet that the copy does not have are left out.
    """
    firsts = {sheet.title: _first_cells(sheet) for sheet in book.worksheets}
    merged = {sheet.title: _merged_cells(sheet) for sheet in book.worksheets}
    found = {}
    for anomaly in anomalies:
        title, line = anomaly.row.sheet, anomaly.row.line
        if title in firsts:
            address = anomaly.cell or firsts[title].get(line, f"A{line}")
            found[anomaly] = merged[title].get(address, address)
    return found


def _first_cells(sheet: Worksheet) -> dict[int, str]:
    """Return the first filled cell of each row, in one walk: asking a sheet for one row costs as much as for all."""
    return {
        cell.row: cell.coordinate for row in sheet.iter_rows() for cell in reversed(row) if cell.value not in (None, "")
    }


def _merged_cells(sheet: Worksheet) -> dict[str, str]:
    """Return, for each cell hidden by a merged area, the one that shows: only that one can bear a comment."""
    return {
        f"{get_column_letter(column)}{line}": f"{get_column_letter(area.min_col)}{area.min_row}"
        for area in sheet.merged_cells.ranges
        for line, column in area.cells
        if isinstance(sheet.cell(line, column), MergedCell)
    }


def _mark(cell: Cell, anomalies: Sequence[Anomaly]) -> None:
    worst = min(anomalies, key=lambda one: _WEIGHT.index(one.severity)).severity
    cell.fill = PatternFill("solid", fgColor=_COLOURS[worst])
    lines = [f"{_WORDS[one.severity]} : {one.message}" for one in anomalies]
    if cell.comment:
        lines.append(f"Commentaire déjà présent : {cell.comment.text}")
    text = legal("\n\n".join(lines))
    height = 24 + 17 * sum(len(line) // 46 + 1 for line in text.split("\n"))
    cell.comment = Comment(text, AUTHOR, height=min(height, 420), width=330)


def _add_to_correct(book: Workbook, summary: Summary, addresses: Mapping[Anomaly, str]) -> None:
    sheet = book.create_sheet(TO_CORRECT, 0)
    _head(sheet, _TO_CORRECT)
    todo = [*summary.of(Severity.ERREUR), *summary.of(Severity.AVERTISSEMENT)]
    written = written_at(summary)
    for line, anomaly in enumerate(todo, 2):
        place = anomaly.row
        address = addresses.get(anomaly, "")
        values = (_WORDS[anomaly.severity], place.sheet, "", anomaly.column, address or anomaly.cell)
        texts = (*values, written.get((place, anomaly.cell), ""), anomaly.message)
        for column, text in enumerate(texts, 1):
            put_text(sheet, line, column, text).alignment = Alignment(vertical="top", wrap_text=column >= 6)
        sheet.cell(line, 3, place.line).alignment = Alignment(vertical="top", horizontal="center")
        sheet.row_dimensions[line].height = 15 * max(-(-len(texts[5]) // 28), -(-len(texts[6]) // 94), 1)
        sheet.cell(line, 1).fill = PatternFill("solid", fgColor=_COLOURS[anomaly.severity])
        if address:
            _link(sheet.cell(line, 5), place.sheet, address)
    if not todo:
        put_text(sheet, 2, 1, "Rien à corriger.")
    _finish(sheet, _TO_CORRECT)


def _link(cell: Cell, title: str, address: str) -> None:
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{quote_sheetname(title)}!{address}")
    cell.font = Font(name=_FONT, size=11, color="0563C1", underline="single")


def _add_cleaning(book: Workbook, summary: Summary) -> None:
    sheet = book.create_sheet(CLEANING)
    _head(sheet, _CLEANING)
    for line, change in enumerate(summary.changes, 2):
        texts = (change.row.sheet, change.cell, change.column, change.before, change.after, change.rule)
        for column, text in enumerate(texts, 1):
            put_text(sheet, line, column, text)
        if change.row.sheet in book.sheetnames and change.cell:
            _link(sheet.cell(line, 2), change.row.sheet, change.cell)
    if not summary.changes:
        put_text(sheet, 2, 1, "Aucune cellule n’a été modifiée à la lecture.")
    _finish(sheet, _CLEANING)


def _head(sheet: Worksheet, columns: Mapping[str, int]) -> None:
    for place, (header, width) in enumerate(columns.items(), 1):
        cell = put_text(sheet, 1, place, header)
        cell.font, cell.fill = (
            Font(name=_FONT, size=11, bold=True, color="FFFFFF"),
            PatternFill("solid", fgColor="1F3864"),
        )
        sheet.column_dimensions[get_column_letter(place)].width = width


def _finish(sheet: Worksheet, columns: Mapping[str, int]) -> None:
    """Freeze the header, add filters, and print in landscape, one page wide, the header on each page."""
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{sheet.max_row}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
