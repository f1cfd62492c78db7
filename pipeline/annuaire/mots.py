"""Words of names as people write them: the same one with a small typing mistake, in another order, or left out."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from functools import lru_cache

_ALIKE = 0.82
"""Ratio from which two words are one with a typing mistake: « Louise » and « Louis », not « Veil » and « Weil »."""
_ENOUGH = 0.75
"""Part of the letters of the shorter name that the longer one must hold: « Jean Macé » is not « Jean Moulin »."""
_JOINED = 0.85


@lru_cache(maxsize=100_000)
def alike(one: str, other: str) -> bool:
    """Return whether two words are the same but for a small typing mistake, which is not in their first letter.

    Without that condition « Ivry » would be « Livry », « Gagny » « Lagny », and « Luzard » « Éluard ».
    """
    if one == other:
        return True
    if one[:1] != other[:1] or 2 * min(len(one), len(other)) < _ALIKE * (len(one) + len(other)):
        return False
    return _ratio(one, other) >= _ALIKE


def holds_most(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether the longer of two names holds most of the shorter: « Jaurès » and « Jean Jaurès ».

    Words cut elsewhere are the same too: « Val Maubuée » and « Valmaubuée ».
    """
    shorter, longer = sorted((one, other), key=lambda words: sum(map(len, words)))
    found = sum(len(word) for word in shorter if any(alike(word, known) for known in longer))
    if found >= _ENOUGH * sum(map(len, shorter)):
        return True
    return len(one) != len(other) and _ratio("".join(one), "".join(other)) >= _JOINED


def begins_as(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two names begin with the same word, and the longer holds every word of the shorter."""
    shorter, longer = sorted((one, other), key=len)
    if not shorter or not alike(shorter[0], longer[0]):
        return False
    return all(any(alike(word, known) for known in longer) for word in shorter)


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
