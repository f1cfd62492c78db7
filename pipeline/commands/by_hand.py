"""What a person says of the messages that they send themselves: this draft was sent, that one was not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.clock import Clock
from pipeline.config import Config
from pipeline.courrier.envoi import Demande, Pli
from pipeline.errors import CommandError, ExitCode
from pipeline.journal.envois import note_by_hand, read_envois, settle_drafts
from pipeline.terminal import courrier as show
from pipeline.terminal.screen import Terminal
from pipeline.terminal.usage import TOUS, agreed


def settle_drafts_of(config: Config, demande: Demande, terminal: Terminal) -> Demande:
    """Note what someone says of the drafts of some DSDEN, once they agreed; return what of it is not about drafts.

    Raises CommandError where no draft waits for an answer, OutputError.
    """
    waiting = [one for one in read_envois(config.journal) if one.brouillon]
    sent, codes = bool(demande.deja_envoye), demande.deja_envoye or demande.pas_envoye
    drafts = [one for one in waiting if codes == (TOUS,) or one.dsden in codes]
    without = tuple(code for code in codes if code != TOUS and code not in {one.dsden for one in drafts})
    if not drafts and not (sent and without):
        raise CommandError(_none(without))
    if drafts and agreed(show.question_of_drafts(drafts, sent=sent)):
        settle_drafts(config.journal, drafts, sent=sent)
        show.show_settled(drafts, terminal, sent=sent)
    elif drafts:
        terminal.say("Rien n’a été noté.")
        without = ()
    return replace(demande, deja_envoye=without if sent else (), pas_envoye=())


def _none(codes: Sequence[str]) -> str:
    whose = f" pour la DSDEN {', '.join(codes)}" if codes else ""
    return f"Aucun brouillon n’attend de réponse{whose}. « mlds envoyer » montre ce qui est parti."


def note_bundles(plis: Sequence[Pli], config: Config, clock: Clock, terminal: Terminal) -> ExitCode:
    """Note, once someone agreed, that bundles were sent by hand as they are, today."""
    sent = [pli for pli in plis if pli.dus]
    if not agreed(show.question_by_hand(sent)):
        terminal.say("Rien n’a été noté.")
        return ExitCode.OK
    note_by_hand(config.journal, [pli.by_hand for pli in sent], clock.now())
    show.show_noted(sent, terminal)
    return ExitCode.OK
