"""The names of fonts, and those that stand in for what a template names when this machine lacks it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SAME_WIDTHS = (
    {"arial", "helvetica", "liberationsans", "arimo"},
    {"timesnewroman", "times", "liberationserif", "tinos"},
    {"couriernew", "courier", "liberationmono", "cousine"},
    {"calibri", "carlito"},
    {"cambria", "caladea"},
    {"arialnarrow", "liberationsansnarrow"},
)
"""Fonts that stand in for one another without moving a line; LibreOffice and fontconfig replace them so."""
_SYMBOLS = frozenset({"OpenSymbol", "Symbol", "SymbolMT", "Wingdings", "Wingdings-Regular"})


def strangers(named: Iterable[str], used: Iterable[str]) -> frozenset[str]:
    """Return the fonts used that are none of the families named by the template: they stand in for one of those.

    PDF names are PostScript's: « Liberation Sans » is « LiberationSans-Bold », « Arial » is « ArialMT ». Fonts of
    symbols are left out, since bullets are drawn with them whatever the template names.
    """
    families = tuple(twin for name in named for twin in twins(name))
    return frozenset(font for font in used if font not in _SYMBOLS and not folded(font).startswith(families))


def twins(name: str) -> frozenset[str]:
    """Return a font's folded name, with those of the fonts that have the same widths."""
    asked = folded(name)
    return frozenset({asked}.union(*(family for family in _SAME_WIDTHS if asked in family)))


def folded(name: str) -> str:
    """Return a font's name as it is compared: case, spaces and signs do not matter."""
    return re.sub(r"[\W_]", "", name).lower()
