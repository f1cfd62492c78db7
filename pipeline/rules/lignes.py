"""Rules on rows that are no row of the table: totals, footnotes, a header repeated."""

from __future__ import annotations

import re

from pipeline.french import fold
from pipeline.model import Anomaly, Severity
from pipeline.rules.row import Row
from pipeline.table import OTHER
from pipeline.uai import has_form

_TOTAL = re.compile(r"(?:(?:sous|s) )?tota(?:l|ux)\b|somme\b")
_NOTE = re.compile(r"\s*(?:[*(]|n\.?b\b|note|source|légende|legende|rappel|attention)", re.IGNORECASE)
_CODE = re.compile(r"\d{6}")
_SUMS = ("imp", "montant")


def why_ignored(row: Row) -> Anomaly | None:
    """Say why a row is not one of the table; None for a row that is.

    In doubt a row is kept: it is then rejected with a message, and nobody's letter is lost without a word.
    """
    filled = [role for role in row.values if row.text(role)]
    somebody = row.text("referent_prenom") or row.text("chef") or has_form(row.text("uai"))
    label = next((row.text(role) for role in filled if _TOTAL.match(fold(row.text(role)))), "")
    if label and not somebody:
        return _ignored(row, "ligne_total", f"« {label} » : ligne de total, sans lettre.")
    if filled and set(filled) <= set(_SUMS):
        return _ignored(row, "ligne_total", "Somme sans libellé : ligne de total, sans lettre.")
    if _repeats_header(row):
        return _ignored(row, "entete_repetee", "En-têtes répétés : ligne sans lettre.")
    if len(filled) == 1 and _is_note(filled[0], row.text(filled[0])):
        return _ignored(row, "note", f"« {row.text(filled[0])[:80]} » : note hors du tableau, sans lettre.")
    return None


def _repeats_header(row: Row) -> bool:
    known = {role: fold(place.header) for role, place in row.columns.items()}
    same = [role for role in known if row.text(role) and fold(row.text(role)) == known[role]]
    return len(same) >= 3


def _is_note(role: str, text: str) -> bool:
    """A lone text is a note by its first sign, or where it can be nothing else: under the UAI or outside the roles."""
    in_margin = role == "uai" or role.startswith(OTHER)
    return bool(_NOTE.match(text)) or (in_margin and not _CODE.search(text))


def _ignored(row: Row, code: str, message: str) -> Anomaly:
    role = next((role for role in row.values if row.text(role)), "")
    return row.anomaly(role, code, Severity.INFORMATION, message)
