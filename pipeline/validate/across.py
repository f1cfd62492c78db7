"""Rules across rows: exact duplicates, a person named twice for one school, the colleagues of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from fractions import Fraction
from itertools import islice

from pipeline.french.words import euros, fold, pluriel
from pipeline.model import Anomaly, Letter, Personne, RowRef, Severity
from pipeline.settings.config import Config
from pipeline.settings.sections import Bareme
from pipeline.table import as_text
from pipeline.uai import departement_of, is_valid
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
    schools = by_school(letters)
    return tuple(
        replace(letter, collegues=tuple(one for one in schools[letter.etablissement.uai] if one is not letter))
        for letter in letters
    )


def by_school(letters: Iterable[Letter]) -> dict[str, list[Letter]]:
    """Return letters by the UAI of their school."""
    schools: defaultdict[str, list[Letter]] = defaultdict(list)
    for letter in letters:
        schools[letter.etablissement.uai].append(letter)
    return schools


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
    """Warn about a référent with the name of a chef of the same school: that person would sign twice."""
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


_SEVERAL = 3
"""Rows of one département that are no mere typing error."""
_WHOLE = 20
"""Rows of a workbook that is likely to hold a whole campaign; a smaller one may be a single DSDEN's."""


def doubtful_dsden(uais: Iterable[object], config: Config) -> tuple[str, ...]:
    """Return what to say of départements with several rows and no DSDEN, then of DSDEN without a row. Pure."""
    counts = Counter(departement_of(uai) for uai in uais if isinstance(uai, str) and is_valid(uai))
    codes = {one.code for one in config.dsden}
    outside = [
        f"{pluriel(count, 'ligne')} sont dans le département {code}, qui n’est pas dans config.toml. Si elles sont de "
        f"la campagne, ne les supprimez pas : ajoutez le {code} dans [[dsden]], ou corrigez-y le code qui est faux."
        for code, count in sorted(counts.items())
        if code and code not in codes and count >= _SEVERAL
    ]
    if not outside and counts.total() < _WHOLE:
        return ()
    absent = [
        f"Aucune ligne n’est dans le département {code}, que config.toml déclare dans [[dsden]]. Vérifiez ce code."
        for code in sorted(codes - counts.keys())
    ]
    return (*outside, *absent)
