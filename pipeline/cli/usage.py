"""click in French: its help, and what it says about a wrong command line."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from pathlib import Path
from typing import Any

import click

from pipeline.errors import ExitCode
from pipeline.french.signs import NBSP
from pipeline.terminal.mistyped import in_french, meant, other_dash

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
    """Ask on the terminal until it is a yes or a no; no word at all is a no. Where nobody is there, nobody is asked."""
    if not is_somebody_there():
        return True
    while True:
        click.echo(wrapped(f"{question} (oui ou non)", shutil.get_terminal_size().columns) + " ", nl=False, err=True)
        said = sys.stdin.readline().strip().casefold()
        if said in ("o", "oui", "n", "non", ""):
            return said in ("o", "oui")
        question = "Répondez oui ou non."


def answered(question: str) -> bool:
    """Ask on the terminal; where nobody is there to answer, that is a no."""
    return is_somebody_there() and agreed(question)


def confirmed(question: str, said: bool, option: str = "--confirmer") -> bool:
    """Ask before what cannot be undone; where nobody is there to answer, only the option counts as a yes."""
    if said:
        return True
    if not is_somebody_there():
        tell(f"{question} Personne n’est là pour répondre : ajoutez {option} à la commande. Rien n’a été fait.")
        return False
    return agreed(question)


class WholeNumber(click.IntRange):
    """A whole number with a least value, which the help tells in words and not as « x>=1 »."""

    def _describe_range(self) -> str:
        return ""


class SchoolYear(WholeNumber):
    """The year in which a school year begins, in four digits: « 24 » would take away nothing, or too much."""

    def __init__(self) -> None:
        super().__init__(min=2000, max=9999)


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


TOUS = "*"
"""In the place of the codes of DSDEN: all that the option can be about."""
_CODES = re.compile(r"(?:[0-9]{2,3}|2[AB])(?:[,;](?:[0-9]{2,3}|2[AB]))*[,;]?", re.IGNORECASE)


class Codes(click.Option):
    """An option that takes codes of DSDEN: « 77 93 », « 77,93 », or once for each; `alone` is what it means bare."""

    def __init__(self, *args: Any, alone: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **{"multiple": True, "metavar": "CODE…", **kwargs})
        self.alone = alone

    def spread(self, words: list[str]) -> list[str]:
        """Return the words of a command line with this option once before each of its codes, as click reads them."""
        given, rest = list[str](), list(words)
        while rest:
            word = rest.pop(0)
            name, equals, value = word.partition("=")
            if name not in self.opts:
                given.append(word)
                continue
            codes = [value] if equals else []
            while rest and _CODES.fullmatch(rest[0]):
                codes.append(rest.pop(0))
            if not codes and self.alone and not (rest and rest[0][:1].isalnum()):
                codes = [self.alone]
            given += [name] * (not codes)
            given += [part for code in codes for one in re.split("[,;]", code) if one for part in (name, one.upper())]
        return given


class FrenchCommand(click.Command):
    """A command whose help is in French."""

    context_class = FrenchContext

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of a command line; several codes may follow one option."""
        for param in self.params:
            args = param.spread(args) if isinstance(param, Codes) else args
        return super().parse_args(ctx, args)


class FrenchGroup(click.Group):
    """A group that says in French what is wrong with a command line."""

    context_class = FrenchContext
    command_class = FrenchCommand

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command line; a wrong one is said in French and exits 2."""
        typed = meant(self, list(args[0] if args and args[0] is not None else sys.argv[1:]))
        if fault := other_dash(self, typed):
            tell(fault)
            sys.exit(ExitCode.USAGE)
        try:
            return super().main(typed, *args[1:], **(kwargs | {"standalone_mode": False}))
        except click.exceptions.Abort:
            tell(INTERRUPTED)
            code = ExitCode.INTERRUPTED
        except click.UsageError as error:
            tell(in_french(error, typed))
            code = ExitCode.USAGE
        sys.exit(code)
