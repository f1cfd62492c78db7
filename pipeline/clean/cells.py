"""What each rule of cleaning makes of one text: pure functions, each of which leaves alone what it has made."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pandas as pd

from pipeline import uai as key
from pipeline.french.words import fold
from pipeline.model import Change, RowRef
from pipeline.table import LINE, SHEET, Table, as_text

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


def change_of(table: Table, rows: pd.DataFrame, index: Any, column: str, texts: tuple[str, str], rule: str) -> Change:
    """Record what a cell held and holds now, at its place in the user's workbook; `texts` are the two."""
    return recorded(table, RowRef(str(rows.at[index, SHEET]), int(str(rows.at[index, LINE]))), column, texts, rule)


def recorded(table: Table, row: RowRef, column: str, texts: tuple[str, str], rule: str) -> Change:
    """Record the same, the row being known: to ask a frame for it takes longer than all the rest."""
    place = table.columns[row.sheet].get(column)
    header, cell = (place.header, f"{place.letter}{row.line}") if place else (column, "")
    return Change(row, header, cell, *texts, rule)


_NUMBER = re.compile(r"(?i)(?<![0-9a-z])(?:uai|rne)?(?P<uai>[0-9]{7})[ -]?(?P<key>[a-z])(?![0-9a-z])")
_AROUND = " \t\n-–—:,;/()[]\"'«»“”.*"
_LABELS = frozenset({"uai", "rne", "n", "no", "num", "numero", "code", "identifiant"})
_IN_DOUBT = re.compile(r"[0-9?!=<>]")


def split_uais(table: Table, rows: pd.DataFrame) -> list[Change]:
    """Leave a school's number alone in its cell, where what stands beside it says nothing that the row does not say.

    Only a number that its key proves; any other cell stays, and validation asks. The name of the school is kept where
    its own cell is blank. `rows` is changed in place.
    """
    changes: list[Change] = []
    for index, text in rows["uai"].items():
        uai, rest = _split(text) if isinstance(text, str) and len(text) > 8 else ("", "")
        written = rows.at[index, "etablissement"] if uai else None
        if not isinstance(written, str) or not _has_more(rows, index) or not _fits(rest, written, rows, index):
            continue
        changes.append(change_of(table, rows, index, "uai", (as_text(text), uai), "UAI séparé du reste"))
        rows.at[index, "uai"] = uai
        if not written and not _says_commune(rest, rows, index):
            rows.at[index, "etablissement"] = rest
            if "etablissement" in table.columns[str(rows.at[index, SHEET])]:
                changes.append(change_of(table, rows, index, "etablissement", ("", rest), "nom repris de l’UAI"))
    return changes


def _fits(rest: str, written: str, rows: pd.DataFrame, index: Any) -> bool:
    """Return whether the words beside a number are the row's own: its school, its commune; « ex » is not."""
    words = {word for word in fold(rest).split() if word not in fold(written).split()}
    return not written or _says_commune(" ".join(words), rows, index)


def _says_commune(words: str, rows: pd.DataFrame, index: Any) -> bool:
    commune = as_text(rows.at[index, "commune"]) if "commune" in rows.columns else ""
    return set(fold(words).split()) <= set(fold(commune).split())


def _has_more(rows: pd.DataFrame, index: Any) -> bool:
    """A school's own line above those of its référents says nothing else: it is left as it is."""
    return any(as_text(cell) for name, cell in rows.loc[index].items() if name not in (SHEET, LINE, "uai"))


def _split(text: str) -> tuple[str, str]:
    """Return the one valid number of a text, and the words beside it without its labels; ("", "") in doubt."""
    found = list(_NUMBER.finditer(text))
    uai = (found[0]["uai"] + found[0]["key"]).upper() if len(found) == 1 else ""
    if not key.is_valid(uai):
        return "", ""
    parts = [part.strip(_AROUND) for part in (text[: found[0].start()], text[found[0].end() :])]
    words = [word for part in parts for word in part.split() if fold(word) not in _LABELS]
    rest = " ".join(words).strip(_AROUND)
    return ("", "") if _IN_DOUBT.search(text[: found[0].start()] + text[found[0].end() :]) else (uai, rest)
