"""A copy of the user's own workbook to write remarks on, and its bytes: results of formulas kept, no clock inside."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.model import Change, RowRef
from pipeline.reports.sheets import CELL_MAX
from pipeline.rules.row import as_text
from pipeline.signs import NOT_XML
from pipeline.table import LINE, SHEET, CellFault, Table

Results = Mapping[str, Mapping[str, object]]
"""What the formulas of each sheet (by its title) gave when they were last computed, by cell."""

_FORMULA_CELL = re.compile(r'<c r="([A-Z]+\d+)"([^>]*)>(<f\b[^>]*>[^<]*</f>|<f\b[^>]*/>)(?:<v\s*/>|<v></v>)</c>')
_DATED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def copy_of(path: Path) -> tuple[Workbook, Results] | None:
    """Open the user's workbook to be written on, with the results of its formulas; None when it cannot be read so.

    Never raises: whatever the library finds wrong in the file (another format, a style it does not know), the table
    can still be laid out by `plain_copy`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # « extension not supported »: what is lost does not concern the reader
            # A file object: given a name, the library refuses by its extension files that it could read.
            book = load_workbook(BytesIO(path.read_bytes()), rich_text=True)
            formulas = {sheet.title: _formulas(sheet) for sheet in book.worksheets}
            if not any(formulas.values()):
                return book, {}
            computed = load_workbook(BytesIO(path.read_bytes()), data_only=True)
        return book, {title: {at: computed[title][at].value for at in cells} for title, cells in formulas.items()}
    except Exception:
        return None


def _formulas(sheet: Worksheet) -> list[str]:
    return [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def plain_copy(table: Table, changes: Sequence[Change]) -> Workbook:
    """Lay out the table in a new workbook, each value at its own sheet, column and line, as the user had written it."""
    book = Workbook()
    book.remove(book.worksheets[0])
    before = {(change.row, change.cell): change.before for change in changes}
    for title, columns in table.columns.items():
        sheet = book.create_sheet(title)
        rows = table.rows[table.rows[SHEET] == title].to_dict("records")
        header = max(min((int(row[LINE]) for row in rows), default=2) - 1, 1)
        for name, column in columns.items():
            place = column_index_from_string(column.letter)
            put_text(sheet, header, place, column.header)
            for row in rows:
                line = int(row[LINE])
                written = before.get((RowRef(title, line), f"{column.letter}{line}"), row.get(name, ""))
                _put(sheet, line, place, written)
    return book


def _put(sheet: Worksheet, line: int, place: int, value: object) -> None:
    if isinstance(value, CellFault):
        put_text(sheet, line, place, value.error)
    elif isinstance(value, bool | int | float | date | time | timedelta):
        sheet.cell(line, place, value)
    elif text := as_text(value):
        put_text(sheet, line, place, text)


def put_text(sheet: Worksheet, line: int, place: int, text: str) -> Cell:
    """Write a text that stays a text, even when it begins with = + - or @, and return its cell."""
    cell = cast(Cell, sheet.cell(line, place))  # never merged: the sheets written to are ours
    cell.value = legal(text)[:CELL_MAX]
    cell.data_type = "s"  # the library has just taken « =… » for a formula and « #N/A » for an error
    shield(cell)
    return cell


def shield(cell: Cell) -> None:
    """Make a text that looks like a formula stay a text when somebody edits its cell in Excel."""
    if cell.data_type == "s" and str(cell.value)[:1] in "=+-@" and len(str(cell.value)) > 1:
        cell.quotePrefix = True


def legal(text: str) -> str:
    """Replace the characters that a workbook cannot hold."""
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def bytes_of(book: Workbook, results: Results, created: datetime) -> bytes:
    """Return the workbook's bytes: formulas with their last results, `created` as its only date, the same each run."""
    buffer = BytesIO()
    book.save(buffer)
    parts = {sheet.path.lstrip("/"): results.get(sheet.title, {}) for sheet in book.worksheets}
    stamp = f"{created:%Y-%m-%dT%H:%M:%SZ}".encode()
    copy = BytesIO()
    with ZipFile(buffer) as source, ZipFile(copy, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _DATED.sub(lambda found: found[1] + stamp, data)
            if parts.get(name):
                data = _with_results(data, parts[name])
            info = ZipInfo(name)  # 1 January 1980
            info.create_system, info.compress_type = 3, ZIP_DEFLATED
            target.writestr(info, data)
    return copy.getvalue()


def _with_results(xml: bytes, results: Mapping[str, object]) -> bytes:
    """Give each formula the result it had, which the library leaves out: without it the copy would read as blank."""

    def fill(found: re.Match[str]) -> str:
        kind, value = _result(results.get(found[1]))
        return f'<c r="{found[1]}"{found[2]}{kind}>{found[3]}<v>{value}</v></c>' if value else found[0]

    return _FORMULA_CELL.sub(fill, xml.decode("utf-8")).encode("utf-8")


def _result(value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, int | float):
        return "", repr(value)
    if isinstance(value, datetime | date | time | timedelta):
        return "", repr(to_excel(value))  # type: ignore[no-untyped-call]
    if isinstance(value, str):
        return (' t="e"' if value.startswith("#") and value.endswith(("!", "?", "A")) else ' t="str"'), escape(value)
    return "", ""
