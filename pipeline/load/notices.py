"""What loading has to say of a workbook, in French: what is hidden and was read, what was left aside and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from pipeline.french.places import named_in
from pipeline.french.words import listed, pluriel
from pipeline.load.grids import Sheet
from pipeline.load.header_words import name_years, school_years, year_of
from pipeline.load.headers import Header, missing
from pipeline.model import Fact
from pipeline.reading.invisible import one_clean_line
from pipeline.table import NAMES, OTHER, SHEET, Table

_LISTED = 20
_MOST_IN_A_TITLE = 2
"""Filled cells of a title row: one that has more is a row of groups over the headers."""


def of_reading(table: Table) -> Iterator[Fact]:
    """Say which sheets were read, with how many rows, which columns of theirs have no role, and which have no table."""
    counts = table.rows[SHEET].value_counts()
    sheets = [f"{sheet} : {pluriel(int(counts.get(sheet, 0)), 'ligne')}" for sheet in table.columns]
    yield Fact(f"{'Feuille lue' if len(sheets) == 1 else 'Feuilles lues'} – {_some(sheets)}.")
    unread: dict[str, list[str]] = {}
    for sheet, columns in table.columns.items():
        texts = [f"« {one.header} » ({one.letter})" for name, one in columns.items() if name.startswith(OTHER)]
        unread.setdefault(_some(texts), []).append(f"« {sheet} »")
    for places, names in unread.items():
        if places:
            where = "" if len(unread) == 1 else f", {'feuille' if len(names) == 1 else 'feuilles'} {listed(names)}"
            yield Fact(f"Colonnes non lues (sauf par un gabarit qui les nomme){where} : {places}.")
    if table.unread:
        sheets = [f"« {sheet} »" for sheet in table.unread]
        s = "s" if len(sheets) > 1 else ""
        yield Fact(f"Feuille{s} sans tableau reconnu, non lue{s} : {', '.join(sheets)}.")


def of_table(sheet: Sheet, header: Header, lines: Sequence[int], filled: int) -> Iterator[str]:
    """Say what may surprise in a sheet that was read; `lines` are those of its rows, as Excel numbers them."""
    where, marks = f"Feuille « {sheet.name} » :", sheet.marks
    if not lines:
        yield f"{where} aucune ligne sous les en-têtes, aucune lettre n’en est tirée."
    if sheet.hidden:
        yield (f"{where} masquée dans le classeur, elle a été lue comme les autres. Supprimez-la si elle ne sert plus.")
    if hidden := [line for line in lines if line - 1 in marks.hidden_rows]:
        why = "par un filtre ou à la main" if marks.filtered else "à la main"
        yield (
            f"{where} {pluriel(len(hidden), 'ligne masquée', 'lignes masquées')} {why} ({_listed(hidden)}), "
            f"{_read(hidden, 'lue')} comme les autres. Supprimez celles qui ne servent plus."
        )
    elif marks.filtered:
        yield Fact(f"{where} un filtre est actif ; toutes les lignes ont été lues.")
    columns = [index for index in sorted(marks.hidden_columns) if index < len(header.roles) and header.roles[index]]
    if columns:
        yield Fact(
            f"{where} {pluriel(len(columns), 'colonne masquée', 'colonnes masquées')} ({_places(header, columns)}), "
            f"{_read(columns, 'lue')} comme les autres."
        )
    if filled:
        yield Fact(
            f"{where} {pluriel(filled, 'cellule fusionnée', 'cellules fusionnées')} sur plusieurs lignes : "
            "chaque ligne a reçu la valeur commune."
        )
    yield from _of_covered(where, sheet)
    yield from _of_years(where, header)


def _of_covered(where: str, sheet: Sheet) -> Iterator[str]:
    """Say which cells under merged ones held something else than what these show."""
    if sheet.covered:
        cells = [xl_rowcol_to_cell(row, column) for row, column in sheet.covered]
        keeps = "garde" if len(cells) == 1 else "gardent"
        yield (
            f"{where} {pluriel(len(cells), 'cellule')} sous une fusion ({_some(cells)}) {keeps} une valeur que "
            "personne ne voit, et qui n’a pas été lue. Défusionnez pour la retrouver."
        )


def _of_years(where: str, header: Header) -> Iterator[str]:
    if header.other_year:
        yield (
            f"{where} {_places(header, header.other_year)} nomme une autre année que celle de la campagne, et a été "
            "pris en compte faute d’une autre colonne. Vérifiez que c’est la bonne."
        )
    if header.doubtful:
        yield (
            f"{where} {_places(header, header.doubtful)} nomme une autre année que le reste du tableau, et n’a pas été "
            "pris en compte."
        )


def of_titles(sheet: Sheet, header: Header, annee: str) -> Iterator[str]:
    """Say which title, or the sheet's name, names another school year than the campaign's, unless one names its own."""
    own = school_years(annee)
    titles = [(cell, text, school_years(text, year_of(annee))) for cell, text in titles_of(sheet, header)]
    named = [one for one in (("", sheet.name, name_years(sheet.name, year_of(annee))), *titles) if one[2]]
    if not own or any(years & own for _, _, years in named):
        return
    for cell, text, years in named:
        where = f", cellule {cell} : « {text[:80]} »" if cell else " : ce nom"
        said = " et ".join(f"{year}-{year + 1}" for year in sorted(years))
        yield (
            f"Attention : feuille « {sheet.name} »{where} parle de {said}, mais la campagne de config.toml est "
            f"{annee}. Vérifiez que c’est le bon classeur, ou corrigez l’année dans config.toml."
        )


def titles_of(sheet: Sheet, header: Header) -> list[tuple[str, str]]:
    """Return the titles over a table, each after its cell."""
    return [
        (xl_rowcol_to_cell(row, column), one_clean_line(cell))
        for row, cells in enumerate(sheet.grid[: header.row])
        for column, cell in enumerate(cells)
        if isinstance(cell, str) and len(cells) - cells.count("") <= _MOST_IN_A_TITLE
    ]


def of_unread(sheet: Sheet, header: Header | None) -> Iterator[str]:
    """Say why a sheet that holds something gave no letter; the more so when it bears the name of a département."""
    place = named_in(sheet.name, least=2)
    if header is None:
        if place:
            yield (
                f"Attention : la feuille « {sheet.name} » porte le nom d’un département, mais aucune ligne d’en-têtes "
                "n’y a été reconnue : aucune lettre n’en est tirée. Recopiez-y la ligne d’en-têtes d’une autre feuille."
            )
        return
    needed = " ; ".join(" ou ".join(NAMES[role] for role in group) for group in missing(header))
    start = "Attention : la" if place else "La"
    end = " Si c’est un tableau de référents, ajoutez ces colonnes." if place else ""
    said = f"{start} feuille « {sheet.name} » n’a pas été lue : il y manque {needed}.{end}"
    yield said if place else Fact(said)


def _places(header: Header, columns: Sequence[int]) -> str:
    return ", ".join(f"« {header.texts[index]} » ({xl_col_to_name(index)})" for index in columns)


def _read(things: Sequence[int], participle: str) -> str:
    return f"{participle}s" if len(things) > 1 else participle


def _listed(lines: Sequence[int]) -> str:
    """List line numbers, runs of them as « 5 à 9 », and no more than a person reads."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    texts = [str(run[0]) if len(run) == 1 else f"{run[0]} à {run[-1]}" for run in runs]
    return _some(texts)


def _some(texts: Sequence[str]) -> str:
    return ", ".join(texts[:_LISTED]) + (", …" if len(texts) > _LISTED else "")
