"""What loading has to say of a workbook, in French: what is hidden and was read, what was left aside and why."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from pipeline.french.places import named_in
from pipeline.french.words import fold, listed, pluriel
from pipeline.load.cells import Grid, one_clean_line
from pipeline.load.grids import Sheet
from pipeline.load.header_words import Words, is_of_another, name_years, school_years, year_of
from pipeline.load.headers import Header, forms_of, missing
from pipeline.model import Fact
from pipeline.table import GROUP, NAMES, NEEDED, OTHER, ROLES, SEVERAL, SHEET, Table

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
    """Say why a sheet that holds something gave no letter; above all when it has the name of a département."""
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


_CLOSE = 0.6
_MOST = 3

HeadersOf = Callable[[str], Sequence[str]]
"""Gives the headers that config.toml declares for a role."""


def lacking(header: Header, sheet: str, headers_of: HeadersOf) -> str:
    """Say which columns are missing, with what was found, what is needed and the nearest headers."""
    groups = missing(header)
    needed = " ; ".join(" ou ".join(NAMES[role] for role in group) for group in groups)
    found = ", ".join(f"« {text} »" for text in header.texts if text)
    wanted = {role for group in groups for role in group}
    absent = "".join(f" {said}" for role, said in _absent([header], headers_of) if role in wanted)
    near = _several_years(header) or absent or _nearest_of(header, groups)
    keys = ", ".join(" ou ".join(group) for group in groups)
    return (
        f"Feuille « {sheet} », ligne {header.row + 1} : il manque une colonne pour {needed}. Colonnes trouvées : "
        f"{found}.{near} Ajoutez la colonne, ou indiquez son nom dans config.toml, rubrique [classeur.colonnes] "
        f"({'clé' if len(groups) == 1 else 'clés'} {keys})."
    )


def absent_columns(headers: Sequence[Header], headers_of: HeadersOf) -> tuple[str, ...]:
    """Say which headers declared in config.toml no sheet has; one of those declared for a role is enough."""
    return tuple(said for _, said in _absent(headers, headers_of)) if headers else ()


def _absent(headers: Sequence[Header], headers_of: HeadersOf) -> Iterator[tuple[str, str]]:
    texts = list(dict.fromkeys(text for header in headers for text in header.texts if text))
    # Under a group, a column is called by its own words or by those of the group and its own.
    known = {fold(form) for text in texts for form in (text, text.rpartition(GROUP)[2])}
    for role in ROLES:
        declared = headers_of(role)
        if declared and not any(fold(one) in known for one in declared):
            named = " ou ".join(f"« {one} »" for one in declared)
            yield (
                role,
                f"config.toml annonce la colonne {named} (rubrique [classeur.colonnes], clé {role}), mais aucune ne "
                f"porte ce nom.{_nearest(declared, texts)}",
            )


def _nearest(declared: Sequence[str], texts: Sequence[str]) -> str:
    folded = {fold(text): text for text in texts}
    close = [near for one in declared for near in difflib.get_close_matches(fold(one), folded, _MOST, _CLOSE)]
    named = ", ".join(f"« {folded[near]} »" for near in dict.fromkeys(close))
    return f" En-têtes les plus proches : {named}." if named else ""


def _nearest_of(header: Header, groups: Sequence[Sequence[str]]) -> str:
    """Propose, for each missing column, the header without a role that looks most like one of its usual names."""
    unroled = [text for role, text in zip(header.roles, header.texts, strict=True) if text and not role]
    unknown = {fold(text): text for text in unroled if not is_of_another(text)}
    said = ""
    for group in groups:
        alike = [
            (difflib.SequenceMatcher(None, synonym, folded).ratio(), folded, role)
            for role in group
            for synonym in ROLES[role]
            for folded in unknown
        ]
        ratio, folded, role = max(alike, default=(0.0, "", ""))
        if ratio >= _CLOSE:
            said += f" La colonne « {unknown[folded]} » est peut-être {NAMES[role]}."
    return said


def _several_years(header: Header) -> str:
    if not header.doubtful:
        return ""
    places = _places(header, header.doubtful)
    return f" Ces colonnes nomment une autre année ou plusieurs années, elles n’ont pas été prises : {places}."


def clash(header: Header, sheet: str) -> str:
    """Say which columns claim the same role, with their letters; "" when none do."""
    for role in dict.fromkeys(role for role in header.roles if role and role not in SEVERAL):
        claims = [index for index, claimed in enumerate(header.roles) if claimed == role]
        if len(claims) > 1:
            both = " deux" if len(claims) == 2 else ""
            which = f"{_places(header, claims[:-1])} et {_places(header, claims[-1:])}"
            return (
                f"Feuille « {sheet} », ligne {header.row + 1} : les colonnes {which} disent toutes{both} "
                f"{NAMES[role]}. Renommez ou supprimez celle qui ne sert pas, ou indiquez la bonne dans config.toml, "
                f"rubrique [classeur.colonnes] (clé {role})."
            )
    return ""


_LEAST = 3
"""Known headers that a row must hold to be one of headers."""
_OF_PEOPLE = frozenset({"uai", "chef", "referent", "referent_nom", "referent_prenom"})
"""Roles that only a table of référents has."""


def moved_headers(grid: Grid, header: Header, words: Words) -> str:
    """Say which row under the header repeats it with its columns in another order; "" when none does.

    What stands below would be read in the wrong columns: a first name for a surname, and nobody would see it.
    """
    own = [forms_of(text) for text in header.texts]
    known = {form: role for forms, role in zip(own, header.roles, strict=True) for form in forms if role}
    known |= {**words.usual, **words.declared}
    for number, row in enumerate(grid[header.row + 1 :], header.row + 2):
        texts = [fold(cell) if isinstance(cell, str) and len(cell) < 80 else "" for cell in row]
        named = [column for column, text in enumerate(texts) if text in known]
        if len(named) < _LEAST or 2 * len(named) < sum(cell not in (None, "") for cell in row):
            continue
        if not _OF_PEOPLE.intersection(known[texts[column]] for column in named):
            continue  # sums by département, which are nobody's
        moved = [column for column in named if _is_moved(column, texts[column], own, header, known)]
        if moved:
            return _said(number, moved, row)
    return ""


def _is_moved(column: int, text: str, own: Sequence[frozenset[str]], header: Header, known: Mapping[str, str]) -> bool:
    """Return whether a text names another role than the column it stands in, be it a column of the first table."""
    if column < len(own) and text in own[column]:
        return False
    held = header.roles[column] if column < len(own) else None
    return known[text] != held and bool({known[text], held} & NEEDED)


def _said(number: int, moved: Sequence[int], row: Sequence[object]) -> str:
    places = ", ".join(f"« {one_clean_line(row[column])} » ({xl_col_to_name(column)})" for column in moved[:4])
    more = ", …" if len(moved) > 4 else ""
    return (
        f"ligne {number} : un second tableau commence ici, et ses colonnes ne sont pas dans l’ordre du premier "
        f"({places}{more}). Mettez-le dans une feuille à lui, ou remettez ses colonnes dans le même ordre."
    )
