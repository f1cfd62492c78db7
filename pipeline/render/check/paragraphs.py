"""The paragraphs of a template as its owner sees them in Word: their text, their runs, their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from lxml import etree

from pipeline.render.check.faults import CORPS, Place

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
P, RUN = f"{W}p", f"{W}r"
_BREAK = f"{W}lastRenderedPageBreak"
_SIGNS = {"tab": "\t", "br": " ", "cr": " ", "noBreakHyphen": "-", "sym": "•"}
_SHOWN: dict[str, str | None] = {f"{W}t": None, **{f"{W}{name}": sign for name, sign in _SIGNS.items()}}
_WRITTEN = frozenset({"t", "delText", "instrText"})
_UNSEEN = frozenset({"descr", "title", "string", "instr"})
"""What is written without being a run's text: what stands for a picture, the text of WordArt, a field's code."""


@dataclass(frozen=True, slots=True, eq=False)
class Paragraph:
    """One paragraph: its runs with the text each shows; `written` is all that docxtpl finds in it.

    That is deleted text, field codes, equations, WordArt and what stands for a picture too.
    """

    element: Any
    runs: tuple[tuple[Any, str], ...]
    written: str
    place: Place

    @property
    def text(self) -> str:
        """Return what it shows, tags as they are written."""
        return "".join(text for _, text in self.runs)


def paragraphs_of(name: str, root: Any) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a part in the order of its XML, those of tables and text boxes among them."""
    pages = _pages(root)
    found: list[Paragraph] = []
    number, anchor, body = 0, -1, part_name(name) == CORPS
    for rank, element in enumerate(root.iter(P)):
        runs = tuple(_runs(element))
        written = "".join(_written(element))
        inside = any(True for _ in element.iterancestors(P))  # a text box: Word hangs no comment there
        number += bool(written.strip()) and not inside
        anchor = anchor if inside else rank
        text = " ".join("".join(text for _, text in runs).split()) or " ".join(written.split())
        place = Place(part_name(name), text, number, pages.get(element, 0), anchor if body else None)
        found.append(Paragraph(element, runs, written, place))
    return tuple(found)


def place_of(name: str, node: Any) -> Place:
    """Return the place of the paragraph that holds a node of a part."""
    holder = next(node.iterancestors(P), None)
    every = paragraphs_of(name, node.getroottree().getroot()) if holder is not None else ()
    return next((one.place for one in every if one.element is holder), Place(part_name(name)))


def part_name(name: str) -> str:
    """Return what a French reader calls a part of the package."""
    for start, french in (
        ("header", "en-tête"),
        ("footer", "pied de page"),
        ("footnotes", "notes de bas de page"),
        ("endnotes", "notes de fin"),
        ("chart", "graphique"),
        ("data", "diagramme"),
        ("drawing", "diagramme"),
        ("document", CORPS),
    ):
        if name.rpartition("/")[2].startswith(start):
            return french
    return f"élément « {name.rpartition('/')[2].partition('.')[0]} »"


def _runs(element: Any) -> Iterator[tuple[Any, str]]:
    """Yield the runs of a paragraph and what each shows, but not those of the text boxes that it holds."""
    for child in element:
        if child.tag == RUN:
            yield child, _text(child)
        elif child.tag != P:
            yield from _runs(child)


def _text(run: Any) -> str:
    return "".join((_SHOWN[child.tag] or child.text or "") for child in run if child.tag in _SHOWN)


def _written(element: Any) -> Iterator[str]:
    """Yield the texts under an element in the order of the XML, but not those of the text boxes that it holds."""
    for child in element:
        if child.tag == P:
            continue
        if sign := _SHOWN.get(child.tag):
            yield sign
            continue
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        yield from (value for key, value in child.attrib.items() if key.rpartition("}")[2] in _UNSEEN and "{" in value)
        if name in _WRITTEN:
            yield child.text or ""
        yield from _written(child)


def _pages(root: Any) -> dict[Any, int]:
    """Return the page where each paragraph begins, nothing when Word noted none when it last saved the document."""
    pages: dict[Any, int] = {}
    page, current, empty = 1, None, True
    for node in root.iter(P, _BREAK, f"{W}t"):
        if node.tag == P:
            pages[node] = page
            current, empty = node, True
        elif node.tag == _BREAK:
            page += 1
            if empty and current is not None:
                pages[current] = page
        else:
            empty = False
    return pages if page > 1 else {}


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
