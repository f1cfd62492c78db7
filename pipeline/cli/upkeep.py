"""The commands that look back: journal, controler, purger."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import CONFIG, SORTIE, command, guarded, now, settings_of
from pipeline.cli.usage import FRENCH_HELP, PURGE_INTERRUPTED, SchoolYear, tell
from pipeline.errors import CommandError, ExitCode


@command(short_help="Montre les passages, les lots et les envois.")
@FRENCH_HELP
@click.argument("uai", required=False, metavar="[UAI]")
@CONFIG
@SORTIE
@click.option("--reprendre", is_flag=True, help="Remettre sur pied un journal perdu ou abîmé.")
@click.option("--confirmer", is_flag=True, help="Avec --reprendre : ne pas poser la question.")
@guarded
def journal(
    uai: str | None, config_path: Path, sortie: Path | None, reprendre: bool, confirmer: bool
) -> ExitCode:  # fmt: skip
    """Montre les passages, les lots et les envois de la campagne ; avec un UAI, la vie des lettres d’un établissement.

    Ne change rien, sauf avec --reprendre.
    """
    config = settings_of(config_path, sortie)
    if reprendre:
        from pipeline.campaign.recovery import mend

        return mend(config, now(), confirmer)
    from pipeline.cli.journal import show_journal

    return show_journal(config, uai)


@command(short_help="Prouve que les fichiers sont ceux qui ont été produits.")
@FRENCH_HELP
@click.argument("lots", nargs=-1, type=click.Path(path_type=Path, readable=False), metavar="[LOT.ZIP]…")
@CONFIG
@SORTIE
@guarded
def controler(lots: tuple[Path, ...], config_path: Path, sortie: Path | None) -> ExitCode:
    """Compare chaque fichier de la campagne avec ce qui a été produit ; nomme celui dont un seul octet a changé.

    Avec un ou plusieurs lots : vérifie chacun d’après son propre manifeste, sans réglages ni journal.
    """
    from pipeline.cli.controler import check_campaign, check_lots
    from pipeline.cli.screen import Terminal

    if lots:
        return check_lots(lots)
    with Terminal() as terminal:
        return check_campaign(settings_of(config_path, sortie), terminal)


@command(short_help="Retire les données personnelles des campagnes passées.")
@FRENCH_HELP
@click.option(
    "--avant", "before", type=SchoolYear(), metavar="ANNÉE",
    help="Les années scolaires commencées avant celle-ci : --avant 2025 retire 2024-2025 et les précédentes.",
)  # fmt: skip
@click.option("--confirmer", is_flag=True, help="Ne pas poser la question.")
@CONFIG
@SORTIE
@guarded
def purger(before: int | None, confirmer: bool, config_path: Path, sortie: Path | None) -> ExitCode:
    """Retire les données personnelles des campagnes passées, et garde ce qui prouve les envois.

    Montre d’abord ce qui serait retiré, puis pose la question. La campagne de config.toml n’est jamais touchée.
    """
    from pipeline.cli.purger import purge
    from pipeline.cli.screen import Terminal

    if before is None:
        raise CommandError(
            "Indiquez jusqu’où : « mlds purger --avant 2025 » retire 2024-2025 et les années précédentes."
        )
    config = settings_of(config_path, sortie)
    try:
        with Terminal() as terminal:
            return purge(config, before, now(), confirmer, terminal)
    except KeyboardInterrupt:
        tell(PURGE_INTERRUPTED)
        return ExitCode.INTERRUPTED
