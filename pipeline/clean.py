"""2. clean      Table -> Table, changes    pandas, vectorised; pure; each change is recorded"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from pipeline.french import civilite_of, fold
from pipeline.model import Change, RowRef
from pipeline.names import has_civilite, is_plain, recase, says_vacant, split_civilite, split_full_name
from pipeline.reading.invisible import drop_invisible
from pipeline.rules.row import as_text
from pipeline.table import LINE, SHEET, CellFault, Cleaned, Column, Table
from pipeline.tidy import compose, letters_to_digits, one_line, restore_zero, tidy_spaces, tidy_uai

CIVILITES = ("chef_civilite", "referent_civilite")
NAMES = ("chef", "chef_prenom", "referent", "referent_nom", "referent_prenom")
_RECASED = ("chef", "chef_prenom", "referent_nom", "referent_prenom")
"""« NOM Prénom » in one cell keeps its capitals until it is split: they tell the surname."""

Rule = tuple[str, Callable[[str], str]]
"""The name of a rule, as the cleaning log gives it, and what it makes of a text."""


def clean(table: Table) -> Cleaned:
    """Tidy the cells without changing what they say; amounts and fractions are left to validation, which reads them.

    Cleaning a cleaned table changes nothing.
    """
    rows = table.rows.copy()
    for column in _present(rows, NAMES):
        # A M. Vrai, whom the spreadsheet took for a truth value: the same text is seen, and the next rules apply to it.
        seen = [as_text(cell) if isinstance(cell, bool) else cell for cell in rows[column]]
        rows[column] = pd.Series(seen, index=rows.index, dtype=object)
    changes = _filled(table)
    for column, rules in _steps(table):
        if _is_tidy(rows[column], rules):
            continue
        for rule, tidy in rules:
            changes += _apply(table, rows, column, rule, tidy)
    for civilite, name in (
        ("chef_civilite", "chef"),
        ("referent_civilite", "referent_nom"),
        ("referent_civilite", "referent"),
    ):
        changes += _move_civilite(table, rows, civilite, name)
    for column in _present(rows, _RECASED):
        changes += _apply(table, rows, column, "majuscules rétablies", recase)
    changes += _recase_surnames(table, rows)
    columns, split = _split_names(table, rows)
    changes = sorted([*changes, *split], key=lambda one: (list(table.columns).index(one.row.sheet), one.row.line))
    return Cleaned(replace(table, rows=rows, columns=columns), tuple(changes))


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


def _steps(table: Table) -> Iterator[tuple[str, list[Rule]]]:
    """Give each column with the rules that tidy it, in order."""
    for column in table.rows.columns:
        if column not in (SHEET, LINE):
            yield column, _rules(column)


def _rules(column: str) -> list[Rule]:
    rules: list[Rule] = [
        ("signes invisibles retirés", drop_invisible),
        ("accents recomposés", compose),
        ("espaces en trop retirés", tidy_spaces if column in NAMES else one_line),
    ]
    if column == "uai":
        rules += [
            ("UAI mis en forme", tidy_uai),
            ("zéro de début rétabli", restore_zero),
            ("lettre lue comme un chiffre", letters_to_digits),
        ]
    if column in CIVILITES:
        rules.append(("civilité abrégée", lambda text: civilite_of(text) or text))
    return rules


def _is_tidy(cells: pd.Series[Any], rules: list[Rule]) -> bool:
    """Return whether no rule has anything to say about a column, as is most often the case."""
    texts = {cell for cell in cells.to_numpy() if isinstance(cell, str)}
    return all(tidy(text) == text for text in texts for _, tidy in rules)


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
            if not written and civilite in table.columns[str(rows.at[index, SHEET])]:
                changes.append(_change(table, rows, index, civilite, ("", found), "civilité reprise du nom"))
            rows.at[index, civilite] = found
    return changes


def _split_names(table: Table, rows: pd.DataFrame) -> tuple[Mapping[str, Mapping[str, Column]], list[Change]]:
    """Write « NOM Prénom » in two columns where its capitals tell which is which; what they do not tell stays.

    Returns the columns of each sheet, the new ones standing where the whole name stood.
    """
    columns = {sheet: dict(places) for sheet, places in table.columns.items()}
    changes: list[Change] = []
    for index, sheet, text, first in list(_whole_names(table, rows)):
        split = split_full_name(text)
        if split is None or (first and fold(first) != fold(split[0])):
            continue
        names = (first or recase(split[0]), recase(split[1]))
        changes.append(_change(table, rows, index, "referent", (text, " ".join(names)), "nom et prénom séparés"))
        if not first and "referent_prenom" in table.columns[sheet]:
            changes.append(_change(table, rows, index, "referent_prenom", ("", names[0]), "prénom repris du nom"))
        for role, name in zip(("referent_prenom", "referent_nom", "referent"), (*names, ""), strict=True):
            if role not in rows.columns:
                rows[role] = ""
            rows.at[index, role] = name
            columns[sheet].setdefault(role, columns[sheet]["referent"])
    for sheet in {change.row.sheet for change in changes}:
        if not any(as_text(cell) for cell in rows.loc[rows[SHEET] == sheet, "referent"]):
            del columns[sheet]["referent"]
    return columns, changes


def _recase_surnames(table: Table, rows: pd.DataFrame) -> list[Change]:
    """Give its capitals back to a surname that stands in the column of whole names, its first name in another one."""
    changes = []
    for index, _, text, first in list(_whole_names(table, rows)):
        if first and split_full_name(text) is None and recase(text) != text:
            rows.at[index, "referent"] = recase(text)
            changes.append(_change(table, rows, index, "referent", (text, recase(text)), "majuscules rétablies"))
    return changes


def _whole_names(table: Table, rows: pd.DataFrame) -> Iterator[tuple[Any, str, str, str]]:
    """Give the rows whose sheet has one column for the whole name, with that name and the first name beside it."""
    for index, sheet, text in zip(rows.index, rows[SHEET], rows.get("referent", ()), strict=False):
        own = table.columns[str(sheet)]
        is_one = isinstance(text, str) and not says_vacant(text) and is_plain(text) and not has_civilite(text)
        if is_one and "referent" in own and "referent_nom" not in own:
            first = rows.at[index, "referent_prenom"] if "referent_prenom" in own else ""
            if not isinstance(first, CellFault):
                yield index, str(sheet), text, as_text(first)
