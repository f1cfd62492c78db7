"""`mlds controler`: prove that files are what was produced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.bundle.checking import checked_lot
from pipeline.campaign.folder import workspace
from pipeline.campaign.proof import checked_campaign
from pipeline.cli.screen import Terminal
from pipeline.cli.usage import bound, tell
from pipeline.errors import ExitCode, JournalError
from pipeline.french.words import pluriel
from pipeline.journal.beginning import is_lost
from pipeline.journal.witness import MISSING, NOTHING_YET
from pipeline.load.cells import one_clean_line
from pipeline.settings.config import Config

if TYPE_CHECKING:
    from pipeline.bundle.checking import Constat, Groupe, LotLu


def show_groups(groupes: Iterable[Groupe]) -> ExitCode:
    """Print each group as it is checked; return 0 when every file is what was produced."""
    faults, told = 0, 0
    for groupe in groupes:
        wrong = sum(one.faute for one in groupe.constats)
        state = "tout est exact" if not wrong else pluriel(wrong, "défaut")
        click.echo(bound(f"{_mark(groupe.exact)} {groupe.nom} : {pluriel(groupe.fichiers, 'fichier')}, {state}"))
        _show(groupe.constats)
        faults, told = faults + wrong, told + len(groupe.constats)
    right = "Aucun défaut." if told else "Tout est exactement ce qui a été produit."
    click.echo(bound(f"{pluriel(faults, 'défaut')} en tout." if faults else right))
    return ExitCode.OUTPUT if faults else ExitCode.OK


def show_lots(lots: Iterable[tuple[str, LotLu]]) -> ExitCode:
    """Print what each bundle is and whether it is exact; return 0 when all of them are."""
    exact = True
    for name, lot in lots:
        right = not lot.constats
        click.echo(bound(f"{_mark(right)} {name} : {_verdict(lot)}"))
        if lot.dit:
            click.echo(bound(f"    {lot.dit}"))
            for gone in lot.manifeste.retirees if lot.manifeste and right else ():
                click.echo(bound(f"    lettre retirée : {one_clean_line(gone.nom)}"))
        _show(lot.constats)
        exact &= right
    return ExitCode.OK if exact else ExitCode.OUTPUT


def _verdict(lot: LotLu) -> str:
    if lot.absent:
        return "introuvable, rien n’a été contrôlé"
    return "à ne pas utiliser" if lot.constats else "exact"


def _show(constats: Sequence[Constat]) -> None:
    for one in constats:
        # Names inside a zip come from anywhere: nothing of them may move the terminal's cursor.
        text = one_clean_line(f"{one.fichier} : {one.quoi}. {one.remede}".rstrip())
        click.echo(bound(f"  {'✘' if one.faute else '·'} {text}"))


def _mark(right: bool) -> str:
    return "✔" if right else "✘"


def check_campaign(config: Config, terminal: Terminal) -> ExitCode:
    """Check every file of a campaign, and change none. Raises JournalError when its journal is lost."""
    if is_lost(config.journal):
        raise JournalError(f"{config.journal} : {MISSING}")
    if not config.journal.exists():
        tell(f"{config.dossier_annee} : {NOTHING_YET}")
        return ExitCode.OK
    with workspace(config.dossier_annee, "mlds controler"):
        groups = checked_campaign(config, terminal)
    return show_groups(groups)


def check_lots(paths: Sequence[Path]) -> ExitCode:
    """Check bundles from anywhere, each by its own manifest: neither settings nor journal are needed."""
    return show_lots((path.name, checked_lot(path)) for path in paths)
