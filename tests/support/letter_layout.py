"""How a letter looks on paper, read from its PDF: its lines, its pages, the room left to sign."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pypdfium2

COPY = "Une copie de ce document"
POINTS_A_MM = 72 / 25.4
SIGNING_ROOM = 21
"""Millimetres for a signature and a stamp."""


Line = TypeVar("Line")


def footer_last(lines: list[Line], text_of: Callable[[Line], str]) -> list[Line]:
    """Return the lines of a page with its footer at the end: LibreOffice 25.2 writes it before the text, 7.4 after."""
    return [*lines[1:], lines[0]] if re.search(r" \d+/\d+$", text_of(lines[0])) else lines


class Page:
    """The lines of a page from top to bottom, each with where its signs begin and end, in points from the bottom."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        text = page.get_textpage()
        signs = ((text.get_text_range(n, 1), text.get_charbox(n)) for n in range(text.count_chars()))
        self.height = page.get_height()
        self.lines: list[tuple[str, float, float]] = []
        line, low, high = "", self.height, 0.0
        for sign, (_, bottom, _, top) in signs:
            if sign in "\r\n":
                if line.strip():
                    self.lines.append((line.replace("\ufffe", "-").strip(), low, high))
                line, low, high = "", self.height, 0.0
            else:
                line += sign
                if sign.strip():
                    low, high = min(low, bottom), max(high, top)
        self.lines.append((line.strip(), low, high))
        self.lines = footer_last(self.lines, lambda one: one[0])

    @property
    def texts(self) -> list[str]:
        """Return the lines."""
        return [text for text, _, _ in self.lines]

    @property
    def signing_room(self) -> float | None:
        """Return the millimetres between the names that sign and the line that follows; None when they are not here."""
        copy = next((high for text, _, high in self.lines if text.startswith(COPY)), None)
        above = [low for text, low, _ in self.lines if copy is not None and low > copy]
        return None if copy is None else (min(above, default=copy) - copy) / POINTS_A_MM


def pages_of(pdf: Path) -> list[Page]:
    """Return the pages of a letter."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [Page(page) for page in document]


def lines_of(pdf: Path) -> list[list[str]]:
    """Return the lines of each page of a letter."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_range().replace("\ufffe", "-") for page in document]
    return [footer_last([line.strip() for line in text.splitlines() if line.strip()], str) for text in texts]


def faults_of(pages: list[list[str]]) -> Iterator[str]:
    """Yield what is badly set in the lines of a letter of the shipped template."""
    whole = "\n".join(line for page in pages for line in page)
    if re.search(r"^[–-]", whole, re.MULTILINE):
        yield "a line begins with a dash"
    if re.search(r"\d{4}[-\u2011]$", whole, re.MULTILINE):
        yield "a school year is cut"
    amount = re.search(r"bénéficie d’une indemnité.*?\)\.", whole, re.DOTALL)
    if amount and len(amount[0].splitlines()[-1].split()) < 2:
        yield "the amount ends with a word alone on its line"
    before = re.findall(r"^(.*)\n•", whole, re.MULTILINE)
    if any(len(line.split()) < 3 for line in before):
        yield "a word or two stand alone on the line before an item"
    if not before or len(before[0].split()) < 8:
        yield "the list is announced by a short line"
    if re.search(r"établissement\s(?:collège|lycée)", whole, re.IGNORECASE):
        yield "the kind of school does not follow its article"
    if [page[-1].split()[-1] for page in pages] != [f"{n}/{len(pages)}" for n in range(1, len(pages) + 1)]:
        yield "the pages are not numbered"
    if not any(line.startswith(COPY) for line in pages[-1][1:]):
        yield "the last page holds no signature"
