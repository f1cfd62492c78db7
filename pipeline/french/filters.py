"""The French filters of a template: « {{ imp.montant | en_lettres }} »."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from jinja2 import UndefinedError

from pipeline.french.amounts import read_euros
from pipeline.french.grammar import agree_word, de
from pipeline.french.words import euros, fold, insecable, jour, month_of

_MOST = 10**12
"""Beyond it nobody writes an amount in words."""
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d\d)(?: \d{1,2}[:h]\d\d(?::\d\d)?)?")
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T]\d\d:\d\d(?::\d\d)?)?")
_NAMED_DAY = re.compile(r"(?:le )?(?:[a-z]+di |dimanche )?(\d{1,2})(?:er)? ([a-z]{3,9}) (\d{4}|\d\d)")
"""« lundi 4 janvier 2027 », « 1er sept. 2026 », « 04-janv-27 », folded."""
_YEARS = re.compile(r"(20)?(\d\d)\s*[-–/]\s*(?:20)?(\d\d)")
_RANK = re.compile(r"([1-9]\d*)(er|e|ème|eme|nd|nde|re|ère|ere)?")
_FEMININE = ("re", "ère", "ere", "nde")
_CENT = Decimal("0.01")


def in_figures(value: object) -> str:
    """Return an amount in euros: « 1250 » gives « 1 250,00 € »."""
    amount = _number(value)
    return str(value) if amount is None else euros(amount)


def in_words(value: object) -> str:
    """Return an amount or a number in words: « 625,00 € » gives « six cent vingt-cinq euros », « 3 » « trois ».

    Spelled as before 1990, which the Académie française still holds correct: hyphens below a hundred only.
    """
    number = _number(value)
    if number is None:
        return str(value)
    return _euros(number) if _is_euros(value) else _words(number)


def long_date(value: object) -> str:
    """Return a date in full: « 01/09/2026 » gives « 1er septembre 2026 », its day and month never parted."""
    day = _date(value)
    return str(value) if day is None else jour(day, " ")


def school_year(value: object) -> str:
    """Return a school year: « 2026 », « 2026/27 », « 26-27 » and « 15/03/2027 » all give « 2026-2027 »."""
    first = _first_year(value)
    return str(value) if first is None else f"{first}-{first + 1}"


def ordinal(value: object, genre: str = "m") -> str:
    """Return a rank: « 1er », « 1re » in the feminine (`genre` « f »), « 2e », whatever end it was given."""
    match = _RANK.fullmatch(str(value).strip().lower())
    if not match:
        return str(value)
    if match[1] != "1":
        return f"{match[1]}e"
    return "1re" if fold(genre).startswith("f") or match[2] in _FEMININE else "1er"


def _first_year(value: object) -> int | None:
    """Return the year in which a school year begins."""
    text = str(value).strip()
    if day := _date(value):
        return day.year if day.month >= 9 else day.year - 1
    if match := _YEARS.fullmatch(text):
        first = 2000 + int(match[2])
        # « 11/12 » is as well a day: without its century a year must be one that no month is.
        follows = int(match[3]) == (first + 1) % 100
        return first if follows and (match[1] or first > 2012) else None
    return int(text) if re.fullmatch(r"20\d\d", text) else None


def _number(value: object) -> Decimal | None:
    number = read_euros(value)
    return number if number is not None and number < _MOST else None


def _is_euros(value: object) -> bool:
    return isinstance(value, str) and ("€" in value or "eur" in value.casefold())


def _euros(amount: Decimal) -> str:
    whole, cents = divmod(int(amount.quantize(_CENT, ROUND_HALF_UP) * 100), 100)
    said = []
    if whole or not cents:
        words = _words(Decimal(whole))
        # « un million d’euros », but « un million deux cents euros »: million is a noun.
        link = " d’" if whole and whole % 1_000_000 == 0 else " "
        said.append(f"{words}{link}{_plural(whole, 'euro')}")
    if cents:
        said.append(f"{_words(Decimal(cents))} {_plural(cents, 'centime')}")
    return " et ".join(said)


def _plural(count: int, noun: str) -> str:
    return noun if count < 2 else f"{noun}s"


@lru_cache(maxsize=1000)
def _words(number: Decimal) -> str:
    """Return a number in words; its decimals are read as one number, « trente-six virgule vingt-cinq »."""
    # Imported here: few templates print numbers in words.
    from num2words import num2words

    whole, _, decimals = f"{number:f}".partition(".")
    said = str(num2words(int(whole), lang="fr"))
    decimals = decimals.rstrip("0")
    if not decimals:
        return said
    zeros = ["zéro"] * (len(decimals) - len(decimals.lstrip("0")))
    return " ".join([said, "virgule", *zeros, str(num2words(int(decimals), lang="fr"))])


def _date(value: object) -> date | None:
    text = str(value).strip()
    if match := _DAY.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    elif match := _ISO_DAY.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _NAMED_DAY.fullmatch(fold(text)):
        day, month, year = int(match[1]), month_of(match[2]), int(match[3])
    else:
        return None
    try:
        return date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None


def accord(word: str, personne: object = None, feminine: str = "") -> str:
    """Make a word agree with a person of the letter: « {{ "nommé" | accord(referent) }} »."""
    if not isinstance(personne, Mapping) or "civilite" not in personne:
        raise UndefinedError("« accord » demande une personne, par exemple « accord(referent) »")
    return agree_word(str(word), personne["civilite"], feminine)


FRENCH: Mapping[str, Callable[..., Any]] = {
    "en_lettres": in_words,
    "euros": in_figures,
    "date": long_date,
    "annee_scolaire": school_year,
    "ordinal": ordinal,
    "accord": accord,
    "de": lambda value: de(str(value)),
    "insecable": insecable,
}
"""By the name that a template gives them; docs/gabarit.md shows what each does."""

READERS: Mapping[str, tuple[Callable[[object], object], str]] = {
    "en_lettres": (_number, "un nombre ou un montant, comme 1250 ou 625 €"),
    "euros": (_number, "un montant, comme 1250 ou 625 €"),
    "date": (_date, "une date, comme 04/01/2027"),
    "annee_scolaire": (_first_year, "une année scolaire, comme 2026-2027"),
}
"""For the filters that give back what they cannot read: what reads it (None: it cannot), and what they expect."""
