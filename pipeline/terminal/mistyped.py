"""What is wrong with a command line, said in French, with what to type instead."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence

import click

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
        example = _EXAMPLES.get(named, "")
        return f"Il manque {named} à la fin de la commande{f', par exemple « {example} »' if example else ''}."
    if isinstance(error, click.BadParameter):
        return _bad_value(error)
    if isinstance(error, click.BadOptionUsage):
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
