"""The marks of the sheets of an OpenDocument workbook, and its merged cells, which the reading engine does not give.

Source: OpenDocument 1.3, part 3, 9 (tables) and 16 (styles).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, product, repeat

from lxml import etree

from pipeline.load.cells import Area, Marks
from pipeline.load.text_tables import FAULT
from pipeline.table import MAX_ROWS, CellFault
from pipeline.xlsx.parts import MAX_COLUMNS, MAX_ELEMENTS, SAFE, Place, forget, local_name, parts_of, require_fewer

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_LEFT_OUT = (f"{TEXT}tab", f"{TEXT}line-break")
_PARAGRAPH, _SPACES = f"{TEXT}p", f"{TEXT}c"
_OF_THE_CELL = (_PARAGRAPH, f"{OFFICE}annotation")


def _is_plain(cell: etree._Element) -> bool:
    """Return whether a cell holds one paragraph and nothing in it, as nearly all do: a quick test."""
    return len(cell) == 1 and cell[0].tag == _PARAGRAPH and not len(cell[0])


def length_of(cell: etree._Element) -> int:
    """Return how many characters a cell holds, its comment's too."""
    return len(cell[0].text or "") if _is_plain(cell) else sum(map(len, cell.itertext()))


def is_misread(cell: etree._Element) -> bool:
    """Return whether the reading engine gives a cell another text than it shows.

    It leaves out tabs and line breaks, gluing the words on both sides, and takes in the text of a shape that is
    anchored to the cell.
    """
    if _is_plain(cell):
        return False
    return next(cell.iter(*_LEFT_OUT), None) is not None or any(one.tag not in _OF_THE_CELL for one in cell)


def shown_text(cell: etree._Element) -> str:
    """Return the text of a cell, its paragraphs on lines of their own; a comment on it is none of it."""
    return "\n".join("".join(_pieces(one)) for one in cell.iterchildren(_PARAGRAPH))


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{TEXT}s":
            yield " " * count_of(child, _SPACES)
        elif child.tag == f"{TEXT}tab":
            yield "\t"
        elif child.tag == f"{TEXT}line-break":
            yield "\n"
        else:
            yield from _pieces(child)
        yield child.tail or ""


def count_of(element: etree._Element, name: str) -> int:
    """Return how many times an attribute says that something is repeated, 1 where it says nothing that can be."""
    text = element.get(name)
    return int(text) if text is not None and text.isdecimal() and len(text) < 9 else 1


_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_READ = ("table", "table-column", "table-row", "table-cell", "covered-table-cell", "style")
_HIDDEN = ("collapse", "filter")
_MOST_ALIKE, _MOST_BESIDE = 1000, 20
_OF_ANOTHER_FILE = re.compile(r"'.*'#")
"""How LibreOffice names what it keeps of another workbook: « 'file:///…/autre.ods'#$Feuille1 »."""
_FORMULA, _VALUE_TYPE, _CALC_TYPE = f"{_TABLE}formula", f"{OFFICE}value-type", f"{_CALC}value-type"
_NAME = f"{TEXT}style-name"
_COLUMNS, _ROWS = f"{_TABLE}number-columns-repeated", f"{_TABLE}number-rows-repeated"
_RIGHT, _DOWN = f"{_TABLE}number-columns-spanned", f"{_TABLE}number-rows-spanned"


@dataclass(slots=True)
class _Sheet:
    """A sheet being read: its marks, where reading stands, the style of the cells of its columns that name none.

    `alike` are the rows that the row being read stands for, None between two rows; `filled` says that it has a value.
    """

    marks: Marks = field(default_factory=Marks)
    row: int = 0
    column: int = 0
    alike: range | None = None
    filled: bool = False
    styles: list[tuple[str, int]] = field(default_factory=list)

    def enter(self, row: etree._Element) -> range:
        """Come to a row, unless it is the one that reading stands in, and return the rows that it stands for."""
        if self.alike is None:
            self.alike = range(self.row, self.row + min(count_of(row, _ROWS), MAX_ROWS))
            self.column, self.filled = 0, False
        return self.alike


def read_ods_marks(content: bytes, most_rows: int = MAX_ROWS) -> list[Marks]:
    """Return the marks of each sheet of an ods file, given whole, in the workbook's order.

    Raises TooBigError for more rows and cells than any workbook has.
    """
    sheets: list[_Sheet] = []
    struck: set[str] = set()
    with parts_of(content).open("content.xml") as stream:
        events = etree.iterparse(stream, events=("start", "end"), tag=[f"{{*}}{name}" for name in _READ], **SAFE)
        for number, (event, element) in enumerate(events):
            require_fewer(number, 2 * MAX_ELEMENTS)
            name = local_name(element)
            if event == "start":
                if name == "table":
                    sheets.append(_Sheet(Marks(most_rows, foreign=_is_foreign(element))))
            elif name == "style":
                struck |= _struck_style(element)
                forget(element)
            elif sheets and name != "table":
                _read(name, element, sheets[-1], struck)
                forget(element)
    return [sheet.marks for sheet in sheets]


def _read(name: str, element: etree._Element, sheet: _Sheet, struck: set[str]) -> None:
    match name:
        case "table-column":
            _read_column(element, sheet)
        case "table-row":
            _read_row(element, sheet)
        case _:
            _read_cell(element, sheet, struck)


def _is_foreign(table: etree._Element) -> bool:
    """Return whether a table is no sheet but what another file held when it was last read."""
    parent = table.getparent()
    linked = parent is not None and etree.QName(parent).localname == "dde-link"
    return linked or bool(_OF_ANOTHER_FILE.match(table.get(f"{_TABLE}name", "")))


def _struck_style(style: etree._Element) -> set[str]:
    """Return the name of a style that strikes through; its line is given by its style, its type or both."""
    for text in style.iter(f"{_STYLE}text-properties"):
        said = {text.get(f"{_STYLE}text-line-through-{what}") for what in ("style", "type")} - {None}
        if said and "none" not in said:
            return {style.get(f"{_STYLE}name", "")}
    return set()


def _read_column(element: etree._Element, sheet: _Sheet) -> None:
    after = sheet.column + min(count_of(element, _COLUMNS), MAX_COLUMNS)
    require_fewer(after, 2 * MAX_COLUMNS)
    is_hidden = element.get(f"{_TABLE}visibility") in _HIDDEN
    sheet.marks.describe_columns(range(sheet.column, after) if is_hidden else range(0))
    sheet.styles.append((element.get(f"{_TABLE}default-cell-style-name", ""), after - sheet.column))
    sheet.column = after


def _read_row(row: etree._Element, sheet: _Sheet) -> None:
    """Note the marks of a row whose cells were read; it may stand for several alike."""
    alike = sheet.enter(row)
    hidden = row.get(f"{_TABLE}visibility")
    sheet.marks.count_rows(len(alike) - 1 if sheet.filled else 0)
    if hidden in _HIDDEN and sheet.filled:
        sheet.marks.hidden_rows.update(alike)
        sheet.marks.filtered = sheet.marks.filtered or hidden == "filter"
    sheet.row, sheet.alike = alike.stop, None
    require_fewer(sheet.row, 2 * MAX_ROWS)


def _read_cell(cell: etree._Element, sheet: _Sheet, struck: set[str]) -> None:
    """Note the marks of a cell, which may stand for several side by side."""
    row = cell.getparent()
    alike, column, columns = sheet.enter(row), sheet.column, count_of(cell, _COLUMNS)
    if cell.get(_VALUE_TYPE) or len(cell):
        sheet.filled = True
        sheet.marks.reach(alike[-1], column + columns - 1)
        sheet.marks.filled += columns * len(alike) - 1
        sheet.marks.characters += length_of(cell) * columns * len(alike)
        places = list(product(alike[:_MOST_ALIKE], range(column, column + min(columns, _MOST_BESIDE))))
        _note_faults(cell, places, sheet.marks)
        if struck:
            own = _style(cell, row, column, sheet.styles) in struck
            for place in places:
                sheet.marks.note_strikes(place, _strikes(cell, struck), own)
    down, right = count_of(cell, _DOWN), count_of(cell, _RIGHT)
    if down * right > 1:
        sheet.marks.areas.append(Area(alike[0], column, alike[0] + down - 1, column + right - 1))
    sheet.column += columns
    require_fewer(sheet.column, 2 * MAX_COLUMNS)


def _style(cell: etree._Element, row: etree._Element, column: int, styles: list[tuple[str, int]]) -> str:
    """Return the style of a cell: its own, else its row's, else its column's."""
    own: str | None = cell.get(f"{_TABLE}style-name") or row.get(f"{_TABLE}default-cell-style-name")
    if own is None:
        by_column = chain.from_iterable(repeat(name, count) for name, count in styles)
        own = next((name for index, name in enumerate(by_column) if index == column), "")
    return own


def _strikes(cell: etree._Element, struck: set[str]) -> set[bool | None]:
    """Return how the parts of a cell's text are struck through, None for one that is written as its whole cell is."""
    spans = [span for text in cell.iterchildren(f"{TEXT}p") for span in text.iter(f"{TEXT}span")]
    inside = "".join(text for span in spans if span.get(_NAME, "") in struck for text in span.itertext())
    within, whole = len("".join(inside.split())), len("".join(shown_text(cell).split()))
    kinds: set[bool | None] = {True} if within else set()
    return kinds if kinds and within >= whole else kinds | {None}


def _note_faults(cell: etree._Element, places: Iterable[Place], marks: Marks) -> None:
    formula = cell.get(_FORMULA) is not None
    kind = cell.get(_VALUE_TYPE)
    if cell.get(_CALC_TYPE) == "error" or (formula and FAULT.fullmatch(shown_text(cell).strip())):
        fault = CellFault(shown_text(cell).strip())
        for place in places:
            marks.note_fault(place, fault)
    elif formula and kind is None and not len(cell):
        for place in places:
            marks.note_fault(place, CellFault(""))
    elif kind in (None, "string") and is_misread(cell):
        for place in places:
            marks.note_text(place, shown_text(cell))
