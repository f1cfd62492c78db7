"""What a file says of one sheet beside the values that the reading engine gives."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field

from pipeline.reading.merged import Area
from pipeline.table import MAX_ROWS, CellFault
from pipeline.xlsx.parts import MAX_COLUMNS, MAX_FAULTS, MAX_FILLED, Place, TooManyRowsError, require_fewer

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
"""The codes of the errors in binary workbooks: [MS-XLS] 2.5.10, the same in [MS-XLSB]."""


@dataclass(slots=True)
class Marks:
    """The marks of one sheet; rows and columns are counted from 0.

    `faults` are the cells in error and the formulas never computed, which the engine gives as blank cells; `texts` the
    cells whose text it gives wrong. `struck` are the filled cells that are struck through, True where it is so in part
    only; `filtered` says that a filter is active. `areas` are the merged cells, where the engine does not give them.
    `foreign` says that this is no sheet of the workbook: what another one held when it was last read. `last_row` and
    `last_column` are those of the last cell that holds a value, `filled` counts these, `rows` the rows that have one,
    which may be `most_rows`; `characters` counts the texts, each as many times as a cell shows it: a text written
    once in a file may fill a million cells. `described` counts
    what was said of columns.
    """

    most_rows: int = MAX_ROWS
    faults: dict[Place, CellFault] = field(default_factory=dict)
    texts: dict[Place, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: dict[Place, bool] = field(default_factory=dict)
    filtered: bool = False
    areas: list[Area] = field(default_factory=list)
    foreign: bool = False
    filled: int = 0
    rows: int = 0
    last_row: int = 0
    last_column: int = 0
    characters: int = 0
    described: int = 0

    def reach(self, row: int, column: int) -> None:
        """Note that a cell holds a value. Raises TooBigError or TooManyRowsError beyond what a sheet may have."""
        self.filled += 1
        require_fewer(self.filled, MAX_FILLED)
        if row > self.last_row:
            self.last_row = row
            self.count_rows(1)
        if column > self.last_column:
            self.last_column = column

    def count_rows(self, more: int) -> None:
        """Count rows that hold something. Raises TooManyRowsError past those that the sheet may have."""
        self.rows += more
        if self.rows > self.most_rows:
            raise TooManyRowsError(self.rows)

    def note_fault(self, place: Place, fault: CellFault) -> None:
        """Note a cell in error. Raises TooBigError beyond what any sheet has."""
        self.faults[place] = fault
        require_fewer(len(self.faults), MAX_FAULTS)

    def note_text(self, place: Place, text: str) -> None:
        """Note a cell whose text is another than the engine gives. Raises TooBigError beyond what any sheet has."""
        self.texts[place] = text
        require_fewer(len(self.texts), MAX_FAULTS)

    def note_strikes(self, place: Place, kinds: Set[bool | None], of_cell: bool) -> None:
        """Note how the parts of a cell's text are struck through, None for one that is as the whole cell is."""
        found = {of_cell if kind is None else kind for kind in kinds}
        if True in found:
            self.struck[place] = False in found

    def describe_columns(self, hidden: range) -> None:
        """Note a description of columns, and those that it hides. Raises TooBigError for more than a sheet has.

        Each column is described once: a small file that does it again and again would take minutes.
        """
        self.described += 1 + len(hidden)
        require_fewer(self.described, 2 * MAX_COLUMNS)
        self.hidden_columns.update(hidden)


def fault_of(code: int) -> CellFault:
    """Return the error that a binary workbook names by its code."""
    return CellFault(_ERRORS.get(code, "#N/A"))
