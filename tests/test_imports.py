"""Modules are imported one way: what computes never needs what shows, what proves never what sends."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from conftest import ROOT

SHOWING = ("cli", "commands", "terminal")


def imports() -> Iterator[tuple[str, str]]:
    """Give each part of the program, a package or a module of its own, with each other that it imports."""
    folder = ROOT / "pipeline"
    for path in folder.rglob("*.py"):
        here = path.relative_to(folder).with_suffix("").parts[0]
        for node in needed(ast.parse(path.read_text(encoding="utf-8")).body):
            module = (node.module or "").split(".")
            if module[0] == "pipeline" and len(module) > 1 and module[1] != here:
                yield here, module[1]


def needed(body: list[ast.stmt]) -> Iterator[ast.ImportFrom]:
    """Give the imports of a module, those that only mypy reads left out."""
    for node in body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield from (one for one in ast.walk(node) if isinstance(one, ast.ImportFrom))


def test_only_what_shows_needs_what_shows() -> None:
    shown = {(here, there) for here, there in imports() if there in SHOWING and here not in (*SHOWING, "__main__")}
    assert shown == set()


def test_what_proves_bundles_knows_nothing_of_mail() -> None:
    assert {here for here, there in imports() if there == "courrier"} & {"controle", "journal", "purge"} == set()


def test_the_imports_were_really_read() -> None:
    assert {("courrier", "controle"), ("controle", "journal"), ("cli", "commands")} <= set(imports())
