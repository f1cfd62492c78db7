"""Word's own fields, such as PAGE, MERGEFIELD or INCLUDEPICTURE: their code, put together again, and where they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lxml import etree

from pipeline.render.check.faults import Place
from pipeline.render.check.paragraphs import W, place_of

_SIMPLE, _MARK, _CODE = f"{W}fldSimple", f"{W}fldChar", f"{W}instrText"


class WordField(NamedTuple):
    """A field: its name in capitals, its whole code on one line, the element that it begins with."""

    name: str
    code: str
    node: Any


def placed_fields(members: Mapping[str, bytes]) -> Iterator[tuple[Place, WordField]]:
    """Yield the fields of all the parts of a package, each with its place."""
    for name, data in members.items():
        if name.startswith("word/") and name.endswith(".xml") and (b"instrText" in data or b"fldSimple" in data):
            for field in word_fields(etree.fromstring(data)):
                yield place_of(name, field.node), field


def word_fields(root: Any) -> Iterator[WordField]:
    """Yield the fields of a part in the order in which they end; Word cuts a code into runs as it likes."""
    opened: list[tuple[Any, list[str], list[bool]]] = []
    for node in root.iter(_SIMPLE, _MARK, _CODE):
        if node.tag == _SIMPLE:
            yield from _field(node, node.get(f"{W}instr", ""))
        elif node.tag == _CODE:
            if opened and not opened[-1][2]:
                opened[-1][1].append(node.text or "")
            elif not opened:  # a code without its marks: what reads the file may take it for one all the same
                yield from _field(node, node.text or "")
        elif node.get(f"{W}fldCharType") == "begin":
            opened.append((node, [], []))
        elif opened and node.get(f"{W}fldCharType") == "separate":
            opened[-1][2].append(True)
        elif opened:
            start, code, _ = opened.pop()
            yield from _field(start, "".join(code))
    for start, code, _ in opened:
        yield from _field(start, "".join(code))


def _field(node: Any, code: str) -> Iterator[WordField]:
    words = code.split()
    if words:
        yield WordField(words[0].upper(), " ".join(words), node)
