"""Sheets for people who live in Excel: real tables with filters, in French formats, ready to print, same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.reports.texts import legal, looks_like_formula

_NAVY = "#1F3864"
_LINE = 15
_HIGHEST = 409
"""Points: a line of text, and the highest row that Excel accepts."""

_TEXTS = ("texte", "nom", "long")
_QUOTED = " protégé"
"""What follows the kind of a text that looks like a formula, in the name of its format."""
_FORMATS: Mapping[str, Mapping[str, Any]] = {
    # « @ » keeps a text a text when somebody edits the cell: a UAI, « 77 », a name that begins with = or @.
    "texte": {"num_format": "@"},
    "nom": {"num_format": "@", "text_wrap": True},
    "long": {"num_format": "@", "text_wrap": True},
    "entier": {"num_format": "#,##0"},
    "ligne": {"num_format": "0", "align": "center"},
    "fraction": {"num_format": "# ?/?", "align": "center"},
    "euros": {"num_format": "#,##0.00\\ [$€-40C]_-"},
}
_WIDTHS: Mapping[str, tuple[int, int]] = {
    "texte": (8, 44),
    "nom": (12, 36),
    "long": (30, 80),
    "entier": (10, 14),
    "ligne": (8, 10),
    "fraction": (10, 12),
    "euros": (16, 20),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its header, the kind of its values (a key of the formats), whether it is added up."""

    header: str
    kind: str = "texte"
    total: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a table, the heading printed on each page, and the sentence that stands there when it is empty."""

    title: str
    heading: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    empty: str


def workbook(sheets: Sequence[Sheet], title: str, created: datetime) -> bytes:
    """Return the bytes of an xlsx; nothing in them depends on the clock or the machine."""
    buffer = BytesIO()
    # A name such as « =HYPERLINK(…) » is data from a cell of someone else: never a formula, a link or a number.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(buffer, options) as book:
        book.set_properties({"title": title, "created": created})
        formats = {kind: book.add_format({**values, "valign": "top"}) for kind, values in _FORMATS.items()}
        for kind in _TEXTS:
            formats[f"{kind}{_QUOTED}"] = book.add_format({**_FORMATS[kind], "valign": "top", "quote_prefix": True})
        bold = {kind: book.add_format({**values, "bold": True, "top": 1}) for kind, values in _FORMATS.items()}
        header = book.add_format(
            {"bold": True, "font_color": "#FFFFFF", "bg_color": _NAVY, "text_wrap": True, "valign": "vcenter"}
        )
        for number, sheet in enumerate(sheets, 1):
            page = book.add_worksheet(sheet.title)
            _lay_out(page, sheet)
            if sheet.rows:
                _write_table(page, sheet, number, formats, bold, header)
            else:
                page.write_string(0, 0, sheet.empty)
    return buffer.getvalue()


def _lay_out(page: Worksheet, sheet: Sheet) -> None:
    """Set what is seen around the cells: frozen header, widths, A4 landscape, one page wide."""
    page.freeze_panes(1, 0)
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
    page.set_header(f"&L&B{sheet.heading.replace('&', '&&')[:180]}&R&A")
    page.set_footer("&CPage &P sur &N")
    if not sheet.rows:
        return
    widths = [_width(column, (row[place] for row in sheet.rows)) for place, column in enumerate(sheet.columns)]
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    page.set_row(0, 2 * _LINE)
    for line, row in enumerate(sheet.rows, 1):
        if (lines := _height(sheet.columns, widths, row)) > 1:
            page.set_row(line, min(_LINE * lines, _HIGHEST))


def _width(column: Column, values: Iterable[object]) -> int:
    """Return the width that fits: the longest line, the header's longest word beside its filter, within bounds."""
    least, most = _WIDTHS[column.kind]
    texts = set(map(str, values)) if column.kind in _TEXTS else ()
    longest = max((len(line) + 2 for text in texts for line in text.splitlines()), default=0)
    word = max(len(word) for word in column.header.split())
    return min(max(least, word + 5, longest), most)


def _height(columns: Sequence[Column], widths: Sequence[int], row: Sequence[object]) -> int:
    """Return the lines that the wrapped cells of a row need: spreadsheets do not all work it out when they open."""
    needed = [
        sum(-(-len(line) // width) for line in str(value).splitlines())
        for column, width, value in zip(columns, widths, row, strict=True)
        if column.kind in ("nom", "long")
    ]
    return max([1, *needed])


def _write_table(
    page: Worksheet,
    sheet: Sheet,
    number: int,
    formats: Mapping[str, Any],
    bold: Mapping[str, Any],
    header: Any,
) -> None:
    last = len(sheet.rows)
    has_total = any(column.total for column in sheet.columns)
    headers: list[dict[str, Any]] = []
    for place, column in enumerate(sheet.columns):
        described: dict[str, Any] = {"header": column.header, "header_format": header}
        if column.total:
            described |= {"total_function": "sum"}
        elif has_total and place == 0:
            described |= {"total_string": "Total", "format": bold["texte"]}
        headers.append(described)
    page.add_table(
        0,
        0,
        last + has_total,
        len(sheet.columns) - 1,
        {"name": f"Tableau{number}", "style": "Table Style Light 1", "columns": headers, "total_row": has_total},
    )
    for place, column in enumerate(sheet.columns):
        if column.total:
            # Qualified as Excel itself writes it: LibreOffice does not read the short form of the library.
            formula = f"=SUBTOTAL(109,Tableau{number}[{column.header}])"
            total = sum(_number(row[place]) for row in sheet.rows)
            page.write_formula(last + 1, place, formula, bold[column.kind], total)
        elif has_total and place:
            page.write_blank(last + 1, place, None, bold["texte"])  # the rule above the total runs on
    for line, row in enumerate(sheet.rows, 1):
        for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _write_cell(page, (line, place), value, column.kind, formats)
    page.ignore_errors({"number_stored_as_text": f"A1:Z{last + 2}"})


def _write_cell(page: Worksheet, at: tuple[int, int], value: object, kind: str, formats: Mapping[str, Any]) -> None:
    if value is None or value == "":
        page.write_blank(*at, None, formats[kind])
    elif isinstance(value, str):
        text = legal(value)
        page.write_string(*at, text, formats[f"{kind}{_QUOTED}" if looks_like_formula(text) else kind])
    else:
        page.write_number(*at, _number(value), formats[kind])


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float | Decimal | Fraction) else 0.0
