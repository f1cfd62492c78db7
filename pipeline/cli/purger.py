"""`mlds purger`: show what past campaigns keep of people, ask, remove it, say what was removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

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
from pipeline.files import short
from pipeline.french.words import octets, pluriel
from pipeline.settings.config import Config

_SHOWN = 10


def show_found(
    found: Sequence[Ancien], due: Sequence[Ancien], letters: Mapping[Path, int], config: Config, terminal: Terminal
) -> None:
    """Show what past years keep of people, and what is left alone."""
    for one in found:
        if one.refus:
            terminal.say(f"« {short(one.dossier)} » est laissé : {one.refus.value}.")
        for path in one.etrangers[:_SHOWN]:
            terminal.say(f"« {short(path)} » n’est pas un fichier du programme : il est laissé.")
        if len(one.etrangers) > _SHOWN:
            terminal.say(f"… et {pluriel(len(one.etrangers) - _SHOWN, 'autre')} dans « {short(one.dossier)} ».")
    if due:
        root = config.sortie.dossier
        rows = [
            [
                one.dossier.relative_to(root).as_posix(),
                str(len(one.fichiers)),
                str(letters[one.dossier]),
                octets(one.octets),
            ]
            for one in due
        ]
        terminal.table(["Dossier", "Fichiers", "Lettres nommées au journal", "Taille"], rows, right=(1, 2, 3))
        terminal.say(
            "Seront retirés : lots, lettres, rapports, brouillons, réserve, et dans le journal les noms et le contenu "
            "des lettres. Resteront : dates, nombres, empreintes, UAI, adresses des DSDEN et numéros des messages."
        )
    else:
        terminal.say("Il n’y a aucune donnée personnelle à retirer.")
    terminal.say(
        f"La campagne {config.campagne.annee_scolaire} n’est pas touchée, ni vos classeurs : ceux des années passées, "
        f"dans « {short(config.classeur.dossier)} » ou ailleurs, sont à supprimer par vous."
    )


def question(due: Sequence[Ancien]) -> str:
    """Return the one question: this cannot be undone."""
    count = pluriel(sum(len(one.fichiers) for one in due), "fichier")
    years = ", ".join(dict.fromkeys(one.dossier.name for one in due))
    return f"Retirer définitivement {count} ({years}), et les noms que les journaux contiennent ?"


_UNPROVED = "son journal est abîmé, perdu ou trop ancien, et sa copie de sauvegarde ne peut pas le remplacer"


def question_without_proof(ancien: Ancien) -> str:
    """Return the question of a folder whose journal cannot be believed, and so cannot be kept without its names."""
    return (
        f"« {short(ancien.dossier)} » : {_UNPROVED}. Si vous avez une sauvegarde de ce dossier, répondez non et "
        "remettez son journal. Il ne restera aucune preuve des envois de cette année. Retirer aussi le journal ?"
    )


def show_left_unproved(ancien: Ancien, terminal: Terminal) -> None:
    """Tell that such a folder keeps all it has, and how to go on."""
    terminal.say(
        f"« {short(ancien.dossier)} » est laissé : {_UNPROVED}. Remettez-le depuis une sauvegarde, ou relancez cette "
        "commande dans un terminal et répondez oui : elle demande s’il faut retirer ce journal aussi."
    )


def show_removed(removed: Sequence[Retire], terminal: Terminal) -> None:
    """Tell what was removed, folder by folder."""
    for one in removed:
        files = f"{pluriel(one.fichiers, 'fichier retiré', 'fichiers retirés')} ({octets(one.octets)})"
        names = f" ; {pluriel(one.lettres, 'lettre')} sans nom désormais au journal" if one.lettres else ""
        terminal.say(f"« {short(one.dossier)} » : {files}{names}.")


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
    show_found(found, due, letters, config, terminal)
    if not due:
        return ExitCode.OK
    if not confirmed(question(due), confirmer):
        return ExitCode.OK
    chosen = [_agreed_without_proof(one, terminal) if one.dossier in unproved else one for one in due]
    removed = _removed([one for one in chosen if one], before, now, terminal)
    show_removed(removed, terminal)
    return ExitCode.OK if len(removed) == len(due) else ExitCode.OUTPUT


def _agreed_without_proof(ancien: Ancien, terminal: Terminal) -> Ancien | None:
    """Return a folder that goes with its journal, None when nobody said yes to that."""
    if is_somebody_there() and agreed(question_without_proof(ancien)):
        return without_its_journal(ancien)
    show_left_unproved(ancien, terminal)
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
