"""Sheets that are left out although they hold a table: put aside by their name, out of sight, of another school year.

Each would give letters for people of another year or for a draft. The user is told, and config.toml can call them back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from pipeline.french.words import fold
from pipeline.load.cells import cell_at, one_clean_line
from pipeline.load.grids import Sheet
from pipeline.load.header_words import LAST_YEAR, name_years, school_years, year_of
from pipeline.load.headers import Header, missing
from pipeline.load.notices import titles_of

Found = tuple[Sheet, Header | None]

_PUT_ASIDE = re.compile(
    r"\b(?:anc|ancien(?:ne)?s?|vieux|vieilles?|old|precedente?s?|anterieure?s?|an(?:nee)? (?:derniere?|passee?)|"
    r"(?:campagne|rentree) (?:passee|derniere)|ex|sortants?|"
    r"historiques?|brouillons?|draft|essais?|tests?|archiv(?:e|es|ee|ees|age)|sauv|sauvegarde[es]{0,2}|backup|bak|save|"
    r"copies?|copy|duplicata|doublons?|obsoletes?|perimee?s?|poubelle|corbeille|supprimee?s?|annulee?s?|inutilisee?s?|npu|"
    r"a (?:supprimer|effacer|jeter|ignorer)|ne (?:pas|plus) \w+|pas utiliser)\d*\b"
)
_MAYBE_ASIDE = re.compile(r"^v(?:ersion)? ?\d+$|\b(?:histo|svg|svgd|sav|tmp|temp|temporaires?|dernieres? annees?)\d*\b")
"""The same, less surely: a sheet of such a name is read where no other has a table."""
_COPY = re.compile(r"(.+?)(?: ?\(\d+\)|_\d+)")
"""How Excel and LibreOffice name the copy of a sheet: « Référents (2) », « Référents_2 ». Its schools prove it one."""

_BY_ITS_NAME = "son nom dit qu’elle est mise de côté"


def left_out(found: Sequence[Found], annee: str, wanted: Collection[str]) -> dict[str, str]:
    """Return why sheets are left out, in French, by the name of each; `annee` is the campaign's school year.

    Never one that config.toml names (`wanted`), nor one without a header, which gives no letter anyway.
    """
    called = {fold(name) for name in wanted}
    tables = [(sheet, header) for sheet, header in found if header is not None and fold(sheet.name) not in called]
    schools = {sheet.name: _schools(sheet, header) for sheet, header in found if header is not None}
    reasons = {sheet.name: reason for sheet, _ in tables if (reason := _reason(sheet, schools))}
    doubtful = {sheet.name for sheet, _ in tables if _MAYBE_ASIDE.search(fold(sheet.name))}
    if any(header and not missing(header) and sheet.name not in {*reasons, *doubtful} for sheet, header in found):
        reasons |= dict.fromkeys(doubtful - set(reasons), _BY_ITS_NAME)
    rest = [(sheet, header) for sheet, header in found if header is not None and sheet.name not in reasons]
    own = year_of(annee)
    years = {sheet.name: _years(sheet, header, own) for sheet, header in rest}
    others = {name: said for name, said in years.items() if said and own not in said}
    if own and any(sheet.name not in others and not missing(header) for sheet, header in rest):
        reasons |= {
            sheet.name: f"elle est d’une autre année que {annee}, celle de la campagne"
            for sheet, _ in tables
            if sheet.name in others
        }
    return reasons


def said_of(reasons: dict[str, str], wanted: Collection[str], names: Collection[str]) -> Iterator[str]:
    """Say each sheet that was left out and how to call it back, and each that config.toml calls in vain."""
    for name, reason in reasons.items():
        yield f"Attention : la feuille « {name} » n’a pas été lue : {reason}. {_remedy([name])}"
    known = {fold(name) for name in names}
    for name in wanted:
        if fold(name) not in known:
            yield (
                f"config.toml demande de lire la feuille « {name} » (rubrique [classeur], clé feuilles_a_lire), mais "
                "le classeur n’a aucune feuille de ce nom."
            )


def nothing_left(reasons: dict[str, str]) -> str:
    """Say that every table of a workbook was left out, and how to have them read."""
    each = " ; ".join(f"« {name} » : {reason}" for name, reason in reasons.items())
    return f"toutes les feuilles qui ont un tableau sont mises de côté ({each}). {_remedy(list(reasons))}"


def _remedy(names: Sequence[str]) -> str:
    listed = ", ".join(json.dumps(name, ensure_ascii=False) for name in names)
    it = "la" if len(names) == 1 else "les"
    return f"Pour {it} lire, écrivez dans config.toml, rubrique [classeur] : feuilles_a_lire = [{listed}]."


def _reason(sheet: Sheet, schools: Mapping[str, set[str]]) -> str:
    if sheet.secret:
        return "elle est cachée, et les menus d’Excel ne permettent pas de l’afficher"
    copied, own = _COPY.fullmatch(sheet.name), schools[sheet.name]
    if copied and 2 * len(own & schools.get(copied[1], set())) > len(own):
        return f"c’est une copie de « {copied[1]} », avec les mêmes établissements"
    if _PUT_ASIDE.search(fold(sheet.name)) or LAST_YEAR.search(sheet.name):
        return _BY_ITS_NAME
    return ""


def _schools(sheet: Sheet, header: Header) -> set[str]:
    column = header.roles.index("uai") if "uai" in header.roles else len(header.roles)
    cells = (cell_at(sheet.grid, row, column) for row in range(header.row + 1, len(sheet.grid)))
    return {text.upper() for cell in cells if (text := one_clean_line(cell))}


def _years(sheet: Sheet, header: Header, own: int) -> set[int]:
    """Return the years in which the school years begin that a sheet's name tells, else the titles over its table."""
    titles = (school_years(text, own) for _, text in titles_of(sheet, header))
    return name_years(sheet.name, own) or set().union(*titles)
