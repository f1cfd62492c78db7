"""1. load       workbook -> Table          pandas; every non-blank row keeps its sheet and its Excel line number"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from pipeline.container import require_workbook
from pipeline.errors import InputError
from pipeline.headers import Header, find_header, require_roles
from pipeline.marks import Marks, read_marks
from pipeline.table import LINE, OTHER, SHEET, CellFault, Column, Table

Grid = list[list[object]]


def load(path: Path, headers_of: Callable[[str], Sequence[str]]) -> Table:
    """Read every sheet that has a header; `headers_of` gives the headers that config.toml declares for a role.

    Raises InputError, in French, for a file that is no usable workbook, a workbook without a table, a required
    column that is missing or claimed twice.
    """
    require_workbook(path)
    content = path.read_bytes()
    grids = _read_grids(path, content)
    marks = read_marks(content)
    frames, columns, unread = [], {}, []
    for sheet, grid in grids.items():
        header = find_header(grid, headers_of, sheet)
        if header is None:
            if any(_is_filled(cell) for row in grid for cell in row):
                unread.append(sheet)
            continue
        require_roles(header, sheet)
        names = _names(header)
        columns[sheet] = {name: Column(header.texts[index], xl_col_to_name(index)) for index, name in names.items()}
        frames.append(_frame(sheet, grid, header.row, names, marks.get(sheet, {})))
    if not frames:
        raise InputError(_no_table(path, grids))
    rows = pd.concat(frames, ignore_index=True).fillna("").astype(object)
    return Table(rows, columns, tuple(unread), hashlib.sha256(content).hexdigest())


def _read_grids(path: Path, content: bytes) -> dict[str, Grid]:
    """Read all the sheets as pandas gives them, nothing taken for missing, the first row being Excel's row 1."""
    try:
        sheets = pd.read_excel(
            io.BytesIO(content), sheet_name=None, header=None, dtype=object, na_filter=False, engine="calamine"
        )
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # calamine can panic, and its panic is a BaseException
        raise InputError(
            f"{path} : ce classeur est abîmé ou incomplet, il ne peut pas être lu. Ouvrez-le dans Excel ou "
            "LibreOffice, enregistrez-le à nouveau au format .xlsx, puis recommencez."
        ) from error
    return {str(name): frame.to_numpy().tolist() for name, frame in sheets.items()}


def _names(header: Header) -> dict[int, str]:
    """Name each column that has a header or a role: the role, else `OTHER` and the header; twins get a number."""
    names: dict[int, str] = {}
    for index, (role, text) in enumerate(zip(header.roles, header.texts, strict=True)):
        if role or text:
            name = role or OTHER + text
            twins = sum(other == name or other.startswith(f"{name} (") for other in names.values())
            names[index] = f"{name} ({twins + 1})" if twins else name
    return names


def _frame(sheet: str, grid: Grid, top: int, names: Mapping[int, str], marks: Marks) -> pd.DataFrame:
    lines, values = [], []
    for offset, row in enumerate(grid[top + 1 :], start=top + 1):
        cells = [_cell(row[index], marks.get((offset + 1, index + 1))) for index in names]
        # A cell outside the named columns keeps its row from being blank: nothing is lost without a word.
        if any(_is_filled(cell) for cell in cells) or any(_is_filled(cell) for cell in row):
            lines.append(offset + 1)
            values.append(cells)
    frame = pd.DataFrame(values, columns=list(names.values()), dtype=object)
    frame.insert(0, LINE, lines)
    frame.insert(0, SHEET, sheet)
    return frame


def _cell(value: object, fault: CellFault | None) -> object:
    if fault is not None and not _is_filled(value):
        return fault
    # An empty cell reads as ""; a boolean stays a boolean, so that True is never taken for 1 IMP.
    return "" if value is None or value is pd.NaT else value


def _is_filled(cell: object) -> bool:
    return not (cell is None or cell is pd.NaT or (isinstance(cell, str) and not cell.strip()))


def _no_table(path: Path, grids: Mapping[str, Grid]) -> str:
    filled = [sheet for sheet, grid in grids.items() if any(_is_filled(cell) for row in grid for cell in row)]
    if not filled:
        return f"{path} : ce classeur est vide. Vérifiez que c’est le bon fichier."
    return (
        f"{path} : aucun tableau n’a été reconnu (feuilles lues : {', '.join(filled)}). Il faut une ligne d’en-têtes "
        "avec au moins : RNE ou UAI, Établissement, Chef d’établissement, Nom et Prénom du référent, IMP ou Montant."
    )
