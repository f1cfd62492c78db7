"""The pair of the scale that a cell gives: by a number of IMP, by an amount, or by both when they agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from math import prod

from pipeline.french.amounts import read_euros, read_fraction
from pipeline.french.words import fold
from pipeline.model import Imp
from pipeline.settings.sections import Bareme

_BETWEEN = re.compile(r"\s*(?:[(\[=:;,/|–—→-]|\bsoit\b|\bou\b)\s*|\s+", re.IGNORECASE)
"""What may stand between a number and its amount: « 1/2 IMP soit 625 € », « 1 250 € (1 IMP) »."""
_NUMBER_OF_IMP = re.compile(
    r"½|¼|⁄|\b1 ?/ ?[24]\b|%|\b(?:imp|taux|parts?|demie?|moitie|quart|plein|entiere?|double|triple)\b"
)
"""Without one of these signs, folded, « 2 » among the amounts is two euros."""
_LONGEST = 100
"""Signs of a cell that may say a number and an amount: each way of cutting it is tried."""
_FIGURES = re.compile(r"([0-9]{1,3}(?:[ .,'’\u00a0\u202f][0-9]{3})+(?![0-9])|[0-9]+)(?:[.,]([0-9]+))?")


def pair(role: str, cell: object, bareme: Bareme) -> Imp | None:
    """Return the pair that a cell gives; a « taux » may be a number or an amount, its value decides."""
    by_amount, by_number = _by_amount(cell, bareme), _by_number(cell, bareme, role == "imp")
    found = (by_number or by_amount) if role == "imp" else (by_amount or by_number)
    if found or not isinstance(cell, str):
        return found
    number, amount = said_twice(cell, bareme) or (None, None)
    return number if number == amount else None


def said_twice(cell: object, bareme: Bareme) -> tuple[Imp, Imp] | None:
    """Return the pairs that the number and the amount of a cell give (« 1/2 IMP soit 625 € »); None without both."""
    text = cell.strip() if isinstance(cell, str) and len(cell) <= _LONGEST else ""
    for between in _BETWEEN.finditer(text):
        pieces = text[: between.start()].strip(" ()[]"), text[between.end() :].strip(" ()[]")
        for one, other in (pieces, pieces[::-1]):
            number, amount = _by_number(one, bareme, False), _by_amount(other, bareme)
            if number and amount:
                return number, amount
    return None


def guesses(text: str, bareme: Bareme) -> list[Imp]:
    """Return the pairs whose amounts an unreadable text seems to say: « 625+625 » the one of 1 250 euros."""
    values = set(_values(text))
    return [imp for imp in bareme.pairs if imp.montant in values]


def _values(text: str) -> Iterator[Decimal]:
    for signs, combine in (("+", sum), ("x×*", prod)):
        terms = [read_euros(term) for term in re.split(f"[{signs}]", text.casefold())]
        if len(terms) > 1 and None not in terms:
            yield Decimal(combine(filter(None, terms)))
            return
    for figures, cents in _FIGURES.findall(text):
        whole = Decimal(re.sub("[^0-9]", "", figures))
        yield from (whole, whole / 100, whole / 1000)  # the cents may have lost their comma, or be thousandths
        yield Decimal(f"{whole}.{cents or 0}")


def _by_amount(cell: object, bareme: Bareme) -> Imp | None:
    amount = read_euros(cell)
    return None if amount is None else next((imp for imp in bareme.pairs if imp.montant == amount), None)


def _by_number(cell: object, bareme: Bareme, bare: bool) -> Imp | None:
    """Return the pair of a number of IMP; `bare` says that a number may stand without anything that tells it is one."""
    if not bare and not (isinstance(cell, str) and _NUMBER_OF_IMP.search(cell.casefold())):
        return None
    number = read_fraction(cell)
    label = fold(cell) if isinstance(cell, str) else ""
    if number is None and not label:
        return None
    return next((imp for imp in bareme.pairs if imp.fraction == number or fold(imp.libelle) == label), None)
