"""The French messages that stop a command, read from the code itself: every text that an error of ours may bear."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from pipeline import errors
from support.program import ROOT

HOLE = "\N{BLACK SQUARE}"
"""What stands for whatever the program puts into a message."""
_MAIL = "pipeline/send/faults.py"
"""The module whose every text is what a mail server, or the way to it, may do wrong, or what to do then."""
_NOTICES = (
    "load/left_out.py",
    "load/notices.py",
    "render/variants.py",
    "campaign/follow_up.py",
    "printing/letters.py",
    "cli/produire.py",
    "render/visas.py",
)
"""The modules whose sentences are remarks on the whole workbook, the templates or the bundles."""
_STOPS = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.PipelineError)}


def stopping() -> dict[str, str]:
    """Return each message that may stop a command, with the place in the code where it is raised."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        module, tree = _module(path), ast.parse(path.read_text(encoding="utf-8"))
        pieces = {id(one) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for one in node.values}
        for node in ast.walk(tree):
            if id(node) in pieces:
                continue
            place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and _name(node) in _STOPS and node.args:
                for text in _texts(node.args, module):
                    found.setdefault(text, place)
            elif path == ROOT / _MAIL and isinstance(node, ast.Constant | ast.JoinedStr):
                for text in _said(node, module):
                    if text.startswith(("le ", "la ", "ce ", "impossible", "un mot", f"{HOLE} ne ")):
                        found.setdefault(text, place)
    return found


def _module(path: Path) -> ModuleType:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return import_module(name.removesuffix(".__init__"))


def _name(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def _texts(args: list[ast.expr], module: ModuleType) -> Iterator[str]:
    """Yield what the arguments of an error may say; an argument that is no French text is the place of the fault."""
    said = [list(_said(one, module)) for one in args]
    whole = " ".join(texts[0] for texts in said if len(texts) == 1)
    yield from (text for texts in said if len(texts) > 1 for text in texts)
    if len(re.findall(r"\w{2,}", whole)) > 1:  # less is the place of a fault alone
        yield whole


def _said(node: ast.AST, module: Any) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(_piece(one, module) for one in node.values)
    elif isinstance(node, ast.Name) and isinstance(known := getattr(module, node.id, None), str):
        yield known
    elif isinstance(node, ast.Call) and isinstance(known := getattr(module, _name(node), None), FunctionType):
        home = import_module(known.__module__)
        if home.__name__.startswith("pipeline."):
            for inner in ast.walk(ast.parse(inspect.getsource(known).lstrip())):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    yield from _said(inner.value, home)
    else:
        yield HOLE


def _piece(node: ast.expr, module: Any) -> str:
    """Return a piece of a text: itself, the constant that it names, or a hole."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    inner = node.value if isinstance(node, ast.FormattedValue) else node
    texts = list(_said(inner, module)) if isinstance(inner, ast.Name) else []
    return texts[0] if len(texts) == 1 else HOLE


def noticed() -> dict[str, str]:
    """Return each remark about a whole run, which stops nothing, with its place in the code."""
    found: dict[str, str] = {}
    for name in _NOTICES:
        path = ROOT / "pipeline" / name
        module, tree = _module(path), ast.parse(path.read_text(encoding="utf-8"))
        pieces = {id(one) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for one in node.values}
        pieces |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in pieces:
                for text in _said(node, module):
                    if text.rstrip().endswith((".", HOLE)) and len(re.findall(r"\w{2,}", text)) > 6:
                        found[text] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


def french_texts() -> Iterator[str]:
    """Yield every text of the program, on one line each, the words that it quotes between plain spaces."""
    for path in [*(ROOT / "pipeline").rglob("*.py"), ROOT / "lancer.sh", ROOT / "lancer.cmd"]:
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            yield from source.replace("'", "’").splitlines()
            continue
        module = _module(path)
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant | ast.JoinedStr):
                yield from (text.replace("\n", " ") for text in _said(node, module))
