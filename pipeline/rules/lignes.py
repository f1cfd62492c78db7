"""Rules on rows that are no row of the table: totals, footnotes, a header repeated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from pipeline.french.places import heading_of
from pipeline.french.words import fold
from pipeline.model import Anomaly, Severity
from pipeline.table import GROUP, OTHER
from pipeline.uai import has_form
from pipeline.validate.row import Row

_TOTAL = re.compile(r"(?:(?:sous|s) )?tota(?:l|ux)\b|somme\b")
_SUM = re.compile(r".*\btota(?:l|ux)\b|(?:moyenne|cumul|effectifs?|montants?|(?:nombre|nb) d(?:e|es)?)\b")
"""What a line of sums may also be called, where it begins with it and names nobody."""
_NOTE = re.compile(
    r"\s*(?:[*(]|n\.?b\b|note|source|légende|legende|rappel|attention|fait (?:à|a|le)\b|pour l[ea]\b|mis à jour|"
    r"l[ea] (?:chef|cheffe|recteur|rectrice|responsable|secrétaire)\b)",
    re.IGNORECASE,
)
_MEANING = re.compile(r"\w[^=]{0,40}(?:=|→|⇒|->)\s*\w.*")
_COLON = re.compile(r"\w[^:]{0,40}:\s*\w.*")
"""A sign and what it means: « CPE = conseiller principal d’éducation », « Jaune : à vérifier »."""
_CODE = re.compile(r"\d{6}")
_NUMBER = re.compile(r"[0-9]{1,4}|[A-Z]|2[AB]", re.ASCII)
_LEAST_NUMBERED = 5
_MOST_IN_BAND = 3
_SUMS = ("imp", "montant")
_OF_NOBODY = ("uai", "commune", "departement", "code_postal", "chef_fonction", "referent_fonction")
"""A lone text there can be nobody's: it is a note, unless it has the digits of a UAI."""


def why_ignored(row: Row) -> Anomaly | None:
    """Say why a row is not one of the table; None for a row that is.

    In doubt a row is kept: it is then rejected with a message, and nobody's letter is lost without a word.
    """
    filled = [role for role in row.values if row.text(role)]
    if not filled:
        return None
    first = row.text(filled[0])
    if label := _label_of_total(row, filled):
        return _ignored(row, "ligne_total", f"« {label} » : ligne de total, sans lettre.")
    if set(filled) <= set(_SUMS):
        return _ignored(row, "ligne_total", "Somme sans libellé : ligne de total, sans lettre.")
    if _numbers_columns(row, filled):
        return _ignored(row, "entete_repetee", "Numéros de colonnes : ligne sans lettre.")
    if not has_form(row.text("uai")) and _repeats_header(row):
        return _ignored(row, "entete_repetee", "En-têtes répétés : ligne sans lettre.")
    if _is_prepared(row, filled):
        return _ignored(row, "ligne_preparee", "Ligne préparée d’avance et restée vide : sans lettre.")
    if band_of(row):
        return _ignored(row, "note", f"« {first[:80]} » : titre au-dessus de lignes, sans lettre.")
    if _is_note(filled[0], first) if len(filled) == 1 else _is_legend(row, [row.text(role) for role in filled]):
        return _ignored(row, "note", f"« {first[:80]} » : note hors du tableau, sans lettre.")
    return None


def band_of(row: Row) -> str:
    """Return the text of a row that only names a département, over those of its schools; "" for any other."""
    texts = row.texts() if not has_form(row.text("uai")) and not row.text("commune") else []
    if not 0 < len(texts) <= _MOST_IN_BAND or not all(heading_of(text, bare=len(texts) > 1) for text in texts):
        return ""
    whole = " ".join(dict.fromkeys(texts))
    return whole if heading_of(whole) else ""


def band_under(row: Row) -> str:
    """Return the band over the rows that follow one: itself, or the one over it; a note or a total ends that one."""
    if has_form(row.text("uai")):
        return row.band
    ignored = why_ignored(row)
    ends = len(row.texts()) == 1 or (ignored is not None and ignored.code in ("note", "ligne_total"))
    return band_of(row) or ("" if ends else row.band)


def _label_of_total(row: Row, filled: Sequence[str]) -> str:
    """Return what calls a row a total, "" for the row of somebody; the label may stand under the chef."""
    chef = "" if _TOTAL.match(fold(row.text("chef"))) else row.text("chef")
    if row.text("referent_prenom") or chef or has_form(row.text("uai")):
        return ""
    if label := next((row.text(role) for role in filled if _TOTAL.match(fold(row.text(role)))), ""):
        return label
    first = row.text(filled[0])
    return first if _names_nobody(row) and _SUM.match(fold(first)) else ""


def _names_nobody(row: Row) -> bool:
    return not any(row.text(role) for role in ("referent", "referent_nom", "referent_prenom", "chef"))


def _repeats_header(row: Row) -> bool:
    """A header on two rows comes back as two: each says the groups, or what stands under them."""
    said = {role: fold(row.text(role)) for role in row.columns if row.text(role)}
    same = [role for role, text in said.items() if text in _forms(row.columns[role].header)]
    return len(same) >= 3 or (len(same) == len(said) > 1)


def _numbers_columns(row: Row, filled: Sequence[str]) -> bool:
    """Forms number their columns under the headers: « 1, 2, 3… », « (1) (2) (3)… », « A, B, C… »."""
    signs = [row.text(role).strip("()[]. ").upper() for role in filled]
    if len(signs) < _LEAST_NUMBERED or not all(_NUMBER.fullmatch(sign) for sign in signs):
        return False
    numbers = sorted(int(sign) if sign.isdecimal() else ord(sign[-1]) for sign in signs)
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _is_prepared(row: Row, filled: Sequence[str]) -> bool:
    """A form has its lines numbered in advance, sometimes with their département: those left blank are nobody's."""
    margins = [role for role in filled if role.startswith((OTHER, "departement"))]
    return margins == list(filled) and all(_NUMBER.fullmatch(row.text(role).upper()) for role in filled)


@cache
def _forms(header: str) -> frozenset[str]:
    group, _, own = header.partition(GROUP)
    return frozenset({fold(header), fold(group), fold(own)} - {""})


def _is_note(role: str, text: str) -> bool:
    """A lone text is a note by its first sign, or where it can be nothing else."""
    in_margin = role in _OF_NOBODY or role.startswith(OTHER)
    return bool(_NOTE.match(text)) or (in_margin and not _CODE.search(text))


def _is_legend(row: Row, texts: Sequence[str]) -> bool:
    """A legend may take several cells: « Légende », « en jaune », « les nouveaux »; « CPE = … », « Prof. = … »."""
    first, *others = texts
    if any(_CODE.search(text) for text in texts):
        return False
    noted = bool(_NOTE.match(first))
    if all(_MEANING.fullmatch(text) for text in (others if noted else texts)):
        return True  # no name holds « = », whatever the column
    return _names_nobody(row) and (noted or all(_COLON.fullmatch(text) for text in texts))


def _ignored(row: Row, code: str, message: str) -> Anomaly:
    role = next((role for role in row.values if row.text(role)), "")
    return row.anomaly(role, code, Severity.INFORMATION, message)
