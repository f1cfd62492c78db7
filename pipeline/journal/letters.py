"""The letters of bundles, as the journal knows them: read once, however many ask for them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from pipeline.model import Fields, Made, Recipe

Lettres = Callable[[int], tuple[tuple[str, Made], ...]]
"""Gives the letters of a bundle, by its number in the journal, each with its name in the bundle."""

UNKNOWN: Fields = {}
"""The fields of a letter in a journal that was made again: nobody knows any more what it says."""
HOLDER = """
SELECT coalesce(lettres_de, lot.id), moteur, programme FROM lot JOIN passage ON passage.id = passage WHERE lot.id = ?
"""
"""Which line of a bundle holds its letters, and what made them, as SQL."""
LINES = """
SELECT fichier, gabarit_sha256, reglages_sha256,
    coalesce((SELECT contenu FROM gabarit WHERE gabarit.sha256 = gabarit_sha256), ''), champs
FROM lettre WHERE lot = ? ORDER BY rowid
"""
"""The letters of such a line."""


def lettres_of(journal: sqlite3.Connection) -> Lettres:
    """Return what reads the letters of the bundles of an open journal, each bundle once.

    A campaign of thousands of letters may be asked for as the last run, as the last bundles and as what was sent. The
    texts of its fields are mostly the same, and each is kept once.
    """
    texts: dict[str, str] = {}
    recipe = cache(Recipe)

    def shared(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        return {key: texts.setdefault(value, value) if isinstance(value, str) else value for key, value in pairs}

    @cache
    def lines(holder: int) -> list[tuple[str, str, str, str, Fields]]:
        rows = journal.execute(LINES, (holder,)).fetchall()
        fields = json.loads(f"[{','.join(champs for *_, champs in rows)}]", object_pairs_hook=shared)
        return [(*line, said) for (*line, _), said in zip(rows, fields, strict=True)]

    @cache
    def lettres(lot: int) -> tuple[tuple[str, Made], ...]:
        holder, moteur, programme = journal.execute(HOLDER, (lot,)).fetchone()
        return tuple(
            (fichier, Made(recipe(gabarit, reglages, moteur, programme, contenu), fields))
            for fichier, gabarit, reglages, contenu, fields in lines(holder)
        )

    return lettres
