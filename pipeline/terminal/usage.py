"""click in French: its help, and what it says about a wrong command line."""

from __future__ import annotations

import difflib
import re
import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from pipeline.errors import ExitCode
from pipeline.signs import NBSP

FRENCH_HELP = click.help_option("-h", "--help", help="Affiche cette aide.")
INTERRUPTED = (
    "Interrompu. Rien n’est resté à moitié : les lots et les rapports sont tous ceux du passage précédent, ou tous "
    "ceux de ce passage s’il les avait déjà écrits."
)
"""True whenever Ctrl-C falls: what a run writes is published all at once."""
_INSEPARABLE = re.compile(r" (?=[:;!?»])|(?<=«) ")
SENDING_INTERRUPTED = (
    "Interrompu. Le journal sait ce qui est parti : « mlds envoyer » le montre. Un message dont personne ne sait s’il "
    "est arrivé ne repartira pas de lui-même."
)
PURGE_INTERRUPTED = "Interrompu. Une partie est déjà retirée : relancez la même commande pour retirer le reste."
TRIAL_INTERRUPTED = "Interrompu. C’était un essai, pour {} seul : rien n’est compté comme envoyé."
_SECTIONS = {"Commands": "Commandes"}


def wrapped(message: str, width: int) -> str:
    """Cut lines between words; a word longer than a line, such as a path to be copied, stays whole.

    No line begins with « : » or « » », nor ends with « « ».
    """
    lines = (
        textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
        for line in bound(message).split("\n")
    )
    return "\n".join("\n".join(line) for line in lines)


def bound(text: str) -> str:
    """Return a text whose French signs stay with the word that they belong to, wherever it is cut."""
    return _INSEPARABLE.sub(NBSP, text)


def short(path: Path) -> str:
    """Return a path as short as it can be from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def tell(message: str) -> None:
    """Print what stops a command, on stderr."""
    width = shutil.get_terminal_size().columns
    click.echo(wrapped(message, width) if sys.stderr.isatty() else message, err=True)


def is_somebody_there() -> bool:
    """Tell whether somebody is at the keyboard to answer a question."""
    return sys.stdin is not None and sys.stdin.isatty()


def agreed(question: str) -> bool:
    """Ask on the terminal, once; anything but a yes is a no. Nobody is asked where nobody is there to answer."""
    if not is_somebody_there():
        return True
    click.echo(wrapped(f"{question} (oui ou non)", shutil.get_terminal_size().columns) + " ", nl=False, err=True)
    return sys.stdin.readline().strip().casefold() in ("o", "oui")


def confirmed(question: str, confirmer: bool) -> bool:
    """Ask before what cannot be undone; where nobody is there to answer, only `--confirmer` counts as a yes."""
    if confirmer:
        return True
    if not is_somebody_there():
        tell(f"{question} Personne n’est là pour répondre : ajoutez --confirmer à la commande. Rien n’a été fait.")
        return False
    return agreed(question)


class WholeNumber(click.IntRange):
    """A whole number with a least value, which the help tells in words and not as « x>=1 »."""

    def _describe_range(self) -> str:
        return ""


class FrenchFormatter(click.HelpFormatter):
    """click's help with its headings in French."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that shows how a command is typed."""
        super().write_usage(prog, args, prefix or "Emploi : ")

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        super().write_heading(f"{_SECTIONS.get(heading, heading)} ")


class FrenchContext(click.Context):
    """A context whose help is in French."""

    formatter_class = FrenchFormatter


class FrenchCommand(click.Command):
    """A command whose help is in French."""

    context_class = FrenchContext


class FrenchGroup(click.Group):
    """A group that says in French what is wrong with a command line."""

    context_class = FrenchContext
    command_class = FrenchCommand

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command line; a wrong one is said in French and exits 2."""
        try:
            return super().main(*args, **(kwargs | {"standalone_mode": False}))
        except click.exceptions.Abort:
            tell(INTERRUPTED)
            code = ExitCode.INTERRUPTED
        except click.UsageError as error:
            tell(in_french(error, sys.argv[1:]))
            code = ExitCode.USAGE
        sys.exit(code)


def in_french(error: click.UsageError, typed: Sequence[str]) -> str:
    """Return what is wrong with the command line, and the command that tells what is right; `typed` are its words."""
    where = error.ctx.command_path if error.ctx else "mlds"
    return f"{_one_dash(error, typed) or _what(error)}\nLancez « {where} --help » pour voir ce qui est possible."


def _one_dash(error: click.UsageError, typed: Sequence[str]) -> str:
    """Say which option was meant by « -limite »: click reads one dash as a row of one-letter options."""
    if not isinstance(error, click.NoSuchOption) or error.ctx is None or error.option_name.startswith("--"):
        return ""
    known = [name for param in error.ctx.command.params for name in param.opts if name.startswith("--")]
    for word in (word.partition("=")[0] for word in typed if re.match(r"-[^\W\d]{2}", word)):
        if near := difflib.get_close_matches(f"-{word}", known, n=1, cutoff=0.8):
            return f"L’option « {word} » s’écrit avec deux tirets : « {near[0]} »."
    return ""


def _what(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        near = f" Vouliez-vous dire « {error.possibilities[0]} » ?" if error.possibilities else ""
        return f"L’option « {error.option_name} » n’existe pas.{near}"
    if isinstance(error, click.MissingParameter):
        named = error.param.make_metavar(error.ctx) if error.param and error.ctx else "une valeur"
        return f"Il manque {named} à la fin de la commande."
    if isinstance(error, click.BadParameter):
        return _bad_value(error)
    if isinstance(error, click.BadOptionUsage):
        return f"L’option « {error.option_name} » attend une valeur juste après elle."
    if error.ctx and isinstance(error.ctx.command, click.Group):
        return _no_such_command(error, error.ctx.command)
    return "Il y a un mot de trop dans la commande. Un nom de fichier qui contient des espaces se met entre guillemets."


def _bad_value(error: click.BadParameter) -> str:
    option = error.param.opts[0] if error.param else "cette option"
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return f"« {option} » : choisissez entre {', '.join(kind.choices)}."
    if isinstance(kind, click.types.IntParamType):
        return f"« {option} » : il faut un nombre entier, 1 ou plus."
    return f"« {option} » : cette valeur ne convient pas."


def _no_such_command(error: click.UsageError, group: click.Group) -> str:
    commands = list(group.commands)
    typed = error.message.split("'")[1] if error.message.count("'") >= 2 else ""
    near = difflib.get_close_matches(typed, commands, n=1, cutoff=0.4)
    hint = f" Vouliez-vous dire « {near[0]} » ?" if near else f" Commandes : {', '.join(commands)}."
    return f"La commande « {typed} » n’existe pas.{hint}"
