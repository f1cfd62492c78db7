"""The school's number where it stands glued to its name, « 0779999A - Collège des Tilleuls », set apart."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from pipeline import uai as key
from pipeline.cleaning.changes import change_of
from pipeline.french import fold
from pipeline.model import Change
from pipeline.rules.row import as_text
from pipeline.table import LINE, SHEET, Table

_SIGNS = r"[\s\-–—:,;/()\[\]]+"
_FORMS = (
    re.compile(rf"(?P<uai>[0-9]{{7}}[A-Za-z])(?:{_SIGNS})(?P<nom>\S.*?)[)\]]?"),
    re.compile(rf"(?P<nom>\S.*?)(?:{_SIGNS})(?P<uai>[0-9]{{7}}[A-Za-z])[)\]]?"),
)


def split_uais(table: Table, rows: pd.DataFrame) -> list[Change]:
    """Take the school's name off its number where its own column says the same or nothing, and keep it there.

    Only a number that its key proves; any other cell stays, and validation asks. `rows` is changed in place.
    """
    changes: list[Change] = []
    for index, text in rows["uai"].items():
        uai, nom = _split(text) if isinstance(text, str) and len(text) > 8 else ("", "")
        written = rows.at[index, "etablissement"] if uai else None
        if not uai or not isinstance(written, str) or fold(written) not in ("", fold(nom)):
            continue
        if not _has_more(rows, index):
            continue  # a school's own line above those of its référents
        changes.append(change_of(table, rows, index, "uai", (as_text(text), uai), "UAI séparé du nom"))
        rows.at[index, "uai"] = uai
        if not written:
            rows.at[index, "etablissement"] = nom
            if "etablissement" in table.columns[str(rows.at[index, SHEET])]:
                changes.append(change_of(table, rows, index, "etablissement", ("", nom), "nom repris de l’UAI"))
    return changes


def _has_more(rows: pd.DataFrame, index: Any) -> bool:
    return any(as_text(cell) for name, cell in rows.loc[index].items() if name not in (SHEET, LINE, "uai"))


def _split(text: Any) -> tuple[str, str]:
    match = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    if match is None or not key.is_valid(match["uai"].upper()):
        return "", ""
    return match["uai"].upper(), match["nom"]
