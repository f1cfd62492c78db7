"""The names of fonts, and those that stand in for what a template names when this machine lacks it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SYMBOLS = frozenset({"OpenSymbol", "Symbol", "SymbolMT", "Wingdings", "Wingdings-Regular"})


def strangers(named: Iterable[str], used: Iterable[str]) -> frozenset[str]:
    """Return the fonts used that are none of the families named by the template: they stand in for one of those.

    PDF names are PostScript's: « Liberation Sans » is « LiberationSans-Bold », « Arial » is « ArialMT ». Fonts of
    symbols are left out, since bullets are drawn with them whatever the template names.
    """
    families = tuple(folded(name) for name in named)
    return frozenset(font for font in used if font not in _SYMBOLS and not folded(font).startswith(families))


def folded(name: str) -> str:
    """Return a font's name as it is compared: case, spaces and signs do not matter."""
    return re.sub(r"[\W_]", "", name).lower()
