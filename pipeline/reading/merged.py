"""Merged cells: every row they cover holds their value, as whoever merged them meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from pipeline.reading.invisible import drop_invisible

Grid = list[list[object]]
"""The cells of a sheet from its first row and its column A; a row stops at its last filled cell."""


class Area(NamedTuple):
    """A block of merged cells, its rows and columns counted from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


def drop_covered(grid: Grid, areas: Iterable[Area]) -> set[tuple[int, int]]:
    """Blank what lies unseen under merged cells and is not what they show, and return its places.

    A spreadsheet may keep the former values of the cells that were merged: nobody sees them. The grid is changed in
    place.
    """
    places = set()
    for area in areas:
        shown = cell_at(grid, area.top, area.left)
        for row in range(area.top, min(area.bottom + 1, len(grid))):
            for column in range(area.left, min(area.right + 1, len(grid[row]))):
                if is_filled(grid[row][column]) and grid[row][column] != shown:
                    places.add((row, column))
    for row, column in places:
        grid[row][column] = ""
    return places


def fill_down(grid: Grid, areas: Iterable[Area], top: int, columns: Collection[int]) -> set[tuple[int, int]]:
    """Write the value of the cells merged over several rows in each of them, and return the places written.

    Only below the header, which is in row `top`, and in the given columns. A row that holds nothing of its own stays
    blank. The grid is changed in place.
    """
    downwards = [area for area in areas if area.bottom > area.top > top and area.left in columns]
    own = {row for area in downwards for row in range(area.top, min(area.bottom + 1, len(grid))) if _holds(grid[row])}
    places = set()
    for area in downwards:
        value = cell_at(grid, area.top, area.left)
        for row in range(area.top + 1, min(area.bottom + 1, len(grid))):
            if row in own and is_filled(value) and not is_filled(cell_at(grid, row, area.left)):
                grid[row] += [""] * (area.left + 1 - len(grid[row]))
                grid[row][area.left] = value
                places.add((row, area.left))
    return places


def cell_at(grid: Grid, row: int, column: int) -> object:
    """Return a cell, "" outside the grid."""
    return grid[row][column] if row < len(grid) and column < len(grid[row]) else ""


def is_filled(cell: object) -> bool:
    """Return whether a cell holds anything but blanks and signs that nobody sees."""
    if not isinstance(cell, str):
        return cell is not None
    text = cell.strip()
    return bool(text) and (text.isprintable() or drop_invisible(text).strip() != "")


def _holds(row: Iterable[object]) -> bool:
    return any(is_filled(cell) for cell in row)
