"""One row as the rules see it: its cells by role, and the way to say where something is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.french.words import fold
from pipeline.load.cells import drop_invisible
from pipeline.model import Anomaly, RowRef, Severity
from pipeline.table import OTHER, CellFault, Column, as_text

_BETWEEN = re.compile(r"[\s,;:/()\[\]]+")
"""What may stand between a name and what cleaning took off it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A cleaned row: `values` by role (or `OTHER` + header), `columns` the places of those of its sheet.

    `held` gives, by sheet and address, what the cells that cleaning rewrote held; `struck` those struck through,
    True where it is so in part only; `band` is the text of the row over it that heads a département; `admitted` are
    the folded names that config.toml allows though they are words.
    """

    ref: RowRef
    values: Mapping[str, object]
    columns: Mapping[str, Column]
    held: Mapping[tuple[str, str], str] = field(default_factory=dict)
    struck: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    band: str = ""
    admitted: frozenset[str] = frozenset()

    def text(self, role: str) -> str:
        """Return a cell as text; "" when it is blank, faulty, or when its column does not exist."""
        cell = self.values.get(role, "")
        return cell if type(cell) is str else as_text(cell)  # asked dozens of times a row: nearly all are texts

    def shown(self, role: str) -> str:
        """Return what a cell held before it was cleaned, on one line of at most 80 signs, as a message quotes it."""
        held = self.held.get((self.ref.sheet, self.cell(role)))
        if held is None and (text := self.text(role)).isprintable():
            return text[:80]  # asked of every name: nearly all are as they were written
        whole = drop_invisible(held or "") or self.text(role)
        return " / ".join(line for part in whole.splitlines() if (line := part.strip()))[:80]

    def is_admitted(self, role: str) -> bool:
        """Return whether config.toml allows the name that a cell holds, whatever its capitals."""
        return bool(self.admitted) and fold(self.text(role)) in self.admitted

    def written(self, role: str) -> str:
        """Return the words of a cleaned cell with the capitals that they had before."""
        kept = set(fold(self.text(role)).split())
        words = [word for word in _BETWEEN.split(self.shown(role)) if word and kept.issuperset(fold(word).split())]
        return " ".join(words) or self.text(role)

    def texts(self) -> list[str]:
        """Return the texts of the cells that are not blank, from left to right."""
        return [text for role in self.values if (text := self.text(role))]

    @property
    def name_role(self) -> str:
        """Return the role of the cell that names the référent."""
        return next((role for role in ("referent_nom", "referent") if self.text(role)), "referent_nom")

    def error(self, role: str, code: str, message: str) -> Anomaly:
        """Say what is wrong with a cell, so that the row has no letter."""
        return self.anomaly(role, code, Severity.ERREUR, message)

    def warning(self, role: str, code: str, message: str) -> Anomaly:
        """Say what is doubtful about a cell; the row keeps its letter."""
        return self.anomaly(role, code, Severity.AVERTISSEMENT, message)

    def anomaly(self, role: str, code: str, severity: Severity, message: str) -> Anomaly:
        """Say something about a cell, at its place in the user's workbook."""
        place = self.columns.get(role)
        if place is None:
            return Anomaly(self.ref, code, severity, message)
        return Anomaly(self.ref, code, severity, message, place.header, self.cell(role))

    def cell(self, role: str) -> str:
        """Return the address of a cell (« K391 »), "" when its column does not exist."""
        place = self.columns.get(role)
        return f"{place.letter}{self.ref.line}" if place else ""

    def faults(self) -> list[Anomaly]:
        """Say each cell that holds an error or a formula without a result; in a column without role it only warns."""
        return [
            self.anomaly(role, "cellule_en_erreur", _severity(role), _fault(cell))
            for role, cell in self.values.items()
            if isinstance(cell, CellFault)
        ]

    def is_faulty(self, role: str) -> bool:
        """Return whether a cell is in error: it is reported once, by `faults`."""
        return isinstance(self.values.get(role), CellFault)


def _severity(role: str) -> Severity:
    return Severity.AVERTISSEMENT if role.startswith(OTHER) else Severity.ERREUR


def _fault(cell: CellFault) -> str:
    if cell.signs:
        return f"La cellule contient {cell.signs} signes : c’est plus qu’un nom. Écrivez le nom seul."
    if cell.error:
        return f"La cellule contient l’erreur {cell.error}. Écrivez la valeur à la place de la formule."
    return (
        "La formule de cette cellule n’a jamais été calculée. Ouvrez le classeur dans Excel ou LibreOffice, "
        "enregistrez-le, ou écrivez la valeur à la place."
    )
