"""The référents of one school: those named beside the letter's own, and the list that a table of a template shows."""

from __future__ import annotations

from pipeline.french import NBSP, euros, fold, typographic
from pipeline.model import Letter, Personne


def titled(personne: Personne) -> str:
    """Return a person's name after the civilité, where it is known: « Mme Léa Nguyen », with a no-break space."""
    nom = typographic(personne.nom_complet)
    return f"{personne.civilite}{NBSP}{nom}" if personne.civilite else nom


def names_of_colleagues(letter: Letter) -> list[str]:
    """Return the names of the other référents of the school, each once; the same person on two rows is no colleague."""
    own = fold(letter.referent.nom_complet)
    others = {fold(one.referent.nom_complet): titled(one.referent) for one in reversed(letter.collegues)}
    return [name for folded, name in reversed(others.items()) if folded != own]


def team_of(letter: Letter) -> list[dict[str, str]]:
    """Return all the référents of the school by name, the letter's own among them, with what each receives.

    The order is that of the alphabet, so that sorting the workbook changes no letter. Without IMP the texts are "".
    """
    return [_member(one) for one in sorted((letter, *letter.collegues), key=_order)]


def _order(letter: Letter) -> tuple[str, str, str, str]:
    amount = f"{letter.montant:012.2f}"
    return fold(letter.referent.nom), fold(letter.referent.prenom), letter.referent.civilite, amount


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
