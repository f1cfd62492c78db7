"""What `mlds controler` prints: a line a group, then each thing to say of a file. It is data: it goes to stdout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from pipeline.cli.usage import bound
from pipeline.errors import ExitCode
from pipeline.french.words import pluriel
from pipeline.load.cells import one_clean_line

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
