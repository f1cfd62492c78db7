"""The cleaning log: one entry for each cell that was rewritten."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.model import Change, RowRef
from pipeline.table import LINE, SHEET, Table


def change_of(table: Table, rows: pd.DataFrame, index: Any, column: str, texts: tuple[str, str], rule: str) -> Change:
    """Record what a cell held and holds now, at its place in the user's workbook; `texts` are the two."""
    row = RowRef(str(rows.at[index, SHEET]), int(str(rows.at[index, LINE])))
    place = table.columns[row.sheet].get(column)
    header, cell = (place.header, f"{place.letter}{row.line}") if place else (column, "")
    return Change(row, header, cell, *texts, rule)
