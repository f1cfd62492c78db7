"""The text of the messages: a template that people edit, filled and held to saying what the message must say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.errors import TemplateError
from pipeline.french.words import octets
from pipeline.settings.faults import nearest
from pipeline.settings.fields import one_line, seen

FILTERS = ("upper", "lower", "capitalize", "trim", "default", "length", "first", "last")
"""Of Jinja's filters, those that make no text longer than what they are given."""
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const, nodes.If, nodes.CondExpr,
    nodes.For, nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or, nodes.Concat, nodes.Filter, nodes.Test,
)  # fmt: skip
_LOOPS = 2
"""Loops that may stand one in the other: each multiplies the text of the one inside."""
_ANY = object()
"""A value whose parts are not known beforehand."""


def faults(tree: nodes.Template, fields: Mapping[str, object]) -> Iterator[tuple[int, str]]:
    """Yield what a template may not say, be it in a branch not taken: the line, and what is wrong there."""
    return _walk(tree, fields, 0)


def _walk(node: nodes.Node, known: Mapping[str, object], loops: int) -> Iterator[tuple[int, str]]:
    fault = _fault(node, known, loops)
    if fault:
        yield node.lineno, fault
    elif isinstance(node, nodes.For):
        yield from _walk(node.iter, known, loops)
        inside = {**known, **_named(node, known), "loop": _ANY}
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            yield from _walk(child, inside, loops + 1)
    else:
        for child in node.iter_child_nodes():
            yield from _walk(child, known, loops)


def _fault(node: nodes.Node, known: Mapping[str, object], loops: int) -> str:
    """Return what is wrong with a node itself, "" when nothing is."""
    if type(node) not in _ALLOWED or _is_code(node):
        return "cette balise n’est pas permise : employez seulement les champs, « if » et « for »"
    match node:
        case nodes.Filter() if node.name not in FILTERS:
            return f"le filtre « {node.name} » n’existe pas ici{nearest(node.name, FILTERS, 'filtres')}"
        case nodes.Name() if node.name not in known:
            return f"le champ « {node.name} » n’existe pas{nearest(node.name, tuple(known), 'champs')}"
        case nodes.Getattr():
            parts = _value(node.node, known)
            if parts is not _ANY and not (isinstance(parts, Mapping) and node.attr in parts):
                return f"ce champ n’a pas de partie « {node.attr} »"
        case nodes.For() if node.recursive or loops == _LOOPS:
            return "ces boucles sont prises l’une dans l’autre"
        case nodes.For() if not isinstance(_value(node.iter, known), tuple | list) or not _named(node, known):
            return "une boucle « for » parcourt une liste de champs, avec un seul nom"
    return ""


def _is_code(node: nodes.Node) -> bool:
    """Return whether a node looks into what is no field, or into what Python keeps to itself."""
    return isinstance(node, nodes.Getattr) and (
        node.attr.startswith("_") or not isinstance(node.node, nodes.Name | nodes.Getattr)
    )


def _named(loop: nodes.For, known: Mapping[str, object]) -> dict[str, object]:
    """Return what a loop gives its name to: the first of the list stands for all."""
    held = _value(loop.iter, known)
    first = held[0] if isinstance(held, tuple | list) and held else _ANY
    return {loop.target.name: first} if isinstance(loop.target, nodes.Name) else {}


def _value(node: nodes.Node, known: Mapping[str, object]) -> object:
    """Return the value that a field has where it is the same whatever the rest of the template says."""
    if isinstance(node, nodes.Name):
        return known.get(node.name, _ANY)
    if isinstance(node, nodes.Getattr):
        held = _value(node.node, known)
        return held.get(node.attr, _ANY) if isinstance(held, Mapping) else _ANY
    return _ANY


_SUBJECT = re.compile(r"Objet\s*:\s*(\S.*)")
_SUBJECT_LINE = re.compile(r"(?m)^(.*\bObjet[^\S\n]*:.*?)[ \t]*$")
_END_OF_LINE = "\ue000"
"""What ends the subject's line while tags are filled in: some of them take the line feed after them away."""
_SUBJECT_MAX = 250
_SOURCE_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Text:
    """What a message says: its subject, on one line, and its body, lines ended by a line feed."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a text must say, whatever the template: some words in the subject, others in the body."""

    subject: tuple[str, ...]
    body: tuple[str, ...]


def read_template(path: Path) -> str:
    """Return the source of a template; raise TemplateError when it cannot be read."""
    try:
        if path.stat().st_size > _SOURCE_MAX:
            raise TemplateError(f"{path} : ce modèle de message dépasse {octets(_SOURCE_MAX)}. Raccourcissez-le.")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise TemplateError(
            f"{path} : ce modèle de message n’existe pas. Vérifiez « modele », rubrique [courrier] de config.toml."
        ) from None
    except UnicodeDecodeError:
        raise TemplateError(
            f"{path} : ce modèle de message n’est pas en UTF-8. Enregistrez-le en UTF-8 depuis votre éditeur de texte."
        ) from None
    except OSError:
        raise TemplateError(f"{path} : impossible de lire ce modèle de message. Vérifiez vos droits.") from None


def fill(source: str, fields: Mapping[str, object], said: Said, path: Path) -> Text:
    """Fill a template whose first line is « Objet : … », the rest the body; `path` is named in what goes wrong.

    No field adds a line: each is on one. Raises TemplateError for a fault of writing, a field that does not exist, and
    a text that leaves out what `said` asks for.
    """
    shown = _one_line_each(fields)
    try:
        rendered = _compiled(_SUBJECT_LINE.sub(rf"\1{_END_OF_LINE}", source), path, fields).render(shown)
    except (JinjaError, TypeError, ValueError, LookupError, AttributeError):
        raise TemplateError(
            f"{path} : une balise compare ou assemble ce qui ne peut l’être. Comparez les balises avec celles de "
            "templates/courriel.txt tel qu’il est livré."
        ) from None
    text = _split(rendered, path)
    _check(text, said, path)
    return text


def _compiled(source: str, path: Path, fields: Mapping[str, object]) -> Template:
    """Return a template whose tags were read before any of them is run. Raises TemplateError."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    try:
        fault = next(faults(environment.parse(source), fields), None)
        if fault is None:
            return environment.from_string(source)
    except TemplateSyntaxError as error:
        what = "cette balise est mal écrite. Vérifiez que chaque « {{ » a son « }} » et chaque « if » son « endif »"
        fault = (error.lineno, what)
    except (RecursionError, SyntaxError):  # of Python too, which is what Jinja makes of a template
        fault = (1, "les balises de ce modèle sont trop imbriquées")
    line, what = fault
    raise TemplateError(f"{path}, ligne {line} : {what}{'' if what.endswith('?') else '.'}")


def _one_line_each(value: object) -> object:
    """Return the fields with every text in them on one line."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, Mapping):
        return {name: _one_line_each(inner) for name, inner in value.items()}
    return [_one_line_each(inner) for inner in value] if isinstance(value, tuple) else value


def _split(rendered: str, path: Path) -> Text:
    lines = rendered.splitlines() or [""]
    if _SUBJECT.match(lines[0]) and not (lines[0].endswith(_END_OF_LINE) and not "".join(lines[1:2]).strip()):
        raise TemplateError(
            f"{path} : le texte du message est collé à l’objet. Laissez une ligne vide entre la ligne « Objet : … » et "
            "le texte, et l’objet sur une seule ligne."
        )
    first, *rest = [seen(line).rstrip() for line in lines]
    found = _SUBJECT.fullmatch(first)
    body = "\n".join(rest).strip("\n")
    if found is None or not body or _SUBJECT.match(body):
        raise TemplateError(
            f"{path} : la première ligne doit être « Objet : » suivi de l’objet du message, et le texte vient après."
        )
    if len(found[1]) > _SUBJECT_MAX:
        raise TemplateError(f"{path} : l’objet dépasse {_SUBJECT_MAX} signes. Raccourcissez-le.")
    return Text(one_line(found[1]), re.sub(r"\n{3,}", "\n\n", body) + "\n")


def _check(text: Text, said: Said, path: Path) -> None:
    for where, words, needed in (("l’objet", text.subject, said.subject), ("le texte", text.body, said.body)):
        for one in needed:
            if one_line(one).casefold() not in one_line(words).casefold():
                raise TemplateError(
                    f"{path} : {where} ne dit pas « {one} ». Remettez dans ce modèle le champ qui l’écrit, comme dans "
                    "templates/courriel.txt tel qu’il est livré."
                )
