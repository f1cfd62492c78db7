"""The table as it travels between loading and validation: the only type that holds a pandas frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.model import Change


SHEET = "#feuille"
LINE = "#ligne"
GROUP = " – "
"""Stands between a group and what is under it, in the header of a column that has both."""
MAX_ROWS = 1_048_576
"""Of a sheet, as Excel allows."""
OTHER = "autre:"
"""Prefix of the columns that have no role; what follows is the header as the user wrote it."""


@dataclass(frozen=True, slots=True)
class Column:
    """Where a role was found in one sheet: its header as the user wrote it, and its letter (« K »)."""

    header: str
    letter: str


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that holds no usable value: an error such as #REF!, a formula never computed (empty `error`), a long text.

    `signs` counts those of a text that is too long for what its column says.
    """

    error: str
    signs: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """The non-blank rows under the headers of all the sheets.

    `rows` has one line a row: the columns `SHEET` and `LINE` (Excel's own number), then one column a role and one
    a column without role (`OTHER` + header); a cell is text, a number, a date, a `CellFault`, or "" when blank.
    `columns` gives, for each sheet, the column of each of those names. `unread` names the sheets that are no table.
    `sha256` is that of the file that was read. `filled` are the cells that took the value of the cells they were merged
    with: sheet, line, and name of the column. `notices` are sentences in French on what was read and may surprise.
    `surname_first` names the sheets where cleaning found chefs written « NOM Prénom ». `held` gives, by sheet and
    address (« K391 »), what the cells that cleaning rewrote held; `struck` those that are struck through, True where it
    is so in part only. `margins` are the texts beside the table, under no header: sheet, line, letter, text.
    """

    rows: pd.DataFrame
    columns: Mapping[str, Mapping[str, Column]]
    unread: tuple[str, ...] = ()
    sha256: str = ""
    filled: tuple[tuple[str, int, str], ...] = ()
    notices: tuple[str, ...] = ()
    surname_first: tuple[str, ...] = ()
    held: Mapping[tuple[str, str], str] = field(default_factory=dict)
    struck: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    margins: tuple[tuple[str, int, str, str], ...] = ()


def other_headers(table: Table) -> tuple[str, ...]:
    """Return the headers of the columns that have no role."""
    return tuple(str(name).removeprefix(OTHER) for name in table.rows.columns if str(name).startswith(OTHER))


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned table and the changes that cleaning made to it."""

    table: Table
    changes: tuple[Change, ...]


def as_text(cell: object) -> str:
    """Return what a cell shows: whole numbers without a point, dates the French way."""
    if cell is None or isinstance(cell, CellFault):
        return ""
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, float):
        return f"{cell:.10g}".replace(".", ",")
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}" if cell.time() == time() else f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, timedelta):
        return f"{cell.total_seconds() / 3600:g} h".replace(".", ",")
    return str(cell)
