"""Which workbook is read, told and asked: several versions, a corrected copy that may take its place again."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from pipeline.campaign.workbook import choice_of, put_back, return_of
from pipeline.cli.usage import agreed, command_for, is_somebody_there, tell
from pipeline.errors import CommandError, InputError
from pipeline.files import short
from pipeline.french.words import listed
from pipeline.settings.config import Config


def chosen(config: Config) -> Path:
    """Return the workbook to read where none was named, and say which, and which are left alone.

    Raises InputError, with the command for each, where several may be meant and nobody chooses.
    """
    choice = choice_of(config)
    found, *others = choice.paths if choice.sure else _asked(choice.paths, config)
    tell(f"Classeur : {found}")
    if others:
        why = "C’est le plus récent de ce dossier. " if choice.sure else ""
        tell(f"{why}Non lu : {listed([f'« {one.name} »' for one in others])}.")
    return found


def _asked(paths: Sequence[Path], config: Config) -> list[Path]:
    """Ask which of several workbooks is meant; return it first."""
    if not is_somebody_there():
        commands = "\n".join(f"  {command_for(path)}" for path in paths)
        raise InputError(
            "Il y a plusieurs versions de votre classeur, et la date d’un fichier ne dit pas laquelle est la bonne. "
            "Rien n’a été fait. Supprimez celles qui ne servent plus, ou tapez la commande de celle qu’il faut lire :\n"
            f"{commands}"
        )
    tell("Il y a plusieurs versions de votre classeur :")
    for number, path in enumerate(paths, start=1):
        tell(f"  {number}. {short(path)}{'' if path.parent == config.classeur.dossier else ', corrigé'}")
    click.echo("Laquelle lire ? Tapez son numéro : ", nl=False, err=True)
    answer = sys.stdin.readline().strip()
    if answer not in map(str, range(1, len(paths) + 1)):
        raise InputError("Aucun classeur n’a été choisi : rien n’a été fait. Relancez la commande, et tapez un numéro.")
    found = paths[int(answer) - 1]
    return [found, *(path for path in paths if path != found)]


def in_its_place(workbook: Path, config: Config, agrees: bool, today: datetime) -> Path:
    """Return the workbook to read: a corrected copy first takes the place of the one it corrects, if someone agrees.

    Raises CommandError where `--remettre` asks it of another workbook, OutputError when it cannot be written.
    """
    back = return_of(workbook, config, today)
    if back is None:
        if agrees:
            raise CommandError(
                f"{workbook} : ce n’est pas un anomalies.xlsx de cette campagne, « --remettre » n’a rien à y faire. "
                "Retirez cette option."
            )
        return workbook
    where = short(back.target)
    names = listed([f"« {short(kept)} »" for _, kept in back.former])
    kept = f" L’ancien sera gardé : {names}." if names else ""
    question = f"Ce classeur corrigé prend-il sa place dans « {where} », pour y rester ?{kept}"
    if not (agrees or (is_somebody_there() and agreed(question))):
        return workbook
    placed = put_back(back)
    tell(f"Classeur corrigé : « {where} »." + (f" L’ancien est gardé : {names}." if names else ""))
    return placed
