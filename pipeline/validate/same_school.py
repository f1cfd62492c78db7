"""Rules across the rows of one school: two names, two communes or two chefs beside one UAI, two names nearly alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from pipeline.french.words import fold
from pipeline.model import Anomaly, Letter, Personne, RowRef
from pipeline.uai import one_slip
from pipeline.validate.across import by_school, place
from pipeline.validate.register_names import read_commune, same_commune
from pipeline.validate.row import Row

_MOST_COMPARED = 50
"""Référents of one school that are compared two by two; no school has so many."""
_LONGEST = 100
"""Letters of a name that are compared: a cell may hold thousands."""


class _Aspect(NamedTuple):
    """What all the rows of a school should say alike: in which cell, how a letter shows it, which two agree."""

    code: str
    role: str
    what: str
    shown: Callable[[Letter], str]
    agree: Callable[[Letter, Letter], bool]


def contradictions(letters: Sequence[Letter], rows: Mapping[RowRef, Row]) -> list[Anomaly]:
    """Warn about a UAI that stands beside two names, communes or chefs: letters of one school would contradict."""
    anomalies = []
    for theirs in by_school(letters).values():
        for aspect in _ASPECTS:
            values: dict[str, Letter] = {}
            for letter in theirs:
                values.setdefault(aspect.shown(letter), letter)
            for letter in theirs if len(values) > 1 else ():
                other = next((one for one in values.values() if not aspect.agree(letter, one)), None)
                if other is not None:
                    anomalies.append(_contradiction(letter, other, aspect, rows[letter.row]))
    return anomalies


def near_twins(letters: Sequence[Letter], rows: Mapping[RowRef, Row]) -> list[Anomaly]:
    """Warn about two référents of one school whose names are nearly alike: one person would have two letters."""
    anomalies = []
    for theirs in by_school(letters).values():
        for letter in theirs if 1 < len(theirs) <= _MOST_COMPARED else ():
            twins = [other for other in theirs if other is not letter and _nearly(letter.referent, other.referent)]
            if twins:
                row = rows[letter.row]
                message = (
                    f"« {letter.referent.nom_complet} » ressemble à « {twins[0].referent.nom_complet} » "
                    f"({place(twins[0], letter)}), du même établissement. Si c’est une seule personne, gardez une "
                    "seule ligne."
                )
                anomalies.append(row.warning(row.name_role, "noms_proches", message))
    return anomalies


def _contradiction(letter: Letter, other: Letter, aspect: _Aspect, row: Row) -> Anomaly:
    uai, shown = letter.etablissement.uai, aspect.shown(other)
    message = (
        f"« {aspect.shown(letter)} » : la {place(other, letter)} donne à « {uai} » {aspect.what}, « {shown} ». "
        "Vérifiez, et corrigez la ligne qui est fausse."
    )
    return row.warning(aspect.role, aspect.code, message)


def _same_name(one: Letter, other: Letter) -> bool:
    return fold(one.etablissement.nom) == fold(other.etablissement.nom)


def _same_place(one: Letter, other: Letter) -> bool:
    names = [read_commune(letter.etablissement.commune) for letter in (one, other)]
    return not all(names) or same_commune(names[0], names[1])


def _same_chef(one: Letter, other: Letter) -> bool:
    return _compatible(one.chef, other.chef) or (
        not _differ(one.chef, other.chef) and _joined(one.chef) == _joined(other.chef)
    )


def _shown_chef(letter: Letter) -> str:
    return f"{letter.chef.civilite} {letter.chef.nom_complet}".strip()


_ASPECTS = (
    _Aspect("deux_etablissements", "etablissement", "un autre nom", lambda one: one.etablissement.nom, _same_name),
    _Aspect("deux_communes", "commune", "une autre commune", lambda one: one.etablissement.commune, _same_place),
    _Aspect("deux_chefs", "chef", "un autre chef", _shown_chef, _same_chef),
)


def _nearly(one: Personne, other: Personne) -> bool:
    """Return whether two names that are not the same may be one person's: « Le Goff », « Legoff », « Le Gof » Anne."""
    if fold(one.nom_complet) == fold(other.nom_complet) or _differ(one, other):
        return False
    turned = _joined(Personne("", other.nom, other.prenom))
    near = any(_joined(one) == name or one_slip(_joined(one), name) for name in (_joined(other), turned))
    return near or _compatible(one, other)


def _compatible(one: Personne, other: Personne) -> bool:
    """Return whether one name holds the other: « Roux » and « Anne Roux », « A. Roux » and « Anne Roux »."""
    words = [fold(who.nom_complet).split() for who in (one, other)]
    return not _differ(one, other) and (_holds(words[0], words[1]) or _holds(words[1], words[0]))


def _holds(some: Sequence[str], others: Sequence[str]) -> bool:
    return all(word in others or (len(word) == 1 and any(long[0] == word for long in others)) for word in some)


def _joined(personne: Personne) -> str:
    return fold(personne.nom_complet).replace(" ", "")[:_LONGEST]


def _differ(one: Personne, other: Personne) -> bool:
    return bool(one.civilite and other.civilite) and one.civilite != other.civilite
