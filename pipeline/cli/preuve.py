"""The commands that look back: controler."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.shared import command, guarded
from pipeline.errors import ExitCode
from pipeline.terminal.usage import FRENCH_HELP


@command(short_help="Prouve que les fichiers sont ceux qui ont été produits.")
@FRENCH_HELP
@click.argument("lots", nargs=-1, type=click.Path(path_type=Path, readable=False), metavar="[LOT.ZIP]…")
@guarded
def controler(lots: tuple[Path, ...]) -> ExitCode:
    """Vérifie un lot reçu, d’après son propre manifeste : rien d’autre n’est nécessaire."""
    from pipeline.commands.controler import check_lots

    return check_lots(lots)
