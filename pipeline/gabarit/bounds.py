"""What could take for ever, or all the memory, out of fields that are short: loops in loops, texts that grow."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes

from pipeline.gabarit.tagged import Tagged
from pipeline.render.check.faults import Code, Fault

_SIZED = ("batch", "round")
_SMALL = 100
"""The greatest number that a tag may multiply by, or hand to a filter that makes as many things."""


def is_small(node: nodes.Node) -> bool:
    """Return whether a constant is a number that nothing can be made huge with."""
    return isinstance(node, nodes.Const) and isinstance(node.value, int) and abs(node.value) <= _SMALL


def deep_loops(tagged: Tagged) -> Iterator[Fault]:
    """Yield a loop that holds a loop that holds a loop: each multiplies the others."""
    for loop in tagged.nodes(nodes.For):
        if any(True for inner in loop.find_all(nodes.For) for _ in inner.find_all(nodes.For)):
            yield _fault(tagged, loop, "trois boucles sont prises l’une dans l’autre", "Gardez-en une ou deux.")


def growing_texts(tagged: Tagged) -> Iterator[Fault]:
    """Yield a « set » made of another: a text that is doubled thirty times fills the memory."""
    assigned = [one for one in tagged.nodes(nodes.Assign) if isinstance(one.target, nodes.Name)]
    made = {one.target.name for one in assigned}
    for one in assigned:
        again = {name.name for name in one.node.find_all(nodes.Name)} & made
        again |= {one.node.name} & made if isinstance(one.node, nodes.Name) else set()
        if again:
            what = f"« set » reprend « {min(again)} », fait par un autre « set »"
            yield _fault(tagged, one, what, "Dans un « set », écrivez seulement des champs.")


def huge_arguments(tagged: Tagged) -> Iterator[Fault]:
    """Yield a filter that is asked for as many things as a great number says, or as something says that is computed."""
    for node in tagged.nodes(nodes.Filter):
        given = (*node.args, *(one.value for one in node.kwargs))
        if node.name in _SIZED and not all(is_small(one) or _is_text(one) for one in given):
            what = f"le filtre « {node.name} » n’accepte qu’un petit nombre"
            yield _fault(tagged, node, what, f"Écrivez un nombre entre 0 et {_SMALL}.")


def _is_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, str)


def _fault(tagged: Tagged, node: nodes.Node, what: str, remedy: str) -> Fault:
    tag = tagged.at(node.lineno)
    return Fault(Code.INTERDIT, tag.place, what, remedy, tag.text)
