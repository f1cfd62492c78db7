"""« NOM Prénom » in the chef's cell, set apart where its capitals tell which is which, as for a référent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from pipeline.clean.names import has_civilite, is_plain, recase, split_full_name
from pipeline.clean.no_names import is_also_a_word, no_name_in
from pipeline.cleaning.changes import change_of
from pipeline.cleaning.fonctions import has_fonction
from pipeline.french.words import fold
from pipeline.model import Change
from pipeline.table import SHEET, CellFault, Column, Table, as_text


def split_chefs(
    table: Table, rows: pd.DataFrame
) -> tuple[Mapping[str, Mapping[str, Column]], list[Change], tuple[str, ...]]:
    """Write « LEBLANC Sylvie » as « Sylvie » and « Leblanc »; what its capitals do not tell stays. `rows` is changed.

    Returns the columns of each sheet, the first name standing where the whole name stood, and the sheets whose chefs
    are written surname first more often than not: there « Haddad Karim » is a doubt.
    """
    columns = {sheet: dict(places) for sheet, places in table.columns.items()}
    changes: list[Change] = []
    first_words: Counter[str] = Counter()
    for index, text, (prenom, nom) in list(_split_cells(table, rows)):
        sheet = str(rows.at[index, SHEET])
        first_words[sheet] += 1 if text.startswith(nom.split()[0]) else -1
        names = (as_text(rows.at[index, "chef_prenom"]) if "chef_prenom" in rows.columns else "", recase(nom))
        given = names[0] or recase(prenom)
        changes.append(change_of(table, rows, index, "chef", (text, f"{given} {names[1]}"), "nom et prénom séparés"))
        if not names[0] and "chef_prenom" in table.columns[sheet]:
            changes.append(change_of(table, rows, index, "chef_prenom", ("", given), "prénom repris du nom"))
        if "chef_prenom" not in rows.columns:
            rows["chef_prenom"] = ""
        rows.at[index, "chef"], rows.at[index, "chef_prenom"] = names[1], given
        columns[sheet].setdefault("chef_prenom", columns[sheet]["chef"])
    return columns, changes, tuple(sheet for sheet, count in first_words.items() if count > 0)


def _split_cells(table: Table, rows: pd.DataFrame) -> Iterator[tuple[Any, str, tuple[str, str]]]:
    """Give the cells that hold one whole name whose capitals tell its halves: the index, the text, the halves."""
    for index, text in rows.get("chef", pd.Series(dtype=object)).items():
        if not isinstance(text, str) or (split := split_full_name(text)) is None:
            continue
        if not is_plain(text) or has_civilite(text) or no_name_in(text):
            continue
        if has_fonction(text) and not is_also_a_word(split[1]):
            continue  # « Anne ROUX proviseure », not « Paul PRINCIPAL »
        first = rows.at[index, "chef_prenom"] if "chef_prenom" in rows.columns else ""
        # « LEBLANC adjointe »: a first name begins with a capital.
        fits = split[0][:1].isupper() and fold(as_text(first)) in ("", fold(split[0]))
        if fits and not isinstance(first, CellFault) and "chef" in table.columns[str(rows.at[index, SHEET])]:
            yield index, text, split
