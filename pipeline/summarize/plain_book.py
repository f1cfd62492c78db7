"""The user's cells laid out again in an xlsx, at the same addresses, where his own workbook is of another format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.french.signs import NOT_XML
from pipeline.load.cells import Grid
from pipeline.load.grids import Sheet
from pipeline.model import Change, RowRef
from pipeline.table import LINE, SHEET, CellFault, Table
from pipeline.xlsx.book import TITLE_MAX, free_title
from pipeline.xlsx.tables import legal, looks_like_formula

_NARROWEST, _WIDEST = 9, 60
_NOT_IN_A_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_MERGED_MAX = 20_000
"""Cells of an area that stays merged. A whole row of Excel has 16 384; a whole sheet, merged by mistake, billions."""
_DAY, _INSTANT, _TIME = "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "[hh]:mm"


def plain_book(sheets: Sequence[Sheet], created: datetime) -> tuple[bytes, dict[str, str]]:
    """Return the bytes of the xlsx, and the title that each sheet has in it: Excel does not accept them all."""
    buffer, titles = BytesIO(), _titles(sheets)
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.created = created
    for sheet in sheets:
        page = book.create_sheet(titles[sheet.name])
        page.sheet_state = Worksheet.SHEETSTATE_VERYHIDDEN if sheet.secret else Worksheet.SHEETSTATE_VISIBLE
        for row, cells in enumerate(sheet.grid, start=1):
            for column, value in enumerate(cells, start=1):
                _put(page, row, column, value)
        for row, column in sheet.marks.struck:
            page.cell(row + 1, column + 1).font = Font(strike=True)
        for letter, width in _widths(sheet.grid):
            page.column_dimensions[letter].width = width
        taken: set[tuple[int, int]] = set()
        for area in sheet.areas:
            if not 1 < (area.bottom - area.top + 1) * (area.right - area.left + 1) <= _MERGED_MAX:
                continue
            places = {
                (row, column) for row in range(area.top, area.bottom + 1) for column in range(area.left, area.right + 1)
            }
            if not places & taken:  # some programs write areas that lie over one another
                taken |= places
                page.merge_cells(None, area.top + 1, area.left + 1, area.bottom + 1, area.right + 1)
    book.save(buffer)
    return buffer.getvalue(), titles


def sheets_of(table: Table, changes: Sequence[Change]) -> list[Sheet]:
    """Return the sheets as a table remembers them, each cell as the user had written it, for want of his workbook."""
    before = {(change.row, change.cell): change.before for change in changes}
    sheets = []
    for title, columns in table.columns.items():
        rows = table.rows[table.rows[SHEET] == title].to_dict("records")
        top = max(min((int(row[LINE]) for row in rows), default=2) - 2, 0)
        places = {name: column_index_from_string(column.letter) - 1 for name, column in columns.items()}
        width = max(places.values(), default=-1) + 1
        grid: Grid = [[""] * width for _ in range(max((int(row[LINE]) for row in rows), default=top + 1))]
        for name, place in places.items():
            grid[top][place] = columns[name].header
            for row in rows:
                line = int(row[LINE])
                cell = f"{columns[name].letter}{line}"
                grid[line - 1][place] = before.get((RowRef(title, line), cell), row.get(name, ""))
        sheets.append(Sheet(title, grid))
    return sheets


def _put(page: Worksheet, row: int, column: int, value: object) -> None:
    if value in (None, "", CellFault("")):
        return
    cell = cast(Cell, page.cell(row, column))  # never merged yet
    match value:
        case CellFault(error):
            cell.value = error
            cell.data_type = "e"
        case bool() | int() | float():
            cell.value = value
        case datetime() if value.time() != time() and value.year >= 1900:
            cell.value, cell.number_format = value, _INSTANT
        case date() if value.year >= 1900:
            cell.value, cell.number_format = value, _DAY
        case time() | timedelta():
            cell.value, cell.number_format = value, _TIME
        case _:
            text = legal(NOT_XML.sub("", str(value)))  # nobody sees these signs, and reading drops them
            cell.value = text
            cell.data_type = "s"  # the library has just taken « =… » for a formula and « #N/A » for an error
            if looks_like_formula(text):
                cell.quotePrefix = True


def _widths(grid: Grid) -> Iterator[tuple[str, int]]:
    """Give each column a width that shows its texts, within bounds; the first rows hold titles, which may overflow."""
    longest: dict[int, int] = {}
    for row in grid:
        if sum(1 for cell in row if cell not in (None, "")) > 1:
            for column, cell in enumerate(row):
                longest[column] = max(longest.get(column, 0), 10 if isinstance(cell, date) else len(str(cell)))
    for column, length in longest.items():
        yield get_column_letter(column + 1), min(max(length + 2, _NARROWEST), _WIDEST)


def _titles(sheets: Sequence[Sheet]) -> dict[str, str]:
    titles: dict[str, str] = {}
    taken: set[str] = set()
    for sheet in sheets:
        wanted = legal(sheet.name).translate(_NOT_IN_A_TITLE).strip("'").strip()[:TITLE_MAX] or "Feuille"
        title = free_title(wanted, taken)
        taken.add(title.casefold())
        titles[sheet.name] = title
    return titles
