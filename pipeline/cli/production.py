"""The commands that make letters, or look at what they are made from: produire, verifier, modele."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from pipeline.cli.shared import CLASSEUR, CONFIG, DSDEN, OUVRIR, SORTIE, command, guarded, settings_of, workbook_of
from pipeline.errors import ExitCode
from pipeline.terminal.usage import FRENCH_HELP, WholeNumber


@command(short_help="Produit les lettres en PDF, un lot par DSDEN.")
@FRENCH_HELP
@CLASSEUR
@CONFIG
@SORTIE
@DSDEN
@click.option(
    "--limite", type=WholeNumber(min=1), metavar="N",
    help="Seulement les N premières lettres : un essai, écrit dans un dossier à part.",
)  # fmt: skip
@click.option(
    "--moteur", type=click.Choice(["auto", "libreoffice", "word"]), help="Le logiciel qui fabrique les PDF.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Ne faire aucun lot s’il reste une ligne à corriger.")
@click.option("--refaire", is_flag=True, help="Refaire toutes les lettres, même celles que rien n’a changé.")
@click.option("--garder-docx", is_flag=True, help="Garder aussi les lettres Word, dans le dossier docx.")
@OUVRIR
@guarded
def produire(
    classeur: Path | None, config_path: Path, sortie: Path | None, dsden: tuple[str, ...], limite: int | None,
    moteur: str | None, strict: bool, refaire: bool, garder_docx: bool, ouvrir: bool,
) -> ExitCode:  # fmt: skip
    """Produit les lettres en PDF, les relit, et fait un lot par DSDEN.

    Sans CLASSEUR : le plus récent du dossier indiqué dans config.toml.
    """
    from pipeline.run import Request, produce
    from pipeline.terminal.messages import show_production
    from pipeline.terminal.ouverture import open_report
    from pipeline.terminal.screen import Terminal

    config = settings_of(config_path, sortie, "essai" if limite else None)
    if moteur:
        config = config.with_engine(moteur)
    request = Request(workbook_of(classeur, config), config.known_dsden(dsden), limite, strict, garder_docx, refaire)
    with Terminal() as terminal:
        summary = produce(config, request, datetime.now(), terminal)
        show_production(summary, strict, terminal)
    if ouvrir:
        open_report(config.dossier_annee / "rapport.html")
    return ExitCode.ROWS_LEFT if summary.verdict.rejected else ExitCode.OK


@command()
@FRENCH_HELP
@CLASSEUR
@CONFIG
@SORTIE
@OUVRIR
@guarded
def verifier(classeur: Path | None, config_path: Path, sortie: Path | None, ouvrir: bool) -> ExitCode:
    """Vérifie le classeur sans rien produire, et dit quoi corriger.

    Sans CLASSEUR : le plus récent du dossier indiqué dans config.toml.
    """
    from pipeline.config import VERIFICATION
    from pipeline.run import verify
    from pipeline.terminal.messages import show_verification
    from pipeline.terminal.ouverture import open_report
    from pipeline.terminal.screen import Terminal

    config = settings_of(config_path, sortie, VERIFICATION)
    workbook = workbook_of(classeur, config)
    with Terminal() as terminal:
        summary = verify(config, workbook, datetime.now(), terminal)
        show_verification(summary, terminal)
    if ouvrir:
        open_report(config.dossier_annee / "rapport.html")
    return ExitCode.ROWS_LEFT if summary.verdict.rejected else ExitCode.OK


@command()
@FRENCH_HELP
@click.argument("gabarit", required=False, type=click.Path(path_type=Path, readable=False), metavar="[GABARIT]")
@CONFIG
@SORTIE
@click.option(
    "--champs", is_flag=True,
    help="Lister les champs par groupe, avec leur sens et leur valeur dans la première ligne valable du classeur.",
)  # fmt: skip
@click.option("--apercu", is_flag=True, help="Imprimer quelques lettres d’essai, en PDF et en images.")
@click.option(
    "--classeur", type=click.Path(path_type=Path, readable=False), metavar="CLASSEUR",
    help="Le classeur d’où viennent ces valeurs, et les noms les plus longs de l’aperçu.",
)  # fmt: skip
@guarded
def modele(
    gabarit: Path | None, config_path: Path, sortie: Path | None, champs: bool, apercu: bool, classeur: Path | None
) -> ExitCode:  # fmt: skip
    """Vérifie le gabarit Word et liste ses champs.

    Sans GABARIT : tous ceux de config.toml. S’il a des défauts, une copie les montre en commentaires Word, à leur
    place. Avec --champs seul, rien n’est vérifié.
    """
    from pipeline.terminal.screen import Terminal

    config = settings_of(config_path, sortie, None)
    with Terminal() as terminal:
        terminal.start("Gabarit")
        from pipeline.commands.modele import Request, look_at_templates

        sound = look_at_templates(config, Request(gabarit, champs, apercu, classeur), terminal)
    return ExitCode.OK if sound else ExitCode.INPUT
