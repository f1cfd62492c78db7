"""Load a workbook: find the sheets that are tables, and make one Table of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from pipeline.errors import InputError
from pipeline.files import sha256
from pipeline.french.places import named_in
from pipeline.load import notices
from pipeline.load.cells import Grid, cell_at, fill_down, is_filled, one_clean_line
from pipeline.load.container import Kind, content_of, kind_of
from pipeline.load.grids import Sheet, read_sheets
from pipeline.load.header_words import words_of, year_of
from pipeline.load.headers import Header, find_header, missing
from pipeline.load.left_out import left_out, nothing_left, said_of
from pipeline.load.notices import HeadersOf, absent_columns, clash, lacking, moved_headers
from pipeline.settings.config import Config
from pipeline.table import LINE, MAX_ROWS, OTHER, SHEET, CellFault, Column, Table, as_text
from pipeline.xlsx.own_sheets import is_own
from pipeline.xlsx.parts import too_many_rows

ONLY_LISTS = (
    "c’est une liste d’anomalies.xlsx, fichier fait par ce programme, pas le classeur de la campagne : les référents "
    "n’y sont pas. Indiquez votre classeur, ou anomalies.xlsx entier."
)
"""Said of « À corriger » or « Nettoyage » saved alone, as a CSV."""
_OURS = (
    {"DSDEN", "UAI", "Nombre d’IMP", "Montant annuel brut", "Fichier"},
    {"DSDEN", "Intitulé", "Lettres", "Montant annuel brut", "Postes à pourvoir"},
)
"""Headers that stand together, in these very words, in « Lettres » or « Synthèse » of a recapitulatif*.xlsx alone."""
_TOP = 4
"""The rows among which they are: « Synthèse » has its heading above."""


def require_not_ours(path: Path, grids: Iterable[Grid]) -> None:
    """Refuse a summary of letters: its table looks like a campaign's, but holds only those that were made.

    Raises InputError, in French. A copy with the faults marked (anomalies.xlsx) holds the whole campaign: it is read.
    """
    for grid in grids:
        heads = [{one_clean_line(cell) for cell in row} for row in grid[:_TOP]]
        if any(head >= ours for head in heads for ours in _OURS):
            raise InputError(
                f"{path} : c’est un récapitulatif fait par ce programme, pas le classeur de la campagne : les lignes à "
                "corriger et les postes à pourvoir n’y sont pas. Indiquez votre classeur."
            )


_MOST_QUOTED, _QUOTED = 12, 40
_ASIDE = "Si cette feuille n’est pas un tableau de référents, retirez-la du classeur."


@dataclass(frozen=True, slots=True)
class _Part:
    """What one sheet gives to the table."""

    sheet: Sheet
    header: Header
    names: Mapping[int, str]
    frame: pd.DataFrame
    filled: tuple[tuple[str, int, str], ...]


def load(
    path: Path, headers_of: HeadersOf, annee: str = "", a_lire: Collection[str] = (), most_rows: int = MAX_ROWS
) -> Table:
    """Read every sheet that has a header; `headers_of` gives the headers that config.toml declares for a role.

    `annee` is the campaign's school year (« 2026-2027 »): sheets and columns of another year are known by it.
    `a_lire` names the sheets to read even if their name, their year or their being hidden puts them aside. Raises
    InputError, in French, for a file that is no usable workbook, a workbook without a table or with more than
    `most_rows` rows, a required column that is missing or claimed twice.
    """
    content = content_of(path)
    kind = kind_of(path, content)
    every = read_sheets(path, content, kind, most_rows)
    sheets = [sheet for sheet in every if not is_own(sheet.grid)]
    if every and not sheets:
        raise InputError(f"{path} : {ONLY_LISTS}")
    require_not_ours(path, [sheet.grid for sheet in sheets])
    words = words_of(headers_of)
    found = [
        (sheet, find_header(sheet.grid, words, sheet.areas, year_of(annee))) for sheet in sheets if not sheet.is_empty
    ]
    out = {} if kind is Kind.CSV else left_out(found, annee, a_lire)  # the user named the file himself
    found = [(sheet, header) for sheet, header in found if sheet.name not in out]
    if out and not any(header for _, header in found):
        raise InputError(f"{path} : {nothing_left(out)}")
    usable = _usable(path, found, headers_of)
    for sheet, header in found:
        if header is not None and sheet.name in usable and (said := moved_headers(sheet.grid, header, words)):
            raise InputError(f"Feuille « {sheet.name} », {said}")
    parts = [_part(sheet, header) for sheet, header in found if header is not None and sheet.name in usable]
    aside = [(sheet, header) for sheet, header in found if sheet.name not in usable]
    if sum(len(part.frame) for part in parts) > most_rows:
        raise InputError(too_many_rows(path, most_rows))
    rows = pd.concat([part.frame for part in parts], ignore_index=True).fillna("").astype(object)
    return Table(
        rows,
        {part.sheet.name: _columns(part) for part in parts},
        tuple(sheet.name for sheet, _ in aside),
        sha256(content),
        tuple(place for part in parts for place in part.filled),
        (
            *absent_columns([header for _, header in found if header is not None], headers_of),
            *said_of(out, () if kind is Kind.CSV else a_lire, [sheet.name for sheet in sheets]),
            *(notice for part in parts for notice in _notices(part, annee)),
            *(notice for sheet, header in aside for notice in notices.of_unread(sheet, header)),
        ),
        struck={
            (part.sheet.name, xl_rowcol_to_cell(*place)): partly
            for part in parts
            for place, partly in part.sheet.marks.struck.items()
        },
        margins=tuple(margin for part in parts for margin in _margins(part)),
    )


def load_campaign(workbook: Path, config: Config) -> Table:
    """Read a workbook as config.toml says; raises as `load` does."""
    classeur, annee = config.classeur, config.campagne.annee_scolaire
    return load(workbook, classeur.headers_of, annee, classeur.feuilles_a_lire, classeur.lignes_max)


def _usable(path: Path, found: Sequence[tuple[Sheet, Header | None]], headers_of: HeadersOf) -> set[str]:
    """Return the sheets to read. One that lacks several of a campaign's columns is another table, beside a usable one.

    One that lacks a single column, or two under the name of a département, is a campaign with a fault: it stops the
    run, so that its letters are not forgotten.
    """
    headers = [(sheet, header) for sheet, header in found if header is not None]
    if not headers:
        raise InputError(_no_table(path, [sheet for sheet, _ in found]))
    whole = {sheet.name for sheet, header in headers if not missing(header)}
    best, header = min(headers, key=lambda pair: len(missing(pair[1])))
    if not whole:
        raise InputError(lacking(header, best.name, headers_of))
    for sheet, header in headers:
        if len(missing(header)) == 1 or (len(missing(header)) == 2 and named_in(sheet.name, least=2)):
            raise InputError(f"{lacking(header, sheet.name, headers_of)} {_ASIDE}")
        if sheet.name in whole and (said := clash(header, sheet.name)):
            raise InputError(said)
    return whole


def _part(sheet: Sheet, header: Header) -> _Part:
    names = _names(header)
    places, struck = fill_down(sheet.grid, sheet.areas, header.row, names), sheet.marks.struck
    for area in sheet.areas:
        if (partly := struck.get((area.top, area.left))) is not None:  # what is copied down is struck there too
            cells = ((row, area.left) for row in range(area.top + 1, min(area.bottom + 1, len(sheet.grid))))
            struck.update(dict.fromkeys(places.intersection(cells), partly))
    frame = _frame(sheet.name, sheet.grid, header.row, names)
    filled = tuple((sheet.name, row + 1, names[column]) for row, column in sorted(places))
    return _Part(sheet, header, names, frame, filled)


def _names(header: Header) -> dict[int, str]:
    """Name each column that has a header or a role: the role, else `OTHER` and the header; twins get a number."""
    names: dict[int, str] = {}
    numbers: dict[str, int] = {}
    taken: set[str] = set()
    for index, (role, text) in enumerate(zip(header.roles, header.texts, strict=True)):
        if role or text:
            name = role or OTHER + text
            number = numbers.get(name, 0) + 1
            while _numbered(name, number) in taken:
                number += 1
            numbers[name], names[index] = number, _numbered(name, number)
            taken.add(names[index])
    return names


def _numbered(name: str, number: int) -> str:
    return f"{name} ({number})" if number > 1 else name


def _columns(part: _Part) -> dict[str, Column]:
    return {name: Column(part.header.texts[index], xl_col_to_name(index)) for index, name in part.names.items()}


def _frame(sheet: str, grid: Grid, top: int, names: Mapping[int, str]) -> pd.DataFrame:
    # A cell outside the named columns keeps its row from being blank: nothing is lost without a word.
    lines = [row for row in range(top + 1, len(grid)) if any(is_filled(cell) for cell in grid[row])]
    values = [[cell_at(grid, row, index) for index in names] for row in lines]
    frame = pd.DataFrame(values, columns=list(names.values()), dtype=object)
    # A sheet that has a header and no row would make decimals of the lines of the others.
    frame.insert(0, LINE, pd.Series([row + 1 for row in lines], dtype=int))
    frame.insert(0, SHEET, sheet)
    return frame


def _margins(part: _Part) -> Iterator[tuple[str, int, str, str]]:
    """Give the texts of the rows that stand under no header: what somebody noted beside the table."""
    for line in part.frame[LINE].tolist():
        for index, cell in enumerate(part.sheet.grid[line - 1]):
            if index not in part.names and isinstance(cell, str) and cell.strip():
                yield part.sheet.name, line, xl_col_to_name(index), one_clean_line(cell)


def _notices(part: _Part, annee: str) -> tuple[str, ...]:
    of_table = notices.of_table(part.sheet, part.header, part.frame[LINE].tolist(), len(part.filled))
    return (*notices.of_titles(part.sheet, part.header, annee), *of_table)


def _no_table(path: Path, filled: Sequence[Sheet]) -> str:
    if not filled:
        return f"{path} : ce classeur est vide. Vérifiez que c’est le bon fichier."
    cells = [cell for sheet in filled for row in sheet.grid for cell in row if is_filled(cell)]
    if sum(cell == CellFault("") for cell in cells) * 2 > len(cells):
        return (
            f"{path} : les formules de ce classeur n’ont jamais été calculées, ses cellules sont vides. Ouvrez-le dans "
            "Excel ou LibreOffice, enregistrez-le, puis recommencez."
        )
    names = ", ".join(sheet.name for sheet in filled)
    first = next(row for row in filled[0].grid if any(is_filled(cell) for cell in row))
    texts = [f"« {text[:_QUOTED]} »" for cell in first if (text := one_clean_line(as_text(cell)))]
    found = ", ".join(texts[:_MOST_QUOTED]) + (", …" if len(texts) > _MOST_QUOTED else "")
    return (
        f"{path} : aucun tableau n’a été reconnu (feuilles lues : {names}). Première ligne remplie : {found}. Il faut "
        "une ligne d’en-têtes avec au moins : RNE ou UAI, Établissement, Chef d’établissement, Nom et Prénom du "
        "référent, IMP ou Montant."
    )
