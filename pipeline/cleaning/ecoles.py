"""The school's number where it stands among other words, « 0779999A - Collège des Tilleuls », set apart."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from pipeline import uai as key
from pipeline.cleaning.changes import change_of
from pipeline.french.words import fold
from pipeline.model import Change
from pipeline.table import LINE, SHEET, Table, as_text

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
