"""Workbooks for people who live in Excel: sheets that read well on a screen and print on A4, always the same bytes."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from textwrap import wrap

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart as XlsxChart
from xlsxwriter.worksheet import Worksheet

from pipeline.xlsx.tables import FONT, NAVY, TEXTS, Column, Styles, Table, styles_of, table_name, write_table

_HEIGHT, _GAP = 230, 10
"""Pixels, 96 to an inch."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar a row of a table, for its first `rows`: the header of what names each, and that of its length."""

    title: str
    table: Table
    labels: str
    values: str
    rows: int
    num_format: str = "#,##0"

    @property
    def described(self) -> str:
        """Return the chart in words, for who cannot see it: each label with its value is in the table itself."""
        return f"{self.title} : les valeurs sont dans le tableau de cette feuille, colonne « {self.values} »."


def add_charts(
    book: Workbook, page: Worksheet, line: int, charts: Sequence[Chart], tops: Mapping[str, int], widths: Sequence[int]
) -> None:
    """Add charts of the same size side by side, their upper edges on a line of the sheet, as wide as it together.

    `tops` gives each table's line of headers, `widths` those of the columns, in characters.
    """
    share = sum(map(_pixels, widths)) // max(1, len(charts))
    for number, one in enumerate(charts):
        chart = _chart(book, page, one, tops[one.table.name])
        chart.set_size({"width": share - _GAP, "height": _HEIGHT})
        # 3: neither moved nor stretched when a column is widened or a row hidden.
        place = {"x_offset": number * share, "object_position": 3, "description": one.described}
        page.insert_chart(line, 0, chart, place)


def _chart(book: Workbook, page: Worksheet, one: Chart, top: int) -> XlsxChart:
    labels, values = (
        [page.get_name(), top + 1, place, top + one.rows, place]
        for place in (one.table.place(one.labels), one.table.place(one.values))
    )
    chart = book.add_chart({"type": "bar"})
    chart.add_series({
        "name": one.title,
        "categories": labels,
        "values": values,
        "fill": {"color": NAVY},
        "gap": 60,
        "data_labels": {"value": True, "num_format": one.num_format, "font": {"name": FONT, "size": 9}},
    })  # fmt: skip
    chart.set_title({"name": one.title, "name_font": {"name": FONT, "size": 11, "bold": True}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"num_font": {"name": FONT, "size": 9}, "major_tick_mark": "none", "reverse": True})
    # Room for the names on the left and the values on the right.
    chart.set_plotarea({"layout": {"x": 0.34, "y": 0.17, "width": 0.42, "height": 0.78}})
    chart.set_x_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
    return chart


def _pixels(width: int) -> int:
    """Return the pixels of a column in Excel's own character, of 7 pixels, and its margins."""
    return 7 * width + 5


_LINE, _HEADER, _HIGHEST = 13, 30, 409
"""Points: a line of text, two lines of a header, and the highest row that Excel accepts."""

_PRINTED = 164
"""Digits across a page of A4 at 8 points: what is wider would be printed smaller."""
_WRAPPED = ("nom", "long")
_WIDTHS = {
    "texte": (8, 44),
    "nom": (12, 36),
    "long": (30, 80),
    "entier": (12, 14),
    "ligne": (8, 10),
    "fraction": (10, 12),
    "euros": (14, 20),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a table, the heading printed on each page, and the sentence that stands there when it is empty."""

    title: str
    heading: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    empty: str

    def column(self, header: str) -> list[object]:
        place = [column.header for column in self.columns].index(header)
        return [row[place] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Overview:
    """A sheet to take in at a glance, on one printed page: captioned tables under a heading, then charts of them."""

    title: str
    heading: str
    tables: Sequence[tuple[str, Table]]
    charts: Sequence[Chart]


def workbook(sheets: Sequence[Sheet | Overview], title: str, created: datetime) -> bytes:
    """Return the bytes of an xlsx; nothing in them depends on the clock or the machine."""
    buffer = BytesIO()
    # A name such as « =HYPERLINK(…) » is data from a cell of someone else: never a formula, a link or a number.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": 10},
    }
    with Workbook(buffer, options) as book:
        book.set_properties({"title": title, "created": created})
        styles = styles_of(book)
        for sheet in sheets:
            page = book.add_worksheet(sheet.title)
            _set_up_print(page, sheet.heading)
            if isinstance(sheet, Overview):
                _write_overview(book, page, sheet, styles)
            else:
                _write_sheet(page, sheet, styles)
    return buffer.getvalue()


def _set_up_print(page: Worksheet, heading: str) -> None:
    """Set A4 landscape, one page wide, the heading above and the page's number below."""
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
    page.set_header(f"&L&B{heading.replace('&', '&&')[:180]}&R&A")
    page.set_footer("&CPage &P sur &N")


def _write_sheet(page: Worksheet, sheet: Sheet, styles: Styles) -> None:
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    if not sheet.rows:
        page.write_string(0, 0, sheet.empty)
        return
    page.print_area(0, 0, len(sheet.rows) + 1, sum(column.printed for column in sheet.columns) - 1)
    widths = [_width(column, (row[place] for row in sheet.rows)) for place, column in enumerate(sheet.columns)]
    _narrow(sheet, widths)
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    page.set_row(0, _HEADER)
    for line, row in enumerate(sheet.rows, 1):
        if (lines := _height(sheet.columns, widths, row)) > 1:
            page.set_row(line, min(_LINE * lines + 2, _HIGHEST))
    table = Table(table_name(sheet.title), sheet.columns, sheet.rows)
    write_table(page, (0, 0), table, styles)
    page.ignore_errors({"number_stored_as_text": f"A1:Z{table.height}"})


def _write_overview(book: Workbook, page: Worksheet, overview: Overview, styles: Styles) -> None:
    """Write the tables one under the other, each under its caption, then the charts in one row."""
    page.fit_to_pages(1, 1)
    page.set_header("&R&A")  # its heading stands on the sheet itself
    page.write_string(0, 0, overview.heading, styles.title)
    widths: dict[int, int] = {}
    tops: dict[str, int] = {}
    line = 2
    for caption, table in overview.tables:
        page.write_string(line, 0, caption, styles.caption)
        tops[table.name] = line + 1
        write_table(page, (line + 1, 0), table, styles)
        page.set_row(line + 1, _HEADER)
        for place, column in enumerate(table.columns):
            widths[place] = max(widths.get(place, 0), _width(column, (row[place] for row in table.rows)))
        line += table.height + 2
    for place, width in widths.items():
        page.set_column(place, place, width)
    page.ignore_errors({"number_stored_as_text": f"A1:Z{line}"})
    add_charts(book, page, line, overview.charts, tops, list(widths.values()))


def _width(column: Column, values: Iterable[object]) -> int:
    """Return the width that fits: the longest line, the header's longest word above its filter, within bounds."""
    least, most = _WIDTHS[column.kind]
    texts = set(map(str, values)) if column.kind in TEXTS else ()
    longest = max((_wide(line) + 2 for text in texts for line in text.splitlines()), default=0)
    word = max(len(word) for word in column.header.split())
    return min(max(least, word + 2, longest), most)


def _narrow(sheet: Sheet, widths: list[int]) -> None:
    """Narrow the columns that wrap until the sheet is printed at 8 points, first where the fewest texts need it."""
    wrapped = {
        place: sorted(_wide(str(row[place])) + 1 for row in sheet.rows)
        for place, column in enumerate(sheet.columns)
        if column.kind in _WRAPPED and column.printed
    }
    for _ in range(sum(width for width, one in zip(widths, sheet.columns, strict=True) if one.printed) - _PRINTED):
        place = min(wrapped, key=lambda place: len(sheet.rows) - bisect(wrapped[place], widths[place] - 1))
        widths[place] -= 1


def _height(columns: Sequence[Column], widths: Sequence[int], row: Sequence[object]) -> int:
    """Return the lines that the wrapped cells of a row need: spreadsheets do not all work it out when they open."""
    needed = [
        sum(_lines(line, width) for line in str(value).splitlines())
        for column, width, value in zip(columns, widths, row, strict=True)
        if column.kind in _WRAPPED
    ]
    return max([1, *needed])


def _lines(text: str, width: int) -> int:
    wide = _wide(text)
    return len(wrap(text, max(1, width * len(text) // wide))) if wide > width else 1


def _wide(text: str) -> int:
    """Return the width of a text in digits: a capital of Arial is a quarter wider than one, other letters narrower."""
    return -(-(9 * len(text) + 4 * sum(map(str.isupper, text))) // 10)
