"""What the tags of a template may say: the rules that read Jinja's syntax tree against a sample of the fields."""

from __future__ import annotations

import difflib
import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

from jinja2 import nodes

from pipeline.french.words import fold
from pipeline.render.check.dangers import is_small
from pipeline.render.check.faults import Code, Fault
from pipeline.render.check.syntax import Tagged, code_fault
from pipeline.render.docx import FILTERS, environment

_NEAR = 0.65
ANY = object()
"""The value of what a sample cannot tell, such as the items of an empty list: everything may be asked of it."""


def nearest_field(name: str, sample: Mapping[str, Any]) -> str:
    """Return the end of a sentence that proposes the nearest field, nothing when none is near.

    Capitals and accents do not count: Word puts a capital where a sentence begins, a person an accent.
    """
    groups = (known for known in sample if names_of(sample[known]))
    every = (*groups, *(known for known, _ in dotted(sample)))
    best = max(every, key=lambda known: (_likeness(name, known), known.startswith("referent")))
    return f" ; vouliez-vous écrire « {best} » ?" if _likeness(name, best) >= _NEAR else ""


def _likeness(name: str, known: str) -> float:
    """Return how much two names are alike, from 0 to 1: their groups and what follows, unless no group was written."""
    (group, end), (known_group, known_end) = _halves(name), _halves(known)
    ends = difflib.SequenceMatcher(None, end, known_end).ratio()
    return min(difflib.SequenceMatcher(None, group, known_group).ratio(), ends) if group else ends


@cache
def _halves(name: str) -> tuple[str, str]:
    """Return the group of a field and what follows it, folded: « autres["Bassin"] » gives « autres », « bassin »."""
    group, sign, end = name.partition("[") if "[" in name else name.partition(".")
    return (fold(group), fold(end)) if sign else ("", fold(name))


def nearest(word: str, known: tuple[str, ...]) -> str:
    """Return the end of a sentence that proposes the nearest known word, nothing when none is near."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=_NEAR)
    return f" ; vouliez-vous écrire « {close[0]} » ?" if close else ""


def dotted(value: Any, start: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the full names of the fields of a sample (« referent.nom », « annee_scolaire ») and their values."""
    for name in names_of(value):
        child = child_of(value, name)
        full = f"{start}.{name}".lstrip(".") if name.isidentifier() else f'{start}["{name}"]'
        if names_of(child):
            yield from dotted(child, full)
        else:
            yield full, child


def names_of(value: Any) -> tuple[str, ...]:
    """Return the names of the fields of a value; a text has none."""
    if isinstance(value, Mapping):
        return tuple(str(name) for name in value)
    if is_dataclass(value):
        return tuple(field.name for field in fields(value))
    return tuple(vars(value)) if hasattr(value, "__dict__") else ()


def child_of(value: Any, name: Any) -> Any:
    """Return a field of a value, ANY when the sample cannot tell, None when there is no such field."""
    if value is ANY or value is None:
        return ANY
    if isinstance(value, str | list | tuple):
        return ANY if isinstance(name, int) else None
    if isinstance(value, Mapping):
        if name not in value:  # the mapping decides: headers are found whatever their case
            return None
        child = value[name]
    elif str(name) in names_of(value):
        child = getattr(value, name)
    else:
        return None
    return ANY if child is None else child


_CODE = (nodes.Call, nodes.CallBlock, nodes.Macro, nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends)
_COMPUTED = (*_CODE, nodes.Block, nodes.With, nodes.Pow, nodes.Mul, nodes.Mod)
_SOFT_TESTS = ("defined", "undefined")
_SOFT_FILTERS = ("default", "d")


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that a tag asks for and that does not exist: its full name, its line, the names possible there."""

    name: str
    line: int
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotAList:
    """A text that a loop would go through letter by letter: its full name, its line."""

    name: str
    line: int


Wrong = Missing | NotAList


def forbidden(tagged: Tagged) -> Iterator[Fault]:
    """Yield what a template may not run: calls, macros, inclusions, products, private names, filters of no use here."""
    for node in tagged.nodes((*_COMPUTED, nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test)):
        tag = tagged.at(node.lineno)
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            what = f"le filtre « {node.name} » n’existe pas{nearest(node.name, FILTERS)}"
            yield Fault(Code.FILTRE, tag.place, what, f"Filtres possibles : {', '.join(FILTERS)}.", tag.text)
        elif isinstance(node, nodes.Test) and node.name not in environment().tests:
            what = f"la question « is {node.name} » n’existe pas{nearest(node.name, tuple(environment().tests))}"
            remedy = 'Écrivez par exemple « {% if autres["Observations"] is defined %} ».'
            yield Fault(Code.QUESTION, tag.place, what, remedy, tag.text)
        elif _is_code(node):
            yield code_fault(tag)


def unknown(tagged: Tagged, sample: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the fields that do not exist, each with the nearest one that does, and the loops over what is no list.

    Tags that run code are left out: `forbidden` yields them.
    """
    lists = ", ".join(name for name, value in sample.items() if isinstance(value, list | tuple))
    code = {(fault.place, fault.tag) for fault in forbidden(tagged) if fault.code is Code.INTERDIT}
    for wrong in _walk(tagged.tree, dict(sample)) if tagged.tree else ():
        tag = tagged.at(wrong.line)
        if (tag.place, tag.text) in code:
            continue
        if isinstance(wrong, NotAList):
            what, remedy = f"« {wrong.name} » n’est pas une liste", f"Listes possibles : {lists}."
            yield Fault(Code.INTERDIT, tag.place, what, remedy, tag.text)
            continue
        possible = f"Champs possibles : {', '.join(wrong.known)}." if wrong.known else "Retirez cette balise."
        if wrong.name in FILTERS:
            near = f" ; c’est un filtre, qui s’écrit après une barre : « | {wrong.name} »"
        else:
            near = nearest_field(_whole_name(wrong.name, tag.text), sample)
        what = f"le champ « {wrong.name} » n’existe pas{near}"
        yield Fault(Code.CHAMP, tag.place, what, possible, tag.text)


def _whole_name(name: str, tag: str) -> str:
    """Return a field as its tag names it: the tree says of « referant.nom » only that there is no « referant »."""
    found = re.search(rf"(?<![\w.]){re.escape(name)}(?:\.\w+)*", tag)
    return found[0] if found else name


def _is_code(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Mul | nodes.Mod):  # docxtpl's own way of merging cells; one row in two
        names = {name.name for name in node.find_all(nodes.Name)}
        return "loop" not in names or not all(is_small(one) for one in node.find_all(nodes.Const))
    if isinstance(node, nodes.Getattr):
        return node.attr.startswith("_")
    if isinstance(node, nodes.Getitem):
        return isinstance(node.arg, nodes.Const) and str(node.arg.value).startswith("__")
    return isinstance(node, _COMPUTED)


def _walk(node: nodes.Node, scope: dict[str, Any]) -> Iterator[Wrong]:
    """Yield what is wrong under a node; `scope` maps the names in force to the values of the sample."""
    if isinstance(node, nodes.For):
        items = yield from _value(node.iter, scope)
        if isinstance(items, str):
            yield NotAList(written(node.iter), node.lineno)
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


def _value(node: nodes.Node, scope: dict[str, Any]) -> Generator[Wrong, None, Any]:
    """Yield what is wrong in an expression and return its value in the sample, ANY when that is not known.

    A text that went through filters still is one, or its letters: no filter makes a list of anything else of it.
    """
    if isinstance(node, nodes.Name):
        if node.name not in scope:
            yield Missing(node.name, node.lineno, tuple(scope))
        return scope.get(node.name, ANY)
    if isinstance(node, nodes.Filter) and node.node and not _asks_whether(node):
        for argument in (*node.args, *node.kwargs):
            yield from _walk(argument, scope)
        base = yield from _value(node.node, scope)
        return base if isinstance(base, str) else ANY
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
        yield Missing(written(node), node.lineno, names_of(base))
        return ANY
    return child


def written(node: nodes.Node) -> str:
    """Return an expression as its author wrote it, « autres["Observations"] », without its filters."""
    if isinstance(node, nodes.Filter) and node.node:
        return written(node.node)
    if isinstance(node, nodes.Getattr):
        return f"{written(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return f'{written(node.node)}["{node.arg.value}"]'
    return node.name if isinstance(node, nodes.Name) else "…"
