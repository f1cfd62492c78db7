"""Rules on rows that are no row of the table: totals, footnotes, a header repeated."""

from __future__ import annotations

import re

from pipeline.french import fold
from pipeline.model import Anomaly, Severity
from pipeline.rules.row import Row

_TOTAL = re.compile(r"(sous )?tota(l|ux)\b|total general")
_CODE = re.compile(r"\d{6}")


def why_ignored(row: Row) -> Anomaly | None:
    """Say why a row is not one of the table; None for a row that is.

    In doubt a row is kept: it is then rejected with a message, and nobody's letter is lost without a word.
    """
    texts = row.texts()
    first = texts[0] if texts else ""
    if _TOTAL.match(fold(first)) and not row.text("referent_prenom"):
        return _ignored(row, "ligne_total", f"« {first} » : ligne de total, sans lettre.")
    if _repeats_header(row):
        return _ignored(row, "entete_repetee", "En-têtes répétés : ligne sans lettre.")
    if len(texts) == 1 and _is_note(row, first):
        return _ignored(row, "note", f"« {first[:80]} » : note hors du tableau, sans lettre.")
    return None


def _repeats_header(row: Row) -> bool:
    known = {role: fold(place.header) for role, place in row.columns.items()}
    same = [role for role in known if row.text(role) and fold(row.text(role)) == known[role]]
    return len(same) >= 3


def _is_note(row: Row, text: str) -> bool:
    """A lone cell is a note when it stands in the first column or outside the roles, and is no school number."""
    first = next(iter(row.columns), "")
    alone = next(role for role in row.values if row.text(role))
    in_margin = alone == first or alone not in row.columns or alone.startswith("autre:")
    return in_margin and not _CODE.search(text)


def _ignored(row: Row, code: str, message: str) -> Anomaly:
    role = next((role for role in row.values if row.text(role)), "")
    return row.anomaly(role, code, Severity.INFORMATION, message)
