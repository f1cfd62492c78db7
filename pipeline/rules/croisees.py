"""Rules across rows: exact duplicates, and the same person named twice for one school."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

from pipeline.french import euros, fold
from pipeline.model import Anomaly, Letter, RowRef, Severity
from pipeline.rules.row import Row


def duplicates(letters: Sequence[Letter], rows: Mapping[RowRef, Row]) -> list[Anomaly]:
    """Warn about each letter that says just what an earlier one says: it is not printed twice."""
    first: dict[Hashable, Letter] = {}
    anomalies = []
    for letter in letters:
        original = first.setdefault(_content(letter), letter)
        if original is not letter:
            where = f"ligne {original.row.line}" + (
                f" de la feuille « {original.row.sheet} »" if original.row.sheet != letter.row.sheet else ""
            )
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
        for letter in theirs if len(theirs) > 1 else ():
            others = [other for other in theirs if other is not letter]
            lines = ", ".join(str(other.row.line) for other in others)
            amounts = {other.montant for other in theirs}
            if len(amounts) > 1:
                what = f"reçoit ici {euros(letter.montant)} et un autre montant ligne {lines}"
                code = "deux_montants"
            else:
                what, code = f"a une autre lettre dans le même établissement, ligne {lines}", "meme_personne"
            message = f"La même personne {what}. Vérifiez, et gardez une seule ligne si c’est une erreur."
            anomalies.append(rows[letter.row].anomaly("uai", code, Severity.AVERTISSEMENT, message))
    return anomalies


def _content(letter: Letter) -> Hashable:
    """Return what a letter says, whatever its row and the capitals of its names."""
    referent, chef, ecole = letter.referent, letter.chef, letter.etablissement
    return (
        ecole.uai,
        fold(ecole.nom),
        (referent.civilite, fold(referent.prenom), fold(referent.nom)),
        (chef.civilite, fold(chef.nom_complet)),
        letter.imp,
        tuple(sorted(letter.autres.items())),
    )
