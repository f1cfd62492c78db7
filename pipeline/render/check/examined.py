"""A template under examination: what the rules read, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
from docxtpl import DocxTemplate
from lxml import etree

from pipeline.gabarit.styles import Styles, styles_of
from pipeline.gabarit.tagged import Tagged, read_tags
from pipeline.render.check.faults import LETTRE, PROPRIETES, Place
from pipeline.render.check.paragraphs import Paragraph, paragraphs_of
from pipeline.render.docx import Part, core_part, environment, members_of, open_docx, parts_of, properties_of


@dataclass(frozen=True)
class Examined:
    """A template that can be opened, the fields it is read against, the fonts of this machine (None: not known)."""

    path: Path
    content: bytes
    opened: DocxTemplate
    sample: Mapping[str, Any]
    fonts: frozenset[str] | None

    @cached_property
    def members(self) -> dict[str, bytes]:
        """Return the files of the package."""
        return members_of(self.content)

    @cached_property
    def filled(self) -> tuple[Part, ...]:
        """Return the parts that docxtpl fills."""
        return parts_of(self.opened)

    @cached_property
    def properties(self) -> tuple[Part, ...]:
        """Return the document's properties that hold fields, each as a part of one line."""
        texts = properties_of(self.opened)
        return tuple(Part(name, text, root=False) for name, text in texts.items())

    def paragraphs(self, name: str) -> tuple[Paragraph, ...]:
        """Return the paragraphs of a part."""
        return self._paragraphs[name]

    @cached_property
    def letter(self) -> str:
        """Return the name of the part that is the letter itself."""
        return str(self.opened.docx.part.partname.membername)

    @cached_property
    def roots(self) -> dict[str, Any]:
        """Return the root element of each part that docxtpl fills, that of the letter first."""
        others = (part.name for part in self.filled if part.name != self.letter)
        return {self.letter: self.opened.docx.element.body} | {
            name: etree.fromstring(self.members[name]) for name in others
        }

    @cached_property
    def _paragraphs(self) -> dict[str, tuple[Paragraph, ...]]:
        return {name: paragraphs_of(name, root) for name, root in self.roots.items()}

    def place_of(self, node: Any) -> Place:
        """Return the place of the paragraph that an element of `roots` is, or is in."""
        return next((self._places[one] for one in (node, *node.iterancestors()) if one in self._places), LETTRE)

    @cached_property
    def _places(self) -> dict[Any, Place]:
        return {one.element: one.place for one in self.all_paragraphs}

    @cached_property
    def all_paragraphs(self) -> tuple[Paragraph, ...]:
        """Return the paragraphs of all the parts that docxtpl fills, those of the body first."""
        return tuple(one for part in self._paragraphs.values() for one in part)

    @cached_property
    def body(self) -> tuple[Paragraph, ...]:
        """Return the paragraphs of the letter itself."""
        return self._paragraphs[self.letter]

    @cached_property
    def tagged(self) -> tuple[Tagged, ...]:
        """Return the tags of each part and of each property."""
        read = [read_tags(part, self.paragraphs(part.name)) for part in self.filled]
        for part in self.properties:
            place = Place(PROPRIETES, part.source)
            read.append(read_tags(part, [Paragraph(None, (), part.source, place)]))
        return tuple(read)

    @cached_property
    def compiled(self) -> tuple[jinja2.Template, ...]:
        """Return what prints each part and each property, once their tags are known to be harmless."""
        return tuple(environment().from_string(tagged.source) for tagged in self.tagged)

    @cached_property
    def styles(self) -> Styles:
        """Return the styles and the theme."""
        return styles_of(self.members)

    @cached_property
    def title(self) -> str:
        """Return the title in the document's properties."""
        return "" if core_part(self.opened) is None else str(self.opened.docx.core_properties.title).strip()


def examine(path: Path, content: bytes, sample: Mapping[str, Any], fonts: frozenset[str] | None) -> Examined:
    """Open what a template holds. Raises GabaritError when it is not a Word document."""
    return Examined(path, content, open_docx(path, content), sample, fonts)
