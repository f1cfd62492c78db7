"""The cells of a sheet, found or added at their place. Source: ISO/IEC 29500-1, 18.3.1."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lxml import etree
from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.xlsx.parts import Place, column_of, place_of

_YES = ("1", "true")
_BESIDE = 5
"""Pixels that Excel adds to a column's characters."""


class Sizes(NamedTuple):
    """The widths of columns and the heights of rows that are not as usual, in pixels."""

    widths: Mapping[int, int]
    heights: Mapping[int, int]


class Cells:
    """The cells of one sheet, by place: its row and its column, counted from 0.

    The sheet is walked once, row by row; only the rows that are asked for are looked at cell by cell.
    """

    def __init__(self, root: etree._Element) -> None:
        ns = etree.QName(root).namespace
        self.row_tag, self.cell_tag, self.value_tag = f"{{{ns}}}row", f"{{{ns}}}c", f"{{{ns}}}v"
        self._data = root.find(f"{{{ns}}}sheetData")
        self._rows: dict[int, etree._Element] = {}
        number = -1
        for row in self._data if self._data is not None else ():
            if row.tag == self.row_tag:
                number = int(row.get("r") or number + 2) - 1
                self._rows.setdefault(number, row)
        self._cols = {
            number: col
            for col in root.iterfind(f"{{{ns}}}cols/{{{ns}}}col")
            for number in range(int(col.get("min", "1")) - 1, min(int(col.get("max", "1")), 256))
        }
        self._merged = [
            (*place_of(first), *place_of(last or first))
            for one in root.iterfind(f"{{{ns}}}mergeCells/{{{ns}}}mergeCell")
            for first, _, last in (one.get("ref", "A1").replace("$", "").partition(":"),)
        ]

    def row(self, number: int) -> list[tuple[int, etree._Element]]:
        """Return the cells of a row, each with its column; one that names no place follows the last."""
        cells: list[tuple[int, etree._Element]] = []
        for cell in self._rows.get(number, ()):
            if cell.tag == self.cell_tag:
                place = cell.get("r", "")
                after = cells[-1][0] + 1 if cells else 0
                cells.append((column_of(place.rstrip("0123456789")) if place else after, cell))
        return cells

    def first_filled(self, number: int) -> int:
        """Return the column of the first cell of a row that holds something, 0 when none does."""
        return next((column for column, cell in self.row(number) if len(cell)), 0)

    def shown(self, places: Iterable[Place]) -> dict[Place, Place]:
        """Return the cell that shows in the place of each one under a merged area: only that one has a comment."""
        wanted = sorted(set(places))
        rows, columns = (sorted({place[axis] for place in wanted}) for axis in (0, 1))
        over: defaultdict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
        for area in self._merged:
            if bisect_left(columns, area[1]) < bisect_right(columns, area[3]):
                for row in rows[bisect_left(rows, area[0]) : bisect_right(rows, area[2])]:
                    over[row].append(area)
        return {
            (row, column): next(
                ((top, left) for top, left, _, right in over.get(row, ()) if left <= column <= right), (row, column)
            )
            for row, column in wanted
        }

    def at(self, place: Place) -> etree._Element:
        """Return a cell; one that the sheet does not have is added, with the format of its row or column."""
        number, column = place
        address = xl_rowcol_to_cell(*place)
        row = self._rows[number] if number in self._rows else self._new_row(number)
        if (named := next((cell for cell in row if cell.get("r") == address), None)) is not None:
            return named
        beside = self.row(number)
        for at, cell in beside:
            if at == column:
                return cell
        made = etree.Element(self.cell_tag, r=address)
        look = row.get("s") or (self._cols[column].get("style") if column in self._cols else None)
        if look:
            made.set("s", look)
        row.attrib.pop("spans", None)  # where its cells stood: a hint, which is no longer true
        after = next((cell for at, cell in beside if at > column), None)
        if after is None:
            row.append(made)
        else:
            after.addprevious(made)
        return made

    def sizes(self) -> Sizes:
        """Return the sizes of columns, as Excel counts them, and of rows."""
        widths = {
            number: 0 if col.get("hidden") in _YES else int(float(col.get("width")) * 7) + _BESIDE
            for number, col in self._cols.items()
            if col.get("width")
        }
        heights = {
            number: 0 if row.get("hidden") in _YES else round(float(row.get("ht") or 0) * 4 / 3)
            for number, row in self._rows.items()
            if row.get("ht") or row.get("hidden") in _YES
        }
        return Sizes(widths, heights)

    def _new_row(self, number: int) -> etree._Element:
        row = etree.Element(self.row_tag, r=str(number + 1))
        after = min((one for one in self._rows if one > number), default=None)
        if after is None:
            self._data.append(row)
        else:
            self._rows[after].addprevious(row)
        self._rows[number] = row
        return row
