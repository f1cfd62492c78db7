"""`mlds purger`: show what past campaigns keep of people, ask, remove it, say what was removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipeline.campaign.folder import workspace
from pipeline.campaign.purge import (
    Ancien,
    Retire,
    letters_named,
    past_folders,
    proves_something,
    remove,
    without_its_journal,
)
from pipeline.cli.screen import Terminal
from pipeline.cli.usage import agreed, confirmed, is_somebody_there
from pipeline.errors import ExitCode, PipelineError
from pipeline.french.words import pluriel
from pipeline.settings.config import Config
from pipeline.terminal import purge as show


def purge(config: Config, before: int, now: datetime, confirmer: bool, terminal: Terminal) -> ExitCode:
    """Remove the personal data of the school years that began before a year; never those of the campaign.

    A folder that cannot be purged is named and keeps all it has; the others are. One whose journal proves nothing any
    more goes whole, after a question of its own that `confirmer` does not answer.
    """
    found = past_folders(config, before)
    unproved = {one.dossier for one in found if one.journal and not proves_something(one.journal)}
    letters = {one.dossier: 0 if one.dossier in unproved else _named(one, terminal) for one in found}
    due = [
        one for one in found if one.refus is None and (one.fichiers or letters[one.dossier] or one.dossier in unproved)
    ]
    show.show_found(found, due, letters, config, terminal)
    if not due:
        return ExitCode.OK
    if not confirmed(show.question(due), confirmer):
        return ExitCode.OK
    chosen = [_agreed_without_proof(one, terminal) if one.dossier in unproved else one for one in due]
    removed = _removed([one for one in chosen if one], before, now, terminal)
    show.show_removed(removed, terminal)
    return ExitCode.OK if len(removed) == len(due) else ExitCode.OUTPUT


def _agreed_without_proof(ancien: Ancien, terminal: Terminal) -> Ancien | None:
    """Return a folder that goes with its journal, None when nobody said yes to that."""
    if is_somebody_there() and agreed(show.question_without_proof(ancien)):
        return without_its_journal(ancien)
    show.show_left_unproved(ancien, terminal)
    return None


def _named(ancien: Ancien, terminal: Terminal) -> int:
    """Return how many letters a journal still names; one that cannot be read is told, and stops its own folder."""
    if ancien.journal is None:
        return 0
    try:
        return letters_named(ancien.journal)
    except PipelineError as error:
        terminal.say(str(error))
        return 0


def _removed(due: Sequence[Ancien], before: int, now: datetime, terminal: Terminal) -> tuple[Retire, ...]:
    removed = []
    terminal.start("Retrait", sum(len(one.fichiers) for one in due))
    for one in due:
        try:
            with workspace(one.dossier, "mlds purger") as work:
                removed.append(remove(one, before, now, work, terminal.advance))
        except PipelineError as error:
            terminal.say(str(error))
    count = sum(one.fichiers for one in removed)
    terminal.done(pluriel(count, "fichier retiré", "fichiers retirés"), well=len(removed) == len(due))
    return tuple(removed)
