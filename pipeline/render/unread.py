"""Report the cells that a template writes in full (a date, an amount) and that cannot be read: printed as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from jinja2 import nodes

from pipeline.french.filters import READERS
from pipeline.french.words import fold
from pipeline.model import Anomaly, Letter, Modele, RowRef, Severity
from pipeline.render.docx import environment, sources_of
from pipeline.render.other_columns import Autres
from pipeline.table import Column, Table

_PLAIN = ("default", "d", "trim", "string")
"""Filters that change nothing in how a text is read."""


def unread_cells(letters: Sequence[Letter], modeles: Mapping[RowRef, Modele], table: Table) -> tuple[Anomaly, ...]:
    """Return a warning for each cell that the template of its letter cannot write in full.

    Raises GabaritError and jinja2.TemplateSyntaxError for a template that cannot be read.
    """
    asked = {path: filtered_columns(path) for path in {modeles[letter.row].fichier for letter in letters}}
    return tuple(doubt for letter in letters for doubt in _unread(letter, asked[modeles[letter.row].fichier], table))


def filtered_columns(path: Path) -> tuple[tuple[str, str], ...]:
    """Return the headers of the columns that a template writes in full, each with the filter that does."""
    found = (
        (header, node.name)
        for source in sources_of(path)
        for node in environment().parse(source).find_all(nodes.Filter)
        if node.name in READERS and (header := _column(node.node))
    )
    return tuple(dict.fromkeys(found))


def _column(node: nodes.Node | None) -> str:
    """Return the header of the column that an expression is, "" when it is anything else."""
    while isinstance(node, nodes.Filter) and node.name in _PLAIN:
        node = node.node
    if not isinstance(node, nodes.Getattr | nodes.Getitem) or not isinstance(node.node, nodes.Name):
        return ""
    key = node.attr if isinstance(node, nodes.Getattr) else node.arg.value if isinstance(node.arg, nodes.Const) else ""
    return str(key) if node.node.name == "autres" else ""


def _unread(letter: Letter, asked: Sequence[tuple[str, str]], table: Table) -> Iterator[Anomaly]:
    others = Autres(letter.autres)
    for header, name in asked:
        if header not in others:
            continue
        text = others[header]
        read, expected = READERS[name]
        if text and read(text) is None:
            columns = table.columns[letter.row.sheet].values()
            column = next((one for one in columns if fold(one.header) == fold(header)), Column(header, ""))
            cell = f"{column.letter}{letter.row.line}" if column.letter else ""
            message = f"« {text} » est imprimé tel quel dans la lettre, qui attend {expected}."
            yield Anomaly(letter.row, "texte_non_lu", Severity.AVERTISSEMENT, message, column.header, cell)
