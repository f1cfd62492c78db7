"""What the tags of a template may say: the rules that read Jinja's syntax tree against a sample of the fields."""

from __future__ import annotations

import html
import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
from jinja2 import nodes

from pipeline.gabarit.parts import FILTERS, Part, TemplateFault, environment
from pipeline.gabarit.sample import ANY, child_of, names_of, nearest, nearest_field

_CODE = (nodes.Call, nodes.CallBlock, nodes.Macro, nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends)
_COMPUTED = (*_CODE, nodes.Block, nodes.With, nodes.Pow, nodes.Mul)
_SOFT_TESTS = ("defined", "undefined")
_SOFT_FILTERS = ("default", "d")
_BLOCK = re.compile(r"\{%-?\s*(if|for|endif|endfor)\b")
_EXCERPT = 90


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that a tag asks for and that does not exist: its full name, its line, the names possible there."""

    name: str
    line: int
    known: tuple[str, ...]


def parsed(part: Part) -> nodes.Template | TemplateFault:
    """Return the syntax tree of a part, or the fault that keeps its tags from being understood."""
    try:
        return environment().parse(part.source)
    except jinja2.TemplateSyntaxError as error:
        if "Unexpected end of template" in str(error.message):
            return TemplateFault(
                place(part, _unclosed(part.source)),
                "une condition ou une boucle commence ici et n’est jamais refermée",
                "Ajoutez « {% endif %} » ou « {% endfor %} » à l’endroit où elle doit finir.",
            )
        return TemplateFault(
            place(part, error.lineno),
            f"cette balise est mal écrite ({error.message})",
            "Un champ s’écrit « {{ referent.nom }} », une condition « {% if imp %} … {% endif %} ».",
        )


def _unclosed(source: str) -> int:
    """Return the line of the last block that is opened and never closed."""
    opened: list[int] = []
    for number, line in enumerate(source.split("\n"), start=1):
        for block in _BLOCK.findall(line):
            if not block.startswith("end"):
                opened.append(number)
            elif opened:
                opened.pop()
    return opened[-1] if opened else 1


def place(part: Part, line: int) -> str:
    """Say where a line of a part's source is: the part, and the text of the paragraph."""
    lines = part.source.split("\n")
    raw = lines[min(line, len(lines)) - 1]
    text = " ".join(html.unescape(re.sub(r"<[^>]*>", "", raw)).split())
    shown = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
    return f"{_part_name(part.name)}, paragraphe « {shown} »" if shown else _part_name(part.name)


def _part_name(name: str) -> str:
    for start, french in (
        ("header", "en-tête"),
        ("footer", "pied de page"),
        ("footnotes", "notes de bas de page"),
        ("propriete", "propriétés du document"),
    ):
        if name.rpartition("/")[2].startswith(start):
            return french
    return "corps de la lettre"


def forbidden(part: Part, tree: nodes.Template) -> Iterator[TemplateFault]:
    """Yield what a template may not run: calls, macros, inclusions, products, private names, filters of no use here."""
    for node in tree.find_all((*_COMPUTED, nodes.Getattr, nodes.Filter, nodes.Test)):
        if isinstance(node, nodes.Mul) and "loop" in {name.name for name in node.find_all(nodes.Name)}:
            continue  # docxtpl's own way of merging cells
        if isinstance(node, _COMPUTED) or (isinstance(node, nodes.Getattr) and node.attr.startswith("_")):
            what = "cette balise contient du code, ce qu’un gabarit n’a pas le droit d’exécuter"
            remedy = "Écrivez seulement des champs, des conditions et des boucles, sans parenthèses."
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            what = f"le filtre « {node.name} » n’existe pas{nearest(node.name, FILTERS)}"
            remedy = f"Filtres possibles : {', '.join(FILTERS)}."
        elif isinstance(node, nodes.Test) and node.name not in environment().tests:
            what = f"la question « is {node.name} » n’existe pas{nearest(node.name, tuple(environment().tests))}"
            remedy = 'Écrivez par exemple « {% if autres["Observations"] is defined %} ».'
        else:
            continue
        yield TemplateFault(place(part, node.lineno), what, remedy)


def unknown(part: Part, tree: nodes.Template, sample: Mapping[str, Any]) -> Iterator[TemplateFault]:
    """Yield the fields that do not exist, each with the nearest one that does."""
    for missing in _walk(tree, dict(sample)):
        possible = f"Champs possibles : {', '.join(missing.known)}." if missing.known else "Retirez cette balise."
        what = f"le champ « {missing.name} » n’existe pas{nearest_field(missing.name, sample)}"
        yield TemplateFault(place(part, missing.line), what, possible)


def _walk(node: nodes.Node, scope: dict[str, Any]) -> Iterator[Missing]:
    """Yield what is missing under a node; `scope` maps the names in force to the values of the sample."""
    if isinstance(node, nodes.For):
        items = yield from _value(node.iter, scope)
        first = items[0] if isinstance(items, list | tuple) and items else ANY
        inner = scope | _bound(node.target, first) | {"loop": ANY}
        for child in (*node.body, *((node.test,) if node.test else ())):
            yield from _walk(child, inner)
        for child in node.else_:
            yield from _walk(child, scope)
    elif isinstance(node, nodes.Assign):
        scope |= _bound(node.target, (yield from _value(node.node, scope)))
    elif isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        yield from _value(node, scope)
    elif not _asks_whether(node):
        for child in node.iter_child_nodes():
            yield from _walk(child, scope)


def _asks_whether(node: nodes.Node) -> bool:
    """Return whether a tag only asks whether a field exists, or says what to print without it."""
    return (isinstance(node, nodes.Test) and node.name in _SOFT_TESTS) or (
        isinstance(node, nodes.Filter) and node.name in _SOFT_FILTERS
    )


def _bound(target: nodes.Node, value: Any) -> dict[str, Any]:
    """Return the names that a loop or a « set » makes, with their value in the sample."""
    if isinstance(target, nodes.Name):
        return {target.name: value}
    return {name.name: ANY for name in target.find_all(nodes.Name)}


def _value(node: nodes.Node, scope: dict[str, Any]) -> Generator[Missing, None, Any]:
    """Yield what is missing in an expression and return its value in the sample, ANY when that is not known."""
    if isinstance(node, nodes.Name):
        if node.name not in scope:
            yield Missing(node.name, node.lineno, tuple(scope))
        return scope.get(node.name, ANY)
    if not isinstance(node, nodes.Getattr | nodes.Getitem):
        yield from _walk(node, scope)
        return ANY
    base = yield from _value(node.node, scope)
    if isinstance(node, nodes.Getattr):
        key = node.attr
    elif isinstance(node.arg, nodes.Const):
        key = node.arg.value
    else:
        yield from _walk(node.arg, scope)
        return ANY
    child = child_of(base, key)
    if child is None:
        yield Missing(_written(node), node.lineno, names_of(base))
        return ANY
    return child


def _written(node: nodes.Node) -> str:
    """Return an expression as its author wrote it: « autres["Observations"] »."""
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return f'{_written(node.node)}["{node.arg.value}"]'
    return node.name if isinstance(node, nodes.Name) else "…"
