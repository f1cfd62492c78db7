"""Messages handed over in rounds, each noted before and after: when to try again, when to stop, what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Protocol

from pipeline.errors import MailError
from pipeline.files import output_error
from pipeline.french.words import listed, pluriel
from pipeline.journal.sendings import Etat, Note
from pipeline.progress import Clock
from pipeline.send.faults import Faute, Issue, au_dela, retenue
from pipeline.send.message import Message
from pipeline.send.written import FORM, check_form, head_fields, headers


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, in seconds.

    `answer` is for each answer, `verdict` for the one after the last byte, when the server looks for viruses. `waits`
    come between the rounds; the last is for servers that put off whom they do not know (greylisting, usually 300 s).
    No round begins after `total`.
    """

    answer: float = 60
    verdict: float = 180
    waits: tuple[float, ...] = (5, 20, 60, 300)
    total: float = 1200


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message: its state in the journal, after how many tries, and the fault it ended on.

    A message that is to be tried again is still `prepare`. `no_copy` is why the server takes no copy for the sender.
    """

    message: Message
    etat: Etat
    essais: int
    faute: Faute | None = None
    no_copy: str = ""


class Line(Protocol):
    """The way to the server."""

    @property
    def size_limit(self) -> int:
        """Return the size above which the server takes no message, 0 where it says none; opens the connection."""

    def open(self) -> object:
        """Make the connection if there is none. Raises Faute, which then has nothing to do with any message."""

    def hand_over(self, message: Message, before_last: Callable[[], None]) -> str:
        """Give a message to the server, `before_last` called just before its last byte; return what it answered.

        Raises Faute.
        """

    def cut(self) -> None:
        """Drop the connection; the next message opens another."""


def deliver(
    messages: Sequence[Message], line: Line, note: Note, clock: Clock, patience: Patience, tell: Callable[[str], None]
) -> Iterator[Delivery]:
    """Send messages, each noted before and after; give what became of each as soon as it is known.

    What is put off goes again in the next round: one wait is for all. A message that is refused does not stop the
    others, a server that would refuse them all does, and so does one that fails twice in a row before any message, or
    falls silent: what was never tried is then not given. Nothing is raised for what a server does.
    """
    service = _Service(messages, line, note, clock, patience, tell)
    due, began = [Delivery(message, Etat.PREPARE, 0) for message in messages], clock.monotonic()
    for wait in (*patience.waits, None):
        put_off = []
        for one in due:
            after = service.tried(one)
            if after.etat is Etat.PREPARE:
                put_off.append(after)
            elif after.essais or after.faute:
                yield service.ended(after)
        if wait is None or service.stopped or clock.monotonic() - began + wait > patience.total:
            yield from (service.ended(one) for one in put_off if one.essais)
            return
        if not put_off:
            return
        service.wait(put_off, wait)
        due = put_off


class _Service:
    """The conversation with one server: what it has shown so far decides what is still tried."""

    def __init__(
        self, messages: Sequence[Message], line: Line, note: Note, clock: Clock, patience: Patience,
        tell: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._line, self._note, self._clock, self._tell = line, note, clock, tell
        self._first_wait = patience.waits[0]
        self._heaviest: dict[str, int] = {}
        for one in messages:
            self._heaviest[one.dsden] = max(self._heaviest.get(one.dsden, 0), len(one.data))
        self._held: dict[str, Faute] = {}
        self._troubled = False
        self.stopped = False

    def tried(self, one: Delivery) -> Delivery:
        """Try a message, once more where the connection failed before it, and return how far it has come.

        Once the server has stopped everything, or refused the size of its bundle, it is not tried.
        """
        if self.stopped:
            return one
        if held := self._held.get(one.message.dsden):
            return Delivery(one.message, Etat.REFUSE, one.essais, held)
        after, connected = self._try(one)
        faute = after.faute
        if faute is None:
            self._troubled = False
            return after
        trouble = faute.muette or not connected
        self.stopped = _stops(faute) or (trouble and self._troubled)
        self._troubled = trouble
        if faute.issue is Issue.LOT:
            self._held[one.message.dsden] = retenue(faute)
        if self.stopped or after.etat is not Etat.PREPARE:
            return after
        # At once, and not when its turn comes again: killed before, what was refused must not be told as uncertain.
        self._note(after.message, Etat.PREPARE, after.essais + 1, faute.trace)
        if connected:
            return after
        self.wait([after], self._first_wait)
        return self.tried(after)

    def _try(self, one: Delivery) -> tuple[Delivery, bool]:
        """Try a message once; return what became of it, and whether the connection stood when it began."""
        message, tries, connected = one.message, one.essais + 1, False
        if tries == 1:
            self._note(message, Etat.PREPARE, 1)
        try:
            limit, connected = self._line.size_limit, True
            if 0 < limit < self._heaviest[message.dsden]:
                raise au_dela(self._heaviest[message.dsden], limit)
            words = self._line.hand_over(message, lambda: self._note(message, Etat.EN_COURS, tries))
        except Faute as faute:
            self._line.cut()
            return Delivery(message, _etat(faute), tries, faute), connected
        self._note(message, Etat.ENVOYE, tries, words)
        return Delivery(message, Etat.ENVOYE, tries), connected

    def ended(self, one: Delivery) -> Delivery:
        """Write down what a message that is not tried any more ended on, and return it."""
        etat = Etat.REFUSE if one.etat is Etat.PREPARE else one.etat
        if one.faute:
            self._note(one.message, etat, one.essais, one.faute.trace)
        return Delivery(one.message, etat, one.essais, one.faute)

    def wait(self, put_off: Sequence[Delivery], seconds: float) -> None:
        """Say what is tried again, why and when, and wait."""
        for one in put_off:
            if one.faute:
                self._tell(f"DSDEN {one.message.dsden} : {one.faute.quoi}.")
        codes = listed(list(dict.fromkeys(one.message.dsden for one in put_off)))
        self._tell(f"Nouvel essai dans {_duree(seconds)} (DSDEN {codes}).")
        self._clock.sleep(seconds)


def _stops(faute: Faute) -> bool:
    """Return whether no other message is worth a try."""
    return faute.issue is Issue.SERVEUR or (faute.issue is Issue.INCERTAINE and faute.muette)


def _duree(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return pluriel(minutes, "minute") if minutes > 1 and not rest else pluriel(round(seconds), "seconde")


def _etat(faute: Faute) -> Etat:
    """Return the state of a message after a fault; `prepare` for one that may pass."""
    if faute.issue is Issue.INCERTAINE:
        return Etat.INCERTAIN
    return Etat.PREPARE if faute.issue is Issue.PASSAGERE else Etat.REFUSE


_UNSENT = b"X-Unsent: 1"
"""What makes Outlook, and Thunderbird, open a file in the window where messages are written."""
_NOT_YET = frozenset({"Date", "Message-ID", "Auto-Submitted"})
"""What the mail program writes when a person sends; a message sent by hand is not an automatic one (RFC 3834, 5)."""


def draft(message: Message) -> bytes:
    """Return a message as a draft, its recipients and its content proved unchanged; raise MailError otherwise."""
    names, fields, rest = head_fields(message.data)
    kept = [field for name, field in zip(names, fields, strict=True) if name not in _NOT_YET]
    data = b"\r\n".join([_UNSENT, *kept]) + b"\r\n\r\n" + rest
    where = f"Brouillon de la DSDEN {message.dsden}"
    names = [name for name in (*FORM, *headers(message.copies)) if name not in _NOT_YET]
    check_form(data, ("X-Unsent", *names), where)
    read = message_from_bytes(data, policy=default)
    written = [one.addr_spec for header in ("To", "Cc") if read[header] for one in read[header].addresses]
    if tuple(written) != message.everybody:
        raise MailError(
            f"{where} : les destinataires ne sont pas ceux qui étaient voulus. Rien n’a été écrit. Vérifiez "
            "« courriel » et « copie » de cette DSDEN dans config.toml, puis signalez ce défaut du programme."
        )
    return data


def write_drafts(messages: Sequence[Message], folder: Path) -> tuple[Path, ...]:
    """Write one .eml a message in a folder, to be published from there, and return them in the same order.

    All are made and proved before the first is written. Raises MailError and OutputError.
    """
    made = [(folder / f"{message.attachment.removesuffix('.zip')}.eml", draft(message)) for message in messages]
    for path, data in made:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise output_error(path, error) from error
    return tuple(path for path, _ in made)
