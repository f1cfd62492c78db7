"""What the names of a school and of a commune say, once what changes from one writing to the next is set aside."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.french.words import fold

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


_SHORT = {
    "clg": "college", "colleges": "college", "lyc": "lycee", "lycees": "lycee", "lg": "lycee general",
    "lt": "lycee technologique", "gt": "general technologique", "lgt": "lycee general technologique",
    "legt": "lycee general technologique", "lp": "lycee professionnel", "lpp": "lycee professionnel",
    "lpo": "lycee polyvalent",
    "sep": "section lycee professionnel", "segpa": "section college", "st": "saint", "ste": "sainte", "sts": "saints",
    "nd": "notre dame", "dr": "docteur", "cdt": "commandant", "gal": "general", "mal": "marechal",
}  # fmt: skip
"""Abbreviations found in workbooks, and in the register itself."""
_FIRST = {"col": "college", "coll": "college"}
"""Abbreviations only in front of a name: « Col. Fabien » inside one is a colonel."""
_ACRONYM = re.compile(r"\b(?:[a-z] ){2,}[a-z]\b")
_TAIL = re.compile(r"(?<= )(?:lycee|lyc) (?:des )?(?:metiers|met)\b.*")
"""What a vocational lycée adds to its name, up to a hundred letters of it: « … lycée des métiers du bâtiment »."""
_COMMON = frozenset({
    "college", "lycee", "general", "generale", "et", "technologique", "polyvalent", "professionnel", "metiers",
    "prive", "privee", "public", "publique", "mixte", "etablissement", "scolaire", "ensemble", "groupe", "cite",
    "institution", "ecole", "section", "enseignement", "regional", "adapte", "erea", "secondaire", "annexe", "site",
    "maternelle", "elementaire", "primaire", "de", "du", "des", "la", "le", "les", "au", "aux", "en", "sur", "sous",
})  # fmt: skip
"""Words that say what a school is, or hold a name together: two schools may share them all."""
_VOIES = frozenset({"general", "technologique", "polyvalent", "professionnel"})
_YOUNG = frozenset({"maternelle", "elementaire", "primaire"})

_LINKS = frozenset({
    "sur", "sous", "en", "le", "la", "les", "de", "du", "des", "et", "au", "aux", "lez", "arrondissement",
})  # fmt: skip
_CEDEX = re.compile(r"\bcedex\b.*|\b\d+(?:er|e|eme)?\b")


@dataclass(frozen=True, slots=True)
class Nom:
    """A school's name as it compares: its own words in order, and what they are the name of.

    `niveau` is « college », « lycee », « ecole », or "" where the name does not tell; `section` says that it is the
    section of a school, which has a UAI of its own; `voies` are the streams that a lycée's name says.
    """

    mots: tuple[str, ...]
    niveau: str = ""
    section: bool = False
    voies: frozenset[str] = frozenset()


@lru_cache(maxsize=50_000)
def read_nom(text: str) -> Nom:
    """Read a school's name; `mots` is empty when it has none of its own (« Lycée professionnel »)."""
    words = _ACRONYM.sub(lambda match: match[0].replace(" ", ""), fold(text)).split()
    if words:
        words[0] = _FIRST.get(words[0], words[0])
    folded = " ".join(_SHORT.get(word, word) for word in words)
    own = _own(_TAIL.sub("", folded)) or _own(folded)
    said = frozenset(folded.split())
    return Nom(own, _niveau(said), "section" in said, said & _VOIES)


def _own(folded: str) -> tuple[str, ...]:
    return tuple(word for word in folded.split() if len(word) > 1 and word not in _COMMON)


def _niveau(said: Collection[str]) -> str:
    levels = [level for level in ("college", "lycee") if level in said]
    if not levels and not _YOUNG.isdisjoint(said):
        return "ecole"
    return levels[0] if len(levels) == 1 else ""


@lru_cache(maxsize=50_000)
def read_commune(text: str) -> tuple[str, ...]:
    """Read a commune's name: its words without the small ones, the « cedex » and the number of an arrondissement."""
    folded = _CEDEX.sub(" ", fold(text))
    words = [_SHORT.get(word, word) for word in folded.split() if word not in _LINKS]
    return tuple(word for word in words if len(word) > 1)


def same_commune(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Return whether two names may be those of one commune: « Champigny » and « Champigny-sur-Marne ».

    « Meaux » is not « Nanteuil-lès-Meaux », nor « Saint-Denis » « L’Île-Saint-Denis ».
    """
    return begins_as(one, other)


def is_named(written: Nom, known: Nom, commune: Collection[str] = ()) -> bool:
    """Return whether two names are those of one school, as far as names tell.

    `commune` are the words of its commune, which people add to a school's name (« Collège Fabien Saint-Denis »).
    """
    if _clash(written, known) or not (written.mots and known.mots):
        return False
    bare = _without(written.mots, commune)
    return holds_most(written.mots, known.mots) or (bool(bare) and holds_most(bare, known.mots))


def may_be_named(written: Nom, known: Nom, commune: Collection[str] = ()) -> bool:
    """Return whether nothing in two names contradicts: one that has no word of its own says nothing."""
    if _clash(written, known):
        return False
    return not _without(written.mots, commune) or not known.mots or is_named(written, known, commune)


def other_voie(one: Nom, other: Nom) -> bool:
    """Return whether two names say streams that no lycée has both of without being « polyvalent »."""
    both = one.voies | other.voies
    return bool(one.voies and other.voies) and one.voies.isdisjoint(other.voies) and "polyvalent" not in both


def _clash(one: Nom, other: Nom) -> bool:
    return bool(one.niveau and other.niveau) and one.niveau != other.niveau


def _without(words: tuple[str, ...], commune: Collection[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in commune)
