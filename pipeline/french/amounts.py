"""Reading amounts in euros and numbers of IMP in every usual French writing, and in no other."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from pipeline.french.words import fold, month_of

_SPACE = "[ \u00a0\u2000-\u200a\u202f\u205f\u3000]"
"""The spaces of Unicode, of any width: those that break a line and those that do not."""
_EUROS = re.compile(
    rf"(?P<whole>[0-9]{{1,3}}(?:[{_SPACE[1:-1]}'’][0-9]{{3}})+|[0-9]+)(?:[.,](?P<cents>[0-9]{{1,2}})?)?|"
    r"(?P<dotted>[0-9]{1,3}(?:\.[0-9]{3})+),(?P<after>[0-9]{1,2})?"
)
"""A point parts thousands only where a comma says that it does: « 1.250,00 », not « 1.250 »."""
_CURRENCY = re.compile(rf"{_SPACE}*(?:€|euros?|eur)\.?$|^€{_SPACE}*", re.IGNORECASE)
_A_YEAR = re.compile(
    rf"{_SPACE}*(?:\bbruts?|\bannuel(?:le)?s?|\bpar an|\bl['’]an|/{_SPACE}*an(?:née)?)$", re.IGNORECASE
)
"""What may follow an amount of the scale without changing it: it is gross, and for a year."""
_NO_CENTS = re.compile(r"(?<=[0-9][.,])[-–—]{1,2}$")
_IMP = re.compile(r"(?<![^\W\d_])(?:imp|de|taux|un|une|part|parts)\b\.?", re.IGNORECASE)
_ONE = frozenset({"une imp", "une part", "un", "une"})
_GLYPHS = {"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⁄": "/", "∕": "/"}
"""The space keeps « 1½ » from being read as 11/2."""
_WORDS = {
    "quart": Fraction(1, 4), "demi": Fraction(1, 2), "demie": Fraction(1, 2), "moitie": Fraction(1, 2),
    "plein": Fraction(1), "entier": Fraction(1), "entiere": Fraction(1), "simple": Fraction(1),
    "double": Fraction(2), "deux": Fraction(2), "triple": Fraction(3), "trois": Fraction(3),
}  # fmt: skip
_NONE = {"sans", "sans imp", "decharge", "pas d imp", "aucune", "aucune imp", "neant", "0", "0 imp", "0 00", "0 euro",
         "0 euros", "decharge horaire", "sans indemnite", "0 0"}  # fmt: skip
_HOURS = re.compile(
    r"\b(?:\d{1,2}(?: \d{1,2})? ?h(?:eures?)?(?: ?\d\d)?|(?:une|deux|trois|demie?)(?= )|heures?|decharges?|sans imp|"
    r"de|d|en|et|horaires?|hebdomadaires?|par|la|semaine|service)\b"
)
"""What may be said of a « décharge »: « 1 h de décharge », « décharge de service (1,5 h hebdomadaire) »."""
_DATES = (
    re.compile(r"(?P<day>\d{1,2})[/.\-](?P<month>\d{1,2})[/.\-](?P<year>\d{4}|\d{2})(?: 0?0:00(?::00)?)?"),
    re.compile(r"(?P<day>0\d)/(?P<month>0\d)"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:[ T]0?0:00(?::00)?)?"),
    re.compile(r"(?P<day>\d{1,2})[ -](?P<name>[a-zà-ÿ]{3,9})\.?(?:[ -](?P<year>\d{4}))?", re.IGNORECASE),
    re.compile(r"(?P<name>[a-zà-ÿ]{3,9})\.?[ -](?P<day>\d{1,2})", re.IGNORECASE),
)
"""What a spreadsheet writes for a date in a table saved as text: « 01/02/2026 », « 2026-02-01 », « 01-févr. »."""


@lru_cache(maxsize=10_000, typed=True)
def read_euros(cell: object) -> Decimal | None:
    """Read an amount, exact to the cent: a number, or text such as « 1 250,00 € »; None when it is not one.

    « 12 50 », « 1.250 », « 1e3 », « 625/mois », a negative amount and a boolean are refused rather than guessed.
    """
    cell = undated(cell)
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return _number(cell)
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    while (shorter := _A_YEAR.sub("", text)) != text:
        text = shorter
    text = _NO_CENTS.sub("", _CURRENCY.sub("", text).strip().removeprefix("'"))
    found = _EUROS.fullmatch(text)
    if found is None:
        return None
    whole, cents = (found["whole"], found["cents"]) if found["whole"] else (found["dotted"], found["after"])
    return Decimal(f"{re.sub('[^0-9]', '', whole)}.{cents or '0'}")


@lru_cache(maxsize=10_000, typed=True)
def read_fraction(cell: object) -> Fraction | None:
    """Read a number of IMP: « 1/2 », « ½ », « 0,5 », « 50 % », « demi-taux », « 1 IMP », a number; None otherwise."""
    cell = undated(cell)
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        number = _number(cell)
        return None if number is None else Fraction(number)
    if not isinstance(cell, str):
        return None
    text = cell
    for glyph, plain in _GLYPHS.items():
        text = text.replace(glyph, plain)
    if fold(text) in _ONE:
        return Fraction(1)
    text = re.sub(r"\s+", " ", _IMP.sub(" ", text)).strip()
    return _fraction_text(text)


def _fraction_text(text: str) -> Fraction | None:
    if match := re.fullmatch(r"([0-9]{1,2}) ?/ ?([1-9][0-9]?)", text):
        return Fraction(int(match[1]), int(match[2]))
    if match := re.fullmatch(r"([0-9]{1,4}(?:[.,][0-9]{1,2})?) ?%", text):
        return Fraction(Decimal(match[1].replace(",", "."))) / 100
    if re.fullmatch(r"[0-9]{1,4}(?:[.,][0-9]{1,3})?", text):
        return Fraction(Decimal(text.replace(",", ".")))
    return _WORDS.get(fold(text))


def says_none(cell: object) -> bool:
    """Return whether a cell says that the mission has no IMP: « sans IMP », « décharge », 0."""
    if isinstance(cell, bool):
        return False
    if isinstance(cell, int | float):
        return cell == 0
    if not isinstance(cell, str):
        return False
    text = fold(cell.replace("€", " euros"))
    return text in _NONE or ("decharge" in text and not _HOURS.sub(" ", text).strip())


def undated(cell: object) -> object:
    """Return the number that a cell formatted as a date holds: 0,5 typed there shows as « 12:00 », 1 as 01/01/1900.

    Only times and the first years of Excel's calendar are numbers; a date of our days is left as it is.
    """
    if isinstance(cell, timedelta):
        return cell.total_seconds() / 86400
    if isinstance(cell, time):
        return (cell.hour * 60 + cell.minute) / 1440
    if isinstance(cell, datetime) and cell.year < 1920:
        # Excel counts a 29 February 1900 that never was.
        start = datetime(1899, 12, 31) if cell < datetime(1900, 3, 1) else datetime(1899, 12, 30)
        return (cell - start).total_seconds() / 86400
    return cell


def read_date(cell: object) -> date | None:
    """Read a date, as a cell or as the text that a spreadsheet writes for one; None when it is not one."""
    cell = undated(cell)
    if isinstance(cell, date):
        return cell
    matches = (pattern.fullmatch(cell.strip()) for pattern in _DATES) if isinstance(cell, str) else ()
    return next((_date(match.groupdict()) for match in matches if match), None)


def _date(parts: Mapping[str, str | None]) -> date | None:
    month = int(parts.get("month") or 0) or month_of(fold(parts.get("name") or ""))
    year = int(parts.get("year") or 0)
    try:
        return date(year if year > 99 else 2000 + year, month, int(parts["day"] or 0))
    except ValueError:
        return None


def _number(value: float) -> Decimal | None:
    """Return a spreadsheet's number as it shows it: 0.1 + 0.2 is 0.3; None when negative or not finite."""
    if not math.isfinite(value) or value < 0:
        return None
    return Decimal(f"{value:.10f}").normalize() if value < 1e12 else None
