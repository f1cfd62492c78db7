"""The paragraphs of a template as its owner sees them in Word: their text, their runs, their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.gabarit.faults import CORPS, Place

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
P, RUN = f"{W}p", f"{W}r"
_BREAK = f"{W}lastRenderedPageBreak"
_SIGNS = {"tab": "\t", "br": " ", "cr": " ", "noBreakHyphen": "-", "sym": "•"}
_SHOWN: dict[str, str | None] = {f"{W}t": None, **{f"{W}{name}": sign for name, sign in _SIGNS.items()}}
_HIDDEN: dict[str, str | None] = {f"{W}delText": None, f"{W}instrText": None}
DOCUMENT = "word/document.xml"


@dataclass(frozen=True, slots=True, eq=False)
class Paragraph:
    """One paragraph: its runs with the text each shows; `written` also holds deleted text and field codes."""

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
    number, anchor = 0, -1
    for rank, element in enumerate(root.iter(P)):
        runs = tuple(_runs(element))
        written = "".join(_text(run, _SHOWN | _HIDDEN) for run, _ in runs)
        inside = any(True for _ in element.iterancestors(P))  # a text box: Word hangs no comment there
        number += bool(written.strip()) and not inside
        anchor = anchor if inside else rank
        text = " ".join("".join(text for _, text in runs).split()) or " ".join(written.split())
        place = Place(part_name(name), text, number, pages.get(element, 0), anchor if name == DOCUMENT else None)
        found.append(Paragraph(element, runs, written, place))
    return tuple(found)


def part_name(name: str) -> str:
    """Return what a French reader calls a part of the package."""
    for start, french in (
        ("header", "en-tête"),
        ("footer", "pied de page"),
        ("footnotes", "notes de bas de page"),
        ("endnotes", "notes de fin"),
        ("document", CORPS),
    ):
        if name.rpartition("/")[2].startswith(start):
            return french
    return f"élément « {name.rpartition('/')[2].partition('.')[0]} »"


def _runs(element: Any) -> Iterator[tuple[Any, str]]:
    """Yield the runs of a paragraph and what each shows, but not those of the text boxes that it holds."""
    for child in element:
        if child.tag == RUN:
            yield child, _text(child, _SHOWN)
        elif child.tag != P:
            yield from _runs(child)


def _text(run: Any, signs: dict[str, str | None]) -> str:
    return "".join((signs[child.tag] or child.text or "") for child in run if child.tag in signs)


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
