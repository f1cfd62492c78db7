"""Rules on an IMP that one merged cell gives to several people: each has all of it, or they share it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from pipeline.french.words import euros
from pipeline.model import Anomaly, Letter, RowRef
from pipeline.settings.sections import Bareme
from pipeline.validate.row import Row

Filled = tuple[str, int, str]
"""A cell that took the value of the cells it was merged with: its sheet, its line, the name of its column."""


def merged_sums(
    filled: Collection[Filled], letters: Sequence[Letter], rows: Mapping[RowRef, Row], bareme: Bareme
) -> list[Anomaly]:
    """Ask for each one's part where people of one school may share the sum of a merged cell; else warn.

    Source: circulaire n° 2015-058 of 29 April 2015, an IMP may be shared, each part being of the scale.
    """
    printed = {letter.row: letter for letter in letters}
    said: dict[tuple[RowRef, str], Anomaly] = {}
    for column, lines in _areas(filled):
        people = [printed[line] for line in lines if line in printed]
        for letter in people:
            school = [one for one in people if one.etablissement.uai == letter.etablissement.uai]
            row = rows[letter.row]
            if share := _share(letter, len(school), bareme):
                said[letter.row, column] = row.error(column, "imp_fusionnee", _question(letter, share))
            elif letter.row != lines[0]:
                said[letter.row, column] = row.warning(column, "imp_fusionnee", _WHOLE)
    return list(said.values())


_WHOLE = (
    "Une cellule fusionnée donne ce montant à plusieurs personnes : chacune le reçoit en entier. Si elles se le "
    "partagent, écrivez la part de chacune."
)


def _areas(filled: Collection[Filled]) -> Iterator[tuple[str, list[RowRef]]]:
    """Give the merged cells of an IMP: the column, and the rows from the one that shows the value down."""
    below: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for sheet, line, column in sorted(filled):
        if column in ("imp", "montant"):
            below[sheet, column].append(line)
    for (sheet, column), lines in below.items():
        runs: list[list[RowRef]] = []
        for line in lines:
            if not runs or runs[-1][-1].line != line - 1:
                runs.append([RowRef(sheet, line - 1)])
            runs[-1].append(RowRef(sheet, line))
        yield from ((column, run) for run in runs)


def _share(letter: Letter, people: int, bareme: Bareme) -> str:
    """Return the amount of each one's part when several people can share an IMP, "" when they cannot."""
    if people < 2 or letter.imp is None:
        return ""
    part = letter.imp.fraction / people
    return next((euros(imp.montant) for imp in bareme.pairs if imp.fraction == part), "")


def _question(letter: Letter, share: str) -> str:
    return (
        f"Une cellule fusionnée donne {euros(letter.montant)} à plusieurs personnes de l’établissement : à chacune, ou "
        f"à partager ? Défusionnez, puis écrivez la part de chacune ({share} si elles se le partagent)."
    )
