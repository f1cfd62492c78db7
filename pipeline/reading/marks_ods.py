"""The same marks in an OpenDocument workbook, with its merged cells, which the reading engine does not give."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from pipeline.reading.marks import SAFE, Marks
from pipeline.reading.merged import Area
from pipeline.reading.text_tables import FAULT
from pipeline.table import CellFault

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_HIDDEN = ("collapse", "filter")
_MOST_ROWS = 1_048_576


def read_ods_marks(content: bytes) -> list[tuple[Marks, list[Area]]]:
    """Return the marks and the merged cells of each sheet of an ods file, given whole, in the workbook's order."""
    sheets: list[tuple[Marks, list[Area]]] = []
    struck: set[str] = set()
    row = column = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("content.xml") as stream:
        tags = [f"{_TABLE}table", f"{_TABLE}table-column", f"{_TABLE}table-row", f"{_STYLE}style"]
        for event, element in etree.iterparse(stream, events=("start", "end"), tag=tags, **SAFE):
            if event == "start":
                if element.tag == tags[0]:
                    sheets.append((Marks(), []))
                    row = column = 0
            elif element.tag == tags[3]:
                struck |= _struck_style(element)
            elif element.tag == tags[1] and sheets:
                repeated = _count(element, "number-columns-repeated")
                if element.get(f"{_TABLE}visibility") in _HIDDEN:
                    sheets[-1][0].hidden_columns.update(range(column, column + min(repeated, 16384)))
                column += repeated
            elif element.tag == tags[2] and sheets:
                row += _read_row(element, row, *sheets[-1], struck)
                element.clear()
    return sheets


def _struck_style(style: etree._Element) -> set[str]:
    line = next((one.get(f"{_STYLE}text-line-through-style") for one in style.iter(f"{_STYLE}text-properties")), None)
    return {style.get(f"{_STYLE}name")} if line not in (None, "none") else set()


def _read_row(row: etree._Element, number: int, marks: Marks, areas: list[Area], struck: set[str]) -> int:
    """Note the marks of a row, which may stand for several alike, and return for how many it does."""
    rows = _count(row, "number-rows-repeated")
    alike = range(number, number + min(rows, _MOST_ROWS))
    hidden = row.get(f"{_TABLE}visibility")
    column = 0
    filled = False
    for cell in row.iter(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
        columns = _count(cell, "number-columns-repeated")
        if cell.get(f"{_OFFICE}value-type") or len(cell):
            filled = True
            marks.last_column = max(marks.last_column, column + columns - 1)
            _read_cell(cell, alike, column, marks, struck)
            marks.characters += sum(map(len, cell.itertext())) * columns * len(alike)
        if (down := _count(cell, "number-rows-spanned")) * (right := _count(cell, "number-columns-spanned")) > 1:
            areas.append(Area(number, column, number + down - 1, column + right - 1))
        column += columns
    if filled:
        marks.last_row = alike[-1]
    if hidden in _HIDDEN and filled:
        marks.hidden_rows.update(alike)
        marks.filtered = marks.filtered or hidden == "filter"
    return rows


def _read_cell(cell: etree._Element, rows: range, column: int, marks: Marks, struck: set[str]) -> None:
    shown = "".join(cell.itertext(f"{_TEXT}p")).strip() or "".join(cell.itertext()).strip()
    formula = cell.get(f"{_TABLE}formula") is not None
    kind = cell.get(f"{_OFFICE}value-type")
    if cell.get(f"{_CALC}value-type") == "error" or (formula and FAULT.fullmatch(shown)):
        marks.faults.update({(row, column): CellFault(shown) for row in rows[:1000]})
    elif formula and kind is None and not len(cell):
        marks.faults.update({(row, column): CellFault("") for row in rows[:1000]})
    if cell.get(f"{_TABLE}style-name") in struck:
        marks.struck.update(rows[:1000])


def _count(element: etree._Element, name: str) -> int:
    text = element.get(f"{_TABLE}{name}", "1")
    return int(text) if text.isdecimal() and len(text) < 9 else 1
