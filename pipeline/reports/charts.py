"""The charts of a sheet: native ones, which follow their cells and can be changed like any other in Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart as XlsxChart
from xlsxwriter.worksheet import Worksheet

from pipeline.reports.tables import Table

_HEIGHT, _GAP = 230, 10
"""Pixels, 96 to an inch."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar a row of a table, for its first `rows`: the header of what names each, and that of its length.

    `across` lays the bars down, for names too long to stand under them.
    """

    title: str
    table: Table
    labels: str
    values: str
    rows: int
    colour: str
    num_format: str = "#,##0"
    across: bool = False

    @property
    def described(self) -> str:
        """Return the chart in words, for who cannot see it: each label with its value is in the table itself."""
        return f"{self.title} : les valeurs sont dans le tableau de cette feuille, colonne « {self.values} »."


def add_charts(
    book: Workbook, page: Worksheet, line: int, charts: Sequence[Chart], tops: Mapping[str, int], widths: Sequence[int]
) -> None:
    """Add charts side by side, their upper edges on a line of the sheet, sharing its columns out.

    `tops` gives each table's line of headers, `widths` those of the columns, in characters.
    """
    for number, one in enumerate(charts):
        first, end = (len(widths) * place // len(charts) for place in (number, number + 1))
        chart = _chart(book, page, one, tops[one.table.name])
        chart.set_size({"width": sum(map(_pixels, widths[first:end])) - _GAP, "height": _HEIGHT})
        # 3: neither moved nor stretched by whoever widens a column or hides a row.
        page.insert_chart(line, first, chart, {"object_position": 3, "description": one.described})


def _chart(book: Workbook, page: Worksheet, one: Chart, top: int) -> XlsxChart:
    labels, values = (
        [page.get_name(), top + 1, place, top + one.rows, place]
        for place in (one.table.place(one.labels), one.table.place(one.values))
    )
    chart = book.add_chart({"type": "bar" if one.across else "column"})
    chart.add_series({
        "name": one.title,
        "categories": labels,
        "values": values,
        "fill": {"color": one.colour},
        "gap": 60,
        "data_labels": {"value": True, "num_format": one.num_format, "font": {"size": 8}},
    })  # fmt: skip
    chart.set_title({"name": one.title, "name_font": {"size": 11, "bold": True}})
    chart.set_legend({"none": True})
    names, lengths = (chart.set_y_axis, chart.set_x_axis) if one.across else (chart.set_x_axis, chart.set_y_axis)
    names({"num_font": {"size": 9}, "major_tick_mark": "none", "reverse": one.across})  # the first row above
    if one.across:
        chart.set_plotarea(
            {"layout": {"x": 0.34, "y": 0.17, "width": 0.52, "height": 0.78}}
        )  # room for names and values
    lengths({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
    return chart


def _pixels(width: int) -> int:
    """Return the pixels of a column in Excel's own character, of 7 pixels, and its margins."""
    return 7 * width + 5
