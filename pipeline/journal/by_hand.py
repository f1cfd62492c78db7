"""What a person sends, or says of it: drafts that may leave, bundles sent by hand, answers, and what these outdate."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.journal.opening import Journal, insert
from pipeline.journal.sendings import BROUILLON, BY_HAND, PARTI, PAS_ENVOYE, Envoi, Etat, Planned
from pipeline.journal.tables import moment_of


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person sends of a bundle, or may send: some of its messages; `decoupe` is how the whole is split."""

    dsden: str
    lot_sha256: str
    messages: tuple[Planned, ...]
    decoupe: str


def note_by_hand(journal: Journal, sent: Sequence[ByHand], when: datetime) -> None:
    """Write down messages that someone sent by hand: they left, without a server's answer. Raises OutputError."""
    with journal.saving() as connection:
        insert(connection, "envoi", [row for one in sent for row in _by_hand(one, Etat.ENVOYE, BY_HAND, when)])


def note_drafts(journal: sqlite3.Connection, drafts: Sequence[ByHand], when: datetime) -> None:
    """Write down drafts as messages that may leave: nobody sees whether a person sends them.

    One that is written again, with nothing else for its DSDEN since, stays the same line.
    """
    for row in (row for one in drafts for row in _by_hand(one, Etat.INCERTAIN, BROUILLON, when)):
        (found,) = journal.execute(_SAME_DRAFT, row).fetchone()
        if found is None:
            insert(journal, "envoi", [row])
        else:
            journal.execute("UPDATE envoi SET etat_le = ? WHERE id = ?", (row["etat_le"], found))


def settle(journal: Journal, messages: Sequence[Envoi], when: datetime, *, sent: bool) -> None:
    """Write down what someone said of messages that may have left: they did, or they did not. Raises OutputError."""
    etat, said = (Etat.ENVOYE, BY_HAND) if sent else (Etat.REFUSE, PAS_ENVOYE)
    with journal.saving() as connection:
        connection.executemany(
            "UPDATE envoi SET etat = ?, etat_le = ?, reponse = ? WHERE dsden = ? AND lot_sha256 = ? AND part = ? AND "
            f"decoupe = ? AND {PARTI} AND etat <> ?",
            [
                (etat, when.isoformat(), said, one.dsden, one.lot_sha256, one.part, one.decoupe, Etat.ENVOYE)
                for one in messages
            ],
        )


def answered_since(journal: sqlite3.Connection) -> frozenset[str]:
    """Return the DSDEN whose bundles were made before someone said what became of another one: they are outdated."""
    last: dict[str, datetime] = {}
    made: defaultdict[str, set[str]] = defaultdict(set)
    for dsden, sha256, quand in journal.execute(_LAST_LOTS):
        last[dsden] = moment_of(quand)
        made[dsden].add(sha256)
    answers = journal.execute(
        "SELECT dsden, lot_sha256, etat_le FROM envoi WHERE reponse IN (?, ?)", (BY_HAND, PAS_ENVOYE)
    ).fetchall()
    return frozenset(
        dsden
        for dsden, sha256, when in answers
        if dsden in last and sha256 not in made[dsden] and moment_of(when) > last[dsden]
    )


_LAST_LOTS = """
SELECT dsden, sha256, quand FROM lot JOIN passage ON passage.id = lot.passage
WHERE passage = (SELECT max(passage) FROM lot AS other WHERE other.dsden = lot.dsden)
"""
_SAME_DRAFT = f"""
SELECT max(id) FROM envoi WHERE dsden = :dsden AND part = :part AND lot_sha256 = :lot_sha256 AND decoupe = :decoupe
    AND adresse = :adresse AND etat = :etat AND reponse = :reponse AND id > (
        SELECT coalesce(max(id), 0) FROM envoi WHERE dsden = :dsden AND lot_sha256 <> :lot_sha256 AND {PARTI})
"""


def _by_hand(one: ByHand, etat: Etat, said: str, when: datetime) -> list[dict[str, object]]:
    """Return the lines of messages without a Message-ID of ours nor a server's answer."""
    moment = when.isoformat()
    return [
        {
            "dsden": one.dsden, "lot_sha256": one.lot_sha256, "part": message.part, "decoupe": one.decoupe,
            "message_id": "", "adresse": ", ".join(message.everybody), "objet": message.subject,
            "octets": message.size, "prepare_le": moment, "etat": etat, "etat_le": moment, "reponse": said, "essais": 0,
        }
        for message in one.messages
    ]  # fmt: skip
