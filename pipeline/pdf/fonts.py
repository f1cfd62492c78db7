"""The fonts that a template names, and those that stand in for them when this machine lacks one."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

_SYMBOLS = frozenset({"OpenSymbol", "Symbol", "SymbolMT", "Wingdings", "Wingdings-Regular"})


def fonts_named(path: Path) -> frozenset[str]:
    """Return the fonts that a template asks for, by its styles and its runs; those of its theme are left out."""
    with zipfile.ZipFile(path) as package:
        parts = [package.read(name) for name in package.namelist() if re.fullmatch(r"word/[a-z0-9]+\.xml", name)]
    named = re.compile(rb'<w:rFonts\b[^>]*?w:(?:ascii|hAnsi)="([^"]+)"')
    return frozenset(html.unescape(font.decode()) for part in parts for font in named.findall(part))


def strangers(named: Iterable[str], used: Iterable[str]) -> frozenset[str]:
    """Return the fonts used that are none of the families named by the template: they stand in for one of those.

    PDF names are PostScript's: « Liberation Sans » is « LiberationSans-Bold », « Arial » is « ArialMT ». Fonts of
    symbols are left out, since bullets are drawn with them whatever the template names.
    """
    families = tuple(_folded(name) for name in named)
    return frozenset(font for font in used if font not in _SYMBOLS and not _folded(font).startswith(families))


def _folded(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()
