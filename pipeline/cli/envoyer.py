"""`mlds envoyer`: show what would leave, ask, and only then have it sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.campaign.folder import Campaign
from pipeline.campaign.sending import (
    Sending,
    copies_of,
    handed_over,
    held,
    made,
    proved,
    publish_drafts,
    require_real,
    server_password,
)
from pipeline.cli import envoyer_tables as show
from pipeline.cli.by_hand import note_bundles, settle_drafts_of
from pipeline.cli.screen import Terminal
from pipeline.cli.usage import agreed, confirmed, hidden
from pipeline.errors import ExitCode
from pipeline.french.words import pluriel
from pipeline.journal.copied import former_place, settle
from pipeline.journal.opening import Journal
from pipeline.progress import Clock
from pipeline.send.delivery import Patience
from pipeline.send.stage import Demande, Pli
from pipeline.settings.config import Config


def send_bundles(
    config: Config, demande: Demande, clock: Clock, terminal: Terminal, patience: Patience | None = None
) -> ExitCode:
    """Show what would leave and, when that was asked, send it; the folder is held all the while.

    Raises PipelineError for what stops everything before the first message leaves; what a server does then is told
    message by message, and ends in `ExitCode.MAIL`.
    """
    sending = Sending(config, demande, clock, patience or Patience(), terminal, terminal.say, hidden)
    with held(sending) as campaign:
        if demande.noted:
            demande = settle_drafts_of(campaign, demande, clock, terminal)
            if not demande.deja_envoye:
                return ExitCode.OK
        return _step_by_step(replace(sending, demande=demande), campaign, terminal)


def _step_by_step(sending: Sending, campaign: Campaign, terminal: Terminal) -> ExitCode:
    demande, plis = sending.demande, proved(sending, campaign.journal)
    show.show_plis(plis, demande, terminal)
    count = sum(len(pli.dus) for pli in plis)
    if not count:
        return show.show_nothing_due(plis, demande, terminal)
    if demande.deja_envoye:
        return note_bundles(plis, campaign.journal, demande, sending.clock, terminal)
    if not (demande.essai or _may_leave_from_here(sending, campaign.journal, terminal)):
        return ExitCode.MAIL
    if demande.brouillons:
        return _write_drafts(plis, sending, campaign, terminal)
    if not demande.sends:
        show.show_what_to_type(count, demande, any(pli.bundle.exemple for pli in plis), terminal)
        return ExitCode.OK
    if not demande.essai:
        require_real(plis)
    if not agreed(_question(count, demande)):
        terminal.say("Rien n’a été envoyé.")
        return ExitCode.OK
    return _send(plis, sending, campaign, terminal)


def _may_leave_from_here(sending: Sending, journal: Journal, terminal: Terminal) -> bool:
    """Return whether messages may leave from this folder: one that was copied or moved is asked about, once."""
    demande, former = sending.demande, former_place(journal)
    if former:
        terminal.say(show.copied(former))
    if not (demande.confirmer or demande.brouillons):
        return True
    if former and not confirmed(show.QUESTION_ICI, demande.ici, "--ici"):
        return False
    settle(journal, sending.clock.now())
    return True


def _write_drafts(plis: Sequence[Pli], sending: Sending, campaign: Campaign, terminal: Terminal) -> ExitCode:
    messages = made(plis, sending)
    drafts, told = publish_drafts(messages, plis, campaign, sending.clock.now())
    show.show_drafts(drafts, [pli.bundle.dsden for pli in plis if pli.dus and not pli.bundle.exemple], terminal)
    for line in told:
        terminal.say(line)
    return ExitCode.OK


def _send(plis: Sequence[Pli], sending: Sending, campaign: Campaign, terminal: Terminal) -> ExitCode:
    """Make every message before the first one leaves, then hand them over one by one."""
    password = server_password(sending)
    messages = made(plis, sending)
    with handed_over(messages, plis, sending, campaign.journal, password) as deliveries:
        delivered = show.show_deliveries(deliveries, plis, sending.demande, terminal)
    if copies := copies_of(delivered, sending, password):
        show.show_copies(copies, terminal)
    return show.exit_code_of(delivered, plis, sending.demande)


def _question(count: int, demande: Demande) -> str:
    what = "ce message" if count == 1 else f"ces {pluriel(count, 'message')}"
    return f"Envoyer {what} à {demande.essai}, et à personne d’autre ?" if demande.essai else f"Envoyer {what} ?"
