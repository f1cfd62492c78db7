"""Runs as reports tell them, from rows given as dicts: read, cleaned and checked as ever, their bundles invented."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pikepdf

from pipeline.bundle.stage import plan
from pipeline.clean.stage import clean
from pipeline.model import Document, Lot
from pipeline.settings.config import Config
from pipeline.summarize.summary import Summary
from pipeline.uai import key_of
from pipeline.validate.stage import validate
from support.rows import GOOD, table_of

WHEN = datetime(2026, 9, 14, 10, 5)


def summary_of(rows: Sequence[dict[str, Any]], config: Config, folder: Path, sheet: str = "Référents") -> Summary:
    """Return the summary of a whole run over rows, which writes to `folder`; each letter has the same blank PDF."""
    config = config.model_copy(update={"sortie": config.sortie.model_copy(update={"dossier": folder / "sortie"})})
    pdf = folder / "blanc.pdf"
    with pikepdf.new() as blank:
        blank.add_blank_page()
        blank.save(pdf)
    cleaned = clean(table_of(rows, sheet))
    verdict = validate(cleaned.table, config)
    documents = tuple(Document(letter, pdf, 1, "") for letter in verdict.letters)
    lots = tuple(
        Lot(one.dsden, Path(f"DSDEN-{one.dsden}_2026-2027.zip"), one.documents, 36_000, "ab" * 32, one.members)
        for one in plan(documents)
    )
    return Summary(
        config,
        folder / "classeur.xlsx",
        cleaned.table,
        cleaned.changes,
        verdict,
        documents,
        lots,
        "LibreOffice 7.4",
        WHEN,
    )


def of_file(summary: Summary, workbook: Path) -> Summary:
    """Return the summary as if the workbook, as it is now, had been read."""
    digest = hashlib.sha256(workbook.read_bytes()).hexdigest()
    return replace(summary, workbook=workbook, table=replace(summary.table, sha256=digest))


def many_rows(count: int) -> list[dict[str, object]]:
    """Return good rows, each of a school of its own, over three DSDEN."""
    rows = []
    for number in range(count):
        digits = f"{(77, 93, 94)[number % 3]:03}{9999 - number // 3:04}"
        rows.append(GOOD | {"uai": f"{digits}{key_of(digits)}", "etablissement": f"Collège n° {number}"})
    return rows
