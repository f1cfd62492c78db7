"""The parts of an xlsx and what ties them together. Source: ISO/IEC 29500-2 (Open Packaging Conventions)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from itertools import count
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from pipeline.xlsx.parts import SAFE, full_name, plain

WORKBOOK = "xl/workbook.xml"
_TYPES = "[Content_Types].xml"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_DATED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_QUICK = 2
"""How hard to compress, of 9: the usual 6 takes three times as long to save a fifth."""
_UNWANTED = re.compile(r"xl/vba|_xmlsignatures/", re.IGNORECASE)
"""Macros, which a file named .xlsx may not hold, and signatures, which no changed file keeps."""


class Relation(NamedTuple):
    """What a part refers to: its identifier, its kind (« comments »), the part's name ("" when outside the file)."""

    id: str
    kind: str
    part: str


class Package:
    """The parts of a zipped workbook, by name however it is written; each is read and written again as a whole."""

    def __init__(self, content: bytes) -> None:
        with ZipFile(BytesIO(content)) as archive:
            read = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
        self._parts = {name.replace("\\", "/"): data for name, data in read.items()}
        self._names = {plain(name): name for name in self._parts}
        for name in [name for name in self._parts if _UNWANTED.match(name)]:
            self.remove(name)
        self._declare(WORKBOOK, f"{_SPREADSHEET}sheet.main+xml")

    def __contains__(self, part: str) -> bool:
        return plain(part) in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._parts))

    def read(self, part: str) -> bytes:
        return self._parts[self._names[plain(part)]]

    def xml(self, part: str) -> etree._Element:
        """Return the root of a part, to be changed and given back to `write`."""
        return etree.fromstring(self.read(part), etree.XMLParser(**SAFE))

    def write(self, part: str, content: etree._Element | bytes) -> None:
        if not isinstance(content, bytes):
            content = etree.tostring(content, xml_declaration=True, encoding="UTF-8", standalone=True)
        self._parts[self._names.setdefault(plain(part), part)] = content

    def add(self, pattern: str, kind: str, content: etree._Element | bytes) -> str:
        """Add a part of a kind (« worksheet ») under the first free name of a pattern, and return that name."""
        part = next(name for name in map(pattern.format, count(1)) if name not in self)
        self.write(part, content)
        self._declare(part, f"{_SPREADSHEET}{kind}+xml" if kind != "vmlDrawing" else "")
        return part

    def remove(self, part: str) -> None:
        """Remove a part, what it refers to by, and what refers to it."""
        if plain(part) in self._names:
            del self._parts[self._names.pop(plain(part))]
        if (own := _relations_of(part)) in self:
            del self._parts[self._names.pop(plain(own))]
        types = self.xml(_TYPES)
        for one in types.findall(f"{_TYPE}Override"):
            if plain(one.get("PartName", "").lstrip("/")) == plain(part):
                types.remove(one)
        self.write(_TYPES, types)
        for name in [name for name in self._parts if name.endswith(".rels")]:
            root = self.xml(name)
            folder = posixpath.dirname(posixpath.dirname(name))
            if gone := [one for one in root if plain(_target(folder, one)) == plain(part)]:
                for one in gone:
                    root.remove(one)
                self.write(name, root)

    def relations(self, part: str) -> list[Relation]:
        if (own := _relations_of(part)) not in self:
            return []
        folder = posixpath.dirname(part)
        return [
            Relation(one.get("Id", ""), one.get("Type", "").rpartition("/")[2], _target(folder, one))
            for one in self.xml(own).iter(_RELATIONSHIP)
        ]

    def relate(self, part: str, kind: str, target: str) -> str:
        """Make a part refer to another one, and return the identifier."""
        own = _relations_of(part)
        root = self.xml(own) if own in self else etree.Element(_RELATIONSHIP.replace("}Relationship", "}Relationships"))
        taken = {one.get("Id") for one in root}
        identifier = next(name for name in map("rMlds{}".format, count(1)) if name not in taken)
        place = posixpath.relpath(target, posixpath.dirname(part) or ".")
        etree.SubElement(root, _RELATIONSHIP, Id=identifier, Type=f"{self.office}/{kind}", Target=place)
        self.write(own, root)
        return identifier

    @property
    def office(self) -> str:
        """Return the namespace of the kinds of relations, which is not the same in a « strict » workbook."""
        kinds = [one.get("Type", "") for one in self.xml(_relations_of(WORKBOOK)).iter(_RELATIONSHIP)]
        return next((kind.rpartition("/")[0] for kind in kinds if kind.endswith("/worksheet")), _OFFICE)

    def _declare(self, part: str, content_type: str) -> None:
        """Say what a part is; an empty type stands for that of VML drawings, told by their extension."""
        types = self.xml(_TYPES)
        if not content_type:
            if not any(one.get("Extension", "").casefold() == "vml" for one in types):
                vml = "application/vnd.openxmlformats-officedocument.vmlDrawing"
                types.insert(0, etree.Element(f"{_TYPE}Default", Extension="vml", ContentType=vml))
        elif found := [one for one in types if plain(one.get("PartName", "").lstrip("/")) == plain(part)]:
            found[0].set("ContentType", content_type)
        else:
            etree.SubElement(types, f"{_TYPE}Override", PartName=f"/{part}", ContentType=content_type)
        self.write(_TYPES, types)

    def to_bytes(self, created: datetime) -> bytes:
        """Return the bytes of the file, `created` as its only date: the same each time."""
        stamp, core = f"{created:%Y-%m-%dT%H:%M:%SZ}".encode(), "docProps/core.xml"
        if core in self:
            self.write(core, _DATED.sub(lambda found: found[1] + stamp, self.read(core)))
        buffer = BytesIO()
        with ZipFile(buffer, "w") as archive:
            for name, data in self._parts.items():
                info = ZipInfo(name)  # 1 January 1980
                info.create_system = 3
                archive.writestr(info, data, ZIP_DEFLATED, _QUICK)
        return buffer.getvalue()


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _target(folder: str, relation: etree._Element) -> str:
    if relation.get("TargetMode") == "External":
        return ""
    return full_name(folder, relation.get("Target", ""))
