"""A second table under the first one on a sheet: its headers must stand in the same columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlsxwriter.utility import xl_col_to_name

from pipeline.french.words import fold
from pipeline.load.header_words import Words
from pipeline.load.headers import Header
from pipeline.reading.invisible import one_clean_line
from pipeline.reading.merged import Grid
from pipeline.table import GROUP, NEEDED

_LEAST = 3
"""Known headers that a row must hold to be one of headers."""
_OF_PEOPLE = frozenset({"uai", "chef", "referent", "referent_nom", "referent_prenom"})
"""Roles that only a table of référents has."""


def moved_headers(grid: Grid, header: Header, words: Words) -> str:
    """Say which row under the header repeats it with its columns in another order; "" when none does.

    What stands below would be read in the wrong columns: a first name for a surname, and nobody would see it.
    """
    own = [_forms(text) for text in header.texts]
    known = {form: role for forms, role in zip(own, header.roles, strict=True) for form in forms if role}
    known |= {**words.usual, **words.declared}
    for number, row in enumerate(grid[header.row + 1 :], header.row + 2):
        texts = [fold(cell) if isinstance(cell, str) and len(cell) < 80 else "" for cell in row]
        named = [column for column, text in enumerate(texts) if text in known]
        if len(named) < _LEAST or 2 * len(named) < sum(cell not in (None, "") for cell in row):
            continue
        if not _OF_PEOPLE.intersection(known[texts[column]] for column in named):
            continue  # sums by département, which are nobody's
        moved = [column for column in named if _is_moved(column, texts[column], own, header, known)]
        if moved:
            return _said(number, moved, row)
    return ""


def _forms(header: str) -> frozenset[str]:
    group, _, own = header.partition(GROUP)
    return frozenset({fold(header), fold(group), fold(own)} - {""})


def _is_moved(column: int, text: str, own: Sequence[frozenset[str]], header: Header, known: Mapping[str, str]) -> bool:
    """Return whether a text names another role than the column it stands in, be it a column of the first table."""
    if column < len(own) and text in own[column]:
        return False
    held = header.roles[column] if column < len(own) else None
    return known[text] != held and bool({known[text], held} & NEEDED)


def _said(number: int, moved: Sequence[int], row: Sequence[object]) -> str:
    places = ", ".join(f"« {one_clean_line(row[column])} » ({xl_col_to_name(column)})" for column in moved[:4])
    more = ", …" if len(moved) > 4 else ""
    return (
        f"ligne {number} : un second tableau commence ici, et ses colonnes ne sont pas dans l’ordre du premier "
        f"({places}{more}). Mettez-le dans une feuille à lui, ou remettez ses colonnes dans le même ordre."
    )
