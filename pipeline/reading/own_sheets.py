"""The sheets that anomalies.xlsx adds to a workbook, told from the user's own when it is given back."""

from __future__ import annotations

from collections.abc import Sequence

TO_CORRECT = ("Gravité", "Feuille", "Ligne", "Colonne", "Cellule", "Écrit", "À faire")
CLEANING = ("Feuille", "Cellule", "Colonne", "Avant", "Après", "Règle")
"""Their headers, from cell A1."""

SIGN = "Feuille ajoutée par le contrôle : elle n’est pas relue."
"""What stands beside the headers. A cell follows its sheet under another name and into any format of workbook."""


def is_own(rows: Sequence[Sequence[object]]) -> bool:
    """Return whether a sheet is one that we added, by its first row: our headers, then our sign, and nothing else.

    Its name is no sign: the user may change it, and may have a sheet of that name.
    """
    cells = [cell for cell in (rows[0] if rows else ()) if cell not in (None, "")]
    return cells in ([*TO_CORRECT, SIGN], [*CLEANING, SIGN])
