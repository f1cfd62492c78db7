"""Write docs/reference.md, and the first table of docs/messages.md, from the code: `make reference`.

A test holds both against what this gives.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import click
from pydantic.fields import FieldInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run by its path, from wherever one is

from pipeline.cli import main  # noqa: E402
from pipeline.errors import ExitCode  # noqa: E402
from pipeline.render.catalogue import groups_of  # noqa: E402
from pipeline.render.fields import example_of  # noqa: E402
from pipeline.settings.config import Config, read_config  # noqa: E402
from pipeline.settings.fields import Section  # noqa: E402
from pipeline.settings.sections import Adresses  # noqa: E402
from pipeline.summarize.kinds import KINDS  # noqa: E402
from pipeline.summarize.machine import CLES  # noqa: E402
from pipeline.table import NAMES, ROLES  # noqa: E402

PAGE = ROOT / "docs/reference.md"
MESSAGES = ROOT / "docs/messages.md"
VARIABLES = {
    "MLDS_MOT_DE_PASSE_SMTP": "Le mot de passe de la messagerie. Sans elle : le trousseau, sinon une question.",
    "MLDS_MOT_DE_PASSE_LOTS": "Le mot de passe qui chiffre les lots, quand « chiffrement = true ». De même.",
}
_INTRO = """\
# Référence

Pour la personne qui installe le programme et répond aux questions. Le [guide](guide.md) est pour tout le monde.

Cette page est écrite par `make reference` à partir du programme, et un test l’y compare. Ne la modifiez pas à la main.
"""


def reference() -> str:
    """Return the whole page; the same program gives the same page."""
    config = read_config(ROOT / "config.toml")
    variables = [(f"`{nom}`", sens) for nom, sens in VARIABLES.items()]
    parts = {
        "Commandes": _commandes(),
        "config.toml": _reglages(),
        "Colonnes du classeur": _colonnes(),
        "Champs du gabarit": _champs(config),
        "Anomalies": _anomalies(),
        "Codes de retour": _table(("code", "sens"), [(f"`{int(code)}`", code.sens) for code in ExitCode]),
        "rapport.json": _table(("clé", "sens"), [(f"`{cle}`", sens) for cle, sens in CLES.items()]),
        "Variables d’environnement": _table(("variable", "sens"), variables),
    }
    return "\n".join([_INTRO, *(f"## {title}\n\n{text}" for title, text in parts.items())])


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _commandes() -> str:
    told = [f"### `mlds`\n\n{_help(main)}\n\n{_options(main)}"]
    for name, command in main.commands.items():
        arguments = [one.metavar or one.name for one in command.params if isinstance(one, click.Argument)]
        title = " ".join(["mlds", name, *map(str, arguments)])
        told.append(f"### `{title}`\n\n{_help(command)}\n\n{_options(command)}")
    return "\n".join(told)


def _help(command: click.Command) -> str:
    return " ".join((command.help or "").split())


def _options(command: click.Command) -> str:
    rows = [
        (", ".join(f"`{name}`" for name in option.opts), _values(option), option.help or "")
        for option in command.params
        if isinstance(option, click.Option)
    ]
    return _table(("option", "valeur", "ce qu’elle fait"), rows)


def _values(option: click.Option) -> str:
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return _either([f"`{choice}`" for choice in option.type.choices])
    return f"`{option.metavar}`" + (", un ou plusieurs" if option.multiple else "")


def _reglages() -> str:
    told = [
        "Une clé inconnue, un mauvais type ou un fichier absent arrête le programme avec une phrase qui dit lequel.\n"
    ]
    told += [
        f"### `{title}`\n\n{meaning}\n\n{_table(('clé', 'type', 'par défaut', 'sens'), rows)}"
        for title, meaning, rows in _sections(Config, "", "")
    ]
    return "\n".join(told)


def _sections(section: type[Section], name: str, meaning: str) -> Iterator[tuple[str, str, list[tuple[str, ...]]]]:
    """Yield the sections of config.toml in their order: title, meaning, one row a key."""
    fields = {key: (field, _section_of(field.annotation)) for key, field in section.model_fields.items()}
    if rows := [_row(key, field) for key, (field, inner) in fields.items() if inner is None]:
        yield name, meaning, rows
    for key, (field, inner) in fields.items():
        if inner is not None:
            place = f"{name.strip('[]')}.{key}".lstrip(".")
            title = f"[[{place}]]" if get_origin(field.annotation) is tuple else f"[{place}]"
            yield from _sections(inner, title, field.description or "")


def _section_of(annotation: Any) -> type[Section] | None:
    inner = get_args(annotation)[0] if get_origin(annotation) is tuple else annotation
    return inner if isinstance(inner, type) and issubclass(inner, Section) else None


def _row(key: str, field: FieldInfo) -> tuple[str, ...]:
    return f"`{key}`", _type(field), _default(field), field.description or ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "obligatoire"
    value = field.default
    if value in ("", None, (), {}):
        return "vide"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value.as_posix() if isinstance(value, Path) else value}`"


def _type(field: FieldInfo) -> str:
    """Return what a key must hold, in words."""
    if any("mailbox" in getattr(getattr(one, "func", None), "__name__", "") for one in field.metadata):
        return "adresse de messagerie"
    if field.annotation == get_args(Adresses)[0]:
        return "adresse de messagerie, ou liste d’adresses"
    return _words(field.annotation) + _bounds(field)


def _words(annotation: Any, several: bool = False) -> str:
    known: Mapping[Any, tuple[str, str]] = {
        str: ("texte", "textes"),
        int: ("nombre entier", "nombres entiers"),
        float: ("nombre", "nombres"),
        bool: ("`true` ou `false`", ""),
        Path: ("chemin", "chemins"),
        Decimal: ("montant entre guillemets", "montants entre guillemets"),
    }
    if annotation in known:
        return known[annotation][several]
    origin, args = get_origin(annotation), [one for one in get_args(annotation) if one is not NoneType]
    if origin is Literal:
        return _either([f"`{value}`" for value in args])
    if origin is tuple:
        return f"liste de {_words(args[0], several=True)}"
    if origin is dict:
        return "rubrique"
    if origin in (Union, UnionType) or hasattr(annotation, "__metadata__"):
        return _words(args[0], several)
    raise TypeError(f"no words for {annotation}")


def _bounds(field: FieldInfo) -> str:
    low = next((one.ge for one in field.metadata if hasattr(one, "ge")), None)
    high = next((one.le for one in field.metadata if hasattr(one, "le")), None)
    if high is not None:
        return f", {high} au plus" if low is None else f", de {low} à {high}"
    return "" if low is None or isinstance(low, bool) else f", {low} ou plus"


def _either(choices: Sequence[str]) -> str:
    return f"{', '.join(choices[:-1])} ou {choices[-1]}"


def _colonnes() -> str:
    told = (
        "Les en-têtes sont reconnus quels que soient majuscules, accents, espaces et retours à la ligne. Un en-tête "
        "qui n’est pas ici se déclare dans `[classeur.colonnes]`, sous le nom de son rôle.\n"
    )
    rows = [(f"`{role}`", NAMES[role], ", ".join(headers)) for role, headers in ROLES.items()]
    return f"{told}\n{_table(('rôle', 'sens', 'en-têtes reconnus'), rows)}"


def _champs(config: Config) -> str:
    told = ["Les exemples sont ceux d’une lettre inventée. [gabarit.md](gabarit.md) dit comment s’en servir.\n"]
    for title, champs in groups_of(example_of(config, ())).items():
        rows = [(f"`{one.written}`", one.meaning, one.value) for one in champs]
        told.append(f"### {title}\n\n{_table(('écrit', 'sens', 'exemple'), rows)}")
    return "\n".join(told)


def _anomalies() -> str:
    told = (
        "Ce que le programme dit d’une ligne du classeur. Une **erreur** veut dire exactement que la ligne n’a pas de "
        "lettre ; un avertissement ou une information n’empêche rien. Le code est celui de `rapport.json`.\n"
    )
    rows = [
        (f"`{code}`", " ou ".join(kind.gravites), kind.titre, kind.cause, kind.remede) for code, kind in KINDS.items()
    ]
    return f"{told}\n{_table(('code', 'gravité', 'titre', 'pourquoi', 'que faire'), rows)}"


def messages(page: str) -> str:
    """Return docs/messages.md with the table of the rows' remarks written anew between its two marks."""
    start, rest = page.split(_START)
    rows = [(kind.titre, " ou ".join(kind.gravites), kind.cause, kind.remede) for kind in KINDS.values()]
    table = _table(("titre", "gravité", "pourquoi", "que faire"), rows)
    return f"{start}{_START}\n{table}{_END}{rest.split(_END)[1]}"


_START, _END = "<!-- début : écrit par make reference -->", "<!-- fin -->"

if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
    MESSAGES.write_text(messages(MESSAGES.read_text(encoding="utf-8")), encoding="utf-8")
