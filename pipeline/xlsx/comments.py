"""The comments of one sheet: those of an earlier check taken away, the user's kept, new ones added.

Sources: ISO/IEC 29500-1, 18.7 (comments); ISO/IEC 29500-4, 19.4 (their boxes, in VML).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from lxml import etree
from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from pipeline.reports.texts import legal
from pipeline.reports.xlsx.boxes import Boxes
from pipeline.xlsx.cells import Sizes
from pipeline.xlsx.package import Package
from pipeline.xlsx.parts import Place, relation_of

AUTHOR = "Contrôle des lettres de mission"
_SIGNED = re.compile(
    rf"\n\n— {AUTHOR}(?: \(couleur d’origine : (.*?)\))?"
    r"(?:\n\nCommentaire déjà présent(?: \((.*?)\))? : (.*))?\s*\Z",
    re.DOTALL,
)
"""How our comments end: the colour that the cell had, the user's own comment and its author, where there are some."""
_AFTER = ("legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst")
"""What follows the reference to the boxes in a sheet: it must stand before them."""


class Note(NamedTuple):
    """A comment to write, and the colour that its cell had."""

    text: str
    colour: str


class Comments:
    """The comments of one sheet; `earlier` gives the cells that an earlier check marked, with the colour they had.

    That colour is written in the comment: it follows its cell wherever the user moves it, and LibreOffice, which
    forgets who wrote a comment, keeps its words.
    """

    def __init__(self, package: Package, sheet: str, root: etree._Element) -> None:
        self._package, self._sheet = package, sheet
        self._ns = etree.QName(root).namespace
        parts = {one.kind: one for one in package.relations(sheet) if one.part in package}
        self._part = parts["comments"].part if "comments" in parts else ""
        self._threads = parts["threadedComment"].part if "threadedComment" in parts else ""
        self._comments = package.xml(self._part) if self._part else self._blank()
        self._authors = [author.text or "" for author in self._comments.iterfind("{*}authors/{*}author")]
        self._list = self._comments.find("{*}commentList")
        self._texts: dict[str, tuple[str, str]] = {}
        self._elements: dict[str, etree._Element] = {}
        self._drawing = self._drawing_of(root)
        self._wanted: dict[str, tuple[str, str]] = {}
        self.earlier: dict[Place, str] = {}
        for comment in self._list if self._list is not None else ():
            self._know(comment)

    def _blank(self) -> etree._Element:
        return etree.fromstring(f'<comments xmlns="{self._ns}"><authors/><commentList/></comments>')

    def _know(self, comment: etree._Element) -> None:
        ref, number = comment.get("ref", ""), comment.get("authorId", "0")
        author = self._authors[int(number)] if number.isdecimal() and int(number) < len(self._authors) else ""
        text = "".join(one.text or "" for one in comment.iterfind("{*}text//{*}t"))
        self._elements[ref] = comment
        signed = _SIGNED.search(text.replace("\r\n", "\n"))
        if not signed and author != AUTHOR:
            self._texts[ref] = ("" if author.startswith("tc=") else author.strip(), text)
            return
        colour, former, own = signed.groups(default="") if signed else ("", "", "")
        self.earlier[xl_cell_to_rowcol(ref)] = colour
        if own:
            self._texts[ref] = (former, own)

    def prepare(self, notes: Mapping[Place, Note], root: etree._Element) -> bool:
        """Find what each cell is to bear: a new mark, with the user's own comment under it, or that comment alone.

        The sheet, which is `root`, refers to the boxes from then on. Return whether there is a box to draw.
        """
        refs = [xl_rowcol_to_cell(*place) for place in (*self.earlier, *notes)]
        self._wanted = {ref: self._texts.get(ref, ("", "")) for ref in refs}
        for place, note in notes.items():
            ref = xl_rowcol_to_cell(*place)
            self._wanted[ref] = AUTHOR, _signed(note, *self._wanted[ref])
        draws = any(text for _, text in self._wanted.values())
        if draws and self._drawing not in self._package:
            self._drawing = self._package.add("xl/drawings/vmlDrawing{}.vml", "vmlDrawing", b"")
            self._refer(root, self._package.relate(self._sheet, "vmlDrawing", self._drawing))
        return draws

    def write(self, sizes: Sizes) -> None:
        """Take the earlier marks away and write what was prepared; `sizes` are those of the sheet."""
        if not self._wanted:
            return
        for ref in self._wanted:
            if ref in self._elements:
                self._list.remove(self._elements[ref])
        written = {ref: (author, text) for ref, (author, text) in self._wanted.items() if text}
        for ref, (author, text) in written.items():
            self._add(ref, author, text)
        self._forget_threads(set(self._wanted))
        self._save({xl_cell_to_rowcol(ref): text for ref, (_, text) in written.items()}, sizes)

    def _add(self, ref: str, author: str, text: str) -> None:
        if author not in self._authors:
            self._authors.append(author)
            etree.SubElement(self._comments.find("{*}authors"), f"{{{self._ns}}}author").text = author
        number = str(self._authors.index(author))
        comment = etree.SubElement(self._list, f"{{{self._ns}}}comment", ref=ref, authorId=number)
        held = etree.SubElement(etree.SubElement(comment, f"{{{self._ns}}}text"), f"{{{self._ns}}}t")
        held.text = legal(text)
        held.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _forget_threads(self, refs: set[str]) -> None:
        """Take away the discussions on marked cells: their text is in our comments, and a cell bears but one."""
        if not self._threads:
            return
        root = self._package.xml(self._threads)
        for one in [one for one in root if one.get("ref") in refs]:
            root.remove(one)
        self._package.write(self._threads, root)

    def _save(self, written: Mapping[Place, str], sizes: Sizes) -> None:
        if self._part:
            self._package.write(self._part, self._comments)
        elif written:
            part = self._package.add("xl/comments{}.xml", "comments", self._comments)
            self._package.relate(self._sheet, "comments", part)
        if self._drawing in self._package:
            boxes = Boxes(self._package.read(self._drawing))
            changed = {xl_cell_to_rowcol(ref) for ref in self._wanted}
            self._package.write(self._drawing, boxes.replaced(written, changed, sizes, self._package))

    def _drawing_of(self, root: etree._Element) -> str:
        """Return the part of the boxes, "" when the sheet has none."""
        legacy = root.find("{*}legacyDrawing")
        targets = {one.id: one.part for one in self._package.relations(self._sheet)}
        return targets.get(relation_of(legacy), "") if legacy is not None else ""

    def _refer(self, root: etree._Element, identifier: str) -> None:
        made = etree.Element(f"{{{self._ns}}}legacyDrawing")
        made.set(f"{{{self._package.office}}}id", identifier)
        after = next((one for one in root if _name(one) in _AFTER), None)
        if after is None:
            root.append(made)
        else:
            after.addprevious(made)


def _signed(note: Note, author: str, own: str) -> str:
    colour = f" (couleur d’origine : {note.colour})" if note.colour else ""
    beside = f" ({author})" if author else ""
    return f"{note.text}\n\n— {AUTHOR}{colour}" + (f"\n\nCommentaire déjà présent{beside} : {own}" if own else "")


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""
