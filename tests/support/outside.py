"""Which tests need another program: LibreOffice, a mail server, a browser, or the command in a process of its own.

Read from the code of each test, of its fixtures and of the helpers that they call: nobody has to mark a test by hand.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

PROGRAMS = (
    "subprocess",
    "support.mail_servers",
    "support.chromium",
    "support.program.mlds",
    "support.word_letters.require_libreoffice",
    "pipeline.campaign.diagnosis.letter.letter",
    "pipeline.cli.usage.FrenchGroup",
    "pipeline.convert.engine.find_engine",
    "pipeline.convert.libreoffice",
    "pipeline.convert.process.start",
    "pipeline.convert.word",
    "pipeline.run.produce",
)
"""Modules and functions that start another program, or the whole command; what uses them is out of `make vite`."""


def needs_a_program(item: pytest.Item) -> bool:
    """Return whether a test, one of its fixtures or a helper that they call uses one of PROGRAMS."""
    if not isinstance(item, pytest.Function):
        return False
    definitions = item._fixtureinfo.name2fixturedefs.values()
    seen: set[int] = set()
    return any(
        _reaches(one, seen) for one in [item.cls or item.obj, *(each.func for group in definitions for each in group)]
    )


def _reaches(value: Any, seen: set[int]) -> bool:
    if id(value) in seen:
        return False
    seen.add(id(value))
    return _named(value).startswith(PROGRAMS) or any(_reaches(one, seen) for one in _used(value))


def _named(value: Any) -> str:
    """Return the dotted name of a module, a function or a class, that of its class for any other value."""
    if isinstance(value, ModuleType):
        return value.__name__
    named = value if isinstance(value, FunctionType | type) else type(value)
    return f"{named.__module__}.{named.__qualname__}"


def _used(value: Any) -> Iterator[Any]:
    """Yield what code of the tests names: globals, parts of a module of helpers, modules imported inside; and the methods of a class."""
    if isinstance(value, FunctionType):
        value = inspect.unwrap(value.hypothesis.inner_test if hasattr(value, "hypothesis") else value)
    if isinstance(value, property):
        yield value.fget
    if not isinstance(value, FunctionType | type) or value.__module__.startswith("pipeline"):
        return
    if isinstance(value, type):
        yield from vars(value).values()
        return
    names = set(_names(value.__code__))
    found = [value.__globals__[name] for name in names if name in value.__globals__]
    found += [sys.modules[name] for name in names if name in sys.modules and name.startswith("support.")]
    yield from found
    for helpers in found:
        if isinstance(helpers, ModuleType) and helpers.__name__.startswith("support."):
            yield from (getattr(helpers, name) for name in names if hasattr(helpers, name))


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
