"""The command line: options in, a French sentence and an exit code out. The only place that reads the clock.

Nothing heavy is imported before a command runs: `mlds --help` answers at once.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import click

from pipeline import __version__
from pipeline.errors import ExitCode, PipelineError
from pipeline.terminal.usage import (
    FRENCH_HELP,
    INTERRUPTED,
    SENDING_INTERRUPTED,
    TRIAL_INTERRUPTED,
    FrenchGroup,
    WholeNumber,
    tell,
)

if TYPE_CHECKING:
    from pipeline.config import Config

_CONFIG = click.option(
    "--config", "config_path", type=click.Path(path_type=Path, readable=False), default=Path("config.toml"),
    metavar="FICHIER", help="Le fichier de réglages (sans cette option : config.toml, dans ce dossier).",
)  # fmt: skip
_SORTIE = click.option(
    "--sortie", type=click.Path(path_type=Path, readable=False), metavar="DOSSIER",
    help="Où écrire les résultats, à la place du dossier de config.toml.",
)  # fmt: skip
_CLASSEUR = click.argument(
    "classeur", required=False, type=click.Path(path_type=Path, readable=False), metavar="[CLASSEUR]"
)


def _guarded(command: Callable[..., ExitCode]) -> Callable[..., None]:
    """Turn what a command raises into a sentence and an exit code; a bug leaves a file that tells it whole."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> None:
        # A short run that keeps nearly all it makes: looking for garbage so often costs a twentieth of its own time.
        gc.set_threshold(50_000, 20, 100)
        try:
            code = command(*args, **kwargs)
        except PipelineError as error:
            tell(str(error))
            code = error.exit_code
        except KeyboardInterrupt:
            tell(INTERRUPTED)
            code = ExitCode.INTERRUPTED
        except click.ClickException:
            raise
        except Exception as error:
            from pipeline.terminal.crash import write_crash_file

            tell(write_crash_file(error, datetime.now()))
            code = ExitCode.BUG
        sys.exit(code)

    return guarded


@click.group(cls=FrenchGroup, subcommand_metavar="COMMANDE …")
@FRENCH_HELP
@click.version_option(
    __version__, "--version", prog_name="mlds", message="%(prog)s %(version)s", help="Affiche la version."
)
def main() -> None:
    """Produit les lettres de mission des référents décrochage scolaire, vérifiées et rangées par DSDEN.

    Pour commencer : déposez votre classeur dans le dossier d’entrée, puis lancez « mlds verifier », corrigez ce qui
    est signalé, et lancez « mlds produire ».
    """


@main.command(short_help="Produit les lettres en PDF, un lot par DSDEN.")
@FRENCH_HELP
@_CLASSEUR
@_CONFIG
@_SORTIE
@click.option(
    "--dsden", multiple=True, metavar="CODE", help="Seulement cette DSDEN, par exemple 77 (à répéter au besoin)."
)
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
@_guarded
def produire(
    classeur: Path | None, config_path: Path, sortie: Path | None, dsden: tuple[str, ...], limite: int | None,
    moteur: str | None, strict: bool, refaire: bool, garder_docx: bool,
) -> ExitCode:  # fmt: skip
    """Produit les lettres en PDF, les relit, et fait un lot par DSDEN.

    Sans CLASSEUR : le plus récent du dossier indiqué dans config.toml.
    """
    from pipeline.run import Request, produce
    from pipeline.terminal.messages import show_production
    from pipeline.terminal.screen import Terminal

    config = _settings(config_path, sortie, "essai" if limite else None)
    if moteur:
        config = config.with_engine(moteur)
    request = Request(_workbook(classeur, config), config.known_dsden(dsden), limite, strict, garder_docx, refaire)
    with Terminal() as terminal:
        summary = produce(config, request, datetime.now(), terminal)
        show_production(summary, strict, terminal)
    return ExitCode.ROWS_LEFT if summary.verdict.rejected else ExitCode.OK


@main.command()
@FRENCH_HELP
@_CLASSEUR
@_CONFIG
@_SORTIE
@_guarded
def verifier(classeur: Path | None, config_path: Path, sortie: Path | None) -> ExitCode:
    """Vérifie le classeur sans rien produire, et dit quoi corriger.

    Sans CLASSEUR : le plus récent du dossier indiqué dans config.toml.
    """
    from pipeline.run import verify
    from pipeline.terminal.messages import show_verification
    from pipeline.terminal.screen import Terminal

    config = _settings(config_path, sortie, "verification")
    workbook = _workbook(classeur, config)
    with Terminal() as terminal:
        summary = verify(config, workbook, datetime.now(), terminal)
        show_verification(summary, terminal)
    return ExitCode.ROWS_LEFT if summary.verdict.rejected else ExitCode.OK


@main.command()
@FRENCH_HELP
@click.argument("gabarit", required=False, type=click.Path(path_type=Path, readable=False), metavar="[GABARIT]")
@_CONFIG
@_SORTIE
@click.option(
    "--champs", is_flag=True,
    help="Lister les champs par groupe, avec leur sens et leur valeur dans la première ligne valable du classeur.",
)  # fmt: skip
@click.option("--apercu", is_flag=True, help="Imprimer quelques lettres d’essai, en PDF et en images.")
@click.option(
    "--classeur", type=click.Path(path_type=Path, readable=False), metavar="CLASSEUR",
    help="Le classeur d’où viennent ces valeurs, et les noms les plus longs de l’aperçu.",
)  # fmt: skip
@_guarded
def modele(
    gabarit: Path | None, config_path: Path, sortie: Path | None, champs: bool, apercu: bool, classeur: Path | None
) -> ExitCode:  # fmt: skip
    """Vérifie le gabarit Word et liste ses champs.

    Sans GABARIT : tous ceux de config.toml. S’il a des défauts, une copie les montre en commentaires Word, à leur
    place. Avec --champs seul, rien n’est vérifié.
    """
    from pipeline.terminal.screen import Terminal

    config = _settings(config_path, sortie, None)
    with Terminal() as terminal:
        terminal.start("Gabarit")
        from pipeline.commands.modele import Request, look_at_templates

        sound = look_at_templates(config, Request(gabarit, champs, apercu, classeur), terminal)
    return ExitCode.OK if sound else ExitCode.INPUT


@main.command(short_help="Montre les envois ; --confirmer les fait.")
@FRENCH_HELP
@_CONFIG
@_SORTIE
@click.option("--confirmer", is_flag=True, help="Envoyer. Sans cette option, rien ne part.")
@click.option(
    "--dsden", multiple=True, metavar="CODE", help="Seulement cette DSDEN, par exemple 77 (à répéter au besoin)."
)
@click.option("--essai", metavar="ADRESSE", help="Tout envoyer à cette adresse, la vôtre, et à aucune autre.")
@click.option("--brouillons", is_flag=True, help="Écrire les messages dans des fichiers .eml, à envoyer vous-même.")
@click.option(
    "--renvoyer", multiple=True, metavar="CODE",
    help="Avec --confirmer : envoyer de nouveau ce qui est déjà parti, ou peut-être parti, pour cette DSDEN.",
)  # fmt: skip
@_guarded
def envoyer(
    config_path: Path, sortie: Path | None, confirmer: bool, dsden: tuple[str, ...], essai: str | None,
    brouillons: bool, renvoyer: tuple[str, ...],
) -> ExitCode:  # fmt: skip
    """Montre ce qui partirait vers chaque DSDEN ; avec --confirmer, l’envoie.

    Ce qui est déjà parti ne repart pas. Rien ne part sans --confirmer ou --essai.
    """
    from pipeline.commands.envoyer import send_bundles
    from pipeline.courrier.envoi import Demande
    from pipeline.courrier.remise import Clock
    from pipeline.terminal.screen import Terminal

    config = _settings(config_path, sortie, None)
    codes, again = config.known_dsden(dsden), config.known_dsden(renvoyer)
    demande = Demande(codes, confirmer, essai, brouillons, again).checked()
    try:
        with Terminal() as terminal:
            return send_bundles(config, demande, Clock(lambda: datetime.now().astimezone(), sleep, monotonic), terminal)
    except KeyboardInterrupt:
        tell(TRIAL_INTERRUPTED.format(demande.essai) if demande.essai else SENDING_INTERRUPTED)
        return ExitCode.INTERRUPTED


@main.command(short_help="Dit ce qui marche sur cet ordinateur.")
@FRENCH_HELP
@_CONFIG
@_guarded
def diagnostic(config_path: Path) -> ExitCode:
    """Dit ce qui marche sur cet ordinateur et ce qui manque, sans rien produire ni envoyer.

    Une lettre inventée est fabriquée pour essai, et le serveur d’envoi est essayé jusqu’au mot de passe.
    """
    from pipeline.commands.diagnostic import diagnose
    from pipeline.courrier.mots_de_passe import smtp_password
    from pipeline.terminal.messages import show_findings
    from pipeline.terminal.screen import Terminal

    with Terminal() as terminal:
        return show_findings(diagnose(config_path, datetime.now().astimezone(), smtp_password), terminal)


def _settings(config_path: Path, sortie: Path | None, corner: str | None) -> Config:
    """Read config.toml; `corner` names a sub-folder for what must not replace the campaign's own results."""
    from pipeline.config import read_config

    config = read_config(config_path)
    folder = sortie.resolve() if sortie else config.sortie.dossier
    return config.with_output(folder / corner if corner else folder)


def _workbook(classeur: Path | None, config: Config) -> Path:
    """Return the workbook named, else the newest of the input folder, and say which."""
    from pipeline.reading.inbox import newest_workbook

    if classeur is not None:
        return classeur
    found = newest_workbook(config.classeur.dossier)
    click.echo(f"Classeur : {found}", err=True)
    return found
