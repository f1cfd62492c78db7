"""A header on two rows: « Référent » over « Civilité, Nom, Prénom » tells whose name each column holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.french.words import fold
from pipeline.load.header_words import Reading, is_of_another, year_of
from pipeline.reading.invisible import one_clean_line
from pipeline.reading.merged import Area

_KINDS = (
    ("chef", re.compile(r"\b(?:chefs?|principal\w*|proviseur\w*|direction)\b")),
    ("referent", re.compile(r"\breferent\w*\b")),
    ("imp", re.compile(r"\b(?:imp|indemnites?)\b")),
    ("etablissement", re.compile(r"\b(?:etab|etabs|etablissements?|ecoles?)\b")),
)
"""In this order: « chef d’établissement » and « IMP du référent » name two of them."""

_OF_CHEF = {
    "referent_civilite": "chef_civilite",
    "referent_nom": "chef",
    "referent": "chef",
    "referent_prenom": "chef_prenom",
    "referent_fonction": "chef_fonction",
}
_UNDER = {
    "etablissement": {
        "nom": "etablissement", "libelle": "etablissement", "denomination": "etablissement",
        "intitule": "etablissement",
        "code": "uai", "numero": "uai", "no": "uai", "n": "uai", "identifiant": "uai",
    },
    "imp": {"nombre": "imp", "nb": "imp", "nbre": "imp", "part": "imp", "parts": "imp", "fraction": "imp"},
}  # fmt: skip


def join_rows(
    upper: Sequence[object], lower: Sequence[object], row: int, areas: Sequence[Area]
) -> list[tuple[str, str]]:
    """Give each column of a header on two rows its group ("" without one) and its own text.

    `row` is the upper row's, counted from 0. A column without a text in the lower row takes that of the upper one.
    """
    width = max(len(upper), len(lower))
    above, below = _texts(upper, width), _texts(lower, width)
    groups = _spread(above, below, [area for area in areas if area.top == row and area.right > area.left])
    filled = [column for column in range(width) if below[column]]
    # A title over the whole table says nothing of a column.
    titles = {group for group in groups if group and all(groups[column] == group for column in filled)}
    return [
        (groups[column] if groups[column] not in titles else "", below[column])
        if below[column]
        else ("", above[column])
        for column in range(width)
    ]


def read_joined(group: str, text: str, read: Callable[[str], Reading]) -> Reading:
    """Tell the role of a column from its group and its own text; `read` tells that of one header by itself."""
    if not group:
        return read(text)
    own, whole = read(text), read(f"{group} {text}")
    if own.declared or whole.declared:
        return whole if whole.declared else own
    if is_of_another(group):
        return Reading()
    year = own.year or year_of(group)
    kind = next((kind for kind, words_of_it in _KINDS if words_of_it.search(fold(group))), "")
    if whole.role:
        return Reading(whole.role, year)  # one header cut in two: « Chef » over « d’établissement »
    if role := _UNDER.get(kind, {}).get(fold(text)):
        return Reading(role, year)
    if kind == "chef" and own.role:
        return Reading(_OF_CHEF.get(own.role, own.role), year)
    return Reading(own.role or read(f"{text} {group}").role, year)


def _texts(row: Sequence[object], width: int) -> list[str]:
    return [one_clean_line(cell) for cell in row] + [""] * (width - len(row))


def _spread(above: Sequence[str], below: Sequence[str], areas: Sequence[Area]) -> list[str]:
    """Write each group over all its columns: those it is merged over, else, without merges, up to the next group."""
    groups = list(above)
    for area in areas:
        for column in range(area.left, min(area.right + 1, len(groups))):
            groups[column] = above[area.left]
    if not areas:
        for column in range(1, len(groups)):
            if not groups[column] and below[column] and below[column - 1]:
                groups[column] = groups[column - 1]
    return groups
