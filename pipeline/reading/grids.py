"""The sheets of a workbook as their cells stand in Excel, with what the file says beside the values."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import PasswordError, SheetTypeEnum, SheetVisibleEnum
from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.errors import InputError
from pipeline.reading.container import Kind, protected
from pipeline.reading.invisible import drop_invisible
from pipeline.reading.limits import too_big
from pipeline.reading.marks import Marks, read_marks
from pipeline.reading.marks_ods import read_ods_marks
from pipeline.reading.marks_xls import read_xls_marks
from pipeline.reading.merged import Area, Grid, is_filled
from pipeline.reading.text_tables import read_text_table

MAX_CELLS = 13_000_000
"""From A1 to the last filled cell. Ten thousand rows have some two hundred thousand; one cell typed by mistake at the
far end of a sheet makes billions, which the reading engine would set in memory one by one."""

MAX_CHARACTERS = 100_000_000
"""In all the cells together. Ten thousand rows hold some two millions."""

_BLANK: list[object] = []


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, its cells from Excel's row 1, its merged cells, its marks, None if untold."""

    name: str
    grid: Grid
    areas: tuple[Area, ...] = ()
    hidden: bool = False
    marks: Marks | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether no cell holds anything."""
        return not any(self.grid)


def read_sheets(path: Path, content: bytes, kind: Kind) -> list[Sheet]:
    """Read all the sheets, nothing taken for missing, a cell in error being a `CellFault`.

    Raises InputError, in French, for a workbook that cannot be read or whose sheets are too large.
    """
    if kind is Kind.CSV:
        return [
            Sheet(_shown(path.stem) or "csv", [_trimmed(row) for row in read_text_table(path, content)], marks=Marks())
        ]
    try:
        beside = _beside(content, kind)
        _require_small(path, [marks for marks, _ in beside])
        return _sheets(content, beside)
    except (KeyboardInterrupt, SystemExit, MemoryError, InputError):
        raise
    except PasswordError as error:
        raise InputError(protected(path)) from error
    except BaseException as error:  # calamine can panic, and its panic is a BaseException
        raise InputError(
            f"{path} : ce classeur est abîmé ou incomplet, il ne peut pas être lu. Ouvrez-le dans Excel ou "
            "LibreOffice, enregistrez-le à nouveau au format .xlsx, puis recommencez."
        ) from error


def _beside(content: bytes, kind: Kind) -> list[tuple[Marks, list[Area]]]:
    if kind is Kind.ODS:
        return read_ods_marks(content)
    if kind is Kind.XLSX:
        return [(marks, []) for marks in read_marks(content)]
    return [(marks, []) for marks in read_xls_marks(content) or ()] if kind is Kind.XLS else []


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


def _sheets(content: bytes, beside: list[tuple[Marks, list[Area]]]) -> list[Sheet]:
    """Read the sheets through pandas' reading engine, row by row: a frame would hold every blank cell."""
    book: Any = pd.ExcelFile(io.BytesIO(content), engine="calamine").book
    sheets: list[Sheet] = []
    for index, about in enumerate(book.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        read = book.get_sheet_by_index(index)
        marks, areas = beside[index] if index < len(beside) else (None, [])
        grid = _grid(read)
        for (row, column), fault in (marks.faults if marks else {}).items():
            if row < len(grid):
                grid[row] = [*grid[row], *[""] * (column + 1 - len(grid[row]))]
                grid[row][column] = fault
        merged = [Area(*first, *last) for first, last in read.merged_cell_ranges or ()] or areas
        name = _another(_shown(about.name) or f"Feuille {index + 1}", {sheet.name for sheet in sheets})
        sheets.append(Sheet(name, grid, tuple(merged), about.visible != SheetVisibleEnum.Visible, marks))
    return sheets


def _shown(name: str) -> str:
    """Return a name as it may be shown in a terminal; its spaces stay, so that the sheet is found again by its name."""
    return drop_invisible(name).replace("\n", " ").replace("\t", " ")


def _another(name: str, taken: set[str]) -> str:
    """Return the name, numbered when cleaning made two sheets' names the same."""
    return next(
        one for number in range(1, len(taken) + 2) if (one := f"{name} ({number})" if number > 1 else name) not in taken
    )


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
    return "" if cell is None else cell
