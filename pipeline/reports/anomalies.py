"""anomalies.xlsx: the user's own workbook, faulty cells coloured and commented, to be corrected and given back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.model import Anomaly
from pipeline.reports.added_sheets import CLEANING, COLOURS, TO_CORRECT, WORDS, add_cleaning, add_to_correct
from pipeline.reports.summary import Summary
from pipeline.reports.workbook_copy import Results, bytes_of, copy_of, legal, plain_copy, shield

AUTHOR = "Contrôle des lettres de mission"
_WEIGHT = list(COLOURS)


def anomalies_xlsx(summary: Summary) -> bytes:
    """Return the bytes of anomalies.xlsx.

    A workbook that cannot be copied (another format) is laid out again from the table, at the same addresses.
    """
    created = summary.config.campagne.rentree
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
    add_to_correct(book, summary, addresses)
    add_cleaning(book, summary)
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
    found = {}
    for anomaly in anomalies:
        title, line = anomaly.row.sheet, anomaly.row.line
        if title in firsts:
            found[anomaly] = _visible(book[title], anomaly.cell or firsts[title].get(line, f"A{line}"))
    return found


def _first_cells(sheet: Worksheet) -> dict[int, str]:
    """Return the first filled cell of each row, in one walk: asking a sheet for one row costs as much as for all."""
    return {
        cell.row: cell.coordinate for row in sheet.iter_rows() for cell in reversed(row) if cell.value not in (None, "")
    }


def _visible(sheet: Worksheet, address: str) -> str:
    """Return the cell that shows in the place of one hidden by a merged area: only that one can bear a comment."""
    if isinstance(sheet[address], MergedCell):
        for area in sheet.merged_cells.ranges:
            if address in area:
                return f"{get_column_letter(area.min_col)}{area.min_row}"
    return address


def _mark(cell: Cell, anomalies: Sequence[Anomaly]) -> None:
    worst = min(anomalies, key=lambda one: _WEIGHT.index(one.severity)).severity
    cell.fill = PatternFill("solid", fgColor=COLOURS[worst])
    lines = [f"{WORDS[one.severity]} : {one.message}" for one in anomalies]
    if cell.comment:
        lines.append(f"Commentaire déjà présent : {cell.comment.text}")
    text = legal("\n\n".join(lines))
    height = 24 + 17 * sum(len(line) // 46 + 1 for line in text.split("\n"))
    cell.comment = Comment(text, AUTHOR, height=min(height, 420), width=330)
