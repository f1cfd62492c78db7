"""The journal of the sendings: each message with its state, on the disk before what it announces takes place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pipeline.errors import JournalError, OutputError
from pipeline.journal.opening import Journal, insert
from pipeline.journal.tables import moment_of
from pipeline.journal.witness import NOT_WRITTEN


class Etat(StrEnum):
    """How far a message has come; what a state announces happens after it is on the disk."""

    PREPARE = "prepare"
    """It is about to be sent, or to be tried again: nothing can have been taken."""
    EN_COURS = "en_cours"
    """Its last byte is about to leave: from here to the server's answer, nobody can know."""
    ENVOYE = "envoye"
    REFUSE = "refuse"
    """It was not taken, that is certain: refused, or the server could not be reached."""
    INCERTAIN = "incertain"

    @property
    def parti(self) -> bool:
        """Return whether the message left, or may have."""
        return self not in (Etat.PREPARE, Etat.REFUSE)


BROUILLON, PAS_ENVOYE = "brouillon", "brouillon non envoyé"
"""What stands in the place of a server's answer for a draft: nobody knows yet, someone said that it was not sent."""
BY_HAND = "envoyé à la main"
PARTI = f"etat IN ({', '.join(repr(etat.value) for etat in Etat if etat.parti)})"
"""The same as a condition of SQL on a line of `envoi`."""


@dataclass(frozen=True, slots=True)
class Envoi:
    """One sending of one message, as the journal knows it.

    `decoupe` is how its bundle was split (« 10+10+4 » letters), `etat_le` when its state was written down.
    """

    dsden: str
    lot_sha256: str
    part: int
    decoupe: str
    message_id: str
    adresse: str
    etat: Etat
    etat_le: datetime
    reponse: str

    @property
    def brouillon(self) -> bool:
        """Return whether this is a draft of which nobody has said whether it was sent."""
        return self.etat is Etat.INCERTAIN and self.reponse == BROUILLON


class Planned(Protocol):
    """A message that a person may send or the program will: its place in its bundle, to whom it goes, its bytes."""

    @property
    def part(self) -> int: ...
    @property
    def letters(self) -> int: ...
    @property
    def everybody(self) -> tuple[str, ...]: ...
    @property
    def subject(self) -> str: ...
    @property
    def size(self) -> int: ...


class Outgoing(Planned, Protocol):
    """A message that is finished: its DSDEN, the bundle it is a part of, its Message-ID."""

    @property
    def dsden(self) -> str: ...
    @property
    def bundle_sha256(self) -> str: ...
    @property
    def message_id(self) -> str: ...


class Note(Protocol):
    """Write down the state of a message: at which try, and what the server said."""

    def __call__(self, message: Outgoing, etat: Etat, essais: int, reponse: str = "") -> None: ...


def envois_in(journal: sqlite3.Connection) -> tuple[Envoi, ...]:
    """Return all the sendings in the order in which they began.

    Nobody else holds the folder, so a sending under way is one that was killed there: it is uncertain.
    """
    rows = journal.execute(
        "SELECT dsden, lot_sha256, part, decoupe, message_id, adresse, etat, etat_le, reponse FROM envoi ORDER BY id"
    ).fetchall()
    return tuple(
        Envoi(dsden, lot, part, decoupe, message_id, adresse, _certain(etat), moment_of(when), said)
        for dsden, lot, part, decoupe, message_id, adresse, etat, when, said in rows
    )


def reached(adresse: str, boite: str) -> bool:
    """Return whether a message to some addresses is one that the mailboxes which a DSDEN has today all had.

    Where either is not known, it may be: a journal that was made again, a DSDEN that config.toml has no more.
    """
    return not (adresse and boite) or set(boite.casefold().split(", ")) <= set(adresse.casefold().split(", "))


def first_departures(journal: sqlite3.Connection) -> dict[str, date]:
    """Return when each bundle that left, or may have, first did so, by its sha256: whatever is known of its letters."""
    rows = journal.execute(f"SELECT lot_sha256, etat_le FROM envoi WHERE {PARTI} ORDER BY id DESC").fetchall()
    return {sha256: moment_of(when).date() for sha256, when in rows}


def _certain(etat: str) -> Etat:
    return Etat.INCERTAIN if etat == Etat.EN_COURS else Etat(etat)


@contextmanager
def noting(journal: Journal, decoupes: Mapping[str, str], now: Callable[[], datetime]) -> Iterator[Note]:
    """Give what writes states to the journal: a new line for each message of this run, then changes to it.

    `decoupes` gives by DSDEN how its bundle is split. Lines of former runs never change. Each state is on the disk when
    the call returns. Raises OutputError.
    """
    lines: dict[tuple[str, int], int] = {}
    connection = journal.connection

    def note(message: Outgoing, etat: Etat, essais: int, reponse: str = "") -> None:
        key, when = (message.dsden, message.part), now().isoformat()
        with _noted(journal.path, message, etat):
            journal.require_last()
            with connection:
                if key not in lines:
                    lines[key] = insert(connection, "envoi", [_row(message, decoupes[message.dsden], when)])
                changed = connection.execute(
                    "UPDATE envoi SET etat = ?, etat_le = ?, reponse = ?, essais = ? WHERE id = ?",
                    (etat, when, reponse, essais, lines[key]),
                )
                if changed.rowcount != 1:
                    raise sqlite3.DatabaseError("the line of this message is gone")
            if etat is Etat.EN_COURS:
                _prove_before_it_leaves(journal, lines[key])

    try:
        yield note
    finally:
        journal.keep()


def _prove_before_it_leaves(journal: Journal, line: int) -> None:
    """Have copy and witness know of a message before its last byte: put back later, they know, or are too old.

    Where they cannot, it does not leave, and the journal takes its word back. Raises OutputError.
    """
    try:
        journal.testify()
    except OutputError as error:
        try:
            with journal.connection as connection:
                connection.execute("UPDATE envoi SET etat = ? WHERE id = ?", (Etat.PREPARE, line))
        except sqlite3.Error:
            raise _StaysError(str(error)) from error
        raise


class _StaysError(OutputError):
    """A message did not leave, and the journal could not take back that it was about to."""


_BUT = {
    Etat.ENVOYE: "le serveur a pris ce message, mais le journal le dira incertain : ne le renvoyez pas",
    Etat.INCERTAIN: "personne ne sait si ce message est arrivé, et le journal le dira incertain",
}
_NOT_GONE = "ce message n’est pas parti, ni ceux qui le suivent"
_STAYS = f"{_NOT_GONE}, mais le journal le dira incertain : --renvoyer l’envoie"


@contextmanager
def _noted(path: Path, message: Outgoing, etat: Etat) -> Iterator[None]:
    """Raise OutputError for a state that cannot be written down: it says what became of the message all the same."""
    try:
        yield
    except (sqlite3.Error, OutputError) as error:
        said = _STAYS if isinstance(error, _StaysError) else _BUT.get(etat, _NOT_GONE)
        why = str(error) if isinstance(error, JournalError) else f"{path} : {NOT_WRITTEN}"
        raise OutputError(f"DSDEN {message.dsden} : {said}. {why}") from error


def _row(message: Outgoing, decoupe: str, when: str) -> dict[str, object]:
    return {
        "dsden": message.dsden,
        "lot_sha256": message.bundle_sha256,
        "part": message.part,
        "decoupe": decoupe,
        "message_id": message.message_id,
        "adresse": ", ".join(message.everybody),
        "objet": message.subject,
        "octets": message.size,
        "prepare_le": when,
        "etat": Etat.PREPARE,
        "etat_le": when,
        "reponse": "",
        "essais": 0,
    }
