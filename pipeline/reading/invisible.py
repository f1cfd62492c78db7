"""What a cell may hold that nobody sees: control characters, direction marks, Excel's own escapes of them."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ESCAPES = re.compile(r"_x00(0[0-9A-Fa-f]|1[0-9A-Fa-f])_")


def drop_invisible(text: str) -> str:
    """Drop control characters, zero-width and direction marks, and Excel's own escapes of them (« _x000D_ »)."""
    decoded = _ESCAPES.sub(lambda match: chr(int(match[1], 16)), text).replace("\r\n", "\n").replace("\r", "\n")
    visible = _INVISIBLE.sub("", decoded)
    return "".join(sign for sign in visible if sign in "\n\t" or unicodedata.category(sign) != "Cc")


def one_clean_line(cell: object) -> str:
    """Return a cell that holds a text on one line, without what nobody sees; "" for any other cell."""
    return " ".join(drop_invisible(cell).split()) if isinstance(cell, str) else ""
