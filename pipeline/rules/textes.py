"""Rules on a text that a letter would print: it is the value itself, and its letters are those that were written."""

from __future__ import annotations

import re

from pipeline.french import fold
from pipeline.model import Anomaly
from pipeline.reading.misread import has_lost_letters
from pipeline.rules.row import Row

_ELSEWHERE = frozenset({
    "idem", "id", "ibid", "ibidem", "dito", "ditto", "meme", "le meme", "la meme", "les memes", "ci dessus",
    "cf ci dessus", "voir ci dessus", "comme ci dessus", "meme chef", "meme etablissement", "meme referent",
})  # fmt: skip
"""What people write, folded, in the place of what stands on the row above."""
_DRAWN = re.compile("[\u2600-\u27bf\ue000-\uf8ff\U0001f000-\U0001faff]")
"""Pictures among the signs, and those that only one font knows: no typeface of a letter has them."""


def check_text(row: Row, role: str) -> list[Anomaly]:
    """Check that a cell does not send to another row, and that none of its letters was lost on the way."""
    text = row.text(role)
    if fold(text) in _ELSEWHERE:
        message = f"« {text} » renvoie à une autre ligne, que la lettre ne montre pas. Écrivez la valeur elle-même."
        return [row.error(role, "renvoi", message)]
    if drawn := _DRAWN.search(text):
        return [
            row.error(role, "signe_dessine", f"« {text} » : une lettre ne peut pas montrer « {drawn[0]} ». Ôtez-le.")
        ]
    if has_lost_letters(text):
        message = f"« {text} » : des lettres se sont perdues (accents mal enregistrés). Écrivez le texte en entier."
        return [row.error(role, "texte_abime", message)]
    return []
