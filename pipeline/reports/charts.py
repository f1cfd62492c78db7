"""The charts of a sheet: native ones, which follow their cells and can be changed like any other in Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart as XlsxChart
from xlsxwriter.worksheet import Worksheet

from pipeline.xlsx.tables import FONT, NAVY, Table

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
        # 3: neither moved nor stretched by whoever widens a column or hides a row.
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
