"""`mlds journal`: what the campaign went through, or what became of one school's letters. It only reads."""

from __future__ import annotations

from pipeline.config import Config
from pipeline.errors import CommandError, ExitCode, JournalError
from pipeline.journal.debut import is_lost
from pipeline.journal.ecole import ecole, near
from pipeline.journal.lecture import envois_connus, lots_connus, passages
from pipeline.journal.phrases import MISSING, NOTHING_YET, unfit
from pipeline.journal.schema import consulted, standing
from pipeline.output.workspace import looking_at
from pipeline.terminal import journal as show
from pipeline.terminal.usage import tell
from pipeline.uai import has_form, is_valid, key_of


def show_journal(config: Config, uai: str | None) -> ExitCode:
    """Print the journal of a campaign, or of one school of it; another run may be at work meanwhile.

    A journal that is not to be believed is shown all the same, after the sentence that says so, and ends in
    `ExitCode.OUTPUT`. Raises CommandError for what is no UAI, JournalError for what cannot be read.
    """
    uai = checked_uai(uai) if uai else None
    path = config.journal
    if is_lost(path):
        raise JournalError(f"{path} : {MISSING}")
    if not path.exists():
        tell(f"{config.dossier_annee} : {NOTHING_YET}")
        return ExitCode.OK
    with looking_at(config.dossier_annee) as alone:
        doubt = unfit(standing(path)) if alone else ""  # between two writes of another command, nothing can be told
    with consulted(path) as journal, show.on_stdout() as terminal:
        if doubt:
            tell(f"{path} : {doubt}")
        if uai is None:
            show.show_passages(passages(journal), terminal)
            show.show_lots(lots_connus(journal), terminal)
            show.show_envois(envois_connus(journal), terminal)
            show.show_purges(journal.execute("SELECT * FROM purge ORDER BY quand").fetchall(), terminal)
        elif found := ecole(journal, uai):
            show.show_ecole(found, terminal)
        else:
            like = near(journal, uai)
            hint = f" Voulez-vous dire {' ou '.join(like)} ?" if like else ""
            tell(f"{uai} : aucune lettre pour cet établissement dans cette campagne.{hint}")
    return ExitCode.OUTPUT if doubt else ExitCode.OK


def checked_uai(written: str) -> str:
    """Return a UAI as the journal writes it. Raises CommandError for what is none, with what is wrong."""
    uai = "".join(written.split()).upper()
    if not has_form(uai):
        raise CommandError(f"« {written} » n’est pas un numéro UAI : il faut sept chiffres et une lettre (0770002J).")
    if not is_valid(uai):
        raise CommandError(
            f"« {written} » n’est pas un numéro UAI : avec ces chiffres, la lettre serait {key_of(uai[:7])}. Un "
            "chiffre, ou la lettre, est mal tapé."
        )
    return uai
