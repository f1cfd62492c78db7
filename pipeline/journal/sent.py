"""All that left for the DSDEN, from the journal: each message with the letters of its bundle."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.journal.etats import vacant_posts
from pipeline.journal.letters import UNKNOWN, Lettres, lettres_of
from pipeline.journal.opening import opened
from pipeline.journal.sendings import PARTI, reached
from pipeline.journal.sendings import Etat as Avancement
from pipeline.journal.tables import moment_of
from pipeline.model import Made

_NOT_YET = datetime.max.replace(tzinfo=UTC)
"""Later than all that left. It has its zone: to look for one (« astimezone ») would end in the year 10000."""


@dataclass(frozen=True, slots=True)
class _Bundle:
    """A bundle that left: its letters (file, digest of what it says, how it was made), what it withdraws.

    `vacants` are the vacant posts that its run found.
    """

    complet: bool
    letters: tuple[tuple[str, str, Made], ...]
    retirees: tuple[str, ...]
    vacants: Mapping[str, str]


def read_partis(path: Path, boites: Mapping[str, str]) -> tuple[Parti, ...]:
    """Return the messages that left, or may have, in the order in which they did; none without a journal.

    Only those to the mailbox that each DSDEN has now, by its code: nothing that went elsewhere is held there.
    The caller holds the folder: a sending under way is one that was killed there. Raises OutputError when the journal
    is damaged or made by a later version.
    """
    if not path.exists():
        return ()
    with opened(path) as journal:
        return partis_in(journal, boites, lettres_of(journal))


def partis_in(journal: sqlite3.Connection, boites: Mapping[str, str], lettres: Lettres) -> tuple[Parti, ...]:
    """Return the same from a journal that is open."""
    found = journal.execute(
        f"SELECT adresse, dsden, lot_sha256, part, decoupe, etat, etat_le FROM envoi WHERE {PARTI} ORDER BY id"
    ).fetchall()
    rows = [row for adresse, *row in found if reached(adresse, boites.get(row[0], ""))]
    bundles = {key: _bundle(journal, *key, lettres) for key in dict.fromkeys((dsden, sha) for dsden, sha, *_ in rows)}
    return tuple(
        _parti(bundle, row, moment_of(when), rang)
        for rang, (*row, when) in enumerate(rows)
        if (bundle := bundles[row[0], row[1]]) is not None
    )


def as_received(path: Path, dsden: str, sha256: str) -> Parti:
    """Return a bundle of the journal as if it had left whole, in one message. Raises LookupError for none such."""
    with opened(path) as journal:
        return received_in(journal, lettres_of(journal), dsden, sha256)


def received_in(journal: sqlite3.Connection, lettres: Lettres, dsden: str, sha256: str) -> Parti:
    """Return the same from a journal that is open."""
    bundle = _bundle(journal, dsden, sha256, lettres)
    if bundle is None:
        raise LookupError("the journal does not know this bundle")
    return _parti(bundle, (dsden, sha256, "1", str(len(bundle.letters)), Avancement.ENVOYE), _NOT_YET, 0)


def _parti(bundle: _Bundle, row: Sequence[str], when: datetime, rang: int) -> Parti:
    dsden, sha256, part, decoupe, etat = row
    letters = tuple(Version(*letter, when, rang) for letter in bundle.letters)
    split = tuple(map(int, decoupe.split("+")))
    certain = etat == Avancement.ENVOYE
    return Parti(
        dsden, sha256, bundle.complet, split, int(part), certain, when, letters, bundle.retirees, bundle.vacants
    )  # fmt: skip


def _bundle(journal: sqlite3.Connection, dsden: str, sha256: str, lettres: Lettres) -> _Bundle | None:
    """Return the last bundle of these bytes; each time that they were made, they held the same.

    None as well where a journal that was made again does not know what its letters say: nothing can be compared with
    them, and its DSDEN receives a full bundle.
    """
    found = journal.execute(
        "SELECT id, passage, numero FROM lot WHERE dsden = ? AND sha256 = ? ORDER BY id DESC LIMIT 1", (dsden, sha256)
    ).fetchone()
    if found is None:
        return None
    number, passage, numero = found
    made = lettres(number)
    if any(one.fields == UNKNOWN for _, one in made):
        return None
    gone = journal.execute("SELECT fichier FROM retrait WHERE lot = ? ORDER BY rowid", (number,)).fetchall()
    return _Bundle(
        numero == 0,
        tuple((fichier, one.contenu, one) for fichier, one in made),
        tuple(fichier for (fichier,) in gone),
        vacant_posts(journal, passage, dsden),
    )


@dataclass(frozen=True, slots=True)
class Version:
    """A letter as a bundle brought it: its file, what it says (a digest), how it was made, when it left.

    `rang` is that of its message among all that left: two may leave within one second.
    """

    fichier: str
    contenu: str
    made: Made = field(compare=False)
    envoyee_le: datetime = field(compare=False)
    rang: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Parti:
    """A message that left, or may have (`certain` is false): which part of which bundle, and all that this one brings.

    `decoupe` are the letters of each part (10, 10, 4), `part` counts from 1. `letters` are those of the whole bundle,
    in order, `retirees` the files that a corrective one withdraws, `vacants` the vacant posts that were known then. A
    full bundle replaces everything.
    """

    dsden: str
    sha256: str
    complet: bool
    decoupe: tuple[int, ...]
    part: int
    certain: bool
    quand: datetime
    letters: tuple[Version, ...]
    retirees: tuple[str, ...] = ()
    vacants: Mapping[str, str] = field(default_factory=dict)

    @property
    def of_part(self) -> dict[str, Version]:
        """Return the letters of this part, by file."""
        start = sum(self.decoupe[: self.part - 1])
        return {one.fichier: one for one in self.letters[start : start + self.decoupe[self.part - 1]]}
