"""What several columns say of one person, set apart: the function, the civilité, the surname and the first name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from pipeline.clean.cells import change_of
from pipeline.clean.names import (
    has_civilite,
    has_fonction,
    is_plain,
    recase,
    split_civilite,
    split_fonction,
    split_full_name,
    straighten,
    without_first_name,
)
from pipeline.clean.no_names import is_also_a_word, is_second_name, no_name_in
from pipeline.french.words import fold
from pipeline.model import Change
from pipeline.table import SHEET, CellFault, Column, Table, as_text

Columns = Mapping[str, Mapping[str, Column]]


def _texts(rows: pd.DataFrame, role: str) -> Iterator[tuple[Any, str]]:
    """Give the cells of a column that hold a text, by their index; none where there is no such column."""
    yield from (
        (index, cell) for index, cell in rows.get(role, pd.Series(dtype=object)).items() if isinstance(cell, str)
    )


def move_fonctions(table: Table, rows: pd.DataFrame) -> tuple[Columns, list[Change]]:
    """Take the function that stands beside a name off it (« M. Dupont, principal »), and keep it as such.

    Nothing is done where the column of functions says something else: validation shows the cell and asks. `rows` is
    changed in place. Returns the columns of each sheet, the function standing where the name stood if it has none.
    """
    columns = {sheet: dict(places) for sheet, places in table.columns.items()}
    changes = [
        change
        for role in ("chef", "referent_nom", "referent_prenom", "referent")
        for change in _move_fonction(table, rows, role, columns)
    ]
    return columns, changes


def _move_fonction(
    table: Table, rows: pd.DataFrame, role: str, columns: Mapping[str, dict[str, Column]]
) -> Iterator[Change]:
    of_chef = role == "chef"
    fonctions = "chef_fonction" if of_chef else "referent_fonction"
    for index, text in _texts(rows, role):
        name, fonction = split_fonction(text, of_chef)
        written = rows.at[index, fonctions] if fonction and fonctions in rows.columns else ""
        if not fonction or isinstance(written, CellFault) or fold(as_text(written)) not in ("", fold(fonction)):
            continue
        sheet = str(rows.at[index, SHEET])
        rows.at[index, role] = name
        yield change_of(table, rows, index, role, (text, name), "fonction séparée du nom")
        if fonctions not in rows.columns:
            rows[fonctions] = ""
        if not written:
            rows.at[index, fonctions] = fonction
            if fonctions in table.columns[sheet]:
                yield change_of(table, rows, index, fonctions, ("", fonction), "fonction reprise du nom")
        columns[sheet].setdefault(fonctions, columns[sheet][role])


def move_civilites(table: Table, rows: pd.DataFrame) -> list[Change]:
    """Take the civilité that stands in front of a name off it, and write it in its own column when that is blank.

    `rows` is changed in place.
    """
    pairs = (("chef_civilite", "chef"), ("referent_civilite", "referent_nom"), ("referent_civilite", "referent"))
    return [change for civilite, name in pairs for change in _move_civilite(table, rows, civilite, name)]


def _move_civilite(table: Table, rows: pd.DataFrame, civilite: str, name: str) -> list[Change]:
    changes = []
    for index, text in _texts(rows, name):
        found, rest = split_civilite(text)
        if not found:
            continue
        written = rows.at[index, civilite] if civilite in rows.columns else ""
        # Two civilités that differ are left as they are: validation shows the name and asks.
        if written in ("", found):
            rows.at[index, name] = rest
            changes.append(change_of(table, rows, index, name, (text, rest), "civilité séparée du nom"))
            if civilite not in rows.columns:
                rows[civilite] = ""
            if not written and civilite in table.columns[str(rows.at[index, SHEET])]:
                changes.append(change_of(table, rows, index, civilite, ("", found), "civilité reprise du nom"))
            rows.at[index, civilite] = found
    return changes


def drop_repeated(table: Table, rows: pd.DataFrame) -> list[Change]:
    """Take the first name that has its own column off the name beside it: « Petit Anne » and « Anne » are Anne Petit.

    A name that is the first name and nothing else stays: validation asks. `rows` is changed in place.
    """
    changes = []
    for role, first in (("chef", "chef_prenom"), ("referent_nom", "referent_prenom")):
        if not {role, first} <= set(rows.columns):
            continue
        for index, text, prenom in zip(rows.index, rows[role], rows[first], strict=True):
            if isinstance(text, str) and isinstance(prenom, str) and (after := without_first_name(text, prenom)):
                rows.at[index, role] = after
                changes.append(change_of(table, rows, index, role, (text, after), "prénom déjà dans sa colonne"))
    return changes


def split_names(table: Table, rows: pd.DataFrame) -> tuple[Columns, list[Change]]:
    """Write « NOM Prénom » in two columns where its capitals tell which is which; what they do not tell stays.

    Returns the columns of each sheet, the new ones standing where the whole name stood.
    """
    columns = {sheet: dict(places) for sheet, places in table.columns.items()}
    changes: list[Change] = []
    for index, sheet, text, first in list(_whole_names(table, rows)):
        split = split_full_name(text)
        if split is None or not _begins_a_name(split[0]) or (first and fold(first) != fold(split[0])):
            continue
        names = (first or recase(split[0]), recase(split[1]))
        changes.append(change_of(table, rows, index, "referent", (text, " ".join(names)), "nom et prénom séparés"))
        if not first and "referent_prenom" in table.columns[sheet]:
            changes.append(change_of(table, rows, index, "referent_prenom", ("", names[0]), "prénom repris du nom"))
        for role, name in zip(("referent_prenom", "referent_nom", "referent"), (*names, ""), strict=True):
            if role not in rows.columns:
                rows[role] = ""
            rows.at[index, role] = name
            columns[sheet].setdefault(role, columns[sheet]["referent"])
    for sheet in {change.row.sheet for change in changes}:
        if not any(as_text(cell) for cell in rows.loc[rows[SHEET] == sheet, "referent"]):
            del columns[sheet]["referent"]
    return columns, changes


def share_names(table: Table, rows: pd.DataFrame) -> list[Change]:
    """Share « LE GOFF Anne » between the columns of the surname and of the first name; `rows` is changed in place."""
    changes: list[Change] = []
    roles = ("referent_prenom", "referent_nom")
    for index, *texts in zip(rows.index, *(rows.get(role, pd.Series("", rows.index)) for role in roles), strict=True):
        split = _share(*texts)
        if split is None or not set(roles) <= set(table.columns[str(rows.at[index, SHEET])]):
            continue
        for role, former, name in zip(roles, texts, split, strict=True):
            rows.at[index, role] = recase(name)
            changes.append(change_of(table, rows, index, role, (former, recase(name)), "nom et prénom séparés"))
    return changes


def _share(prenom: object, nom: object) -> tuple[str, str] | None:
    """Return both names where one cell holds them, the other one being blank or repeating its half."""
    for whole, other, half in ((prenom, nom, 1), (nom, prenom, 0)):
        if not isinstance(whole, str) or not isinstance(other, str) or not is_plain(whole) or has_civilite(whole):
            continue
        split = split_full_name(whole)
        if split and fold(other) in ("", fold(split[half])) and not no_name_in(whole) and _begins_a_name(split[0]):
            return split
    return None


def _begins_a_name(text: str) -> bool:
    """« MARTIN sortant »: a first name begins with a capital, unless it is one of those that often do not."""
    return text[:1].isupper() or text[:1] == text[:1].upper() or is_second_name(text)


def straighten_names(table: Table, rows: pd.DataFrame) -> list[Change]:
    """Write « (Mme DUPONT, Anne) » as « Mme DUPONT Anne » in the columns of names; `rows` is changed in place."""
    changes = []
    for role in ("chef", "chef_prenom", "referent", "referent_nom", "referent_prenom"):
        for index, text in _texts(rows, role):
            if (after := straighten(text)) != text:
                rows.at[index, role] = after
                changes.append(change_of(table, rows, index, role, (text, after), "nom remis sur une ligne"))
    return changes


def recase_surnames(table: Table, rows: pd.DataFrame) -> list[Change]:
    """Give its capitals back to a surname that stands in the column of whole names, its first name in another one."""
    changes = []
    for index, _, text, first in list(_whole_names(table, rows)):
        if first and split_full_name(text) is None and recase(text) != text:
            rows.at[index, "referent"] = recase(text)
            changes.append(change_of(table, rows, index, "referent", (text, recase(text)), "majuscules rétablies"))
    return changes


def _whole_names(table: Table, rows: pd.DataFrame) -> Iterator[tuple[Any, str, str, str]]:
    """Give the rows whose sheet has one column for the whole name, with that name and the first name beside it."""
    for index, sheet, text in zip(rows.index, rows[SHEET], rows.get("referent", ()), strict=False):
        own = table.columns[str(sheet)]
        is_one = isinstance(text, str) and not no_name_in(text) and is_plain(text) and not has_civilite(text)
        if is_one and "referent" in own and "referent_nom" not in own:
            first = rows.at[index, "referent_prenom"] if "referent_prenom" in own else ""
            if not isinstance(first, CellFault):
                yield index, str(sheet), text, as_text(first)


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
    for index, text in _texts(rows, "chef"):
        if (split := split_full_name(text)) is None:
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
