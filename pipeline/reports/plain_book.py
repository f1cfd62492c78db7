"""The user's cells laid out again in an xlsx, at the same addresses, where his own workbook is of another format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.utility import xl_cell_to_rowcol
from xlsxwriter.worksheet import Worksheet

from pipeline.model import Change, RowRef
from pipeline.reading.grids import Sheet
from pipeline.reading.merged import Grid, cell_at
from pipeline.reports.texts import legal, looks_like_formula
from pipeline.signs import NOT_XML
from pipeline.table import LINE, SHEET, CellFault, Table

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
_NARROWEST, _WIDEST = 9, 60
_NOT_IN_A_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_TITLE_MAX = 31
_FORMATS = {
    "jour": {"num_format": "dd/mm/yyyy", "align": "left"},
    "instant": {"num_format": "dd/mm/yyyy hh:mm", "align": "left"},
    "heure": {"num_format": "[hh]:mm", "align": "left"},
    "texte protégé": {"quote_prefix": True},
}


def plain_book(sheets: Sequence[Sheet], created: datetime) -> tuple[bytes, dict[str, str]]:
    """Return the bytes of the xlsx, and the title that each sheet has in it: Excel does not accept them all."""
    buffer, titles = BytesIO(), _titles(sheets)
    with Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"created": created})
        formats = {name: book.add_format(values) for name, values in _FORMATS.items()}
        for sheet in sheets:
            page = book.add_worksheet(titles[sheet.name])
            for row, cells in enumerate(sheet.grid):
                for column, value in enumerate(cells):
                    _put(page, row, column, value, formats)
            for column, width in _widths(sheet.grid):
                page.set_column(column, column, width)
            for area in sheet.areas:
                if (area.top, area.left) != (area.bottom, area.right):
                    with suppress(XlsxWriterException):  # areas that lie over one another
                        page.merge_range(*area, "")
                        _put(page, area.top, area.left, cell_at(sheet.grid, area.top, area.left), formats)
    return buffer.getvalue(), titles


def sheets_of(table: Table, changes: Sequence[Change]) -> list[Sheet]:
    """Return the sheets as a table remembers them, each cell as the user had written it, for want of his workbook."""
    before = {(change.row, change.cell): change.before for change in changes}
    sheets = []
    for title, columns in table.columns.items():
        rows = table.rows[table.rows[SHEET] == title].to_dict("records")
        top = max(min((int(row[LINE]) for row in rows), default=2) - 2, 0)
        places = {name: int(xl_cell_to_rowcol(f"{column.letter}1")[1]) for name, column in columns.items()}
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


def _put(page: Worksheet, row: int, column: int, value: object, formats: dict[str, object]) -> None:
    match value:
        case None | "" | CellFault(""):
            return
        case CellFault(error):
            page.write_formula(row, column, f"={error}", None, error)
        case bool():
            page.write_boolean(row, column, value)
        case int() | float():
            page.write_number(row, column, value)
        case datetime() if value.time() != time() and value.year >= 1900:
            page.write_datetime(row, column, value, formats["instant"])
        case date() if value.year >= 1900:
            page.write_datetime(row, column, value, formats["jour"])
        case time() | timedelta():
            page.write_datetime(row, column, value, formats["heure"])
        case _:
            text = legal(NOT_XML.sub("", str(value)))  # nobody sees these signs, and reading drops them
            page.write_string(row, column, text, formats["texte protégé"] if looks_like_formula(text) else None)


def _widths(grid: Grid) -> Iterator[tuple[int, int]]:
    """Give each column a width that shows its texts, within bounds; the first rows hold titles, which may overflow."""
    longest: dict[int, int] = {}
    for row in grid:
        if sum(1 for cell in row if cell not in (None, "")) > 1:
            for column, cell in enumerate(row):
                longest[column] = max(longest.get(column, 0), 10 if isinstance(cell, date) else len(str(cell)))
    for column, length in longest.items():
        yield column, min(max(length + 2, _NARROWEST), _WIDEST)


def _titles(sheets: Sequence[Sheet]) -> dict[str, str]:
    titles: dict[str, str] = {}
    taken: set[str] = set()
    for sheet in sheets:
        wanted = legal(sheet.name).translate(_NOT_IN_A_TITLE).strip("'").strip()[:_TITLE_MAX] or "Feuille"
        number, title = 1, wanted
        while title.casefold() in taken:
            number += 1
            title = f"{wanted[: _TITLE_MAX - 5]} ({number})"
        taken.add(title.casefold())
        titles[sheet.name] = title
    return titles
