"""Headers: which row holds them, and which role each column plays, whatever their case, accents and units."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial

from pipeline.french.words import fold
from pipeline.load.cells import Area, Grid, is_filled, one_clean_line
from pipeline.load.header_words import Reading, Words, is_of_another, read_header, year_of
from pipeline.table import GROUP, MOST_COLUMNS, NEEDED, REQUIRED, SEVERAL
from pipeline.xlsx.parts import MAX_ABOVE

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
    """Return the role of a column by its group and its own text; `read` gives that of one header by itself."""
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


_CHEF_FUNCTION = re.compile(r"principal|proviseur|direct|chef|adjoint")


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one sheet: its last row (0 is the first of the grid), the role or None and the text of each column.

    `doubtful` are the columns that would have a role but for the year that they name; `other_year` those that
    have one although they name another year than the campaign's, because no other column does better.
    """

    row: int
    roles: tuple[str | None, ...]
    texts: tuple[str, ...]
    doubtful: tuple[int, ...] = ()
    other_year: tuple[int, ...] = ()


def find_header(grid: Grid, words: Words, areas: Sequence[Area] = (), year: int = 0) -> Header | None:
    """Find the header of a sheet: the row, or two rows, among the first ones, that name the most roles.

    `year` is that in which the campaign's school year begins, 0 when nobody said it. None without a header.
    """
    best, texts, readings = -1, [""], [Reading()]
    read = cache(partial(read_header, words=words))  # the same few texts come back in row after row
    for row in range(min(len(grid), MAX_ABOVE)):
        if row > best + 1 and _is_whole(readings):
            break  # what comes lower is data, be it the same header again
        for pairs in _ways(grid, row, areas):
            found = [read_joined(group, text, read) for group, text in pairs]
            if _score(found) > _score(readings):
                best, readings = row, found
                texts = [f"{group}{GROUP}{text}" if group else text for group, text in pairs]
    if len({one.role for one in readings if one.role}) < 3:
        return None
    rows = [row for row in grid[best + 1 :] if row]
    doubtful = _other_years(readings, year)
    roles = [None if column in doubtful else one.role for column, one in enumerate(readings)]
    declared = {column for column, one in enumerate(readings) if one.declared}
    roles = _one_each(_by_values(roles, rows), _filled_columns(rows), texts, declared)
    other_year = tuple(
        column for column, one in enumerate(readings) if roles[column] and year and one.year not in (0, year)
    )
    return Header(best, tuple(roles), tuple(texts), doubtful, other_year)


def _score(readings: Sequence[Reading]) -> tuple[int, int]:
    """Return how good a header is: the roles that it names, then how seldom it names one twice."""
    roles = [one.role for one in readings if one.role]
    return len(set(roles)), len(set(roles)) - len(roles)


def _is_whole(readings: Sequence[Reading]) -> bool:
    """Return whether some columns play all the roles that every letter needs."""
    roles = {one.role for one in readings}
    return all(roles.intersection(group) for group in REQUIRED)


def _ways(grid: Grid, row: int, areas: Sequence[Area]) -> list[list[tuple[str, str]]]:
    """Give the two ways of reading a row as a header: by itself, and under the row above."""
    alone = [("", one_clean_line(cell)) for cell in grid[row]]
    return [alone, join_rows(grid[row - 1], grid[row], row - 1, areas)] if row and grid[row - 1] else [alone]


def _other_years(readings: Sequence[Reading], year: int) -> tuple[int, ...]:
    """Return the columns whose year makes them no one's: another than the campaign's, where several are named.

    One year all over makes no doubt, except beside a column that says the same and names no year.
    """
    dated = {column: one for column, one in enumerate(readings) if one.role and one.year}
    undated = {one.role for one in readings if one.role and not one.year}
    years = {one.year for one in dated.values()}
    right = year if year in years else years.pop() if len(years) == 1 else 0
    return tuple(
        column
        for column, one in dated.items()
        if one.year != right or (one.year != year and undated & _same(str(one.role), year))
    )


def _same(role: str, year: int) -> set[str]:
    """Return the roles that can stand for another: an IMP for an amount only when the campaign's year is known."""
    group = next((group for group in REQUIRED if role in group), ())
    return {role, *(other for other in group if year or other.startswith("referent"))}


def _by_values(roles: Sequence[str | None], rows: Sequence[Sequence[object]]) -> list[str | None]:
    """Settle by its values whose function a column holds: « Qualité » is the chef's where most are « Principal ».

    « Taux » needs no such care: the rules on the IMP read fractions and euros alike.
    """
    settled = list(roles)
    for index, role in enumerate(roles):
        if role != "referent_fonction":
            continue
        values = [text for row in rows[:200] if index < len(row) and (text := fold(one_clean_line(row[index])))]
        heads = sum(bool(_CHEF_FUNCTION.match(value)) for value in values)
        if heads * 2 > len(values):
            settled[index] = "chef_fonction"
    return settled


def _filled_columns(rows: Sequence[Sequence[object]]) -> set[int]:
    return {index for row in rows for index, cell in enumerate(row) if is_filled(cell)}


def _one_each(
    roles: Sequence[str | None], filled: set[int], texts: Sequence[str], declared: set[int]
) -> list[str | None]:
    """Leave one column a role where it makes no doubt: the declared one, else the only one that holds anything.

    For a role that no letter prints, « Fonction » comes before « Corps » and « Discipline », then the first column.
    """
    settled = list(roles)
    for role in dict.fromkeys(role for role in roles if role):
        claims = [index for index, claimed in enumerate(roles) if claimed == role]
        kept = [index for index in claims if index in declared] or [index for index in claims if index in filled]
        kept = kept or claims[:1]
        if role in SEVERAL:
            kept = kept[:MOST_COLUMNS]
        elif role not in NEEDED:
            kept = sorted(kept, key=lambda index: (not fold(texts[index]).startswith("fonction"), index))[:1]
        for index in set(claims) - set(kept):
            settled[index] = None
    return settled


@cache
def forms_of(header: str) -> frozenset[str]:
    """Return what a header may be called, folded: the whole of it, its group, what stands under that."""
    group, _, own = header.partition(GROUP)
    return frozenset({fold(header), fold(group), fold(own)} - {""})


def missing(header: Header) -> list[tuple[str, ...]]:
    """Return the groups of roles, of those that every letter needs, that no column plays."""
    return [group for group in REQUIRED if not set(group) & set(header.roles)]
