"""Which former letter each letter is: by its school and its référent, whatever was corrected in the name. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from pipeline.french.words import fold
from pipeline.model import Fields

_NEAR = 0.8
"""How alike two names are, from 0 to 1, when one of them is the other with a typing mistake."""


class Lien(StrEnum):
    """What binds a letter to a former one of its school."""

    MEME = "même référent"
    CORRIGEE = "nom corrigé"
    REMPLACEE = "autre référent"


@dataclass(frozen=True, slots=True)
class Paire:
    """A letter and the former one that it is, by their places in what was compared; None where there is none."""

    now: int | None
    before: int | None
    lien: Lien = Lien.MEME


def school_of(fields: Fields) -> str:
    return str(fields["etablissement"]["uai"])


def name_of(fields: Fields) -> str:
    """Return the name of a letter's référent, as it is compared: without case, accents nor signs."""
    return fold(f"{fields['referent']['prenom']} {fields['referent']['nom']}")


def paired(now: Sequence[Fields], before: Sequence[Fields]) -> tuple[Paire, ...]:
    """Find each letter again among the former ones; each is in one pair, alone where it is new or gone.

    The same name in the same school is the same letter (namesakes: the nearest content). Of what is left in a school,
    near names are a typing mistake that was corrected; one that came where one went is another référent.
    """
    left: defaultdict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    pairs: list[Paire] = []
    by_identity = _grouped(now), _grouped(before)
    for identity in dict.fromkeys([*by_identity[0], *by_identity[1]]):
        came, went = list(by_identity[0].get(identity, [])), list(by_identity[1].get(identity, []))
        pairs += _nearest_contents(came, went, now, before)
        left[identity[0]][0].extend(came)
        left[identity[0]][1].extend(went)
    for came, went in left.values():
        pairs += _nearest_names(came, went, now, before)
        if len(came) == len(went) == 1:
            pairs.append(Paire(came.pop(), went.pop(), Lien.REMPLACEE))
        pairs += [Paire(one, None) for one in came] + [Paire(None, one) for one in went]
    return tuple(pairs)


def leaves(fields: Fields) -> dict[tuple[str, ...], Any]:
    """Return the texts of a letter's fields by their path; a list, or a group that is absent, counts as one."""
    found: dict[tuple[str, ...], Any] = {}
    for name, value in fields.items():
        if isinstance(value, Mapping):
            found |= {(name, key): text for key, text in value.items()}
        else:
            found[name,] = value
    return found


def changed(now: Fields, before: Fields) -> tuple[tuple[str, ...], ...]:
    """Return the paths that two letters say otherwise; what only one of them reads is no change.

    A group that came or went, as an IMP does, counts as one.
    """
    if now == before:  # nearly always
        return ()
    ours, theirs = leaves(now), leaves(before)
    groups = [(name,) for name in now if name in before and (now[name] is None) != (before[name] is None)]
    return (*groups, *(path for path in ours if path in theirs and ours[path] != theirs[path]))


def _grouped(letters: Iterable[Fields]) -> dict[tuple[str, str], list[int]]:
    groups: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, fields in enumerate(letters):
        groups[school_of(fields), name_of(fields)].append(place)
    return groups


def _nearest_contents(came: list[int], went: list[int], now: Sequence[Fields], before: Sequence[Fields]) -> list[Paire]:
    """Pair namesakes, those of whom the least changed first; what is paired leaves both lists."""
    pairs = []
    if len(came) == len(went) == 1:  # nearly always
        return [Paire(came.pop(), went.pop())]
    while came and went:
        ours, theirs = min(
            ((one, other) for one in came for other in went),
            key=lambda pair: (len(changed(now[pair[0]], before[pair[1]])), pair),
        )
        pairs.append(Paire(ours, theirs))
        came.remove(ours)
        went.remove(theirs)
    return pairs


def _nearest_names(came: list[int], went: list[int], now: Sequence[Fields], before: Sequence[Fields]) -> list[Paire]:
    """Pair near names of one school, the nearest first; what is paired leaves both lists."""
    pairs = []
    while came and went:
        nearness, ours, theirs = max(
            (_nearness(name_of(now[one]), name_of(before[other])), -one, -other) for one in came for other in went
        )
        if nearness < _NEAR:
            break
        pairs.append(Paire(-ours, -theirs, Lien.CORRIGEE))
        came.remove(-ours)
        went.remove(-theirs)
    return pairs


def _nearness(name: str, other: str) -> float:
    """Return how alike two names are, 1 when one holds all the words of the other: a second surname, two swapped."""
    words, others = set(name.split()), set(other.split())
    if len(words & others) >= 2 and (words <= others or others <= words):
        return 1.0
    return SequenceMatcher(None, name, other, autojunk=False).ratio()
