"""`mlds purger`: show what past campaigns keep of people, ask, remove it, say what was removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipeline.config import Config
from pipeline.errors import ExitCode, PipelineError
from pipeline.french import pluriel
from pipeline.journal.effacement import letters_named
from pipeline.output.workspace import workspace
from pipeline.purge.dossiers import Ancien, past_folders
from pipeline.purge.retrait import Retire, remove
from pipeline.terminal import purge as show
from pipeline.terminal.screen import Terminal
from pipeline.terminal.usage import confirmed


def purge(config: Config, before: int, now: datetime, confirmer: bool, terminal: Terminal) -> ExitCode:
    """Remove the personal data of the school years that began before a year; never those of the campaign.

    A folder that cannot be purged is named and keeps all it has; the others are.
    """
    found = past_folders(config, before)
    letters = {one.dossier: _named(one, terminal) for one in found}
    due = [one for one in found if one.refus is None and (one.fichiers or letters[one.dossier])]
    show.show_found(found, due, letters, config, terminal)
    if not due:
        return ExitCode.OK
    if not confirmed(show.question(due), confirmer):
        return ExitCode.OK
    removed = _removed(due, before, now, terminal)
    show.show_removed(removed, terminal)
    return ExitCode.OK if len(removed) == len(due) else ExitCode.OUTPUT


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
            with workspace(one.dossier, "mlds purger"):
                removed.append(remove(one, before, now, terminal.advance))
        except PipelineError as error:
            terminal.say(str(error))
    count = sum(one.fichiers for one in removed)
    terminal.done(pluriel(count, "fichier retiré", "fichiers retirés"), well=len(removed) == len(due))
    return tuple(removed)
