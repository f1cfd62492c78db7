"""What a file says of one sheet beside the values that the reading engine gives."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.table import MAX_ROWS, CellFault
from pipeline.xlsx.parts import MAX_COLUMNS, MAX_FAULTS, MAX_FILLED, Place, TooManyRowsError, require_fewer

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ESCAPES = re.compile(r"_x(00[0189][0-9A-Fa-f]|202[89])_")
_BREAKS = dict.fromkeys(map(ord, "\x0b\x0c\x0e\x1c\x1d\x1e\x85\u2028\u2029"), " ")
"""Breaks of a line, a column or a page that no keyboard types in a cell: they come with a text pasted from Word."""
_ENTITY = re.compile(
    r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});|&[a-z](?:acute|grave|circ|uml|cedil|tilde)", re.IGNORECASE
)
"""A sign as a web page spells it; those of accented letters are also met without their semicolon."""


def _windows_signs() -> dict[int, str]:
    signs = {}
    for code in range(0x80, 0xA0):
        with suppress(UnicodeDecodeError):
            signs[code] = bytes([code]).decode("cp1252")
    return signs


_SIGNS = _windows_signs() | _BREAKS
"""The breaks, and the signs of Windows (« ’ », « œ ») that were read as control characters."""


def drop_invisible(text: str) -> str:
    """Drop control characters, zero-width and direction marks, and Excel's own escapes of them (« _x000D_ »).

    A break becomes a space: without it, « LE⟨vertical tab⟩GOFF » would be one word.
    """
    decoded = _ESCAPES.sub(lambda match: chr(int(match[1], 16)), text).replace("\r\n", "\n").replace("\r", "\n")
    visible = _INVISIBLE.sub("", decoded.translate(_SIGNS))
    return "".join(sign for sign in visible if sign in "\n\t" or unicodedata.category(sign) != "Cc")


def decode_entities(text: str) -> str:
    """Write the signs that a web page spells (« Lyc&eacute;e », « l&#39;Elorn »), be they spelled twice over."""
    while (decoded := drop_invisible(_ENTITY.sub(lambda match: html.unescape(match[0]) or " ", text))) != text:
        text = decoded
    return text


def one_clean_line(cell: object) -> str:
    """Return a cell that holds a text on one line, without what nobody sees; "" for any other cell."""
    return " ".join(decode_entities(cell).split()) if isinstance(cell, str) else ""


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


Kinds = Set[bool | None]
"""How the parts of a text are struck through, None for one that is written as its whole cell is."""
PLAIN: Kinds = frozenset({None})


@dataclass(frozen=True, slots=True)
class Shared:
    """What the sheets of a workbook share.

    `struck` are the formats that strike through, by what cells name them with. By the number of a shared
    text: its length, and how its parts are struck through, where it has some.
    """

    struck: Set[object]
    lengths: Sequence[int]
    kinds: Mapping[int, Kinds]


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

    def note_shared(self, number: int, shared: Shared) -> Kinds:
        """Count the characters of a shared text, and return how its parts are struck through."""
        if number < len(shared.lengths):
            self.characters += shared.lengths[number]
        return shared.kinds.get(number, PLAIN)

    def note_strikes(self, place: Place, kinds: Kinds, of_cell: bool) -> None:
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


OF_ANOTHER_CODE = re.compile("\ufffd|[ÃÂ][\u00a0-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•˜™š›œžŸ]|â€|[a-z][‚ƒ†‡ˆ‰ŠŽ™][a-z]")
"""What is seen of a text read in another code than its own: « CollÃ¨ge » (UTF-8 cut short), « Coll‚ge » (MS-DOS)."""
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]")


def has_lost_letters(text: str) -> bool:
    """Return whether some letters of a text are no longer what was written: « CollÃ¨ge », « Coll?ge », « Coll�ge »."""
    return bool(OF_ANOTHER_CODE.search(text) or _LOST.search(text))
