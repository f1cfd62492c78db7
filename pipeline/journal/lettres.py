"""The letters of bundles, as the journal knows them: read once, however many ask for them, each text kept once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from pipeline.corrections.appariement import Fields
from pipeline.printing.recipe import Made, Recipe

Lettres = Callable[[int], tuple[tuple[str, Made], ...]]
"""Gives the letters of a bundle, by its number in the journal, each with its name in the bundle."""

_RECIPE = (
    "gabarit_sha256, reglages_sha256, moteur, programme,"
    " coalesce((SELECT contenu FROM gabarit WHERE gabarit.sha256 = gabarit_sha256), '')"
)
"""How a letter was made, as SQL, in the order of `Recipe`."""
LETTERS_OF_LOT = (
    "lot CROSS JOIN lettre ON lettre.lot = coalesce(lettres_de, lot.id) JOIN passage ON lot.passage = passage.id"
)
"""The letters of bundles, as SQL. `CROSS` has SQLite begin with the bundles, which are few, not with the letters."""
UNKNOWN: Fields = {}
"""The fields of a letter in a journal that was made again: nobody knows any more what it says."""


def lettres_of(journal: sqlite3.Connection) -> Lettres:
    """Return what reads the letters of the bundles of an open journal; whatever is the same in them is one object.

    A campaign of thousands of letters is held several times: in the last run, in what was sent, in today's letters.
    """
    texts: dict[str, str] = {}
    recipe = cache(Recipe)

    @cache
    def fields(lot: int) -> tuple[Fields, ...]:
        written = journal.execute("SELECT champs FROM lettre WHERE lot = ? ORDER BY rowid", (lot,)).fetchall()
        return tuple(json.loads(f"[{','.join(one for (one,) in written)}]", object_pairs_hook=shared))

    def shared(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        return {key: texts.setdefault(value, value) if isinstance(value, str) else value for key, value in pairs}

    @cache
    def lettres(lot: int) -> tuple[tuple[str, Made], ...]:
        (written,) = journal.execute("SELECT coalesce(lettres_de, id) FROM lot WHERE id = ?", (lot,)).fetchone()
        rows = journal.execute(
            f"SELECT lettre.fichier, {_RECIPE} FROM {LETTERS_OF_LOT} WHERE lot.id = ? ORDER BY lettre.rowid", (lot,)
        ).fetchall()
        return tuple(
            (fichier, Made(recipe(*how), said)) for (fichier, *how), said in zip(rows, fields(written), strict=True)
        )

    return lettres
