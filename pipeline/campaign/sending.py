"""A sending, step by step and without a screen: the folder held, messages made, sent, noted, shown in rapport.html."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pipeline.campaign import folder
from pipeline.campaign.folder import Campaign
from pipeline.campaign.shared import DRAFTS, Place, kept_notices, replacing_drafts, without_drafts
from pipeline.errors import MailError, OutputError
from pipeline.files import published
from pipeline.french.words import pluriel
from pipeline.journal.beginning import is_lost
from pipeline.journal.by_hand import answered_since, note_drafts
from pipeline.journal.opening import Journal
from pipeline.journal.published import known_files, publication, record_files
from pipeline.journal.sendings import Envoi, Etat, envois_in
from pipeline.names import dsden_of
from pipeline.progress import Clock, Progress
from pipeline.send.access import Hidden, check_settings, lots_password, smtp_password
from pipeline.send.delivery import Delivery, Patience, deliver, write_drafts
from pipeline.send.imap import keep_copies
from pipeline.send.message import Message
from pipeline.send.smtp import Line
from pipeline.send.stage import Demande, Pli, compose_all, notes, plis_of
from pipeline.settings.config import Config
from pipeline.summarize.sendings import tell_sendings

EXEMPLE = (
    "Rien n’a été envoyé. Ces lots contiennent les personnes inventées du classeur d’exemple : ils ne partent jamais "
    "vers une DSDEN. Pour voir les messages, envoyez-les à votre propre adresse : "
    "« mlds envoyer --essai votre.adresse@ac-exemple.fr »."
)


@dataclass(frozen=True, slots=True)
class Sending:
    """A sending of a campaign: its settings, what was asked, and what it needs of its user.

    `say` takes a sentence that cannot wait, `hidden` asks for a password.
    """

    config: Config
    demande: Demande
    clock: Clock
    patience: Patience
    progress: Progress
    say: Callable[[str], None]
    hidden: Hidden


@dataclass(frozen=True, slots=True)
class Copies:
    """The sender's own copies: how many messages left, how many copies were kept, why not all; by IMAP or by SMTP."""

    wanted: int
    kept: int
    fault: str
    by_imap: bool


@contextmanager
def held(sending: Sending) -> Iterator[Campaign]:
    """Hold the folder of a campaign, its journal open and proved; bring rapport.html up to date at the end.

    Raises ConfigError for settings that cannot send, MailError where nothing was produced yet.
    """
    config, demande = sending.config, sending.demande
    if demande.sends or demande.brouillons:
        check_settings(config, essai=demande.essai, drafts=demande.brouillons)
    if not (config.journal.exists() or is_lost(config.journal)):
        raise MailError(f"{config.dossier_annee} : il n’y a aucun lot à envoyer. Lancez d’abord « mlds produire ».")
    with folder.held(config, "mlds envoyer", sending.clock.now(), sending.progress) as campaign:
        try:
            yield campaign
        finally:
            _tell_in_the_page(sending, campaign)


def _tell_in_the_page(sending: Sending, campaign: Campaign) -> None:
    """Let rapport.html say what the journal knows now; that it cannot be written changes nothing to what was sent."""
    try:
        tell_sendings(campaign.journal, campaign.config.boites, campaign.work, sending.clock.now())
    except OutputError as error:
        sending.say(f"Le journal sait ce qui est parti, mais rapport.html ne le montre pas encore. {error}")


def proved(sending: Sending, journal: Journal) -> tuple[Pli, ...]:
    """Return what would leave, once all the lots are proved. Raises what `plis_of` does."""
    sending.progress.start("Lots")
    plis = plis_of(sending.config, journal.connection, sending.demande, sending.clock)
    sending.progress.done(pluriel(len(plis), "lot vérifié", "lots vérifiés"))
    return plis


def require_real(plis: Iterable[Pli]) -> None:
    """Raise MailError where the people of a lot are invented: it never leaves, nor counts as sent."""
    if any(pli.bundle.exemple for pli in plis):
        raise MailError(EXEMPLE)


def server_password(sending: Sending) -> str:
    """Return the password of the mail server, "" where it wants none. Raises MailError when nobody can give it."""
    user = sending.config.courrier.utilisateur
    return smtp_password(user, sending.hidden) if user else ""


def made(plis: Sequence[Pli], sending: Sending) -> tuple[Message, ...]:
    """Make and prove every message, once the password that encrypts them is known. Raises MailError."""
    config = sending.config
    password = lots_password(sending.hidden) if config.courrier.chiffrement else None
    sending.progress.start("Messages")
    messages = compose_all(plis, config, sending.demande, sending.clock, password)
    sending.progress.done(pluriel(len(messages), "message prêt", "messages prêts"))
    return messages


@contextmanager
def handed_over(
    messages: Sequence[Message], plis: Sequence[Pli], sending: Sending, journal: Journal, password: str
) -> Iterator[Iterator[Delivery]]:
    """Give what becomes of each message as soon as it is known; the connection is closed at the end."""
    config, clock, patience = sending.config, sending.clock, sending.patience
    with notes(plis, journal, sending.demande, clock) as note, Line(config.courrier, password, patience) as line:
        yield (
            replace(one, no_copy=line.no_copy) for one in deliver(messages, line, note, clock, patience, sending.say)
        )


def copies_of(delivered: Sequence[Delivery], sending: Sending, password: str) -> Copies | None:
    """Keep the sender's own copies of what left, and return how many there are; None where none is wanted."""
    courrier = sending.config.courrier
    sent = [one for one in delivered if one.etat is Etat.ENVOYE]
    if not sent or sending.demande.essai or courrier.copie_pour_vous == "aucune":
        return None
    if courrier.copie_pour_vous == "envoyes":
        kept, fault = keep_copies(courrier, password, [one.message for one in sent])
        return Copies(len(sent), kept, fault, by_imap=True)
    kept = sum(not one.no_copy for one in sent)
    return Copies(len(sent), kept, delivered[-1].no_copy, by_imap=False)


def unanswered(journal: Journal, codes: Collection[str] | None, *, drafts: bool) -> list[Envoi]:
    """Return the last line of each message that may have left and was not accepted since, for these DSDEN (None: all).

    With `drafts`, of drafts alone.
    """
    envois = envois_in(journal.connection)
    known = {(one.dsden, one.lot_sha256, one.part, one.decoupe): one for one in envois if one.etat is Etat.INCERTAIN}
    accepted = {(one.dsden, one.lot_sha256, one.part, one.decoupe) for one in envois if one.etat is Etat.ENVOYE}
    return [
        one for key, one in known.items()
        if key not in accepted and (one.brouillon or not drafts) and (codes is None or one.dsden in codes)
    ]  # fmt: skip


def outdated(journal: Journal, answered: Sequence[Envoi]) -> list[str]:
    """Return the DSDEN whose lot was made before these answers, which it ignores."""
    return sorted(answered_since(journal.connection) & {one.dsden for one in answered})


def publish_drafts(
    messages: Sequence[Message], plis: Sequence[Pli], campaign: Campaign, when: datetime
) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Write the drafts to `brouillons/`, in the place of former ones; return their names, and what there is to say.

    The journal knows each as a message that may leave, but for those of the invented people. Raises OutputError.
    """
    work, results, known = campaign.work, campaign.config.dossier_annee, campaign.journal.connection
    ready = work / DRAFTS
    ready.mkdir()
    drafts = write_drafts(messages, ready)
    place = Place(results, known_files(known), work / "avant", when.date())
    waiting = {one.dsden for one in envois_in(known) if one.brouillon} - {pli.bundle.dsden for pli in plis}
    codes = {dsden_of(path.name) for path in (results / DRAFTS).glob("*.eml")} - waiting
    room = replacing_drafts(place, ready, codes)
    files = publication(room.moves, results, work)
    with published(room.moves, work / "remplace"), campaign.journal.saving() as connection:
        record_files(connection, files, when)
        note_drafts(connection, [pli.by_hand for pli in plis if pli.dus and not pli.bundle.exemple], when)
    return tuple(results / DRAFTS / path.name for path in drafts), tuple(kept_notices(room, results))


def keep_answered_drafts(dsden: Collection[str], campaign: Campaign, when: datetime) -> tuple[str, ...]:
    """Move the drafts of DSDEN of which none waits for an answer to `brouillons/anciens/`; return what there is to say.

    What stays in `brouillons/` is still to be sent. Raises OutputError.
    """
    work, results, journal = campaign.work, campaign.config.dossier_annee, campaign.journal
    answered = {*dsden} - {one.dsden for one in envois_in(journal.connection) if one.brouillon}
    known = without_drafts(known_files(journal.connection), answered)
    room = replacing_drafts(Place(results, known, work / "avant", when.date()), work / DRAFTS, answered)
    files = publication(room.moves, results, work)
    with published(room.moves, work / "remplace"), journal.saving() as connection:
        record_files(connection, files, when)
    return tuple(kept_notices(room, results, "votre réponse est notée"))
