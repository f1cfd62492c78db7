"""The sheets of a workbook: found by their titles, added first or last, removed. Source: ISO/IEC 29500-1, 18.2."""

from __future__ import annotations

import re
from collections.abc import Container
from copy import deepcopy
from typing import NamedTuple

from lxml import etree

from pipeline.names import first_free
from pipeline.xlsx.package import WORKBOOK, Package
from pipeline.xlsx.parts import relation_of

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


TITLE_MAX = 31


def free_title(title: str, taken: Container[str]) -> str:
    """Return a title that no sheet has, numbered where it must be; `taken` are those that they have, case folded."""
    cut = title[: TITLE_MAX - 5]
    return first_free(lambda mark: f"{cut}{mark}" if mark else title, lambda one: one.casefold() in taken, " ({})")


_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")


class Sheet(NamedTuple):
    """A sheet: its title, its part, its element in the list of sheets."""

    title: str
    part: str
    element: etree._Element


class Book:
    """A workbook to be changed, given as the bytes of an xlsx. Raises whatever is wrong in it."""

    def __init__(self, content: bytes) -> None:
        self.package = Package(content)
        parts = {one.kind: one.part for one in self.package.relations(WORKBOOK)}
        self._styles_part = parts.get("styles", "")
        self.styles = Styles(self.package.xml(self._styles_part) if self._styles_part in self.package else None)
        self.texts = self._shared(parts.get("sharedStrings", ""))
        self._root = self.package.xml(WORKBOOK)
        self.ns = str(etree.QName(self._root).namespace)
        self._list = self._root.find(f"{{{self.ns}}}sheets")

    def _shared(self, part: str) -> list[str]:
        if part not in self.package:
            return []
        root = self.package.xml(part)
        shown = f"{{{etree.QName(root).namespace}}}t"
        return ["".join(text.text or "" for text in item.iter(shown)) for item in root if isinstance(item.tag, str)]

    def sheets(self) -> list[Sheet]:
        """Return the sheets in their order, those whose part is missing left out."""
        targets = {one.id: one.part for one in self.package.relations(WORKBOOK)}
        found = [Sheet(one.get("name", ""), targets.get(relation_of(one), ""), one) for one in self._list]
        return [one for one in found if one.part in self.package]

    def free_title(self, title: str) -> str:
        """Return a title that no sheet has, whatever the capitals."""
        taken = {one.get("name", "").casefold() for one in self._list}
        return free_title(title, taken)

    def remove(self, sheet: Sheet) -> None:
        """Remove a sheet, and the names that belong to it."""
        self._renumber(self._list.index(sheet.element), -1)
        self._list.remove(sheet.element)
        self.package.remove(sheet.part)

    def add(self, title: str, content: bytes, place: int, names: dict[str, str]) -> None:
        """Add a sheet at a place of the list; `names` are the hidden names that belong to it (« Print_Titles »)."""
        part = self.package.add("xl/worksheets/sheet{}.xml", "worksheet", content)
        numbers = [int(one.get("sheetId", "0")) for one in self._list]
        element = etree.Element(f"{{{self.ns}}}sheet", name=title, sheetId=str(max(numbers, default=0) + 1))
        element.set(f"{{{self.package.office}}}id", self.package.relate(WORKBOOK, "worksheet", part))
        self._renumber(place, 1)
        self._list.insert(place, element)
        for name, area in names.items():
            made = etree.SubElement(self._names(), f"{{{self.ns}}}definedName", name=f"_xlnm.{name}")
            made.set("localSheetId", str(place))
            if name == "_FilterDatabase":
                made.set("hidden", "1")
            made.text = f"{quoted(title)}!{area}"

    def __len__(self) -> int:
        return len(self._list)

    def finished(self) -> Package:
        """Return the parts, the first sheet being the one that opens."""
        for view in self._root.iterfind(f"{{{self.ns}}}bookViews/{{{self.ns}}}workbookView"):
            view.attrib.pop("firstSheet", None)
            view.set("activeTab", "0")
        self.package.write(WORKBOOK, self._root)
        styles = self.styles.finished()
        if self._styles_part in self.package:
            self.package.write(self._styles_part, styles)
        else:
            self.package.remove("xl/styles.xml")
            self.package.relate(WORKBOOK, "styles", self.package.add("xl/styles.xml", "styles", styles))
        return self.package

    def _names(self) -> etree._Element:
        found = self._root.find(f"{{{self.ns}}}definedNames")
        if found is None:
            found = etree.Element(f"{{{self.ns}}}definedNames")
            before = [one for one in self._root if isinstance(one.tag, str) and _local(one) in _BEFORE_NAMES]
            before[-1].addnext(found)
        return found

    def _renumber(self, place: int, step: int) -> None:
        """Follow a sheet added at a place, or removed from it, in the names that belong to one sheet."""
        for name in self._root.findall(f"{{{self.ns}}}definedNames/{{{self.ns}}}definedName[@localSheetId]"):
            number = int(name.get("localSheetId"))
            if step < 0 and number == place:
                name.getparent().remove(name)
            elif number >= place:
                name.set("localSheetId", str(number + step))
        names = self._root.find(f"{{{self.ns}}}definedNames")
        if names is not None and not len(names):
            self._root.remove(names)


def quoted(title: str) -> str:
    """Return a sheet's title as a reference to one of its cells names it."""
    return "'" + re.sub("'", "''", title) + "'"


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)
