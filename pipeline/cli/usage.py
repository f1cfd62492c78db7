"""click in French: its help, and what it says about a wrong command line."""

from __future__ import annotations

import difflib
import getpass
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from pipeline.cli.message_codes import coded
from pipeline.errors import ExitCode
from pipeline.files import short
from pipeline.french.signs import NBSP

_EXAMPLES = {
    "--dsden": "--dsden 77", "--limite": "--limite 5", "--sortie": "--sortie ailleurs",
    "--config": "--config autre.toml",
    "--moteur": "--moteur libreoffice", "--classeur": "--classeur entree/referents.xlsx", "--renvoyer": "--renvoyer 77",
    "--essai": "--essai votre.adresse@ac-exemple.fr", "--avant": "--avant 2025", "DOSSIER": "mlds init Lettres",
}  # fmt: skip
"""What to type where a value is missing."""


_ALIASES = {
    "aide": ("--help",), "help": ("--help",), "version": ("--version",), "brouillons": ("envoyer", "--brouillons"),
    "brouillon": ("envoyer", "--brouillons"),
}  # fmt: skip
"""Words that people take for commands, and what they stand for."""
_TYPED_CODES = re.compile(r"\b(?:[0-9]{2,3}|2[ABab])\b")


def meant(group: click.Group, typed: Sequence[str]) -> list[str]:
    """Return the words of a command line as the program knows them.

    « vérifier » and « Contrôler » are commands, « --déjà-envoyé » an option, « aide produire » is « produire --help ».
    """
    known = {name for command in group.commands.values() for one in command.params for name in one.opts}
    words = ["--help" if word == "--aide" else _option(word, known) for word in typed]
    if not words or words[0].startswith("-"):
        return words
    first, rest = _unaccented(words[0]).casefold(), words[1:]
    if first in ("aide", "help") and rest:
        return [*meant(group, rest[:1]), "--help"]
    return [*_ALIASES.get(first, (first if first in group.commands else words[0],)), *rest]


def _option(word: str, known: set[str]) -> str:
    """Return an option as the program knows it, with its value after « = » untouched; any other word as typed."""
    name, equals, value = word.partition("=")
    plain = _unaccented(name)
    return f"{plain}{equals}{value}" if plain in known else word


def _unaccented(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))


def other_dash(group: click.Group, typed: Sequence[str]) -> str:
    """Say which option was meant by « –limite », whose dash was copied from Word; "" when there is none.

    A file may be called so: only the name of an option counts.
    """
    known = {name for command in group.commands.values() for one in command.params for name in one.opts}
    for word in typed:
        match = re.match(r"[–—‐‑−]+-?([\w-]+)", word)
        if match and f"--{match[1]}" in known:
            return f"Le tiret de « {match[0]} » n’est pas le bon, il vient d’un texte copié : tapez « --{match[1]} »."
    return ""


def in_french(error: click.UsageError, typed: Sequence[str]) -> str:
    """Return what is wrong with the command line, and the command that says what is right; `typed` are its words."""
    where = error.ctx.command_path if error.ctx else "mlds"
    return f"{coded(_one_dash(error, typed) or _what(error))}\nLancez « {where} --help » pour voir ce qui est possible."


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
        example = _EXAMPLES.get(named, "")
        return f"Il manque {named} à la fin de la commande{f', par exemple « {example} »' if example else ''}."
    if isinstance(error, click.BadParameter):
        return _bad_value(error)
    if isinstance(error, click.BadOptionUsage):
        if "does not take" in error.message:
            return f"L’option « {error.option_name} » s’emploie seule : retirez ce qui suit « = »."
        example = _EXAMPLES.get(error.option_name, "")
        return (
            f"L’option « {error.option_name} » attend une valeur juste après elle"
            f"{f', par exemple « {example} »' if example else ''}."
        )
    if error.ctx and isinstance(error.ctx.command, click.Group):
        return _no_such_command(error, error.ctx.command)
    if error.ctx and error.ctx.command.name == "envoyer" and (codes := _TYPED_CODES.findall(error.message)):
        return f"Pour ces DSDEN seulement : « mlds envoyer --dsden {' '.join(codes)} »."
    return "Il y a un mot de trop dans la commande. Un nom de fichier qui contient des espaces se met entre guillemets."


def _bad_value(error: click.BadParameter) -> str:
    option = error.param.opts[0] if error.param else "cette option"
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return f"« {option} » : choisissez entre {', '.join(kind.choices)}."
    if option == "--avant":
        return "« --avant » : il faut une année, par exemple 2025 : l’année scolaire 2024-2025 et les précédentes."
    if isinstance(kind, click.types.IntParamType):
        return f"« {option} » : il faut un nombre entier, 1 ou plus."
    return f"« {option} » : cette valeur ne convient pas."


def _no_such_command(error: click.UsageError, group: click.Group) -> str:
    commands = list(group.commands)
    typed = error.message.split("'")[1] if error.message.count("'") >= 2 else ""
    if _unaccented(typed).casefold() in ("corriger", "correction", "corrections"):
        return (
            f"La commande « {typed} » n’existe pas : corrigez dans votre tableur le classeur « anomalies.xlsx » que "
            "« mlds verifier » écrit, et enregistrez-le ; « mlds » dit ensuite quoi taper."
        )
    near = difflib.get_close_matches(typed, commands, n=1, cutoff=0.4)
    hint = f" Vouliez-vous dire « {near[0]} » ?" if near else f" Commandes : {', '.join(commands)}."
    return f"La commande « {typed} » n’existe pas.{hint}"


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


def tell(message: str) -> None:
    """Print what stops a command, on stderr."""
    width = shutil.get_terminal_size().columns
    click.echo(wrapped(message, width) if sys.stderr.isatty() else message, err=True)


def is_somebody_there() -> bool:
    """Return whether somebody is at the keyboard to answer a question."""
    return sys.stdin is not None and sys.stdin.isatty()


def hidden(prompt: str) -> str | None:
    """Ask for a password without showing it; None when nobody is there, or ends the question (Ctrl-D)."""
    if not is_somebody_there():
        return None
    try:
        return getpass.getpass(prompt)
    except EOFError:
        click.echo(err=True)
        return None


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
        tell(coded(f"{question} Personne n’est là pour répondre : ajoutez {option} à la commande. Rien n’a été fait."))
        return False
    return agreed(question)


class WholeNumber(click.IntRange):
    """A whole number with a least value, which the help gives in words and not as « x>=1 »."""

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
            tell(coded(fault))
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


_CHECKS = ("verifier", "produire")
_KEPT = {"config_path": "--config", "sortie": "--sortie"}
"""The options without which the command would look elsewhere."""


def production_of(workbook: Path | None) -> str:
    """Return what to type to have letters made from `workbook`, None for the one that is read without a name."""
    named = f' "{short(workbook)}"' if workbook else ""
    return f"mlds produire{named}{options_typed()}"


def command_for(workbook: Path, name: str = "") -> str:
    """Return what to type to have `workbook` read: « mlds verifier "sortie/…/anomalies.xlsx" ».

    `name` is the command, by default the one that is running.
    """
    context = click.get_current_context(silent=True)
    name = name or (context.info_name if context and context.info_name in _CHECKS else "") or "produire"
    return f'mlds {name} "{short(workbook)}"{options_typed()}'


def options_typed() -> str:
    """Return the options of the running command that say where the campaign is, as they are typed again."""
    context = click.get_current_context(silent=True)
    if context is None:
        return ""
    given = (
        (option, context.params.get(param))
        for param, option in _KEPT.items()
        if context.get_parameter_source(param) is click.core.ParameterSource.COMMANDLINE
    )
    return "".join(f' {option} "{value}"' for option, value in given)
