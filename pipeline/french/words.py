"""French as letters and reports need it: comparing words, agreement with a civilité, amounts and counts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel.dates import get_day_names, get_month_names
from babel.numbers import format_currency, format_decimal

from pipeline.french.signs import NB_HYPHEN, NBSP

_ACCENTS = re.compile("[\u0300-\u036f]+")
_LETTERS = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ı": "i"}
)
"""Letters that no accent sets apart from others: Łukasz is no Ukasz."""
_DAYS, _MONTHS = get_day_names(locale="fr_FR"), get_month_names(locale="fr_FR")
_SIGNS = re.compile(r"[\W_]+")
_STRAIGHT = re.compile(r"(?<=[^\W\d_])'(?=\w)")

CIVILITES = {
    "M.": ("m", "mr", "monsieur", "mister", "h", "homme", "masculin"),
    "Mme": ("mme", "mad", "madame", "mlle", "melle", "mademoiselle", "f", "femme", "feminin"),
}
"""What people write for each of the two civilités, folded; « Mademoiselle » left official use in 2012
(circulaire n° 5575/SG of 21 February 2012)."""


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """Return the text without accents, in lower case, every other sign turned into one space.

    Two texts that a reader would take for the same heading or name fold to the same string; letters of other scripts
    stay, so that two Cyrillic names remain two names.
    """
    bare = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    # Accents are now signs of their own: they go without leaving a space, other signs leave one.
    return _SIGNS.sub(" ", _ACCENTS.sub("", bare).casefold()).strip()


def civilite_of(text: str) -> str | None:
    """Return « M. » or « Mme » for any usual writing of it, "" for a blank, None when it cannot be told."""
    if not text.strip():
        return ""
    word = fold(text)
    return next((civilite for civilite, spellings in CIVILITES.items() if word in spellings), None)


def agree(civilite: str, masculine: str, feminine: str) -> str:
    """Choose the form that agrees with a civilité; the double form where it is unknown.

    The double form and the absence of the point médian follow the circulaire of 5 May 2021 (BO of 6 May 2021).
    """
    if civilite == "M.":
        return masculine
    if civilite == "Mme":
        return feminine
    return f"{masculine} ou {feminine}"


def typographic(text: str) -> str:
    """Return a text with the apostrophe that French typography wants, « d’Almeida »; its words stay as written."""
    return _STRAIGHT.sub("’", text)


def insecable(text: object) -> str:
    """Return a text that no line cuts: its spaces and hyphens are those that do not break."""
    return str(text).replace(" ", NBSP).replace("-", NB_HYPHEN)


def listed(texts: Sequence[str]) -> str:
    """Return an enumeration: « A », « A et B », « A, B et C »; "" without any."""
    return " et ".join(part for part in (", ".join(texts[:-1]), "".join(texts[-1:])) if part)


@lru_cache(maxsize=1000)
def euros(montant: Decimal) -> str:
    """Return an amount as French typography writes it: « 1 250,00 € », U+202F in thousands, U+00A0 before €."""
    return format_currency(montant, "EUR", locale="fr_FR")


def nombre(value: int) -> str:
    """Return a whole number with U+202F between thousands."""
    return format_decimal(value, locale="fr_FR")


def pluriel(count: int, singular: str, plural: str | None = None) -> str:
    """Return a count with its noun: « 1 lettre », « 540 lettres »; 0 and 1 take the singular."""
    noun = singular if count < 2 else plural or f"{singular}s"
    return f"{nombre(count)}{NBSP}{noun}"


def octets(size: int) -> str:
    """Return a size in bytes as people read it: « 512 octets », « 36 Ko », « 3,2 Mo », « 76,4 Go »."""
    if size < 1000:
        return f"{size}{NBSP}octets"
    if size < 1_000_000:
        return f"{round(size / 1000)}{NBSP}Ko"
    unit, name = (1_000_000, "Mo") if size < 1_000_000_000 else (1_000_000_000, "Go")
    return f"{format_decimal(round(size / unit, 1), locale='fr_FR')}{NBSP}{name}"


def jour(day: date, before_year: str = NBSP) -> str:
    """Return a day in words: « 1er octobre 2026 », « 14 octobre 2026 »; a line may end `before_year` if that does."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NBSP}{_MONTHS[day.month]}{before_year}{day.year}"


def heure(when: datetime) -> str:
    """Return an hour as French typography writes it: « 9 h 05 », « 14 h 27 »."""
    return f"{when.hour}{NBSP}h{NBSP}{when.minute:02}"


def moment(when: datetime) -> str:
    """Return a day and an hour in words: « 1er décembre 2026 à 14 h 27 »."""
    return f"{jour(when)} à {heure(when)}"


def jour_nomme(day: date) -> str:
    """Return a day with its name: « mardi 1er décembre 2026 »."""
    return f"{_DAYS[day.weekday()]} {jour(day)}"


def jour_en_nom(day: date) -> str:
    """Return a day as the name of a file says it: « 1er-décembre-2026 »."""
    return jour(day).replace(NBSP, "-")


def month_of(name: str) -> int:
    """Return the number of a month by its folded name or the beginning of it, 0 when it is none or may be two."""
    found = [number for number, month in _MONTHS.items() if name and fold(month).startswith(name)]
    return found[0] if len(found) == 1 else 0
