"""The sheets of a workbook as their cells stand in Excel, with what the file says beside the values."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import PasswordError, SheetTypeEnum, SheetVisibleEnum
from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.errors import InputError
from pipeline.load.cells import Area, Grid, Marks, drop_covered, drop_invisible, is_filled
from pipeline.load.container import Kind, protected
from pipeline.load.marks_ods import read_ods_marks
from pipeline.load.marks_xls import read_xls_marks
from pipeline.load.marks_xlsb import read_xlsb_marks
from pipeline.load.marks_xlsx import read_marks
from pipeline.load.text_tables import FAULT, read_text_table
from pipeline.names import first_free
from pipeline.table import MAX_ROWS, CellFault
from pipeline.xlsx.parts import MAX_ABOVE, Place, TooBigError, TooManyRowsError, damaged, too_big, too_many_rows

_STDERR = 2


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Send to nowhere what is written to the process's standard error, below Python's own `sys.stderr`.

    A damaged workbook can make the reading engine panic, which it reports in English with addresses of its code before
    it raises.
    """
    if sys.stderr is not None:
        sys.stderr.flush()
    try:
        kept = os.dup(_STDERR)
    except OSError:  # there is none, as under a program without a terminal
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STDERR)
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
        os.close(nowhere)


MAX_CELLS = 13_000_000
"""From A1 to the last filled cell. Ten thousand rows have some two hundred thousand; one cell typed by mistake at the
far end of a sheet makes billions, which the reading engine would set in memory one by one."""

MAX_CHARACTERS = 100_000_000
"""In all the cells together. Ten thousand rows hold some two millions."""

_BLANK: list[object] = []


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, its cells from Excel's row 1, its merged cells, its marks.

    `covered` are the cells under merged ones that held something else than what these show, and were left out. `secret`
    says that Excel's menus cannot show it (« veryHidden »).
    """

    name: str
    grid: Grid
    areas: tuple[Area, ...] = ()
    hidden: bool = False
    secret: bool = False
    marks: Marks = field(default_factory=Marks)
    covered: tuple[Place, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not any(self.grid)


def read_sheets(path: Path, content: bytes, kind: Kind, most_rows: int = MAX_ROWS) -> list[Sheet]:
    """Read all the sheets, nothing taken for missing, a cell in error being a `CellFault`.

    Raises InputError, in French, for a workbook that cannot be read or whose sheets are too large: `most_rows` are the
    rows of a table, beside those above it.
    """
    try:
        if kind is Kind.CSV:
            grid = [_trimmed(row) for row in read_text_table(path, content, most_rows + MAX_ABOVE)]
            return [Sheet(_shown(path.stem) or "csv", grid)]
        beside = _BESIDE[kind](content, most_rows + MAX_ABOVE)
        _require_small(path, beside)
        with quiet_stderr():
            return _sheets(path, content, beside)
    except (KeyboardInterrupt, SystemExit, MemoryError, InputError):
        raise
    except TooManyRowsError as error:
        raise InputError(too_many_rows(path, most_rows)) from error
    except TooBigError as error:
        raise InputError(too_big(path)) from error
    except PasswordError as error:
        raise InputError(protected(path)) from error
    except BaseException as error:  # calamine can panic, and its panic is a BaseException
        raise InputError(damaged(path)) from error


_BESIDE: dict[Kind, Callable[[bytes, int], list[Marks]]] = {
    Kind.XLSX: read_marks,
    Kind.XLSB: read_xlsb_marks,
    Kind.XLS: read_xls_marks,
    Kind.ODS: read_ods_marks,
}
"""What reads, for each kind of workbook, what it says beside its values."""


def _require_small(path: Path, sheets: Sequence[Marks]) -> None:
    for marks in sheets:
        if (marks.last_row + 1) * (marks.last_column + 1) > MAX_CELLS:
            last = xl_rowcol_to_cell(marks.last_row, marks.last_column)
            raise InputError(
                f"{path} : une feuille est remplie jusqu’à la cellule {last}, bien au-delà d’un tableau de référents. "
                "Recopiez le tableau seul dans un classeur neuf, puis recommencez."
            )
    if sum(marks.characters for marks in sheets) > MAX_CHARACTERS:
        raise InputError(too_big(path))


def _sheets(path: Path, content: bytes, beside: Sequence[Marks]) -> list[Sheet]:
    """Read the sheets through pandas' reading engine, row by row: a frame would hold every blank cell."""
    book: Any = pd.ExcelFile(io.BytesIO(content), engine="calamine").book
    names = names_of([about.name for about in book.sheets_metadata])
    sheets: list[Sheet] = []
    for index, about in enumerate(book.sheets_metadata):
        marks = beside[index]  # without them, nothing would say how far the sheet reaches
        if about.typ != SheetTypeEnum.WorkSheet or marks.foreign:
            continue
        read = book.get_sheet_by_index(index)
        grid = _grid(read)
        if not grid and marks.last_column and not marks.faults:
            raise InputError(damaged(path))  # it holds values that the engine does not see
        areas = [Area(*first, *last) for first, last in read.merged_cell_ranges or ()]
        sheets.append(_sheet(path, names[index], grid, areas, marks, about.visible))
    return sheets


def _sheet(path: Path, name: str, grid: Grid, areas: list[Area], marks: Marks, seen: SheetVisibleEnum) -> Sheet:
    _overlay(grid, marks)
    height, width = len(grid), max(map(len, grid), default=0)
    areas = [area for area in areas or marks.areas if area.top < height and area.left < width]
    _require_few(path, areas, height, width)
    covered = tuple(sorted(drop_covered(grid, areas)))
    hidden, secret = seen != SheetVisibleEnum.Visible, seen == SheetVisibleEnum.VeryHidden
    return Sheet(name, [_trimmed(row) for row in grid], tuple(areas), hidden, secret, marks, covered)


def _overlay(grid: Grid, marks: Marks) -> None:
    """Write what the reading engine gives as blank, or as another text."""
    for (row, column), cell in (*marks.faults.items(), *marks.texts.items()):
        grid += [_BLANK] * (row + 1 - len(grid))
        if grid[row] is _BLANK:
            grid[row] = []
        grid[row] += [""] * (column + 1 - len(grid[row]))
        grid[row][column] = cell


def _require_few(path: Path, areas: Sequence[Area], height: int, width: int) -> None:
    """Refuse merged cells that lie over one another again and again: each is looked at cell by cell."""
    covered = sum(
        (min(area.bottom + 1, height) - area.top) * (min(area.right + 1, width) - area.left) for area in areas
    )
    if covered > MAX_CELLS:
        raise InputError(too_big(path))


def names_of(titles: Sequence[str]) -> list[str]:
    """Return the names by which the sheets of these titles are known; numbered where cleaning makes two the same."""
    names: dict[str, None] = {}
    for index, title in enumerate(titles, 1):
        name = _shown(title) or f"Feuille {index}"
        names[first_free(name.__add__, names.__contains__, " ({})")] = None
    return list(names)


def _shown(name: str) -> str:
    """Return a name as it may be shown in a terminal; its spaces stay, so that the sheet is found again by its name."""
    return drop_invisible(name).replace("\n", " ").replace("\t", " ")


def _grid(read: Any) -> Grid:
    if read.start is None:
        return []
    margin = [""] * read.start[1]
    return [_trimmed([*margin, *map(_plain, row)]) for row in read.iter_rows()]


def _trimmed(row: list[object]) -> list[object]:
    """Cut a row after its last filled cell; all the blank rows are one list."""
    length = len(row)
    while length and not is_filled(row[length - 1]):
        length -= 1
    return row[:length] if length else _BLANK


def _plain(cell: object) -> object:
    """Give a number without decimals as a whole one, a day as a date with its hour, a missing cell as ""."""
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else cell
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime(cell.year, cell.month, cell.day)
    if isinstance(cell, str) and cell[:1] in ("#", "E") and FAULT.fullmatch(cell.strip()):
        return CellFault(cell.strip())  # pasted as a text from a cell in error
    return "" if cell is None else cell
