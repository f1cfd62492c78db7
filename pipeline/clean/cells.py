"""What each rule of cleaning makes of one text: pure functions, each of which leaves alone what it has made."""

from __future__ import annotations

import re
import unicodedata

from pipeline import uai as key

_SPACES = re.compile(r"[^\S\n]+")
_NEWLINES = re.compile(r" *\n[ \n]*")


def compose(text: str) -> str:
    """Write each letter and its accents as one sign."""
    return unicodedata.normalize("NFC", text)


def tidy_spaces(text: str) -> str:
    """Make every run of blanks one space, every run of line breaks one, and drop those at both ends."""
    return _NEWLINES.sub("\n", _SPACES.sub(" ", text)).strip()


def one_line(text: str) -> str:
    """Make every run of blanks and line breaks one space, and drop those at both ends."""
    return " ".join(text.split())


def drop_note(text: str) -> str:
    """Drop the asterisk that sends from a name to a note under the table: « Collège Jean Moulin * »."""
    return re.sub(r"(?<=[\w)»\"])\s*(?:\*+|\(\*+\))$", "", text)


def tidy_uai(text: str) -> str:
    """Write a UAI in capitals without spaces, points, hyphens or quotes; any other text stays as it is."""
    tidy = re.sub(r"[\s.\-'’\"«»“”]", "", text).upper()
    return tidy if re.fullmatch(r"[0-9OIL]{6,7}[A-Z]", tidy) else text


def restore_zero(text: str) -> str:
    """Give back the zero that a spreadsheet took off a UAI, only where the key proves that this was it."""
    return f"0{text}" if len(text) == 7 and key.is_valid(f"0{text}") else text


def letters_to_digits(text: str) -> str:
    """Read O as 0 and I or L as 1 among the seven digits, only where the key proves it."""
    digits = text[:7].translate(str.maketrans("OIL", "011")) + text[7:]
    return digits if digits != text and key.is_valid(digits) else text


def join_halves(text: str) -> str:
    """Write one hyphen in a compound name, and no space after its apostrophe: « Jean–Marc », « O’ Brien »."""
    hyphened = re.sub(r"(?<=[^\W\d_])[–−‐‑](?=[^\W\d_])", "-", text)
    closed = re.sub(r"(?<!\w)([^\W\d_]['’]) (?=[^\W\d_])", r"\1", hyphened)
    return re.sub(r"^'(?=[^\W\d_]{2})", "", closed)  # the sign that makes a text of a cell; « 't Hooft » keeps its own
