"""2. clean      Table -> Table, changes    pandas, vectorised; pure; each change is recorded"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from pipeline import uai as key
from pipeline.french import civilite_of
from pipeline.model import Change, RowRef
from pipeline.names import recase, split_civilite
from pipeline.reading.invisible import drop_invisible
from pipeline.rules.row import as_text
from pipeline.table import LINE, SHEET, Cleaned, Table

CIVILITES = ("chef_civilite", "referent_civilite")
NAMES = ("chef", "chef_prenom", "referent", "referent_nom", "referent_prenom")
_RECASED = ("chef", "chef_prenom", "referent_nom", "referent_prenom")
"""« NOM Prénom » in one cell keeps its capitals: they tell the surname."""

_SPACES = re.compile(r"[^\S\n]+")
_NEWLINES = re.compile(r" *\n[ \n]*")


def clean(table: Table) -> Cleaned:
    """Tidy the cells without changing what they say; amounts and fractions are left to validation, which reads them.

    Cleaning a cleaned table changes nothing.
    """
    rows = table.rows.copy()
    changes = _filled(table)
    for column, rule, tidy in _steps(table):
        changes += _apply(table, rows, column, rule, tidy)
    for civilite, name in (
        ("chef_civilite", "chef"),
        ("referent_civilite", "referent_nom"),
        ("referent_civilite", "referent"),
    ):
        changes += _move_civilite(table, rows, civilite, name)
    for column in _present(rows, _RECASED):
        changes += _apply(table, rows, column, "majuscules rétablies", recase)
    changes.sort(key=lambda change: (list(table.columns).index(change.row.sheet), change.row.line))
    return Cleaned(replace(table, rows=rows), tuple(changes))


def _filled(table: Table) -> list[Change]:
    """Record what loading filled down from merged cells, as if cleaning had done it."""
    changes = []
    places = zip(table.rows[SHEET], table.rows[LINE], strict=True)
    index = {(sheet, line): row for row, (sheet, line) in enumerate(places)}
    for sheet, line, column in table.filled:
        row = index.get((sheet, line))
        if row is not None:
            after = as_text(table.rows.at[row, column])
            changes.append(_change(table, table.rows, row, column, ("", after), "cellule fusionnée recopiée"))
    return changes


def _steps(table: Table) -> Iterator[tuple[str, str, Callable[[str], str]]]:
    """Give each column with the rules that tidy it, in order."""
    texts = [column for column in table.rows.columns if column not in (SHEET, LINE)]
    for column in texts:
        yield column, "signes invisibles retirés", drop_invisible
        yield column, "accents recomposés", _compose
        yield column, "espaces en trop retirés", tidy_spaces if column in NAMES else one_line
    for column in _present(table.rows, ("uai",)):
        yield column, "UAI mis en forme", tidy_uai
        yield column, "zéro de début rétabli", restore_zero
        yield column, "lettre lue comme un chiffre", letters_to_digits
    for column in _present(table.rows, CIVILITES):
        yield column, "civilité abrégée", lambda text: civilite_of(text) or text


def _present(rows: pd.DataFrame, columns: tuple[str, ...]) -> list[str]:
    return [column for column in columns if column in rows.columns]


def _apply(table: Table, rows: pd.DataFrame, column: str, rule: str, tidy: Callable[[str], str]) -> list[Change]:
    """Rewrite the text cells of a column, each different text once, and record those that changed."""
    before = rows[column]
    texts = before[before.map(lambda cell: isinstance(cell, str) and cell != "")]
    tidied = {text: tidy(text) for text in texts.unique()}
    after = texts.map(tidied)
    changed = after.index[after.to_numpy() != texts.to_numpy()]
    rows.loc[changed, column] = after[changed]
    return [_change(table, rows, index, column, (texts[index], after[index]), rule) for index in changed]


def _change(table: Table, rows: pd.DataFrame, index: Any, column: str, texts: tuple[str, str], rule: str) -> Change:
    row = RowRef(str(rows.at[index, SHEET]), int(str(rows.at[index, LINE])))
    place = table.columns[row.sheet].get(column)
    header, cell = (place.header, f"{place.letter}{row.line}") if place else (column, "")
    return Change(row, header, cell, *texts, rule)


def _move_civilite(table: Table, rows: pd.DataFrame, civilite: str, name: str) -> list[Change]:
    """Take the civilité that stands in front of a name off it, and write it in its own column when that is blank."""
    if name not in rows.columns:
        return []
    changes = []
    for index, text in rows[name].items():
        found, rest = split_civilite(text) if isinstance(text, str) else ("", "")
        written = rows.at[index, civilite] if civilite in rows.columns else ""
        # Two civilités that differ are left as they are: validation shows the name and asks.
        if found and written in ("", found):
            rows.at[index, name] = rest
            changes.append(_change(table, rows, index, name, (text, rest), "civilité séparée du nom"))
            if civilite not in rows.columns:
                rows[civilite] = ""
            rows.at[index, civilite] = found
    return changes


def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def tidy_spaces(text: str) -> str:
    """Make every run of blanks one space, every run of line breaks one, and drop those at both ends."""
    return _NEWLINES.sub("\n", _SPACES.sub(" ", text)).strip()


def one_line(text: str) -> str:
    """Make every run of blanks and line breaks one space, and drop those at both ends."""
    return " ".join(text.split())


def tidy_uai(text: str) -> str:
    """Write a UAI in capitals without spaces, points or hyphens; any other text stays as it is."""
    tidy = re.sub(r"[\s.\-]", "", text).upper()
    return tidy if re.fullmatch(r"[0-9OIL]{6,7}[A-Z]", tidy) else text


def restore_zero(text: str) -> str:
    """Give back the zero that a spreadsheet took off a UAI, only where the key proves that this was it."""
    return f"0{text}" if len(text) == 7 and key.is_valid(f"0{text}") else text


def letters_to_digits(text: str) -> str:
    """Read O as 0 and I or L as 1 among the seven digits, only where the key proves it."""
    digits = text[:7].translate(str.maketrans("OIL", "011")) + text[7:]
    return digits if digits != text and key.is_valid(digits) else text
