"""What `mlds purger` tells: what would be removed, what is left alone, what was removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.campaign.purge import Ancien, Retire
from pipeline.cli.screen import Terminal
from pipeline.cli.usage import short
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
