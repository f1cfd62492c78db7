"""Rules on a text that a letter would print: it is the value itself, and its letters are those that were written."""

from __future__ import annotations

import re

from pipeline.clean.remarks import sends_elsewhere
from pipeline.load.cells import has_lost_letters
from pipeline.model import Anomaly
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
