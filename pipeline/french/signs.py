"""Signs that matter by themselves: the no-break space, and those that a cell may hold and a document may not."""

from __future__ import annotations

import re

NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot write, not even as a reference (W3C, XML 1.0, production 2 « Char »)."""

NBSP = "\N{NO-BREAK SPACE}"
NB_HYPHEN = "\N{NON-BREAKING HYPHEN}"
"""Word and LibreOffice draw it with the hyphen of the font, which need not have a sign of its own for it."""


def unbreakable(text: str) -> str:
    """Keep guillemets, colons and semicolons on the line of their words."""
    return (
        text.replace("« ", f"«{NBSP}").replace(" »", f"{NBSP}»").replace(" : ", f"{NBSP}: ").replace(" ; ", f"{NBSP}; ")
    )
