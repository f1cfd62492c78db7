"""Texts as a workbook may hold them (no forbidden sign, not too long, no formula) and as a page breaks them."""

from __future__ import annotations

from pipeline.french.signs import NOT_XML

CELL_MAX = 32_767
"""Characters that Excel accepts in a cell."""


def legal(text: str) -> str:
    """Replace the characters that a workbook cannot hold, and cut what Excel would not open."""
    if text.isprintable() and len(text) <= CELL_MAX:  # nearly always, and told at once
        return text
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)[:CELL_MAX]


def looks_like_formula(text: str) -> bool:
    """Return whether a spreadsheet could take a text for a formula when somebody edits its cell or saves it as csv."""
    bare = text.strip()
    return len(bare) > 1 and bare[0] in "=+-@"
