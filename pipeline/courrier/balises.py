"""What the tags of a message's template may say: fields, conditions, loops over lists; nothing that computes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jinja2 import nodes

from pipeline.settings.faults import nearest

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
    """Tell whether a node looks into what is no field, or into what Python keeps to itself."""
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
