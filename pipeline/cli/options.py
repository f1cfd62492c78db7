"""What several commands share: their options, the settings that these lead to, and the guard against failures."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.message_codes import coded
from pipeline.cli.usage import INTERRUPTED, Codes, FrenchCommand, tell
from pipeline.errors import ExitCode, PipelineError

if TYPE_CHECKING:
    from pipeline.settings.config import Config

command = partial(click.command, cls=FrenchCommand)
"""Make a command whose help is in French."""
CONFIG = click.option(
    "--config", "config_path", type=click.Path(path_type=Path, readable=False), default=Path("config.toml"),
    metavar="FICHIER", help="Le fichier de réglages (sans cette option : config.toml, dans ce dossier).",
)  # fmt: skip
SORTIE = click.option(
    "--sortie", type=click.Path(path_type=Path, readable=False), metavar="DOSSIER",
    help="Où écrire les résultats, à la place du dossier de config.toml.",
)  # fmt: skip
CLASSEUR = click.argument(
    "classeur", required=False, type=click.Path(path_type=Path, readable=False), metavar="[CLASSEUR]"
)
DSDEN = click.option(
    "--dsden", cls=Codes, help="Seulement ces DSDEN, par exemple « 77 » ou « 77 93 ».",
)  # fmt: skip
MOTEUR = click.option(
    "--moteur", type=click.Choice(["auto", "libreoffice", "word"]), help="Le logiciel qui fabrique les PDF.",
)  # fmt: skip
STRICT = click.option("--strict", is_flag=True, help="Ne faire aucun lot s’il reste une ligne à corriger.")
GARDER_DOCX = click.option("--garder-docx", is_flag=True, help="Garder aussi les lettres Word, dans le dossier docx.")
OUVRIR = click.option("--ouvrir", is_flag=True, help="Ouvrir le rapport à la fin, dans le navigateur.")


def now() -> datetime:
    """Return the date and hour of this computer, with its zone: what is written down can always be compared."""
    return datetime.now().astimezone()


def guarded(command: Callable[..., ExitCode]) -> Callable[..., None]:
    """Turn what a command raises into a sentence and an exit code; a bug leaves a file with all that is known of it."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> None:
        # A short run that keeps nearly all it makes: looking for garbage so often costs a twentieth of its own time.
        gc.set_threshold(200_000, 20, 100)
        try:
            code = command(*args, **kwargs)
        except PipelineError as error:
            tell(coded(str(error)))
            code = error.exit_code
        except KeyboardInterrupt:
            tell(INTERRUPTED)
            code = ExitCode.INTERRUPTED
        except click.ClickException:
            raise
        except Exception as error:
            from pipeline.cli.crash import write_crash_file

            tell(coded(write_crash_file(error, now())))
            code = ExitCode.BUG
        sys.exit(code)

    return guarded


def settings_of(config_path: Path, sortie: Path | None) -> Config:
    """Read config.toml, its output folder replaced by `sortie` where there is one."""
    from pipeline.settings.config import read_config

    config = read_config(config_path)
    return config.with_output(sortie.resolve()) if sortie else config


def workbook_of(classeur: Path | None, config: Config) -> Path:
    """Return the workbook named, else the one of the input folder, and say which, and which are left alone.

    Raises InputError where several may be meant and nobody is there to choose.
    """
    from pipeline.cli.which_workbook import chosen
    from pipeline.load.inbox import is_open_elsewhere, named_workbook

    found = chosen(config) if classeur is None else named_workbook(classeur, config.classeur.dossier)
    if is_open_elsewhere(found):
        tell(f"« {found.name} » est ouvert dans un autre programme : seul ce qui y est enregistré est lu.")
    return found
