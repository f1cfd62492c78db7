"""The text of a cell of an OpenDocument workbook, as it is shown. Source: OpenDocument 1.3, part 3, 5 and 6."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_LEFT_OUT = (f"{TEXT}tab", f"{TEXT}line-break")
_PARAGRAPH, _SPACES = f"{TEXT}p", f"{TEXT}c"
_OF_THE_CELL = (_PARAGRAPH, f"{OFFICE}annotation")


def _is_plain(cell: etree._Element) -> bool:
    """Return whether a cell holds one paragraph and nothing in it, as nearly all do: that is told at once."""
    return len(cell) == 1 and cell[0].tag == _PARAGRAPH and not len(cell[0])


def length_of(cell: etree._Element) -> int:
    """Return how many characters a cell holds, its comment's too."""
    return len(cell[0].text or "") if _is_plain(cell) else sum(map(len, cell.itertext()))


def is_misread(cell: etree._Element) -> bool:
    """Return whether the reading engine gives a cell another text than it shows.

    It leaves out tabs and line breaks, gluing the words on both sides, and takes in the text of a shape that is
    anchored to the cell.
    """
    if _is_plain(cell):
        return False
    return next(cell.iter(*_LEFT_OUT), None) is not None or any(one.tag not in _OF_THE_CELL for one in cell)


def shown_text(cell: etree._Element) -> str:
    """Return the text of a cell, its paragraphs on lines of their own; a comment on it is none of it."""
    return "\n".join("".join(_pieces(one)) for one in cell.iterchildren(_PARAGRAPH))


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{TEXT}s":
            yield " " * count_of(child, _SPACES)
        elif child.tag == f"{TEXT}tab":
            yield "\t"
        elif child.tag == f"{TEXT}line-break":
            yield "\n"
        else:
            yield from _pieces(child)
        yield child.tail or ""


def count_of(element: etree._Element, name: str) -> int:
    """Return how many times an attribute says that something is repeated, 1 where it says nothing that can be."""
    text = element.get(name)
    return int(text) if text is not None and text.isdecimal() and len(text) < 9 else 1
