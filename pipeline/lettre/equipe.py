"""The référents of one school: those named beside the letter's own, and the list that a table of a template shows."""

from __future__ import annotations

from typing import Any

from pipeline.french.signs import NBSP
from pipeline.french.words import euros, fold, typographic
from pipeline.model import Letter, Personne


def titled(personne: Personne) -> str:
    """Return a person's name after the civilité, where it is known: « Mme Léa Nguyen », with a no-break space."""
    nom = typographic(personne.nom_complet)
    return f"{personne.civilite}{NBSP}{nom}" if personne.civilite else nom


def names_of_colleagues(letter: Letter) -> list[str]:
    """Return the names of the other référents of the school by name, each once.

    The same person on two rows is no colleague. The order is that of `team_of`.
    """
    own = fold(letter.referent.nom_complet)
    others: dict[str, str] = {}
    for one in sorted(letter.collegues, key=_order):
        others.setdefault(fold(one.referent.nom_complet), titled(one.referent))
    return [name for folded, name in others.items() if folded != own]


def team_of(letter: Letter) -> list[dict[str, str]]:
    """Return all the référents of the school by name, the letter's own among them, with what each receives.

    The order is that of the alphabet, so that sorting the workbook changes no letter. Without IMP the texts are "".
    """
    return [_member(one) for one in sorted((letter, *letter.collegues), key=_order)]


def _order(letter: Letter) -> tuple[Any, ...]:
    """Return what sorts the référents of a school; only those of whom all that is shown is the same are equal."""
    person = letter.referent
    return fold(person.nom), fold(person.prenom), person.civilite, letter.montant, *_member(letter).values()


def _member(letter: Letter) -> dict[str, str]:
    person, imp = letter.referent, letter.imp
    return {
        "nom_complet": titled(person),
        "civilite": person.civilite,
        "prenom": typographic(person.prenom),
        "nom": typographic(person.nom),
        "fonction": typographic(person.fonction),
        "imp": str(imp.fraction) if imp else "",
        "montant": euros(imp.montant) if imp else "",
    }
