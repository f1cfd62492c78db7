"""The letters of bundles, as the journal knows them: read once, however many ask for them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from pipeline.journal.opening import Journal
from pipeline.journal.tables import moment_of
from pipeline.model import Fields, Made, Recipe
from pipeline.uai import departement_of

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


def last_states(journal: sqlite3.Connection, lettres: Lettres) -> tuple[Passe, ...]:
    """Return what the last run about each DSDEN found; none for a DSDEN that never had a bundle."""
    codes = [code for (code,) in journal.execute(_DSDEN)]
    return tuple(_state(journal, code, lettres) for code in codes)


def _state(journal: sqlite3.Connection, dsden: str, lettres: Lettres) -> Passe:
    (passage,) = journal.execute(_LAST, (dsden,)).fetchone()
    (quand,) = journal.execute("SELECT quand FROM passage WHERE id = ?", (passage,)).fetchone()
    lots = journal.execute(
        "SELECT id FROM lot WHERE passage = ? AND dsden = ? AND numero = 0 ORDER BY id", (passage, dsden)
    ).fetchall()
    made = tuple(one for (lot,) in lots for _, one in lettres(lot) if one.fields != UNKNOWN)
    return Passe(dsden, moment_of(quand), Etat(made, vacant_posts(journal, passage, dsden)))


def note_templates(journal: Journal, contents: Mapping[str, str]) -> None:
    """Write down what today's templates say (a digest, by the sha256 of their files), where that is news.

    It holds whether or not the run ends well, and for former letters as well.
    """
    known = dict(journal.connection.execute("SELECT sha256, contenu FROM gabarit").fetchall())
    if news := {sha256: said for sha256, said in contents.items() if known.get(sha256) != said}:
        with journal.saving() as connection:
            connection.executemany("INSERT OR REPLACE INTO gabarit VALUES (?, ?)", list(news.items()))


def vacant_posts(journal: sqlite3.Connection, passage: int, dsden: str) -> dict[str, str]:
    """Return the vacant posts of a DSDEN that a run found: the name of each school by its UAI."""
    rows = journal.execute("SELECT uai, etablissement FROM poste_vacant WHERE passage = ?", (passage,)).fetchall()
    return {uai: school for uai, school in rows if departement_of(uai) == dsden}


@dataclass(frozen=True, slots=True)
class Etat:
    """What a DSDEN had at one time: its letters, and its vacant posts (the school's name by its UAI)."""

    lettres: tuple[Made, ...] = ()
    vacants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passe:
    """What a DSDEN had at an earlier time; not `certain` where a draft, or a lost answer, leaves it unknown."""

    dsden: str
    quand: datetime
    etat: Etat
    certain: bool = True
