"""One message after the other, each noted before and after: when to try again, when to stop, what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.clock import Clock
from pipeline.courrier.fautes import Faute, Issue
from pipeline.courrier.message import Message
from pipeline.french import pluriel
from pipeline.journal.envois import Etat, Note


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, in seconds.

    `answer` is for each answer, `verdict` for the one after the last byte, when the server looks for viruses; `waits`
    come between the tries of one message, and no try of it begins after `total`.
    """

    answer: float = 60
    verdict: float = 300
    waits: tuple[float, ...] = (5, 20, 60, 120)
    total: float = 600


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message: its state in the journal, after how many tries, and the fault it ended on."""

    message: Message
    etat: Etat
    essais: int
    faute: Faute | None = None


class Line(Protocol):
    """The way to the server; `was_open` tells whether it has been reached at least once."""

    was_open: bool

    def hand_over(self, message: Message, before_last: Callable[[], None]) -> str:
        """Give a message to the server, `before_last` called just before its last byte; return what it answered.

        Raises Faute.
        """

    def cut(self) -> None:
        """Drop the connection; the next message opens another."""


def deliver(
    messages: Sequence[Message], line: Line, note: Note, clock: Clock, patience: Patience, tell: Callable[[str], None]
) -> Iterator[Delivery]:
    """Send messages one after the other, each noted before and after; give what became of each as soon as it is known.

    A message that is refused does not stop the others; a server that would refuse them all does, and the rest is not
    given. Nothing is raised for what a server does.
    """
    for message in messages:
        delivery = _deliver_one(message, line, note, clock, patience, tell)
        yield delivery
        if delivery.faute and delivery.faute.issue in (Issue.SERVEUR, Issue.INJOIGNABLE):
            return


def _deliver_one(
    message: Message, line: Line, note: Note, clock: Clock, patience: Patience, tell: Callable[[str], None]
) -> Delivery:
    """Try a message until it is taken, refused for good or uncertain, or until patience is at its end."""
    began = clock.monotonic()
    note(message, Etat.PREPARE, 1)
    for tries, wait in enumerate((*patience.waits, None), 1):
        try:
            words = line.hand_over(message, lambda tries=tries: note(message, Etat.EN_COURS, tries))  # type: ignore[misc]
        except Faute as faute:
            line.cut()
            late = wait is None or clock.monotonic() - began + wait > patience.total
            if wait is None or late or not _may_pass(faute, line):
                etat = Etat.INCERTAIN if faute.issue is Issue.INCERTAINE else Etat.REFUSE
                note(message, etat, tries, faute.trace)
                return Delivery(message, etat, tries, faute)
            note(message, Etat.PREPARE, tries + 1, faute.trace)
            tell(f"DSDEN {message.dsden} : {faute.quoi}. Nouvel essai dans {pluriel(round(wait), 'seconde')}.")
            clock.sleep(wait)
        else:
            note(message, Etat.ENVOYE, tries, words)
            return Delivery(message, Etat.ENVOYE, tries)
    raise AssertionError("the last try has no wait after it")


def _may_pass(faute: Faute, line: Line) -> bool:
    return faute.issue is Issue.PASSAGERE or (faute.issue is Issue.INJOIGNABLE and line.was_open)
