"""The commands about the working folder and the machine: `mlds` alone, init, diagnostic."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import CONFIG, command, guarded, now
from pipeline.cli.usage import FRENCH_HELP, tell
from pipeline.errors import ExitCode


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
    from pipeline.send.access import smtp_password

    with Terminal() as terminal:
        return show_findings(diagnose(config_path, now(), smtp_password), terminal)
