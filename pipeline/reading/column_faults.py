"""What is wrong with a table’s columns: one is missing, two claim a role, one that config.toml names is not there."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence

from xlsxwriter.utility import xl_col_to_name

from pipeline.french.words import fold
from pipeline.load.header_words import is_of_another
from pipeline.load.headers import Header, missing
from pipeline.table import GROUP, NAMES, ROLES, SEVERAL

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
    places = ", ".join(f"« {header.texts[index]} » ({xl_col_to_name(index)})" for index in header.doubtful)
    return f" Ces colonnes nomment une autre année ou plusieurs années, elles n’ont pas été prises : {places}."


def clash(header: Header, sheet: str) -> str:
    """Say which columns claim the same role, with their letters; "" when none do."""
    for role in dict.fromkeys(role for role in header.roles if role and role not in SEVERAL):
        claims = [index for index, claimed in enumerate(header.roles) if claimed == role]
        if len(claims) > 1:
            places = [f"« {header.texts[index]} » ({xl_col_to_name(index)})" for index in claims]
            both = " deux" if len(claims) == 2 else ""
            which = f"{', '.join(places[:-1])} et {places[-1]}"
            return (
                f"Feuille « {sheet} », ligne {header.row + 1} : les colonnes {which} disent toutes{both} "
                f"{NAMES[role]}. Renommez ou supprimez celle qui ne sert pas, ou indiquez la bonne dans config.toml, "
                f"rubrique [classeur.colonnes] (clé {role})."
            )
    return ""
