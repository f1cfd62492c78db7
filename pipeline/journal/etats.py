"""What former runs found, from the journal: what this one is compared with."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from pipeline.clock import moment_of
from pipeline.corrections.differences import Etat, Passe
from pipeline.printing.recipe import Made, Recipe
from pipeline.uai import departement_of

_KNOWN = "EXISTS (SELECT 1 FROM lettre WHERE lettre.lot = coalesce(lettres_de, lot.id) AND champs <> '{}')"
_DSDEN = f"SELECT DISTINCT dsden FROM lot WHERE numero = 0 AND {_KNOWN} ORDER BY dsden"
_LAST = f"""
SELECT id FROM passage
WHERE (portee = '' OR ' ' || portee || ' ' LIKE '% ' || ? || ' %')
    AND EXISTS (SELECT 1 FROM lot WHERE lot.passage = passage.id AND numero = 0 AND {_KNOWN})
ORDER BY id DESC LIMIT 1
"""
"""The last run that was about a DSDEN; one that made no bundle at all gave up, and says nothing of anybody. A journal
that was made again does not know the fields of its letters: there is nothing to compare with."""
RECIPE = (
    "gabarit_sha256, reglages_sha256, moteur, programme,"
    " coalesce((SELECT contenu FROM gabarit WHERE gabarit.sha256 = gabarit_sha256), '')"
)
"""How a letter was made, as SQL, in the order of `Recipe`."""
LETTERS_OF_LOT = (
    "lot CROSS JOIN lettre ON lettre.lot = coalesce(lettres_de, lot.id) JOIN passage ON lot.passage = passage.id"
)
"""The letters of bundles, as SQL. `CROSS` has SQLite begin with the bundles, which are few, not with the letters."""
_LETTERS = f"""
SELECT {RECIPE}, champs FROM {LETTERS_OF_LOT}
WHERE lot.passage = ? AND lot.dsden = ? AND numero = 0 AND champs <> '{{}}' ORDER BY lettre.rowid
"""


def last_states(journal: sqlite3.Connection) -> tuple[Passe, ...]:
    """Return what the last run about each DSDEN found; none for a DSDEN that never had a bundle."""
    codes = [code for (code,) in journal.execute(_DSDEN)]
    return tuple(_state(journal, code) for code in codes)


def _state(journal: sqlite3.Connection, dsden: str) -> Passe:
    (passage,) = journal.execute(_LAST, (dsden,)).fetchone()
    (quand,) = journal.execute("SELECT quand FROM passage WHERE id = ?", (passage,)).fetchone()
    letters = journal.execute(_LETTERS, (passage, dsden)).fetchall()
    made = tuple(Made(Recipe(*recipe), json.loads(champs)) for *recipe, champs in letters)
    return Passe(dsden, moment_of(quand), Etat(made, vacant_posts(journal, passage, dsden)))


def note_templates(journal: sqlite3.Connection, contents: Mapping[str, str]) -> None:
    """Write down what today's templates say (a digest, by the sha256 of their files), where that is news.

    It holds whether or not the run ends well, and for letters of before as well.
    """
    known = dict(journal.execute("SELECT sha256, contenu FROM gabarit").fetchall())
    if news := {sha256: said for sha256, said in contents.items() if known.get(sha256) != said}:
        with journal:
            journal.executemany("INSERT OR REPLACE INTO gabarit VALUES (?, ?)", list(news.items()))


def vacant_posts(journal: sqlite3.Connection, passage: int, dsden: str) -> dict[str, str]:
    """Return the vacant posts of a DSDEN that a run found: the name of each school by its UAI."""
    rows = journal.execute("SELECT uai, etablissement FROM poste_vacant WHERE passage = ?", (passage,)).fetchall()
    return {uai: school for uai, school in rows if departement_of(uai) == dsden}
