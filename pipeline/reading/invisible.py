"""What a cell may hold that nobody sees: control characters, direction marks, codes of Excel or of a web page."""

from __future__ import annotations

import html
import re
import unicodedata
from contextlib import suppress

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ESCAPES = re.compile(r"_x(00[0189][0-9A-Fa-f]|202[89])_")
_BREAKS = dict.fromkeys(map(ord, "\x0b\x0c\x0e\x1c\x1d\x1e\x85\u2028\u2029"), " ")
"""Breaks of a line, a column or a page that no keyboard types in a cell: they come with a text pasted from Word."""
_ENTITY = re.compile(
    r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});|&[a-z](?:acute|grave|circ|uml|cedil|tilde)", re.IGNORECASE
)
"""A sign as a web page spells it; those of accented letters are also met without their semicolon."""


def _windows_signs() -> dict[int, str]:
    signs = {}
    for code in range(0x80, 0xA0):
        with suppress(UnicodeDecodeError):
            signs[code] = bytes([code]).decode("cp1252")
    return signs


_SIGNS = _windows_signs() | _BREAKS
"""The breaks, and the signs of Windows (« ’ », « œ ») that were read as control characters."""


def drop_invisible(text: str) -> str:
    """Drop control characters, zero-width and direction marks, and Excel's own escapes of them (« _x000D_ »).

    A break becomes a space: without it, « LE⟨vertical tab⟩GOFF » would be one word.
    """
    decoded = _ESCAPES.sub(lambda match: chr(int(match[1], 16)), text).replace("\r\n", "\n").replace("\r", "\n")
    visible = _INVISIBLE.sub("", decoded.translate(_SIGNS))
    return "".join(sign for sign in visible if sign in "\n\t" or unicodedata.category(sign) != "Cc")


def decode_entities(text: str) -> str:
    """Write the signs that a web page spells (« Lyc&eacute;e », « l&#39;Elorn »), be they spelled twice over."""
    while (decoded := drop_invisible(_ENTITY.sub(lambda match: html.unescape(match[0]) or " ", text))) != text:
        text = decoded
    return text


def one_clean_line(cell: object) -> str:
    """Return a cell that holds a text on one line, without what nobody sees; "" for any other cell."""
    return " ".join(decode_entities(cell).split()) if isinstance(cell, str) else ""
