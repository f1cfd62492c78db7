"""A template under examination: what the rules read, read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
from docxtpl import DocxTemplate
from lxml import etree

from pipeline.render.check.faults import LETTRE, PROPRIETES, Place
from pipeline.render.check.paragraphs import Paragraph, W, paragraphs_of
from pipeline.render.check.syntax import Tagged, read_tags
from pipeline.render.docx import Part, core_part, environment, members_of, numbered, parts_of, properties_of

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_VAL = f"{W}val"
Reader = Callable[[Any], str | None]


class Styles:
    """The styles of a template and the fonts of its theme."""

    def __init__(self, styles: bytes | None, theme: bytes | None) -> None:
        self._root = etree.fromstring(styles) if styles else etree.Element(f"{W}styles")
        self._by_id = {style.get(f"{W}styleId"): style for style in self._root.iter(f"{W}style")}
        self._default = next(
            (one for one in self._by_id.values() if one.get(f"{W}type") == "paragraph" and one.get(f"{W}default")), None
        )
        self._theme = {}
        if theme:
            fonts = etree.fromstring(theme)
            for kind in ("major", "minor"):
                latin = fonts.find(f".//{_A}{kind}Font/{_A}latin")
                self._theme[kind] = "" if latin is None else latin.get("typeface", "")

    def font(self, paragraph: Any, run: Any) -> str | None:
        """Return the font of a run, None when the template names none."""
        return self._of_run(paragraph, run, self.font_named)

    def language(self, paragraph: Any, run: Any) -> str | None:
        """Return the language of a run, None when the template names none."""
        return self._of_run(paragraph, run, lambda looks: _value(looks.find(f"{W}lang")))

    def is_heading(self, paragraph: Any) -> bool:
        """Return whether a paragraph has a level in the document's outline."""
        return next(self._of_paragraph(paragraph, "outlineLvl"), "9") != "9"

    def is_list(self, paragraph: Any) -> bool:
        """Return whether a paragraph is an item of a real list."""
        return next(self._of_paragraph(paragraph, "numPr"), None) is not None

    def font_named(self, looks: Any) -> str | None:
        """Return the font that run properties name by themselves, by its name or as one of the theme's."""
        fonts = looks.find(f"{W}rFonts")
        if fonts is None:
            return None
        theme = fonts.get(f"{W}asciiTheme") or fonts.get(f"{W}hAnsiTheme")
        if theme:
            return self._theme.get(theme[:5]) or None
        named = fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi")
        return None if named is None else str(named)

    def _of_run(self, paragraph: Any, run: Any, read: Reader) -> str | None:
        return next((found for looks in self._looks(paragraph, run) if (found := read(looks))), None)

    def _looks(self, paragraph: Any, run: Any) -> Iterator[Any]:
        """Yield the run properties in force, the nearest first."""
        own = run.find(f"{W}rPr")
        if own is not None:
            yield own
            yield from self._inherited(_value(own.find(f"{W}rStyle")), f"{W}rPr")
        yield from self._inherited(self._style_of(paragraph), f"{W}rPr")
        yield from self._root.iterfind(f"{W}docDefaults/{W}rPrDefault/{W}rPr")

    def _of_paragraph(self, paragraph: Any, name: str) -> Iterator[str]:
        """Yield the values of a paragraph property, the nearest first; a property without a value is an empty text."""
        own = paragraph.find(f"{W}pPr")
        for looks in (*(() if own is None else (own,)), *self._inherited(self._style_of(paragraph), f"{W}pPr")):
            found = looks.find(f"{W}{name}")
            if found is not None:
                yield _value(found) or ""

    def _style_of(self, paragraph: Any) -> str | None:
        return _value(paragraph.find(f"{W}pPr/{W}pStyle")) or (
            None if self._default is None else self._default.get(f"{W}styleId")
        )

    def _inherited(self, identifier: str | None, name: str) -> Iterator[Any]:
        seen = set()
        while identifier in self._by_id and identifier not in seen:
            seen.add(identifier)
            style = self._by_id[identifier]
            yield from style.iterfind(name)
            identifier = _value(style.find(f"{W}basedOn"))


def styles_of(members: Mapping[str, bytes]) -> Styles:
    themes = (data for name, data in members.items() if name.startswith("word/theme/theme"))
    return Styles(numbered(members, "styles"), next(themes, None))


def _value(element: Any) -> str | None:
    found = None if element is None else element.get(_VAL)
    return None if found is None else str(found)


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
        return members_of(self.content)

    @cached_property
    def filled(self) -> tuple[Part, ...]:
        return parts_of(self.opened)

    @cached_property
    def properties(self) -> tuple[Part, ...]:
        """Return the document's properties that hold fields, each as a part of one line."""
        texts = properties_of(self.opened)
        return tuple(Part(name, text, root=False) for name, text in texts.items())

    def paragraphs(self, name: str) -> tuple[Paragraph, ...]:
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
        return styles_of(self.members)

    @cached_property
    def title(self) -> str:
        """Return the title in the document's properties."""
        return "" if core_part(self.opened) is None else str(self.opened.docx.core_properties.title).strip()
