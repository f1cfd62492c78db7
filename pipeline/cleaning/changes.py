"""The cleaning log: one entry for each cell that was rewritten."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.model import Change, RowRef
from pipeline.table import LINE, SHEET, Table


def change_of(table: Table, rows: pd.DataFrame, index: Any, column: str, texts: tuple[str, str], rule: str) -> Change:
    """Record what a cell held and holds now, at its place in the user's workbook; `texts` are the two."""
    return recorded(table, RowRef(str(rows.at[index, SHEET]), int(str(rows.at[index, LINE]))), column, texts, rule)


def recorded(table: Table, row: RowRef, column: str, texts: tuple[str, str], rule: str) -> Change:
    """Record the same, the row being known: to ask a frame for it takes longer than all the rest."""
    place = table.columns[row.sheet].get(column)
    header, cell = (place.header, f"{place.letter}{row.line}") if place else (column, "")
    return Change(row, header, cell, *texts, rule)
