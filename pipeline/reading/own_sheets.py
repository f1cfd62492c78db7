"""The sheets that anomalies.xlsx adds to a workbook, told from the user's own when it is given back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.french.words import fold

_FORMER = ("Gravité", "Feuille", "Ligne", "Colonne", "Cellule", "Écrit", "À faire")
TO_CORRECT = (*_FORMER, "Établissement", "Référent", "Vérifié", "Repère")
CLEANING = ("Feuille", "Cellule", "Colonne", "Avant", "Après", "Règle")
"""Their headers, from cell A1; `_FORMER` are those of an earlier version."""

MARK = "Feuille ajoutée par le contrôle"
SIGN = f"{MARK} : elle n’est pas relue."
TICKED = f"{MARK} : seule la colonne « Vérifié » est relue."
"""What stands beside the headers. A cell follows its sheet under another name and into any format of workbook."""

GROUP, SAID = "groupe", "oui"
"""In « Repère », beside the sign of a remark and the code of its kind: a line for the whole kind; one said before."""
_YES = frozenset({"oui", "o", "x", "v", "ok", "vrai", "yes", "1"})
"""What says so in « Vérifié »; any other text is a note for oneself, and says nothing."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """What someone has written in « Vérifié »: the signs of the remarks that are as wanted, and no longer are."""

    voulues: frozenset[str] = frozenset()
    reprises: frozenset[str] = frozenset()

    def __or__(self, other: Ticks) -> Ticks:
        """Return both together."""
        return Ticks(self.voulues | other.voulues, self.reprises | other.reprises)


def is_own(rows: Sequence[Sequence[object]]) -> bool:
    """Return whether a sheet is one that we added, by its first row: our headers, then our sign, and nothing else.

    Its name is no sign: the user may change it, and may have a sheet of that name.
    """
    *heads, sign = [cell for cell in (rows[0] if rows else ()) if cell not in (None, "")] or [""]
    return tuple(heads) in (TO_CORRECT, _FORMER, CLEANING) and sign in (SIGN, TICKED)


def ticks_of(rows: Sequence[Sequence[object]]) -> Ticks:
    """Return what someone has written in « Vérifié » of a sheet that `is_own`; a line for a whole kind counts for all.

    What was not said yet and still is not tells nothing: another copy may know better.
    """
    heads = list(rows[0])
    if "Vérifié" not in heads:
        return Ticks()
    tick, key = heads.index("Vérifié"), heads.index("Repère")
    lines = [(str(cells[key]).split(), fold(str(cells[tick])) in _YES) for cells in rows[1:] if len(cells) > key]
    kinds = {words[1] for words, voulu in lines if voulu and words[:1] == [GROUP]}
    known = [(words, voulu) for words, voulu in lines if len(words) > 1 and words[0] != GROUP]
    return Ticks(
        frozenset(words[0] for words, voulu in known if voulu or (words[1] in kinds and SAID not in words)),
        frozenset(words[0] for words, voulu in known if SAID in words and not voulu),
    )
