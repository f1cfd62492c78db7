"""The French filters of a template: « {{ imp.montant | en_lettres }} »."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import UndefinedError

from pipeline.french.grammar import de
from pipeline.french.spelled import (
    in_figures,
    in_words,
    is_amount,
    is_date,
    is_school_year,
    long_date,
    ordinal,
    school_year,
)
from pipeline.french.titles import agree_word
from pipeline.french.words import insecable


def accord(word: str, personne: object = None, feminine: str = "") -> str:
    """Make a word agree with a person of the letter: « {{ "nommé" | accord(referent) }} »."""
    if not isinstance(personne, Mapping) or "civilite" not in personne:
        raise UndefinedError("« accord » demande une personne, par exemple « accord(referent) »")
    return agree_word(str(word), personne["civilite"], feminine)


def _de(value: object) -> str:
    return de(str(value))


FRENCH: Mapping[str, Callable[..., Any]] = {
    "en_lettres": in_words,
    "euros": in_figures,
    "date": long_date,
    "annee_scolaire": school_year,
    "ordinal": ordinal,
    "accord": accord,
    "de": _de,
    "insecable": insecable,
}
"""By the name that a template gives them; docs/gabarit.md shows what each does."""

READERS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "en_lettres": (is_amount, "un nombre ou un montant, comme 1250 ou 625 €"),
    "euros": (is_amount, "un montant, comme 1250 ou 625 €"),
    "date": (is_date, "une date, comme 04/01/2027"),
    "annee_scolaire": (is_school_year, "une année scolaire, comme 2026-2027"),
}
"""For the filters that give back what they cannot read: whether they can, and what they expect."""
