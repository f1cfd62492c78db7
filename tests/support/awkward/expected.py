"""What is wanted of an awkward workbook: letters, anomalies, notices, or the sentence that stops the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from support.rows import GOOD


@dataclass(frozen=True)
class L:
    """A letter, by what it prints."""

    uai: str = GOOD["uai"]
    ecole: str = GOOD["etablissement"]
    chef: str = "M. Paul Modèle"
    referent: str = "Mme Anne Exemple"
    imp: str = "1/2 IMP, 625,00 €"


@dataclass(frozen=True, order=True)
class A:
    """An anomaly, by its code and its cell."""

    code: str
    cell: str


@dataclass(frozen=True)
class S:
    """The sentence that stops the run."""

    words: str


@dataclass(frozen=True)
class N:
    """A notice on what was read."""

    words: str


@dataclass(frozen=True)
class Case:
    what: str
    content: Any
    wanted: tuple[Any, ...]
    file: str


@dataclass(frozen=True)
class Saved:
    """A workbook that LibreOffice saves in another format."""

    format: str
    number: int
    change: Callable[[bytes], bytes]


TO_SAVE: dict[str, list[bytes]] = {}


def saved(format: str, content: bytes, change: Callable[[bytes], bytes] = lambda content: content) -> Saved:
    TO_SAVE.setdefault(format, []).append(content)
    return Saved(format, len(TO_SAVE[format]) - 1, change)


def case(what: str, content: Any, *wanted: Any, file: str = "classeur.xlsx") -> Case:
    return Case(what, content, wanted, file)
