"""Fields that letters print blank, where no condition foresees it: « Fonction : . » is said, not left to be found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import nodes

from pipeline.french import pluriel
from pipeline.gabarit.lectures import Lectures, paths_of
from pipeline.gabarit.parts import environment, sources_of
from pipeline.model import Modele, RowRef

_INSTEAD = ("default", "d")


def blank_fields(letters: Mapping[RowRef, Mapping[str, Any]], modeles: Mapping[RowRef, Modele]) -> tuple[str, ...]:
    """Return a sentence for each field that some letters, given by their fields, print blank."""
    bare = {path: unguarded(path) for path in {modeles[row].fichier for row in letters}}
    found: defaultdict[tuple[Path, tuple[str, ...]], list[RowRef]] = defaultdict(list)
    for row, fields in letters.items():
        for field in bare[modeles[row].fichier]:
            if _value(fields, field) == "":
                found[modeles[row].fichier, field].append(row)
    return tuple(_sentence(path.name, field, rows) for (path, field), rows in found.items())


def unguarded(path: Path) -> tuple[tuple[str, ...], ...]:
    """Return the fields that a template prints outside any condition on them, without saying what to print instead."""
    found = (field for source in sources_of(path) for field in _printed(environment().parse(source), frozenset()))
    return tuple(dict.fromkeys(found))


def _printed(node: nodes.Node, asked: Lectures) -> Iterator[tuple[str, ...]]:
    """Yield the fields printed under a node that are not in `asked`, which conditions have asked for already."""
    if isinstance(node, nodes.If | nodes.CondExpr):
        asked |= frozenset(paths_of(node.test))
    if isinstance(node, nodes.Output):
        for said in node.nodes:
            field = _field(said)
            if field and field not in asked and field[:1] not in asked:
                yield field
    for child in node.iter_child_nodes():
        yield from _printed(child, asked)


def _field(node: nodes.Node | None) -> tuple[str, ...]:
    """Return the field that an expression is, whatever filters it goes through; () for anything else."""
    while isinstance(node, nodes.Filter):
        if node.name in _INSTEAD and not any(isinstance(one, nodes.Const) and one.value == "" for one in node.args):
            return ()
        node = node.node
    paths = tuple(paths_of(node)) if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem) else ()
    return paths[0] if len(paths) == 1 else ()


def _value(fields: Mapping[str, Any], field: tuple[str, ...]) -> Any:
    """Return what a field says; None for a name that is no field of the letter, such as one that a loop makes."""
    value: Any = fields
    for name in field:
        value = value[name] if isinstance(value, Mapping) and name in value else None
    return value


def _sentence(template: str, field: tuple[str, ...], rows: list[RowRef]) -> str:
    written = f'{field[0]}["{field[1]}"]' if field[0] == "autres" else ".".join(field)
    where = f"feuille « {rows[0].sheet} », ligne {rows[0].line}"
    return (
        f"Gabarit « {template} » : « {{{{ {written} }}}} » n’imprime rien dans {pluriel(len(rows), 'lettre')} (la "
        f"première : {where}). Remplissez ces cellules, ou entourez ce champ d’une condition : "
        f"« {{% if {written} %}} … {{% endif %}} »."
    )
