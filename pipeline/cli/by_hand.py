"""What a person says of messages that may have left: this draft was sent, that one was not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.campaign.folder import Campaign
from pipeline.campaign.sending import keep_answered_drafts, outdated, require_real, unanswered
from pipeline.cli import envoyer_tables as show
from pipeline.cli.screen import Terminal
from pipeline.cli.usage import TOUS, agreed, is_somebody_there
from pipeline.errors import CommandError, ExitCode
from pipeline.french.words import listed
from pipeline.journal.by_hand import note_by_hand, settle
from pipeline.journal.opening import Journal
from pipeline.journal.sendings import Envoi
from pipeline.progress import Clock
from pipeline.send.stage import Demande, Pli


def settle_drafts_of(campaign: Campaign, demande: Demande, clock: Clock, terminal: Terminal) -> Demande:
    """Note what someone says of messages that may have left, one by one; return what of it is about none of them.

    Each is asked about, unless `confirmer` answers. Their drafts leave the folder of those to send.
    Raises CommandError where nothing waits for an answer, or where nobody can say which of several is meant.
    """
    journal = campaign.journal
    sent, codes = bool(demande.deja_envoye), demande.deja_envoye or demande.pas_envoye
    everybody = codes == (TOUS,)
    waiting = unanswered(journal, None if everybody else codes, drafts=not sent or everybody)
    without = tuple(code for code in codes if code != TOUS and code not in {one.dsden for one in waiting})
    if without and not sent:
        terminal.say(_none(without))
    if not waiting and not (sent and without):
        raise CommandError(_none(() if everybody else codes))
    _require_one_each(waiting, demande)
    require_someone(demande)
    for one in waiting:
        if demande.confirmer or agreed(show.question_of(one, sent=sent)):
            settle(journal, [one], clock.now(), sent=sent)
            show.show_settled(one, terminal, sent=sent)
        else:
            terminal.say("Rien n’a été noté de celui-là.")
    for line in keep_answered_drafts([one.dsden for one in waiting], campaign, clock.now()):
        terminal.say(line)
    if late := outdated(journal, waiting):
        terminal.say(f"DSDEN {listed(late)} : le lot qui est prêt date d’avant. Lancez « mlds produire ».")
    return replace(demande, deja_envoye=without if sent else (), pas_envoye=())


def _require_one_each(waiting: Sequence[Envoi], demande: Demande) -> None:
    """Raise CommandError where nobody is asked which of several bundles is meant."""
    bundles = {(one.dsden, one.lot_sha256) for one in waiting}
    codes = [dsden for dsden, _ in bundles]
    asked = is_somebody_there() and not demande.confirmer
    if not asked and (several := sorted({code for code in codes if codes.count(code) > 1})):
        raise CommandError(
            f"DSDEN {', '.join(several)} : plusieurs messages attendent une réponse. Lancez cette commande dans un "
            "terminal, sans « --confirmer » : elle demandera ce qu’est devenu chacun."
        )


def _none(codes: Sequence[str]) -> str:
    whose = f" pour la DSDEN {', '.join(codes)}" if codes else ""
    return f"Aucun brouillon n’attend de réponse{whose}. « mlds envoyer » montre ce qui est parti."


def require_someone(demande: Demande) -> None:
    """Raise CommandError where a word is to be noted that nobody is there to give, in answer or on the command line."""
    if not (demande.confirmer or is_somebody_there()):
        raise CommandError(
            f"{demande.noted} : personne n’est là pour répondre, et rien n’a été noté. Ajoutez « --confirmer » si vous "
            "en êtes sûr."
        )


def note_bundles(plis: Sequence[Pli], journal: Journal, demande: Demande, clock: Clock, terminal: Terminal) -> ExitCode:
    """Note, once someone agreed, that bundles were sent by hand as they are, today; never the invented people's."""
    sent = [pli for pli in plis if pli.dus]
    require_real(sent)
    require_someone(demande)
    if not (demande.confirmer or agreed(show.question_by_hand(sent))):
        terminal.say("Rien n’a été noté.")
        return ExitCode.OK
    note_by_hand(journal, [pli.by_hand for pli in sent], clock.now())
    show.show_noted(sent, terminal)
    return ExitCode.OK
