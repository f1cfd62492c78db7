"""Rules on one référent over all the rows: two schools, more IMP than one person may have, chef of the same school."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence, Set
from fractions import Fraction

from pipeline.french.words import fold
from pipeline.model import Anomaly, Letter, Personne, RowRef, Severity
from pipeline.settings.sections import Bareme
from pipeline.table import as_text
from pipeline.validate.across import places
from pipeline.validate.row import Row


def several_rows(letters: Sequence[Letter], rows: Mapping[RowRef, Row], bareme: Bareme) -> list[Anomaly]:
    """Say which names stand in several schools, which is legitimate, and warn where their shares exceed the scale.

    Source of the highest: décret n° 2015-475 and arrêté of 27 April 2015, « triple taux ».
    """
    most = max(imp.fraction for imp in bareme.pairs)
    anomalies = []
    for theirs in _people(letters):
        total = sum((letter.imp.fraction for letter in theirs if letter.imp), Fraction(0))
        if len(theirs) > 1 and total > most:
            anomalies += [_too_many(letter, theirs, rows[letter.row], (total, most)) for letter in theirs]
        elif len(schools := {letter.etablissement.uai: letter for letter in reversed(theirs)}) > 1:
            first = tuple(reversed(schools.values()))
            anomalies += [_two_schools(schools[letter.etablissement.uai], first, rows[letter.row]) for letter in theirs]
    return anomalies


def own_chef(letters: Sequence[Letter], rows: Mapping[RowRef, Row]) -> list[Anomaly]:
    """Warn about a référent who bears the name of a chef of the same school: that person would sign twice."""
    chefs: defaultdict[tuple[str, Hashable], set[str]] = defaultdict(set)
    for letter in letters:
        chefs[letter.etablissement.uai, _words(letter.chef)].add(letter.chef.civilite)
    message = (
        "Le référent porte le nom du chef de cet établissement : la même personne signerait deux fois la lettre. "
        "Vérifiez les deux noms. Si ce sont deux homonymes, il n’y a rien à faire."
    )
    anomalies = []
    for letter in letters:
        civilites = chefs.get((letter.etablissement.uai, _words(letter.referent)), set())
        if civilites and not _differ(letter.referent.civilite, civilites):
            row = rows[letter.row]
            anomalies.append(row.warning(row.name_role, "referent_chef", message))
    return anomalies


def _differ(civilite: str, others: Set[str]) -> bool:
    """Return whether a civilité is written, and others are, all different from it: these are other people."""
    return bool(civilite) and others.isdisjoint(("", civilite))


def _people(letters: Sequence[Letter]) -> list[list[Letter]]:
    """Gather the letters of each name, in two when both civilités are written beside it: these are two people.

    A row without a civilité then goes with neither.
    """
    named: defaultdict[Hashable, list[Letter]] = defaultdict(list)
    for letter in letters:
        named[_words(letter.referent)].append(letter)
    people = []
    for theirs in named.values():
        civilites = {letter.referent.civilite for letter in theirs}
        if {"M.", "Mme"} <= civilites:
            people += [[one for one in theirs if one.referent.civilite == civilite] for civilite in sorted(civilites)]
        else:
            people.append(theirs)
    return people


def _words(personne: Personne) -> tuple[str, ...]:
    """Return a name as it compares, in whatever order it was written: « MODÈLE Paul », « Paul Modèle »."""
    return tuple(sorted(fold(personne.nom_complet).split()))


def _two_schools(own: Letter, schools: Sequence[Letter], row: Row) -> Anomaly:
    """Say that a row's name stands in other schools; `schools` holds one letter of each, `own` is that of its own."""
    message = (
        f"Ce référent porte le même nom que celui d’un autre établissement ({places(own, schools)}). Si c’est la "
        "même personne, ou un homonyme, il n’y a rien à faire."
    )
    return row.anomaly(row.name_role, "meme_referent", Severity.INFORMATION, message)


def _too_many(letter: Letter, theirs: Sequence[Letter], row: Row, totals: tuple[Fraction, Fraction]) -> Anomaly:
    total, most = (as_text(float(number)) for number in totals)
    message = (
        f"Avec {places(letter, theirs)}, ce nom reçoit {total} IMP en tout, plus que le plus haut du barème ({most} "
        "IMP). Si c’est une seule personne, corrigez l’une des lignes. Si ce sont des homonymes, il n’y a rien à faire."
    )
    return row.warning(next((role for role in ("imp", "montant") if role in row.columns), "imp"), "imp_cumul", message)
