"""The formats of a workbook's cells: those it has, with another fill, and new ones. Source: ISO/IEC 29500-1, 18.8."""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import etree

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SECTIONS = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
_FIRST = {
    "fonts": '<font><sz val="11"/><name val="Calibri"/></font>',
    "fills": '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>',
    "borders": "<border/>",
    "cellStyleXfs": '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',
    "cellXfs": '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
}
"""What each section holds at least, in a workbook whose maker left it out."""
_RULE = '<bottom style="thin"><color rgb="FFD9D9D9"/></bottom>'
_COLOUR = re.compile(r"(\w+)=([^ \]]+)")


class Styles:
    """The part that holds the formats; cells name each by its number."""

    def __init__(self, root: etree._Element | None) -> None:
        self.root = etree.Element(f"{{{SPREADSHEET}}}styleSheet") if root is None else root
        self._ns = etree.QName(self.root).namespace
        self._sections = {name: self._section(name) for name in _FIRST}
        for name, content in _FIRST.items():
            if not len(self._sections[name]):
                self._sections[name].extend(self._parsed(content))
        self._made: dict[tuple[str, str], int] = {}
        self._variants: dict[tuple[int, str | None, bool], int] = {}

    def font(self, content: str) -> int:
        """Return the number of a font, given what its element holds."""
        return self._add("fonts", f"<font>{content}</font>")

    def fill(self, colour: str) -> int:
        """Return the number of a plain fill; `colour` as `colour_of` gives it, "" for none."""
        if not colour:
            return 0
        attributes = " ".join(f'{name}="{value}"' for name, value in _COLOUR.findall(colour))
        pattern = f'<patternFill patternType="solid"><fgColor {attributes}/><bgColor indexed="64"/></patternFill>'
        return self._add("fills", f"<fill>{pattern}</fill>")

    def look(self, font: int = 0, fill: int = 0, alignment: str = "") -> int:
        """Return the number of a format made of a font, a fill and an alignment, a thin rule under it."""
        border = self._add("borders", f"<border><left/><right/><top/>{_RULE}<diagonal/></border>")
        parts = f'numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0"'
        applied = 'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"'
        return self._add("cellXfs", f'<xf {parts} {applied}><alignment vertical="top" {alignment}/></xf>')

    def variant(self, base: int, colour: str | None = None, quoted: bool = False) -> int:
        """Return the number of a format like another one, with another fill, or whose text is never a formula."""
        key = (base, colour, quoted)
        if key not in self._variants:
            formats = self._sections["cellXfs"]
            made = deepcopy(formats[base if base < len(formats) else 0])
            if colour is not None:
                made.set("fillId", str(self.fill(colour)))
                made.set("applyFill", "1")
            if quoted:
                made.set("quotePrefix", "1")
            formats.append(made)
            self._variants[key] = len(formats) - 1
        return self._variants[key]

    def colour_of(self, number: int) -> str:
        """Return the colour of a format's plain fill (« rgb=FFFFFF00 », « theme=4 tint=0.4 »), "" where it has none."""
        formats, fills = self._sections["cellXfs"], self._sections["fills"]
        fill = int(formats[number].get("fillId", "0")) if number < len(formats) else 0
        if fill >= len(fills):
            return ""
        found = fills[fill].find("{*}patternFill[@patternType='solid']/{*}fgColor")
        return "" if found is None else " ".join(f"{name}={value}" for name, value in found.items())

    def finished(self) -> etree._Element:
        """Return the root, its counts put right."""
        for section in self._sections.values():
            section.set("count", str(len(section)))
        return self.root

    def _section(self, name: str) -> etree._Element:
        found = self.root.find(f"{{{self._ns}}}{name}")
        if found is None:
            found = etree.Element(f"{{{self._ns}}}{name}")
            before = _SECTIONS[: _SECTIONS.index(name)]
            place = sum(1 for one in self.root if etree.QName(one).localname in before)
            self.root.insert(place, found)
        return found

    def _add(self, section: str, content: str) -> int:
        if (section, content) not in self._made:
            found = self._sections[section]
            found.extend(self._parsed(content))
            self._made[section, content] = len(found) - 1
        return self._made[section, content]

    def _parsed(self, content: str) -> list[etree._Element]:
        return list(etree.fromstring(f'<x xmlns="{self._ns}">{content}</x>'))
