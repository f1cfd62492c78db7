"""Rules on a text that a letter would print: it is the value itself, and its letters are those that were written."""

from __future__ import annotations

import re

from pipeline.model import Anomaly
from pipeline.reading.misread import has_lost_letters
from pipeline.rules.remarques import sends_elsewhere
from pipeline.rules.row import Row

_DRAWN = re.compile("[\u2600-\u27bf\ue000-\uf8ff\U0001f000-\U0001faff]")
"""Pictures among the signs, and those that only one font knows: no typeface of a letter has them."""


def check_text(row: Row, role: str) -> list[Anomaly]:
    """Check that a cell does not send to another one, and that none of its letters was lost on the way."""
    text = row.text(role)
    shown = row.shown(role)
    if sends_elsewhere(text):
        message = f"« {shown} » renvoie ailleurs, à ce que la lettre ne montre pas. Écrivez la valeur elle-même."
        return [row.error(role, "renvoi", message)]
    if drawn := _DRAWN.search(text):
        return [
            row.error(role, "signe_dessine", f"« {shown} » : une lettre ne peut pas montrer « {drawn[0]} ». Ôtez-le.")
        ]
    if has_lost_letters(text):
        message = f"« {shown} » : des lettres se sont perdues (accents mal enregistrés). Écrivez le texte en entier."
        return [row.error(role, "texte_abime", message)]
    return []
