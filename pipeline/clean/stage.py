"""Clean a table column by column, and record each change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from pipeline.clean.cells import (
    change_of,
    compose,
    drop_note,
    join_halves,
    letters_to_digits,
    one_line,
    recorded,
    restore_zero,
    split_uais,
    tidy_spaces,
    tidy_uai,
)
from pipeline.clean.names import recase
from pipeline.clean.people import (
    drop_repeated,
    move_civilites,
    move_fonctions,
    recase_surnames,
    share_names,
    split_chefs,
    split_names,
    straighten_names,
)
from pipeline.french.words import civilite_of
from pipeline.load.cells import decode_entities, drop_invisible
from pipeline.model import Change, RowRef
from pipeline.table import LINE, SHEET, CellFault, Cleaned, Table, as_text

CIVILITES = ("chef_civilite", "referent_civilite")
NAMES = ("chef", "chef_prenom", "referent", "referent_nom", "referent_prenom")
_RECASED = ("chef", "chef_prenom", "referent_nom", "referent_prenom")
"""« NOM Prénom » in one cell keeps its capitals until it is split: they tell the surname."""

_LONGEST = 200
"""Signs of a name; the longest of those that exist have half as many."""

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
    changes = _filled(table) + [
        change for column in _present(rows, NAMES) for change in _drop_long(table, rows, column)
    ]
    for column, rules in _steps(table):
        if _is_tidy(rows[column], rules):
            continue
        for rule, tidy in rules:
            changes += _apply(table, rows, column, rule, tidy)
    changes += split_uais(table, rows) if {"uai", "etablissement"} <= set(rows.columns) else []
    changes += straighten_names(table, rows)
    columns, moved = move_fonctions(table, rows)
    table = replace(table, columns=columns)
    changes += moved + move_civilites(table, rows)
    columns, chefs, surname_first = split_chefs(table, rows)
    table = replace(table, columns=columns, surname_first=tuple(dict.fromkeys((*table.surname_first, *surname_first))))
    changes += chefs + share_names(table, rows) + drop_repeated(table, rows)
    for column in _present(rows, _RECASED):
        changes += _apply(table, rows, column, "majuscules rétablies", recase)
    changes += recase_surnames(table, rows)
    columns, split = split_names(table, rows)
    changes = sorted([*changes, *split], key=lambda one: (list(table.columns).index(one.row.sheet), one.row.line))
    held = {(one.row.sheet, one.cell): one.before for one in reversed(changes) if one.before and one.cell}
    return Cleaned(replace(table, rows=rows, columns=columns, held={**held, **table.held}), tuple(changes))


def _filled(table: Table) -> list[Change]:
    """Record what loading filled down from merged cells, as if cleaning had done it."""
    changes = []
    places = zip(table.rows[SHEET], table.rows[LINE], strict=True)
    index = {(sheet, line): row for row, (sheet, line) in enumerate(places)}
    for sheet, line, column in table.filled:
        row = index.get((sheet, line))
        if row is not None:
            after = as_text(table.rows.at[row, column])
            changes.append(change_of(table, table.rows, row, column, ("", after), "cellule fusionnée recopiée"))
    return changes


def _drop_long(table: Table, rows: pd.DataFrame, column: str) -> Iterator[Change]:
    """Put a fault in the place of each text that is too long for a name: rules on names would take seconds."""
    cells = {index: cell for index, cell in rows[column].items() if isinstance(cell, str) and len(cell) > _LONGEST}
    long = {index: text for index, text in cells.items() if len(" ".join(text.split())) > _LONGEST}
    for index, text in long.items():
        yield change_of(table, rows, index, column, (text, ""), "texte trop long pour un nom")
    if long:
        faults = pd.Series({index: CellFault("", len(text)) for index, text in long.items()}, dtype=object)
        rows.loc[faults.index, column] = faults


def _steps(table: Table) -> Iterator[tuple[str, list[Rule]]]:
    """Give each column with the rules that tidy it, in order."""
    for column in table.rows.columns:
        if column not in (SHEET, LINE):
            yield column, _rules(column)


def _rules(column: str) -> list[Rule]:
    rules: list[Rule] = [
        ("signes invisibles retirés", drop_invisible),
        ("codes de page web décodés", decode_entities),
        ("accents recomposés", compose),
        ("espaces en trop retirés", tidy_spaces if column in NAMES else one_line),
    ]
    if column in ("etablissement", "commune"):
        rules.append(("appel de note retiré", drop_note))
    if column in NAMES:
        rules.append(("trait d’union et apostrophe remis en forme", join_halves))
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
    sheets, lines = rows.loc[changed, SHEET], rows.loc[changed, LINE]
    return [
        recorded(table, RowRef(sheet, line), column, (former, now), rule)
        for sheet, line, former, now in zip(sheets, lines, texts[changed], after[changed], strict=True)
    ]
