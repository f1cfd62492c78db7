"""A workbook judged as a run does, and its marked copy opened again."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from pipeline.clean.stage import clean
from pipeline.load.stage import load
from pipeline.settings.config import Config
from pipeline.summarize.anomalies import anomalies_xlsx
from pipeline.summarize.summary import Summary
from pipeline.validate.stage import validate
from support.workbooks import row

WRONG = row(uai="0779999B", referent_nom="Exemple2")
TITLES = [["Académie d’essai"], []]
RED, YELLOW = "FFFFC7CE", "FFFFEB9C"


@pytest.fixture
def checked(config: Config) -> Callable[[Path], Summary]:
    """Return what checks a workbook as `mlds verifier` does, up to its reports."""

    def check(path: Path) -> Summary:
        read = load(path, config.classeur.headers_of, config.campagne.annee_scolaire)
        cleaned = clean(read)
        verdict = validate(cleaned.table, config)
        return Summary(config, path, cleaned.table, cleaned.changes, verdict, (), (), "", datetime(2026, 9, 1))

    return check


@pytest.fixture
def copy(checked: Callable[[Path], Summary], tmp_path: Path) -> Callable[..., bytes]:
    """Return what makes the anomalies.xlsx of a workbook given as bytes."""

    def make(content: bytes, name: str = "classeur.xlsx") -> bytes:
        path = tmp_path / name
        path.write_bytes(content)
        return anomalies_xlsx(checked(path))

    return make


def opened(content: bytes) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what that library does not read
        return openpyxl.load_workbook(BytesIO(content))


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def colour(book: openpyxl.Workbook, cell: str, sheet: str = "Référents") -> str | None:
    fill = book[sheet][cell].fill
    return fill.fgColor.rgb if fill.patternType else None


def steps(work: Callable[[], object]) -> int:
    """Count the calls, Python's own and the libraries', that a piece of work takes: no clock, no noise."""
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count
