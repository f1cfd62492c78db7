"""The summary of a run over rows given as dicts of roles, and the sheets made from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.bundle.sheets import lot_sheet
from pipeline.bundle.stage import plan
from pipeline.clean.stage import clean
from pipeline.model import Document, Lot
from pipeline.settings.config import Config
from pipeline.summarize.summary import Summary
from pipeline.summarize.workbook import recapitulatif
from pipeline.uai import key_of
from pipeline.validate.stage import validate
from support.rows import GOOD, table_of

VACANT = {"referent_nom": "À pourvoir", "referent_prenom": "", "referent_civilite": ""}


def uai(digits: str) -> str:
    return digits + key_of(digits)


ROWS: list[dict[str, Any]] = [
    GOOD | {"commune": "Zedville"},
    GOOD | {"uai": uai("0779998"), "commune": "Étampes", "etablissement": "Lycée Un", "referent_fonction": "=1+1", "imp": "1", "montant": 1250},
    GOOD | {"uai": uai("0779997"), "commune": "écluse", "etablissement": "Collège B", "imp": "sans IMP", "montant": ""},
    GOOD | {"uai": uai("0779997"), "commune": "Écluse", "etablissement": "Collège B", "referent_nom": "Abricot"},
    GOOD | {"uai": uai("0939999"), "commune": "Villemomble", "referent_fonction": "@CPE", "etablissement": "Lycée +Bel", "imp": "1/4", "montant": 312.5},
    GOOD | {"uai": uai("0939999"), "referent_nom": "Null", "imp": "3", "montant": 3750},
    GOOD | VACANT | {"uai": uai("0939998"), "commune": "Zedville"},
    GOOD | VACANT | {"uai": uai("0939997"), "commune": "Avon"},
    GOOD | {"uai": "0779999B", "etablissement": "Collège <b>gras</b>"},
    GOOD | {"uai": uai("0759999"), "referent_nom": "Ailleurs"},
    GOOD | {"uai": "", "referent_nom": "Sansnumero"},
    GOOD | {"uai": uai("0949999"), "montant": 800},
]  # fmt: skip


def summary_of(config: Config, rows: Sequence[dict[str, Any]]) -> Summary:
    """Make the summary of a run over these rows, its PDF invented."""
    cleaned = clean(table_of(rows))
    verdict = validate(cleaned.table, config)
    documents = tuple(Document(letter, Path("x.pdf"), 1, "") for letter in verdict.letters)
    lots = tuple(
        Lot(one.dsden, Path("x.zip"), one.documents, 1, "", one.members) for one in plan(documents)
    )  # fmt: skip
    when = datetime(2026, 9, 14)
    return Summary(config, Path("x.xlsx"), cleaned.table, cleaned.changes, verdict, documents, lots, "x", when)


def sheets_of(config: Config, summary: Summary) -> dict[str, bytes]:
    """Return the summary of a run and those of its bundles."""
    made = {"recapitulatif": recapitulatif(summary)}
    for lot in summary.lots:
        named = list(zip(lot.members, lot.documents, strict=True))
        own = [one for one in summary.verdict.vacancies if one.etablissement.departement == lot.dsden]
        made[lot.dsden] = lot_sheet(config, lot.dsden, named, own)
    return made
