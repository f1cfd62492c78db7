"""Merged cells: every row they cover holds their value, as whoever merged them meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

Grid = list[list[object]]
"""The cells of a sheet from its first row and its column A; a row stops at its last filled cell."""


class Area(NamedTuple):
    """A block of merged cells, its rows and columns counted from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


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
        for row in range(area.top + 1, area.bottom + 1):
            if row in own and is_filled(value) and not is_filled(cell_at(grid, row, area.left)):
                grid[row] = [*grid[row], *[""] * (area.left + 1 - len(grid[row]))]
                grid[row][area.left] = value
                places.add((row, area.left))
    return places


def cell_at(grid: Grid, row: int, column: int) -> object:
    """Return a cell, "" outside the grid."""
    return grid[row][column] if row < len(grid) and column < len(grid[row]) else ""


def is_filled(cell: object) -> bool:
    """Return whether a cell holds anything but blanks."""
    return not (cell is None or (isinstance(cell, str) and not cell.strip()))


def _holds(row: Iterable[object]) -> bool:
    return any(is_filled(cell) for cell in row)
