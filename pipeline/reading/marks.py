"""What a file says of one sheet beside the values that the reading engine gives."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.reading.merged import Area
from pipeline.table import CellFault

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
"""The codes of the errors in binary workbooks: [MS-XLS] 2.5.10, the same in [MS-XLSB]."""

Place = tuple[int, int]
"""The row and the column of a cell, counted from 0."""


@dataclass(slots=True)
class Marks:
    """The marks of one sheet; rows and columns are counted from 0.

    `faults` are the cells in error and the formulas never computed, which the engine gives as blank cells; `texts` the
    cells whose text it gives wrong. `struck` are the rows with a filled cell that is struck through, if only in part;
    `filtered` says that a filter is active. `areas` are the merged cells, where the engine does not give them.
    `foreign` says that this is no sheet of the workbook: what another one held when it was last read. `last_row` and
    `last_column` are those of the last cell that holds a value; `characters` counts the texts, each as many times as a
    cell shows it: a text written once in a file may fill a million cells.
    """

    faults: dict[Place, CellFault] = field(default_factory=dict)
    texts: dict[Place, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    filtered: bool = False
    areas: list[Area] = field(default_factory=list)
    foreign: bool = False
    last_row: int = 0
    last_column: int = 0
    characters: int = 0

    def reach(self, row: int, column: int) -> None:
        """Note that a cell holds a value."""
        if row > self.last_row:
            self.last_row = row
        if column > self.last_column:
            self.last_column = column


def fault_of(code: int) -> CellFault:
    """Return the error that a binary workbook names by its code."""
    return CellFault(_ERRORS.get(code, "#N/A"))
