"""What former runs found, from the journal: what this one is compared with."""

from __future__ import annotations

import json
import sqlite3

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
_LETTERS = """
SELECT gabarit_sha256, reglages_sha256, moteur, programme, champs FROM lettre
JOIN lot ON lettre.lot = coalesce(lettres_de, lot.id) JOIN passage ON lot.passage = passage.id
WHERE lot.passage = ? AND lot.dsden = ? AND numero = 0 AND champs <> '{}' ORDER BY lettre.rowid
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


def vacant_posts(journal: sqlite3.Connection, passage: int, dsden: str) -> dict[str, str]:
    """Return the vacant posts of a DSDEN that a run found: the name of each school by its UAI."""
    rows = journal.execute("SELECT uai, etablissement FROM poste_vacant WHERE passage = ?", (passage,)).fetchall()
    return {uai: school for uai, school in rows if departement_of(uai) == dsden}
