"""The French filters of a template: « {{ imp.montant | en_lettres }} »."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import UndefinedError

from pipeline.french.contraction import de
from pipeline.french.spelled import in_figures, in_words, long_date, ordinal, school_year
from pipeline.french.titles import agree_word


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
}
"""By the name that a template gives them; docs/guide.md shows what each does."""
