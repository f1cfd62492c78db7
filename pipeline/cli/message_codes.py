"""The code of a message in docs/messages.md, shown after what stops a command: one finds its cause and remedy by it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

_ROW = re.compile(r"^\| (M\d+) \| (.*?) \| ", re.MULTILINE)
_QUOTED = re.compile("« ((?:[^«»]|« [^«»]* »)*) »")
_HOLE = "…"


def coded(message: str) -> str:
    """Return a message followed by its code, « … [M12] », or as it is where the page does not quote it.

    After several lines the code has its own: the last of them may be a command to copy.
    """
    code = code_of(message)
    space = "\n" if "\n" in message else " "
    return f"{message}{space}[{code}]" if code else message


def code_of(message: str) -> str:
    """Return the code of the first row of the page that quotes the message, "" when none does."""
    return next((code for code, phrases in rows().items() if any(quotes(one, message) for one in phrases)), "")


@cache
def rows() -> Mapping[str, Sequence[str]]:
    """Return the phrases of each row of docs/messages.md, by its code; none where the page cannot be read.

    The page is read once a message has to be shown, never before: most commands need none of this.
    """
    from pipeline.campaign.starter import shipped

    path = shipped("docs/messages.md")
    try:
        page = path.read_text(encoding="utf-8") if path else ""
    except OSError:
        page = ""
    return {code: _QUOTED.findall(said) for code, said in _ROW.findall(page)}


def quotes(phrase: str, message: str) -> bool:
    """Return whether a message holds a phrase of the page; « … » stands for anything."""
    start = 0
    for piece in (one.strip() for one in phrase.split(_HOLE)):
        found = message.find(piece, start)
        if found < 0:
            return False
        start = found + len(piece)
    return True
