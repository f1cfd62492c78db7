"""Rules on a text that a letter would print: it is the value itself, and its letters are those that were written."""

from __future__ import annotations

import re

from pipeline.clean.remarks import sends_elsewhere
from pipeline.load.cells import has_lost_letters
from pipeline.model import Anomaly
from pipeline.table import NEEDED
from pipeline.validate.row import Row

_DRAWN = re.compile("[\u2600-\u27bf\ue000-\uf8ff\U0001f000-\U0001faff]")
"""Pictures among the signs, and those that only one font knows: no typeface of a letter has them."""


def check_text(row: Row, role: str) -> list[Anomaly]:
    """Check that a cell does not send to another one, and that none of its letters was lost on the way."""
    if not (text := row.text(role)):
        return []
    if sends_elsewhere(text):
        what = "renvoie ailleurs, à ce que la lettre ne montre pas. Écrivez la valeur elle-même."
        return [row.error(role, "renvoi", f"« {row.shown(role)} » {what}")]
    if drawn := _DRAWN.search(text):
        message = f"« {row.shown(role)} » : une lettre ne peut pas montrer « {drawn[0]} ». Ôtez-le."
        return [row.error(role, "signe_dessine", message)]
    if has_lost_letters(text):
        lost = "des lettres se sont perdues (accents mal enregistrés). Écrivez le texte en entier."
        return [row.error(role, "texte_abime", f"« {row.shown(role)} » : {lost}")]
    return []


def check_struck(row: Row) -> list[Anomaly]:
    """Point at the struck cells of a row: an error where a letter prints them; one remark where the whole row is."""
    if not row.struck:
        return []
    cells: dict[str, str] = {}
    for role in row.columns:
        cells.setdefault(row.cell(role), role)  # a cell that was split plays several
    struck = {cell: partly for cell in cells if (partly := row.struck.get((row.ref.sheet, cell))) is not None}
    printed = {row.cell(role) for role in row.columns if role in NEEDED and row.text(role)}
    if printed and all(struck.get(cell) is False for cell in printed):
        message = "Toute cette ligne est barrée, et elle est lue comme les autres. Supprimez-la si elle ne sert plus."
        return [row.warning(cells[min(printed)], "ligne_barree", message)]
    return [
        (row.error if cell in printed else row.warning)(
            cells[cell], "texte_barre", _said(row.shown(cells[cell]), partly)
        )
        for cell, partly in struck.items()
    ]


def _said(shown: str, partly: bool) -> str:
    what = "des mots de cette cellule sont barrés" if partly else "cette cellule est barrée"
    return f"« {shown} » : {what}. Effacez ce qui ne vaut plus, ou ôtez la barre."
