"""A table as Excel means it: named, with filters and totals, its cells in French formats, none taken for a formula."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.french.signs import NOT_XML

CELL_MAX = 32_767
"""Characters that Excel accepts in a cell."""


def legal(text: str) -> str:
    """Replace the characters that a workbook cannot hold, and cut what Excel would not open."""
    if text.isprintable() and len(text) <= CELL_MAX:  # nearly always
        return text
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)[:CELL_MAX]


def looks_like_formula(text: str) -> bool:
    """Return whether a spreadsheet could take a text for a formula when somebody edits its cell or saves it as csv."""
    bare = text.strip()
    return len(bare) > 1 and bare[0] in "=+-@"


TEXTS = ("texte", "nom", "long")
FONT = "Arial"
"""As in the letters: each machine has it or replaces it by one of the same widths."""
NAVY = "#1F3864"
_GREY = "#BFBFBF"
_QUOTED = " protégé"
"""What follows the kind of a text that looks like a formula, in the name of its format."""
_FORMATS: Mapping[str, Mapping[str, Any]] = {
    # « @ » keeps a text a text when somebody edits the cell: a UAI, « 77 », a name that begins with = or @.
    "texte": {"num_format": "@"},
    "nom": {"num_format": "@", "text_wrap": True},
    "long": {"num_format": "@", "text_wrap": True},
    "entier": {"num_format": "#,##0_0", "align": "right"},  # « _0 »: room for a digit on the right
    "ligne": {"num_format": "0", "align": "center"},
    "fraction": {
        "num_format": "# ?/?",
        "align": "center",
    },  # a whole number takes « ligne »: no room left for a fraction
    # The language comes first: LibreOffice then writes « 1 250,00 € » on a computer that is not set to French.
    "euros": {"num_format": "[$-40C]#,##0.00\\ [$€-40C]_0", "align": "right"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its header, the kind of its values (a key of the formats), whether it is added up.

    One that is not printed comes last.
    """

    header: str
    kind: str = "texte"
    total: bool = False
    printed: bool = True


@dataclass(frozen=True, slots=True)
class Formula:
    """A number that the spreadsheet works out: its text in the file's own English syntax, and what it comes to."""

    text: str
    value: int | Decimal


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headers; `name` is how formulas call it, once in a workbook."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]

    @property
    def has_total(self) -> bool:
        """Return whether a row of totals ends the table."""
        return any(column.total for column in self.columns)

    @property
    def height(self) -> int:
        """Return the rows that the table takes, its header and its totals included."""
        return 1 + len(self.rows) + self.has_total

    def place(self, header: str) -> int:
        """Return the place of a column, from 0."""
        return [column.header for column in self.columns].index(header)


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of a workbook: those of cells, of totals and of headers by kind, of a title, of a caption."""

    cells: Mapping[str, Format]
    totals: Mapping[str, Format]
    headers: Mapping[str, Format]
    title: Format
    caption: Format


def table_name(title: str) -> str:
    """Return the name of the table of a sheet: « À pourvoir » gives `A_pourvoir`, which every spreadsheet accepts."""
    bare = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"\W+", "_", bare)


def styles_of(book: Workbook) -> Styles:
    """Declare the formats in a workbook."""
    ruled = {"valign": "top", "bottom": 7, "bottom_color": _GREY}
    cells = {kind: book.add_format({**values, **ruled}) for kind, values in _FORMATS.items()}
    for kind in TEXTS:
        cells[f"{kind}{_QUOTED}"] = book.add_format({**_FORMATS[kind], **ruled, "quote_prefix": True})
    totals = {kind: book.add_format({**values, "bold": True, "top": 1}) for kind, values in _FORMATS.items()}
    head = {"bold": True, "font_color": "#FFFFFF", "bg_color": NAVY, "text_wrap": True, "valign": "top"}
    # The button of the filter stands at the bottom on the right: a word leaves it the second line.
    sides: dict[object, dict[str, Any]] = {
        None: {},
        "center": {"align": "center"},
        "right": {"align": "right", "indent": 2},
    }
    headers = {kind: book.add_format({**head, **sides[values.get("align")]}) for kind, values in _FORMATS.items()}
    title = book.add_format({"bold": True, "font_size": 14, "font_color": NAVY})
    return Styles(cells, totals, headers, title, book.add_format({"bold": True, "font_color": NAVY}))


def write_table(page: Worksheet, at: tuple[int, int], table: Table, styles: Styles) -> None:
    """Write a table, its first header in the cell `at` (row and column from 0)."""
    top, left = at
    page.add_table(
        top, left, top + table.height - 1, left + len(table.columns) - 1,
        {"name": table.name, "style": "Table Style Light 1", "columns": _described(table, styles),
         "total_row": table.has_total},
    )  # fmt: skip
    for line, row in enumerate(table.rows, top + 1):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True), left):
            _write_cell(page, (line, place), value, column.kind, styles.cells)
    if table.has_total:
        _write_totals(page, (top + table.height - 1, left), table, styles)


def _described(table: Table, styles: Styles) -> list[dict[str, Any]]:
    headers: list[dict[str, Any]] = []
    for place, column in enumerate(table.columns):
        described: dict[str, Any] = {"header": column.header, "header_format": styles.headers[column.kind]}
        if column.total:
            described |= {"total_function": "sum"}
        elif table.has_total and place == 0:
            described |= {"total_string": "Total", "format": styles.totals["texte"]}
        headers.append(described)
    return headers


def _write_totals(page: Worksheet, at: tuple[int, int], table: Table, styles: Styles) -> None:
    line, left = at
    for place, column in enumerate(table.columns):
        if column.total:
            # Qualified as Excel itself writes it: LibreOffice does not read the short form of the library.
            formula = f"=SUBTOTAL(109,{table.name}[{column.header}])"
            total = sum(_number(row[place]) for row in table.rows)
            page.write_formula(line, left + place, formula, styles.totals[column.kind], total)
        elif place:
            page.write_blank(line, left + place, None, styles.totals["texte"])  # the rule above the total runs on


def _write_cell(page: Worksheet, at: tuple[int, int], value: object, kind: str, formats: Mapping[str, Format]) -> None:
    if value is None or value == "":
        page.write_blank(*at, None, formats[kind])
    elif isinstance(value, str):
        text = legal(value)
        page.write_string(*at, text, formats[f"{kind}{_QUOTED}" if looks_like_formula(text) else kind])
    elif isinstance(value, Formula):
        page.write_formula(*at, f"={value.text}", formats[kind], _number(value))
    else:
        number = _number(value)
        whole = kind == "fraction" and isinstance(number, int)
        page.write_number(*at, number, formats["ligne" if whole else kind])


def _number(value: object) -> int | float:
    """Return a number as the file writes it: without decimals where it has none."""
    given = value.value if isinstance(value, Formula) else value
    number = float(given) if isinstance(given, int | float | Decimal | Fraction) else 0.0
    return int(number) if number.is_integer() else number
