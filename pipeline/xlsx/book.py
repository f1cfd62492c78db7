"""The sheets of a workbook: found by their titles, added first or last, removed. Source: ISO/IEC 29500-1, 18.2."""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from pipeline.reports.xlsx.styles import Styles
from pipeline.xlsx.package import WORKBOOK, Package
from pipeline.xlsx.parts import relation_of

_TITLE_MAX = 31
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
        number, free = 1, title
        while free.casefold() in taken:
            number += 1
            free = f"{title[: _TITLE_MAX - 5]} ({number})"
        return free

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
