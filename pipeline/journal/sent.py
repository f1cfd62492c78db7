"""All that left for the DSDEN, from the journal: each message with the letters of its bundle."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from typing import Protocol, TypeVar

from pipeline.journal.letters import UNKNOWN, Lettres, vacant_posts
from pipeline.journal.sendings import PARTI, Envoi, Etat, Planned, reached
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


def partis_in(journal: sqlite3.Connection, boites: Mapping[str, str], lettres: Lettres) -> tuple[Parti, ...]:
    """Return the messages that left, or may have, in the order in which they did.

    Only those to the mailbox that each DSDEN has now, by its code: nothing that went elsewhere is held there. Nobody
    else holds the folder: a sending under way is one that was killed there.
    """
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


def received_in(journal: sqlite3.Connection, lettres: Lettres, dsden: str, sha256: str) -> Parti:
    """Return a bundle of the journal as if it had left whole, in one message. Raises LookupError for none such."""
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


AnyPlanned = TypeVar("AnyPlanned", bound=Planned)


class AnyBundle(Protocol):
    """A bundle: whose it is, its number (0: the full one), its bytes."""

    @property
    def dsden(self) -> str: ...
    @property
    def numero(self) -> int: ...
    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Suivi:
    """What is known of one bundle, by its content: by part, what was accepted and what nobody can know.

    `decoupe` is how what left of it was split (« 10+10+4 » letters), else what was begun, "" when nothing was;
    `identifiants` are the Message-IDs recorded by part; `remplace` is when another content last left for this DSDEN,
    None when none did; `ailleurs` is what last left for another mailbox, None once anything left for this one.
    """

    envoyes: Mapping[int, Envoi]
    incertains: Mapping[int, Envoi]
    identifiants: Mapping[int, str]
    decoupe: str = ""
    remplace: datetime | None = None
    ailleurs: Envoi | None = None

    @property
    def parti(self) -> bool:
        """Return whether every part left, or may have: nothing remains that nobody has to ask for."""
        return bool(self.decoupe) and len(self.envoyes) + len(self.incertains) == len(self.decoupe.split("+"))

    @property
    def en_brouillon(self) -> bool:
        """Return whether all that may have left are drafts of which nobody has said whether they were sent."""
        return bool(self.incertains) and all(one.brouillon for one in self.incertains.values())

    def decoupe_autrement(self, messages: Sequence[Planned]) -> bool:
        """Return whether parts left, or may have, that are none of these: sending the rest could lose letters."""
        return bool(self.envoyes or self.incertains) and decoupe(messages) != self.decoupe

    def not_accepted(self, messages: Sequence[AnyPlanned]) -> tuple[AnyPlanned, ...]:
        """Return the messages of which the journal does not say that they were accepted."""
        known = {} if self.decoupe_autrement(messages) else self.envoyes
        return tuple(message for message in messages if message.part not in known)

    def dus(self, messages: Sequence[AnyPlanned], renvoyer: bool) -> tuple[AnyPlanned, ...]:
        """Return the messages that may leave: those that neither were accepted nor may have been.

        `renvoyer` is someone's own asking: it adds the uncertain ones or, where there are none, all. Raises ValueError
        when the remaining parts are no longer known: nothing may leave without being asked for.
        """
        if self.decoupe_autrement(messages):
            if not (renvoyer or self.parti):
                raise ValueError("the parts that remain are not among these messages")
            return tuple(messages) if renvoyer else ()
        again = (self.incertains or self.envoyes) if renvoyer else {}
        held = (self.envoyes.keys() | self.incertains.keys()) - again.keys()
        return tuple(message for message in messages if message.part not in held)


def decoupe(messages: Sequence[Planned]) -> str:
    """Return how a bundle is split: the letters of each part, « 10+10+4 »."""
    return "+".join(str(message.letters) for message in messages)


def suivi(envois: Sequence[Envoi], dsden: str, sha256: str, boite: str) -> Suivi:
    """Return what the journal's sendings, oldest first, say of a bundle for the mailbox that its DSDEN has now.

    What a DSDEN holds is the last content that left for it: a former one that comes back is a correction too. Once it
    was split anew and a part of that left, which takes someone's asking, the parts of before count no more. A part that
    was accepted once is, whatever became of it later; otherwise it is uncertain as soon as it was once.
    """
    own, ailleurs = vers(envois, dsden, boite)
    others = [number for number, one in enumerate(own) if one.lot_sha256 != sha256 and one.etat.parti]
    since = [one for one in own[others[-1] + 1 if others else 0 :] if one.lot_sha256 == sha256]
    begun = [one for one in since if one.etat.parti] or since
    last = begun[-1].decoupe if begun else ""
    latest = list(takewhile(lambda one: one.decoupe == last or not one.etat.parti, reversed(since)))[::-1]
    current = [one for one in latest if one.decoupe == last]
    envoyes = {one.part: one for one in current if one.etat is Etat.ENVOYE}
    incertains = {one.part: one for one in current if one.etat is Etat.INCERTAIN and one.part not in envoyes}
    identifiants = {one.part: one.message_id for one in current}
    return Suivi(envoyes, incertains, identifiants, last, own[others[-1]].etat_le if others else None, ailleurs)


def vers(envois: Sequence[Envoi], dsden: str, boite: str) -> tuple[list[Envoi], Envoi | None]:
    """Return a DSDEN's sendings to its mailbox; where none of them left, the last one that left for another."""
    all_of_it = [one for one in envois if one.dsden == dsden]
    own = [one for one in all_of_it if reached(one.adresse, boite)]
    if any(one.etat.parti for one in own):
        return own, None
    return own, next((one for one in reversed(all_of_it) if one.etat.parti), None)
