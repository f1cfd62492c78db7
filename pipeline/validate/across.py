"""Rules across rows: exact duplicates, a person named twice for one school, the colleagues of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from pipeline.french.words import euros, fold
from pipeline.model import Anomaly, Letter, RowRef
from pipeline.validate.row import Row

_SHOWN = 5
"""Rows that a message names: a name as common as « Marie Martin » may stand in many."""


def duplicates(letters: Sequence[Letter], rows: Mapping[RowRef, Row]) -> list[Anomaly]:
    """Warn about each letter that says just what an earlier one says: it is not printed twice."""
    first: dict[Hashable, Letter] = {}
    anomalies = []
    for letter in letters:
        original = first.setdefault(_content(letter), letter)
        if original is not letter:
            where = place(original, letter)
            message = f"Même lettre que la {where} : une seule est produite. Supprimez l’une des deux lignes."
            anomalies.append(rows[letter.row].warning("uai", "doublon", message))
    return anomalies


def same_person(letters: Sequence[Letter], rows: Mapping[RowRef, Row]) -> list[Anomaly]:
    """Warn about a person who has two letters that differ in one school: two amounts, or two writings of the rest."""
    people: defaultdict[Hashable, list[Letter]] = defaultdict(list)
    for letter in letters:
        people[letter.etablissement.uai, fold(letter.referent.nom_complet)].append(letter)
    anomalies = []
    for theirs in people.values():
        two_amounts = len({letter.montant for letter in theirs}) > 1
        for letter in theirs if len(theirs) > 1 else ():
            lines = places(letter, theirs)
            if two_amounts:
                what = f"reçoit ici {euros(letter.montant)} et un autre montant {lines}"
                code = "deux_montants"
            else:
                what, code = f"a une autre lettre dans le même établissement, {lines}", "meme_personne"
            message = f"La même personne {what}. Vérifiez, et gardez une seule ligne si c’est une erreur."
            anomalies.append(rows[letter.row].warning(rows[letter.row].name_role, code, message))
    return anomalies


def with_colleagues(letters: Sequence[Letter]) -> tuple[Letter, ...]:
    """Return the letters, each with the others of its school: their référents share the mission."""
    schools: defaultdict[str, list[Letter]] = defaultdict(list)
    for letter in letters:
        schools[letter.etablissement.uai].append(letter)
    return tuple(
        replace(letter, collegues=tuple(one for one in schools[letter.etablissement.uai] if one is not letter))
        for letter in letters
    )


def _content(letter: Letter) -> Hashable:
    """Return what a letter says, whatever its row and the capitals of its names.

    Columns without a role are left out: a number or a remark does not make another letter.
    """
    referent, chef, ecole = letter.referent, letter.chef, letter.etablissement
    return (
        ecole.uai,
        fold(ecole.nom),
        (referent.civilite, fold(referent.prenom), fold(referent.nom)),
        (chef.civilite, fold(chef.nom_complet)),
        letter.imp,
    )


def place(letter: Letter, seen_from: Letter) -> str:
    """Return where a letter's row is, with its sheet when that is another one."""
    sheet = f" de la feuille « {letter.row.sheet} »" if letter.row.sheet != seen_from.row.sheet else ""
    return f"ligne {letter.row.line}{sheet}"


def places(letter: Letter, letters: Sequence[Letter]) -> str:
    """Return where the first of some letters are, seen from one of them, which is left out; then how many are more."""
    first = list(islice((other for other in letters if other is not letter), _SHOWN))
    more = len(letters) - 1 - len(first)
    named = ", ".join(place(other, letter) for other in first)
    return f"{named}, et {more} de plus" if more else named
