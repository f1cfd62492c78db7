"""The sending on one page: what would leave, made ready, then handed over."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import partial
from uuid import uuid4

from pipeline.bundle.held import Detenu, Received, chosen, detenues, is_settled
from pipeline.bundle.ready import Bundle, proved_bundles
from pipeline.errors import CommandError, MailError
from pipeline.journal.by_hand import ByHand, answered_since
from pipeline.journal.letters import lettres_of
from pipeline.journal.opening import Journal
from pipeline.journal.published import left_numbers
from pipeline.journal.sendings import Etat, Note, Outgoing, envois_in, noting
from pipeline.journal.sent import Suivi, decoupe, partis_in, received_in, suivi
from pipeline.progress import Clock
from pipeline.send.message import Message, Outline, compose, preview
from pipeline.settings.config import Config
from pipeline.settings.fields import box, domain, mailbox


class Retenue(StrEnum):
    """Why nothing of a bundle leaves until someone has done something about it."""

    DECOUPE = "une partie est déjà partie, découpée autrement"
    REFAIRE = "une réponse a été notée depuis qu’il a été fait"
    BROUILLON = "le brouillon d’avant attend une réponse"


@dataclass(frozen=True, slots=True)
class Demande:
    """What the command line asks: which DSDEN (none: all), to send, to send to oneself, drafts, which ones again.

    `complet` asks for full bundles where corrective ones would do; `deja_envoye` are the DSDEN whose drafts or bundles
    someone sent by hand, `pas_envoye` those whose drafts nobody sent: both are only noted. `(TOUS,)`: all drafts.
    `ici`: it is from this folder, copied or moved, that one sends from now on.
    """

    dsden: tuple[str, ...] = ()
    confirmer: bool = False
    essai: str | None = None
    brouillons: bool = False
    renvoyer: tuple[str, ...] = ()
    complet: bool = False
    deja_envoye: tuple[str, ...] = ()
    pas_envoye: tuple[str, ...] = ()
    ici: bool = False

    @property
    def sends(self) -> bool:
        """Return whether something is to leave; `confirmer` only answers the question where something is noted."""
        return (self.confirmer and not self.noted) or self.essai is not None

    @property
    def noted(self) -> str:
        """Return the option that says what became of messages, "" without one."""
        return "--deja-envoye" if self.deja_envoye else "--pas-envoye" if self.pas_envoye else ""

    @property
    def confirmation(self) -> str:
        """Return the command that would send the same."""
        options = [*(f" --dsden {code}" for code in self.dsden), *(f" --renvoyer {code}" for code in self.renvoyer)]
        return "mlds envoyer --confirmer" + " --complet" * self.complet + "".join(options)

    def checked(self, config: Config) -> Demande:
        """Return the same with its address as messages write it. Raises CommandError for what cannot be meant.

        A trial to the mailbox of a DSDEN would show it the letters of the others.
        """
        if self.brouillons and self.sends:
            raise CommandError("--brouillons écrit des fichiers et n’envoie rien : retirez --confirmer et --essai.")
        if self.noted and (self.sends or self.brouillons or self.renvoyer or self.dsden):
            raise CommandError(
                f"{self.noted} note ce que vous avez fait d’un message, et n’envoie rien : retirez --essai, "
                "--brouillons, --renvoyer et --dsden."
            )
        if self.deja_envoye and self.pas_envoye:
            raise CommandError("--deja-envoye et --pas-envoye : une commande pour chacun.")
        if self.dsden and (left_out := [code for code in self.renvoyer if code not in self.dsden]):
            raise CommandError(f"--renvoyer {left_out[0]} : --dsden laisse cette DSDEN de côté. Ajoutez-l’y.")
        if self.essai is None:
            return self
        if self.renvoyer:
            raise CommandError("Un essai n’est pas un envoi : retirez --renvoyer, ou --essai.")
        try:
            essai = mailbox(self.essai)
        except ValueError as error:
            raise CommandError(f"« --essai » : {error}.") from None
        if box(essai) in {box(address) for one in config.dsden for address in one.adresses}:
            raise CommandError(f"« --essai » : {essai} est l’adresse d’une DSDEN. Donnez la vôtre.")
        return replace(self, essai=essai)


@dataclass(frozen=True, slots=True)
class Pli:
    """What one DSDEN is to receive: its bundle, what is known of it, what its messages will be, and those to send.

    `detenu` is what it may hold already, `attente` whether a draft of it waits for an answer.
    """

    bundle: Bundle
    suivi: Suivi
    messages: tuple[Outline, ...]
    dus: tuple[Outline, ...]
    detenu: Detenu = field(default_factory=Detenu)
    attente: bool = False
    retenue: Retenue | None = None

    @property
    def by_hand(self) -> ByHand:
        """Return the messages to send, for a person who sends them."""
        return ByHand(self.bundle.dsden, self.bundle.sha256, self.dus, decoupe(self.messages))

    @property
    def correction(self) -> date | None:
        """Return the day of the sending that a full bundle replaces; a corrective one replaces no message."""
        return self.suivi.remplace.date() if self.suivi.remplace and not self.bundle.numero else None


def plis_of(config: Config, journal: sqlite3.Connection, demande: Demande, clock: Clock) -> tuple[Pli, ...]:
    """Return what would leave, for the table: no message is made yet. The caller holds the folder.

    All the bundles are proved, whichever are asked for. Raises MailError when one of them is not what was produced, or
    when there is none to send.
    """
    lettres = lettres_of(journal)
    held = detenues(partis_in(journal, config.boites, lettres))
    asked = demande.dsden or demande.deja_envoye
    bundles = [
        bundle
        for bundle in chosen(proved_bundles(config, journal), held, complet=demande.complet)
        if not asked or bundle.dsden in asked
    ]
    if not bundles:
        whose = f" pour la DSDEN {', '.join(asked)}" if asked else ""
        raise MailError(
            f"{config.dossier_lots} : il n’y a aucun lot à envoyer{whose}. Lancez d’abord « mlds produire »."
        )
    envois, received = envois_in(journal), partial(received_in, journal, lettres)
    waiting, held_back = {one.dsden for one in envois if one.brouillon}, _held_back(bundles, journal)
    return tuple(
        _pli(
            Pli(bundle, known, (), (), held.get(bundle.dsden, Detenu()), bundle.dsden in waiting),
            held_back.get(bundle.dsden), received, config, demande, clock,
        )
        for bundle in bundles
        for known in [suivi(envois, bundle.dsden, bundle.sha256, config.boites[bundle.dsden])]
    )  # fmt: skip


def _held_back(bundles: Sequence[Bundle], journal: sqlite3.Connection) -> dict[str, Retenue]:
    """Return the DSDEN whose bundle may not leave: made before an answer, or of a number that would leave a hole."""
    outdated, left = answered_since(journal), left_numbers(journal, drafts=False)
    early = {one.dsden: Retenue.BROUILLON for one in bundles if one.numero > left.get(one.dsden, 0) + 1}
    return early | dict.fromkeys(outdated, Retenue.REFAIRE)


def _pli(
    pli: Pli, held_back: Retenue | None, received: Received, config: Config, demande: Demande, clock: Clock
) -> Pli:
    """Return what is to leave of a bundle, all of it for a trial."""
    bundle = pli.bundle
    messages = preview(bundle, config, when=clock.now(), essai=demande.essai, correction=pli.correction)
    if demande.essai:
        return replace(pli, messages=messages, dus=messages)
    if held_back and not demande.deja_envoye:
        return replace(pli, messages=messages, retenue=held_back)
    again = bundle.dsden in demande.renvoyer or (demande.brouillons and pli.suivi.en_brouillon)
    if not (again or demande.complet) and is_settled(bundle, pli.detenu, pli.suivi, received):
        return replace(pli, messages=messages)
    if demande.deja_envoye:
        return replace(pli, messages=messages, dus=pli.suivi.not_accepted(messages))
    try:
        return replace(pli, messages=messages, dus=pli.suivi.dus(messages, again))
    except ValueError:
        return replace(pli, messages=messages, retenue=Retenue.DECOUPE)


def compose_all(
    plis: Sequence[Pli], config: Config, demande: Demande, clock: Clock, password: str | None
) -> tuple[Message, ...]:
    """Return the messages to send, finished and proved: all of them before the first one leaves.

    A message that may have left before has the Message-ID that the journal gives. Raises what `compose` does.
    """
    messages: list[Message] = []
    for pli in plis:
        if not pli.dus:
            continue
        same = demande.essai is None and pli.suivi.decoupe == decoupe(pli.messages)
        composed = compose(
            pli.bundle, config, when=clock.now(), essai=demande.essai, correction=pli.correction,
            message_ids=_identify(pli.suivi.identifiants if same else {}, domain(config.courrier.expediteur)),
            password=password,
        )  # fmt: skip
        if [_shown(message) for message in composed] != [_shown(message) for message in pli.messages]:
            raise MailError(
                f"DSDEN {pli.bundle.dsden} : le texte des messages vient de changer, et n’est plus celui du tableau. "
                "Rien n’a été envoyé. Relancez la commande."
            )
        due = {message.part for message in pli.dus}
        messages += [message for message in composed if message.part in due]
    return tuple(messages)


def _shown(message: Message | Outline) -> tuple[object, ...]:
    """Return what the table said of a message, before someone agreed to it."""
    return message.part, message.letters, message.everybody, message.subject


def _identify(recorded: Mapping[int, str], here: str) -> Callable[[str, int], str]:
    """Return what gives a part its Message-ID: the one that was recorded, else a new one."""
    return lambda _, part: recorded.get(part) or f"<{uuid4()}@{here}>"


@contextmanager
def notes(plis: Sequence[Pli], journal: Journal, demande: Demande, clock: Clock) -> Iterator[Note]:
    """Give what the states of messages are written down with; a trial is none of the journal's business."""
    if demande.essai:
        yield _nowhere
        return
    with noting(journal, {pli.bundle.dsden: decoupe(pli.messages) for pli in plis}, clock.now) as note:
        yield note


def _nowhere(message: Outgoing, etat: Etat, essais: int, reponse: str = "") -> None:
    """Write nothing down."""
