"""What a paragraph or a run looks like once Word's styles are followed: its own looks, its styles', the document's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lxml import etree

from pipeline.render.check.paragraphs import W
from pipeline.render.docx import numbered

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
    """Return the styles of a package."""
    themes = (data for name, data in members.items() if name.startswith("word/theme/theme"))
    return Styles(numbered(members, "styles"), next(themes, None))


def _value(element: Any) -> str | None:
    found = None if element is None else element.get(_VAL)
    return None if found is None else str(found)
