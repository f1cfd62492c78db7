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
    from pipeline.cli.journal import mend_journal, show_journal

    return mend_journal(config, now(), confirmer) if reprendre else show_journal(config, uai)


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


@guarded
def suite() -> ExitCode:
    """Tell what to do next in this folder; what is missing or damaged there is told too, and is no failure."""
    from pipeline.cli.next_step import next_step

    for line in next_step(Path("config.toml")):
        tell(line)
    return ExitCode.OK


@command(short_help="Prépare un dossier de travail.")
@FRENCH_HELP
@click.argument("dossier", type=click.Path(path_type=Path, readable=False), metavar="DOSSIER")
@click.option("--academie", metavar="NOM", help="L’académie, par exemple Rennes.")
@click.option("--annee", metavar="ANNÉE", help="L’année scolaire, par exemple 2026-2027.")
@click.option("--depart", type=click.Choice(["chiffres", "clair"]), help="Comment partent les lots.")
@click.option("--decide-par", metavar="TEXTE", help="Avec « --depart clair » : qui l’a décidé, et quand.")
@guarded
def init(
    dossier: Path, academie: str | None, annee: str | None, depart: str | None, decide_par: str | None
) -> ExitCode:  # fmt: skip
    """Prépare un dossier de travail : réglages, gabarits, classeur d’exemple, lanceurs, aide.

    Demande l’académie, l’année et le départ des lots, ou les prend dans les options. Rien n’est jamais remplacé : un
    fichier qui existe déjà reste tel quel, et est nommé. « mlds init . » prépare le dossier où vous êtes.
    """
    from pipeline.campaign.starter import lay
    from pipeline.campaign.starter.settings import Reponses
    from pipeline.cli.init import answers, show_laid

    said = Reponses(academie or "", annee or "", depart or "", decide_par or "")
    said = answers(said, (dossier / "config.toml").exists(), now())
    show_laid(lay(dossier, said), said)
    return ExitCode.OK


@command(short_help="Dit ce qui marche sur cet ordinateur.")
@FRENCH_HELP
@CONFIG
@guarded
def diagnostic(config_path: Path) -> ExitCode:
    """Dit ce qui marche sur cet ordinateur et ce qui manque, sans rien produire ni envoyer.

    Une lettre inventée est fabriquée pour essai, et le serveur d’envoi est essayé jusqu’au mot de passe.
    """
    from pipeline.cli.diagnostic import diagnose, show_findings
    from pipeline.cli.screen import Terminal
    from pipeline.cli.usage import hidden
    from pipeline.send.access import smtp_password

    with Terminal() as terminal:
        return show_findings(diagnose(config_path, now(), lambda user: smtp_password(user, hidden)), terminal)
