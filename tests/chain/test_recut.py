"""The same campaign cut and saved in other ways: sheets, groups of columns, formats. The letters are the same."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from pipeline.clean.stage import clean
from pipeline.load.stage import load
from pipeline.model import RowRef
from pipeline.render.fields import fields_of
from pipeline.settings.config import Config
from pipeline.validate.stage import validate
from support import workbooks as c
from support.program import ROOT

SAMPLE = ROOT / "data/sample.xlsx"
BESIDE = ROOT.parent / "shared/data/campagne_2026-2027.xlsx"
CAMPAIGNS = [SAMPLE, *([BESIDE] if BESIDE.exists() else [])]
FRENCH_CSV = "Text - txt - csv (StarCalc):59,34,1,1,,0,false,true"
"""« ; », quotes where needed, Windows-1252, cells as they are shown: what Excel saves in France."""

GROUPS = {
    "RNE": ("Établissement", "UAI"), "Établissement": ("Établissement", "Nom"),
    "Commune": ("Établissement", "Commune"), "Dpt": ("Établissement", "Dpt"),
    "Civ. chef": ("Chef d'établissement", "Civilité"), "Chef d'établissement": ("Chef d'établissement", "Nom"),
    "Qualité": ("Chef d'établissement", "Qualité"),
    "Civilité": ("Référent", "Civilité"), "NOM référent": ("Référent", "Nom"), "Prénom": ("Référent", "Prénom"),
    "Fonction": ("Référent", "Fonction"), "Nb IMP": ("IMP", "Nombre"), "Montant IMP": ("IMP", "Montant"),
}  # fmt: skip
"""For each header of the campaigns, the group and the words under it in a header on two rows."""

Row = tuple[Any, ...]
Cut = Callable[["Campaign"], bytes]


@dataclass(frozen=True)
class Campaign:
    """A campaign as its own workbook shows it: its headers, its rows."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]


@cache
def campaign_of(path: Path) -> Campaign:
    """Read a campaign with another library; a formula gives its value, one that was never computed an error.

    The programs that convert would compute it, and the row would then have its letter.
    """
    values, formulas = (load_workbook(path, data_only=shown).active for shown in (True, False))
    rows = [
        tuple(
            "#REF!" if one.data_type == "f" and shown is None else shown for one, shown in zip(own, seen, strict=True)
        )
        for own, seen in zip(formulas.iter_rows(), values.iter_rows(values_only=True), strict=True)
    ]
    top = next(index for index, row in enumerate(rows) if row[0] == "RNE")
    people = [row for row in rows[top + 1 :] if any(row[1:4])]
    return Campaign(rows[top], tuple(people))


def by_departement(campaign: Campaign) -> dict[str, list[Row]]:
    """Cut a campaign in one sheet a département; a row whose UAI names none of them goes to the last one."""
    sheets: dict[str, list[Row]] = {"77": [], "93": [], "94": []}
    for row in campaign.rows:
        code = re.sub(r"\W", "", str(row[0])).zfill(8)[1:3]  # where a spreadsheet took the first zero off
        sheets[code if code in sheets else "94"].append(row)
    return sheets


def typed(campaign: Campaign) -> Campaign:
    """Write the texts with the signs that Windows-1252 has, as they come from a French keyboard."""
    rows = (
        tuple(
            unicodedata.normalize("NFC", one).replace("\u202f", "\xa0") if isinstance(one, str) else one for one in row
        )
        for row in campaign.rows
    )
    return Campaign(campaign.headers, tuple(rows))


# --- The ways of cutting ----------------------------------------------------------------------------------------------


def flat(campaign: Campaign) -> bytes:
    """One sheet, one row of headers, as it was."""
    return written({"Référents": [campaign.headers, *campaign.rows, [], ["TOTAL", len(campaign.rows)]]})


def sheets(campaign: Campaign) -> bytes:
    """One sheet a département, each with its headers."""
    return written({code: [campaign.headers, *rows] for code, rows in by_departement(campaign).items()})


def groups(campaign: Campaign) -> bytes:
    """Headers on two rows, with merged groups above."""
    return written({"Référents": [*grouped(campaign.headers), *campaign.rows]}, merged(campaign.headers, 1, 1))


def everything(campaign: Campaign) -> bytes:
    """One sheet a département: titles, headers on two rows below them, the table off column A, a total, a note."""
    tables = {
        f"DSDEN {code}": [
            ["Référents décrochage scolaire, année scolaire 2026-2027"],
            [None, None, f"Département {code}"],
            [],
            *([None, None, *row] for row in grouped(campaign.headers)),
            *([None, None, *row] for row in rows),
            [],
            [None, None, "TOTAL", len(rows)],
            [None, None, "* Liste provisoire"],
        ]
        for code, rows in by_departement(campaign).items()
    }
    return written(tables, merged(campaign.headers, 4, 3))


def grouped(headers: Sequence[str]) -> tuple[Row, Row]:
    """Write headers on two rows; a group stands in the first of its columns alone, as merged cells have it."""
    pairs = [GROUPS.get(header, (header, None)) for header in headers]
    upper = [group if not at or group != pairs[at - 1][0] else None for at, (group, _) in enumerate(pairs)]
    return tuple(upper), tuple(below for _, below in pairs)


def merged(headers: Sequence[str], top: int, left: int) -> list[str]:
    """Give the cells to merge: each group over its columns, a header without a group over its two rows."""
    starts = [at for at, group in enumerate(grouped(headers)[0]) if group]
    spans = zip(starts, [*starts[1:], len(headers)], strict=True)
    return [
        f"{get_column_letter(left + first)}{top}:{get_column_letter(left + end - 1)}{top + (end - first == 1)}"
        for first, end in spans
    ]


def written(tables: Mapping[str, Sequence[Row | Sequence[Any]]], areas: Sequence[str] = ()) -> bytes:
    """Write sheets; no text becomes a formula, be it « =MARTEL »."""

    def change(workbook: Workbook) -> None:
        for sheet in workbook.worksheets:
            for area in areas:
                sheet.merge_cells(area)
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
                cell.data_type = "s"

    return c.book(tables, change)


CUTS = [
    *((cut, "xlsx") for cut in (flat, sheets, groups, everything)),
    *((cut, "ods") for cut in (flat, everything)),
    *((cut, "xls") for cut in (flat, everything)),
    *((cut, "csv") for cut in (flat, groups)),
]
"""How the campaigns are cut, and the format they are saved in; LibreOffice saves all those of a format in one go."""


@pytest.fixture(scope="session")
def recut(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, Cut, str], bytes]:
    """What each campaign is once cut and saved."""

    @cache
    def saved(kind: str) -> dict[tuple[Path, str], bytes]:
        keys = [(path, cut) for path in CAMPAIGNS for cut, format in CUTS if format == kind]
        contents = [cut(typed(campaign_of(path)) if kind == "csv" else campaign_of(path)) for path, cut in keys]
        if kind != "xlsx":
            contents = c.converted(
                tmp_path_factory.mktemp(kind), kind, *contents, filter=FRENCH_CSV if kind == "csv" else ""
            )
        return {(path, cut.__name__): content for (path, cut), content in zip(keys, contents, strict=True)}

    return lambda path, cut, kind: saved(kind)[path, cut.__name__]


# --- What comes of them -----------------------------------------------------------------------------------------------


def fates_of(path: Path, config: Config) -> Counter[tuple[str, ...]]:
    """Return what becomes of each row that is somebody's: all that its letter prints, and the codes of what is said."""
    cleaned = clean(load(path, config.classeur.headers_of, config.campagne.annee_scolaire)).table
    verdict = validate(cleaned, config)
    codes: defaultdict[RowRef, set[str]] = defaultdict(set)
    for anomaly in verdict.anomalies:
        codes[anomaly.row].add(anomaly.code)
    names = {
        RowRef(row["#feuille"], row["#ligne"]): (str(row["uai"]), str(row["referent_nom"]), str(row["referent_prenom"]))
        for row in cleaned.rows.to_dict("records")
    }
    fates = [
        *(("lettre", letter.row, json.dumps(fields_of(letter, config), sort_keys=True)) for letter in verdict.letters),
        *(("à corriger", row, "") for row in verdict.rejected),
        *(("à pourvoir", vacancy.row, "") for vacancy in verdict.vacancies),
        *(("double", row, "") for row in verdict.ignored if "doublon" in codes[row]),
    ]
    return Counter((fate, *names[row], *sorted(codes[row]), text) for fate, row, text in fates)


@pytest.mark.parametrize(("cut", "kind"), CUTS, ids=lambda one: getattr(one, "__name__", one))
@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=lambda path: path.stem)
def test_the_letters_are_the_same_however_it_is_cut(
    campaign: Path, cut: Cut, kind: str, recut: Callable[[Path, Cut, str], bytes], tmp_path: Path, config: Config
) -> None:
    path = tmp_path / f"Référents.{kind}"
    path.write_bytes(recut(campaign, cut, kind))
    found, wanted = fates_of(path, config), fates_of(campaign, config)
    assert len(wanted) > 50
    assert found - wanted == Counter()
    assert wanted - found == Counter()
