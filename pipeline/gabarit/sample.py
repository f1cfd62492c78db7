"""A sample of the fields of a letter: the names it holds, and the one that is nearest to a name it does not hold."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from pipeline.french.words import fold

_NEAR = 0.65
ANY = object()
"""The value of what a sample cannot tell, such as the items of an empty list: everything may be asked of it."""


def nearest_field(name: str, sample: Mapping[str, Any]) -> str:
    """Return the end of a sentence that proposes the nearest field, nothing when none is near.

    Capitals and accents do not count: Word puts a capital where a sentence begins, a person an accent.
    """
    groups = (known for known in sample if names_of(sample[known]))
    every = (*groups, *(known for known, _ in dotted(sample)))
    best = max(every, key=lambda known: (_likeness(name, known), known.startswith("referent")))
    return f" ; vouliez-vous écrire « {best} » ?" if _likeness(name, best) >= _NEAR else ""


def _likeness(name: str, known: str) -> float:
    """Return how much two names are alike, from 0 to 1: their groups and what follows, unless no group was written."""
    (group, end), (known_group, known_end) = _halves(name), _halves(known)
    ends = difflib.SequenceMatcher(None, end, known_end).ratio()
    return min(difflib.SequenceMatcher(None, group, known_group).ratio(), ends) if group else ends


@cache
def _halves(name: str) -> tuple[str, str]:
    """Return the group of a field and what follows it, folded: « autres["Bassin"] » gives « autres », « bassin »."""
    group, sign, end = name.partition("[") if "[" in name else name.partition(".")
    return (fold(group), fold(end)) if sign else ("", fold(name))


def nearest(word: str, known: tuple[str, ...]) -> str:
    """Return the end of a sentence that proposes the nearest known word, nothing when none is near."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=_NEAR)
    return f" ; vouliez-vous écrire « {close[0]} » ?" if close else ""


def dotted(value: Any, start: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the full names of the fields of a sample (« referent.nom », « annee_scolaire ») and their values."""
    for name in names_of(value):
        child = child_of(value, name)
        full = f"{start}.{name}".lstrip(".") if name.isidentifier() else f'{start}["{name}"]'
        if names_of(child):
            yield from dotted(child, full)
        else:
            yield full, child


def names_of(value: Any) -> tuple[str, ...]:
    """Return the names of the fields of a value; a text has none."""
    if isinstance(value, Mapping):
        return tuple(str(name) for name in value)
    if is_dataclass(value):
        return tuple(field.name for field in fields(value))
    return tuple(vars(value)) if hasattr(value, "__dict__") else ()


def child_of(value: Any, name: Any) -> Any:
    """Return a field of a value, ANY when the sample cannot tell, None when there is no such field."""
    if value is ANY or value is None:
        return ANY
    if isinstance(value, str | list | tuple):
        return ANY if isinstance(name, int) else None
    if isinstance(value, Mapping):
        if name not in value:  # the mapping decides: headers are found whatever their case
            return None
        child = value[name]
    elif str(name) in names_of(value):
        child = getattr(value, name)
    else:
        return None
    return ANY if child is None else child
