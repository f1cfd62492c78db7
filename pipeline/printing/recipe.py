"""What a letter's PDF is made from, and why a letter is made again: something of it changed since the last run."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.config import Gabarit
from pipeline.french import fold

Fields = Mapping[str, Any]

_DECISIVE = (
    "render.py", "convert.py", "proofread.py", "gabarit/parts.py", "pdf/finish.py", "pdf/embedded.py", "pdf/srgb.py",
    "engines/libreoffice.py", "engines/word.py",
)  # fmt: skip
_CAUSES = {
    "imp": "montant corrigé",
    "referent": "référent corrigé",
    "chef": "chef d’établissement corrigé",
    "etablissement": "établissement corrigé",
    "autres": "autre colonne modifiée",
}
"""Why, for each group of fields; any other field comes from config.toml."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What all the letters of a run are made with: digests of the template, settings and program, and the engine."""

    gabarit: str
    reglages: str
    moteur: str
    programme: str

    def key(self, fields: Fields) -> str:
        """Return the name of a letter in the store: the same for the same bytes of PDF, and for no other."""
        return _digest([asdict(self), fields])


@dataclass(frozen=True, slots=True)
class Made:
    """A letter as a former run made it: its recipe and its fields."""

    recipe: Recipe
    fields: Fields


def recipe_of(gabarit: Gabarit, engine: str) -> Recipe:
    """Return the recipe of a run; of the settings only those that touch a PDF and are no field of the template."""
    template = hashlib.sha256(gabarit.fichier.read_bytes()).hexdigest()
    return Recipe(template, _digest({"pages_max": gabarit.pages_max}), engine, _programme())


@cache
def _programme() -> str:
    """Return a digest of the code that decides the bytes of a PDF, so that nobody has to remember a version."""
    here = Path(__file__).parent.parent
    return hashlib.sha256(b"".join((here / name).read_bytes() for name in _DECISIVE)).hexdigest()


def causes(recipe: Recipe, letters: Iterable[Fields], remade: Iterable[Fields], former: Sequence[Made]) -> str:
    """Say why letters are made again: « montant corrigé (2), gabarit modifié (1) », the most frequent first.

    `remade` are some of `letters`, `former` the letters of the last run; "" when there was none. A letter is found
    again by its school and its référent; else by its school alone, where just one letter went.
    """
    if not former:
        return ""
    known: defaultdict[tuple[str, str], list[Made]] = defaultdict(list)
    for made in former:
        known[_identity(made.fields)].append(made)
    present = {_identity(fields) for fields in letters}
    gone: defaultdict[str, list[Made]] = defaultdict(list)
    for identity, theirs in known.items():
        if identity not in present:
            gone[identity[0]] += theirs
    counts: Counter[str] = Counter()
    for fields in remade:
        identity = _identity(fields)
        theirs = known.get(identity, [])
        left = gone[identity[0]]
        before: Made | None
        if theirs:
            # The same person twice in a school: the former letter that is nearest to this one.
            before = min(theirs, key=lambda made: sum(made.fields.get(name) != fields[name] for name in fields))
        else:
            before = left.pop() if len(left) == 1 else None
        counts[_cause(recipe, fields, before)] += 1
    return ", ".join(f"{cause} ({count})" for cause, count in counts.most_common())


def _cause(recipe: Recipe, fields: Fields, before: Made | None) -> str:
    if before is None:
        return "nouvelle lettre"
    for part, cause in (("gabarit", "gabarit modifié"), ("moteur", "logiciel de conversion changé")):
        if getattr(before.recipe, part) != getattr(recipe, part):
            return cause
    if before.recipe.programme != recipe.programme:
        return "programme mis à jour"
    changed = [name for name in fields if fields[name] != before.fields.get(name)]
    for name, cause in _CAUSES.items():
        if name in changed:
            return cause
    if changed or before.recipe.reglages != recipe.reglages:
        return "réglages modifiés"
    return "PDF absent ou abîmé"


def _identity(fields: Fields) -> tuple[str, str]:
    return fields["etablissement"]["uai"], fold(f"{fields['referent']['prenom']} {fields['referent']['nom']}")


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
