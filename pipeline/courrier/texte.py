"""Text that may stand in a message: one line, and nothing that hides, turns around or ends what is read."""

from __future__ import annotations

import unicodedata

_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Controls, marks of direction and other format signs, halves of signs, unassigned ones, line ends of Unicode."""


def seen(text: str) -> str:
    """Return a text with a space in place of each sign that nobody sees, line feeds among them.

    « =? » is taken apart: it begins an encoded word (RFC 2047), and some mail programs decode one inside another.
    """
    shown = "".join(" " if unicodedata.category(sign) in _UNSEEN else sign for sign in text)
    return shown.replace("=?", "= ?")


def one_line(text: str) -> str:
    """Return a text on one line, as it is seen: signs that nobody sees become spaces, and rows of spaces one.

    A no-break space stays what it is. Applying it twice changes nothing.
    """
    return " ".join(part for part in seen(text).split(" ") if part).strip()
