"""The bundles as the journal numbers them, and where those that made room for others were put."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

_NUMBERED = """
SELECT dsden, numero, fichier, sha256,
    EXISTS (SELECT 1 FROM envoi WHERE envoi.dsden = lot.dsden AND lot_sha256 = lot.sha256
        AND etat IN ('envoye', 'en_cours', 'incertain'))
FROM lot WHERE id IN (SELECT max(id) FROM lot WHERE numero > 0 GROUP BY dsden)
"""


@dataclass(frozen=True, slots=True)
class Numbered:
    """The last corrective bundle that was made for a DSDEN; `parti` once any of it left, or may have."""

    numero: int
    fichier: str
    sha256: str
    parti: bool


@dataclass(frozen=True, slots=True)
class Aside:
    """A bundle that makes room: its name in `lots/`, its digest, where it goes, below `lots/`."""

    fichier: str
    sha256: str
    rangement: str


def last_numbered(journal: sqlite3.Connection) -> dict[str, Numbered]:
    """Return the last corrective bundle made for each DSDEN, by its code."""
    rows = journal.execute(_NUMBERED).fetchall()
    return {dsden: Numbered(numero, fichier, sha256, bool(gone)) for dsden, numero, fichier, sha256, gone in rows}


def record_asides(journal: sqlite3.Connection, asides: Sequence[Aside]) -> None:
    """Write down where bundles went; whoever calls commits."""
    for one in asides:
        journal.execute(
            "UPDATE lot SET rangement = ? WHERE fichier = ? AND sha256 = ? AND rangement = ''",
            (one.rangement, one.fichier, one.sha256),
        )
