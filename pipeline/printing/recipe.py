"""What a letter's PDF is made from, and why a letter is made again: something of it changed since the last run."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.french import fold
from pipeline.model import Modele

Fields = Mapping[str, Any]

_DECISIVE = (
    "render.py", "convert.py", "proofread.py", "gabarit/parts.py", "pdf/finish.py", "pdf/embedded.py", "pdf/srgb.py",
    "engines/libreoffice.py", "engines/word.py", "french/__init__.py", "french/filters.py", "french/spelled.py",
    "french/titles.py", "french/contraction.py", "rules/amounts.py", "signs.py", "lettre/expected.py",
)  # fmt: skip
_LIBRARIES = ("docxtpl", "Jinja2", "Babel", "num2words", "pikepdf", "pypdfium2")
"""Those that write letters, say amounts and dates, finish PDFs and read them back."""
_CAUSES = {
    "imp": "montant corrigé",
    "decharge": "montant corrigé",
    "referent": "référent corrigé",
    "chef": "chef d’établissement corrigé",
    "etablissement": "établissement corrigé",
    "equipe": "autre référent de l’établissement modifié",
    "autres": "autre colonne modifiée",
}
"""Why, for each group of fields; any other field comes from config.toml."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a letter is made with: digests of its template, settings and program, and the engine."""

    gabarit: str
    reglages: str
    moteur: str
    programme: str

    def key(self, fields: Fields) -> str:
        """Return the name of a letter in the store: the same for the same bytes of PDF, and for no other."""
        return _digest([asdict(self), fields])


@dataclass(frozen=True, slots=True)
class Made:
    """A letter as a run made it: its recipe and its fields."""

    recipe: Recipe
    fields: Fields


def recipe_of(modele: Modele, engine: str) -> Recipe:
    """Return the recipe of a template; of the settings only those that touch a PDF and are no field of the template."""
    template = hashlib.sha256(modele.fichier.read_bytes()).hexdigest()
    return Recipe(template, _digest({"pages_max": modele.pages_max}), engine, programme())


@cache
def programme() -> str:
    """Return a digest of the code that decides the bytes of a PDF or whether it is right, its libraries included.

    Nobody has to remember a version.
    """
    here = Path(__file__).parent.parent
    versions = ", ".join(version(name) for name in _LIBRARIES).encode()
    return hashlib.sha256(b"".join([*((here / name).read_bytes() for name in _DECISIVE), versions])).hexdigest()


def causes(letters: Iterable[Made], remade: Iterable[Made], former: Sequence[Made]) -> str:
    """Say why letters are made again: « montant corrigé (2), gabarit modifié (1) », the most frequent first.

    `remade` are some of `letters`, `former` the letters of the last run; "" when there was none. A letter is found
    again by its school and its référent; else by its school alone, where just one letter went.
    """
    if not former:
        return ""
    known: defaultdict[tuple[str, str], list[Made]] = defaultdict(list)
    for made in former:
        known[_identity(made.fields)].append(made)
    letters = tuple(letters)
    present = {_identity(one.fields) for one in letters}
    gabarits = {one.recipe.gabarit for one in letters}
    gone: defaultdict[str, list[Made]] = defaultdict(list)
    for identity, theirs in known.items():
        if identity not in present:
            gone[identity[0]] += theirs
    counts: Counter[str] = Counter()
    for one in remade:
        identity = _identity(one.fields)
        theirs = known.get(identity, [])
        left = gone[identity[0]]
        before: Made | None
        if theirs:
            # The same person twice in a school: the former letter that is nearest to this one.
            before = min(theirs, key=lambda made: len(_changed(one.fields, made.fields)))
        else:
            before = left.pop() if len(left) == 1 else None
        counts[_cause(one, before, gabarits)] += 1
    return ", ".join(f"{cause} ({count})" for cause, count in counts.most_common())


def _cause(now: Made, before: Made | None, gabarits: Set[str]) -> str:
    """Say why one letter is made again; `gabarits` are the templates of this run."""
    if before is None:
        return "nouvelle lettre"
    if before.recipe.gabarit != now.recipe.gabarit:
        return "autre gabarit choisi" if before.recipe.gabarit in gabarits else "gabarit modifié"
    if before.recipe.moteur != now.recipe.moteur:
        return "logiciel de conversion changé"
    if before.recipe.programme != now.recipe.programme:
        return "programme mis à jour"
    changed = _changed(now.fields, before.fields)
    for name, cause in _CAUSES.items():
        if name in changed:
            return cause
    if changed or before.recipe.reglages != now.recipe.reglages:
        return "réglages modifiés"
    return "PDF absent ou abîmé"


def _changed(fields: Fields, before: Fields) -> list[str]:
    return [name for name in fields if fields[name] != before.get(name)]


def _identity(fields: Fields) -> tuple[str, str]:
    return fields["etablissement"]["uai"], fold(f"{fields['referent']['prenom']} {fields['referent']['nom']}")


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
