"""`mlds envoyer`, step by step: prove, show, ask, and only then send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.campaign.folder import workspace
from pipeline.campaign.sending import publish_drafts
from pipeline.cli import envoyer_tables as show
from pipeline.cli.by_hand import note_bundles, settle_drafts_of
from pipeline.cli.envoyer_tables import EXEMPLE
from pipeline.cli.screen import Terminal
from pipeline.cli.usage import agreed, confirmed
from pipeline.errors import ExitCode, MailError, OutputError
from pipeline.french.words import pluriel
from pipeline.journal.beginning import begin, is_lost
from pipeline.journal.copied import former_place, settle
from pipeline.journal.sendings import Etat
from pipeline.progress import Clock
from pipeline.send.access import check_settings, lots_password, smtp_password
from pipeline.send.delivery import Delivery, Patience, deliver
from pipeline.send.imap import keep_copies
from pipeline.send.message import Message
from pipeline.send.smtp import Line
from pipeline.send.stage import Demande, Pli, compose_all, notes, plis_of
from pipeline.settings.config import Config
from pipeline.settings.fields import one_line
from pipeline.summarize.sendings import tell_sendings


def send_bundles(
    config: Config, demande: Demande, clock: Clock, terminal: Terminal, patience: Patience | None = None
) -> ExitCode:
    """Show what would leave and, when that was asked, send it; the folder is held all the while.

    Raises PipelineError for what stops everything before the first message leaves; what a server does then is told
    message by message, and ends in `ExitCode.MAIL`.
    """
    if demande.sends or demande.brouillons:
        check_settings(config, essai=demande.essai, drafts=demande.brouillons)
    if not (config.journal.exists() or is_lost(config.journal)):
        raise MailError(f"{config.dossier_annee} : il n’y a aucun lot à envoyer. Lancez d’abord « mlds produire ».")
    with workspace(config.dossier_annee, "mlds envoyer") as work:
        begin(config.journal)
        try:
            return _step_by_step(config, demande, clock, patience or Patience(), work, terminal)
        finally:
            _tell_in_the_page(config, work, clock, terminal)


def _step_by_step(
    config: Config, demande: Demande, clock: Clock, patience: Patience, work: Path, terminal: Terminal
) -> ExitCode:
    if demande.noted:
        demande = settle_drafts_of(config, demande, work, clock, terminal)
        if not demande.deja_envoye:
            return ExitCode.OK
    terminal.start("Lots")
    plis = plis_of(config, demande, clock)
    terminal.done(pluriel(len(plis), "lot vérifié", "lots vérifiés"))
    show.show_plis(plis, demande, terminal)
    count = sum(len(pli.dus) for pli in plis)
    if not count:
        return show.show_nothing_due(plis, demande, terminal)
    if demande.deja_envoye:
        return note_bundles(plis, config, demande, clock, terminal)
    if not (demande.essai or _may_leave_from_here(config, demande, clock, terminal)):
        return ExitCode.MAIL
    if demande.brouillons:
        messages = _made(plis, config, demande, clock, terminal)
        drafts, told = publish_drafts(messages, plis, config, work, clock.now())
        show.show_drafts(drafts, [pli.bundle.dsden for pli in plis if pli.dus and not pli.bundle.exemple], terminal)
        for line in told:
            terminal.say(line)
        return ExitCode.OK
    exemple = any(pli.bundle.exemple for pli in plis)
    if not demande.sends:
        show.show_what_to_type(count, demande, exemple, terminal)
        return ExitCode.OK
    if exemple and not demande.essai:
        raise MailError(EXEMPLE)
    if not agreed(_question(count, demande)):
        terminal.say("Rien n’a été envoyé.")
        return ExitCode.OK
    return _send(plis, config, demande, clock, patience, terminal)


def _may_leave_from_here(config: Config, demande: Demande, clock: Clock, terminal: Terminal) -> bool:
    """Return whether messages may leave from this folder: one that was copied or moved is asked about, once."""
    former = former_place(config.journal)
    if former:
        terminal.say(show.copied(former))
    if not (demande.confirmer or demande.brouillons):
        return True
    if former and not confirmed(show.QUESTION_ICI, demande.ici, "--ici"):
        return False
    settle(config.journal, clock.now())
    return True


def _send(
    plis: Sequence[Pli], config: Config, demande: Demande, clock: Clock, patience: Patience, terminal: Terminal
) -> ExitCode:
    """Make every message before the first one leaves, then hand them over one by one."""
    user = config.courrier.utilisateur
    password = smtp_password(user) if user else ""
    messages = _made(plis, config, demande, clock, terminal)
    sent: list[Message] = []
    copied: list[Message] = []
    with notes(plis, config, demande, clock) as note, Line(config.courrier, password, patience) as line:
        delivered = deliver(messages, line, note, clock, patience, terminal.say)
        deliveries = _noting_sent(delivered, line, sent, copied)
        code = show.show_deliveries(deliveries, plis, demande, terminal)
    if sent and not demande.essai and config.courrier.copie_pour_vous != "aucune":
        by_imap = config.courrier.copie_pour_vous == "envoyes"
        kept, fault = keep_copies(config.courrier, password, sent) if by_imap else (len(copied), line.no_copy)
        if kept and fault:
            where = "« Envoyés »" if by_imap else "votre boîte"
            only = f"{pluriel(kept, 'copie')} seulement sur {len(sent)} dans {where}"
            terminal.say(f"Les messages sont partis, mais {only} : {one_line(fault)}.")
        else:
            show.show_copies(len(sent), fault, terminal, by_imap=by_imap)
    return code


def _noting_sent(
    deliveries: Iterable[Delivery], line: Line, sent: list[Message], copied: list[Message]
) -> Iterator[Delivery]:
    """Give deliveries on, and note the messages that were taken, and those with the sender's copy.

    Once a copy was refused, no later message has one.
    """
    for delivery in deliveries:
        if delivery.etat is Etat.ENVOYE:
            sent.append(delivery.message)
            if not line.no_copy:
                copied.append(delivery.message)
        yield delivery


def _made(
    plis: Sequence[Pli], config: Config, demande: Demande, clock: Clock, terminal: Terminal
) -> tuple[Message, ...]:
    """Make and prove every message, once the password that encrypts them is known."""
    password = lots_password() if config.courrier.chiffrement else None
    terminal.start("Messages")
    messages = compose_all(plis, config, demande, clock, password)
    terminal.done(pluriel(len(messages), "message prêt", "messages prêts"))
    return messages


def _tell_in_the_page(config: Config, work: Path, clock: Clock, terminal: Terminal) -> None:
    """Let rapport.html say what the journal knows now; that it cannot be written changes nothing to what was sent."""
    try:
        tell_sendings(config, work, clock.now())
    except OutputError as error:
        terminal.say(f"Le journal sait ce qui est parti, mais rapport.html ne le montre pas encore. {error}")


def _question(count: int, demande: Demande) -> str:
    what = "ce message" if count == 1 else f"ces {pluriel(count, 'message')}"
    return f"Envoyer {what} à {demande.essai}, et à personne d’autre ?" if demande.essai else f"Envoyer {what} ?"
