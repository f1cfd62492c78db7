"""The comments of one sheet: those of an earlier check taken away, the user's kept, new ones added.

Sources: ISO/IEC 29500-1, 18.7 (comments); ISO/IEC 29500-4, 19.4 (their boxes, in VML).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from typing import NamedTuple

from lxml import etree
from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from pipeline.xlsx.cells import Sizes
from pipeline.xlsx.package import Package
from pipeline.xlsx.parts import Place, relation_of
from pipeline.xlsx.tables import legal

_BLOCK = 1024
"""A drawing takes the numbers of its shapes by blocks, which no other drawing of the workbook may use."""
_NAMES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
"""Excel's own short names; other programs write others, and a drawing that uses one without saying it is broken."""
_START = '<xml><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout></xml>'
_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_ROOT = re.compile(r"<xml\b[^>]*")
_SHAPE = re.compile(r"<(\w+):shape\b(?!type).*?</\1:shape>", re.DOTALL)
_NUMBER = re.compile(rb"_x0000_s(\d+)")
_ROW, _COLUMN = re.compile(r"<\w+:Row>\s*(\d+)"), re.compile(r"<\w+:Column>\s*(\d+)")
_BLOCKS = re.compile(r"(<\w+:idmap\b[^>]*\bdata=)(\"[^\"]*\"|'[^']*')")
_WIDTH, _LINE, _LETTERS, _HIGHEST = 330, 17, 46, 420
"""Pixels of a box's width and of a line in it, letters that a line holds, pixels of the highest box."""
_USUAL_WIDTH, _USUAL_HEIGHT = 64, 20
"""Pixels of the columns and rows that say nothing of their own."""


class Boxes:
    """The drawing of a sheet's comments, as text: other things than comments may stand in it, and stay as they are."""

    def __init__(self, content: bytes) -> None:
        self._text = content.decode("utf-8", "surrogateescape") if b"</xml>" in content else _START

    def replaced(self, texts: Mapping[Place, str], changed: Set[Place], sizes: Sizes, package: Package) -> bytes:
        """Return the drawing without the boxes of the changed cells, and with one for each text."""
        text = _SHAPE.sub(lambda found: "" if _place(found[0]) in changed else found[0], self._text)
        first = _free_block(package)
        numbers = {place: first * _BLOCK + 1 + rank for rank, place in enumerate(texts)}
        # Each shape in bytes at once: as one text, thousands of them would stand in memory four times.
        shapes = (_shape(numbers[place], place, one, sizes).encode() for place, one in texts.items())
        blocks = range(first, first + len(texts) // _BLOCK + 1 if texts else first)
        text = _BLOCKS.sub(lambda found: f'{found[1]}"{_joined(found[2][1:-1], blocks)}"', text, count=1)
        kind = "" if 'id="_x0000_t202"' in text else _TYPE
        text = _ROOT.sub(lambda found: found[0] + _missing_names(found[0]), text, count=1)
        before, _, after = text.rpartition("</xml>")
        start, end = (part.encode("utf-8", "surrogateescape") for part in (f"{before}{kind}", f"</xml>{after}"))
        return b"".join((start, *shapes, end))


def _missing_names(root: str) -> str:
    return "".join(f' xmlns:{short}="{name}"' for short, name in _NAMES.items() if f"xmlns:{short}=" not in root)


def _joined(former: str, blocks: range) -> str:
    return ",".join([*filter(None, former.split(",")), *map(str, blocks)])


def _place(shape: str) -> Place | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[1]), int(column[1])) if row and column and 'ObjectType="Note"' in shape else None


def _free_block(package: Package) -> int:
    """Return the first block of numbers that no drawing of the workbook uses."""
    drawings = [package.read(part) for part in package if part.casefold().endswith(".vml")]
    return max((int(number) // _BLOCK for data in drawings for number in _NUMBER.findall(data)), default=0) + 1


def _shape(number: int, place: Place, text: str, sizes: Sizes) -> str:
    row, column = place
    height = min(24 + _LINE * sum(len(line) // _LETTERS + 1 for line in text.split("\n")), _HIGHEST)
    top = max(row - 1, 0)
    right, across = _reach(column + 1, 15 + _WIDTH, sizes.widths, _USUAL_WIDTH)
    bottom, down = _reach(top, 4 + height, sizes.heights, _USUAL_HEIGHT)
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;width:{_WIDTH * 3 // 4}pt;'
        f'height:{height * 3 // 4}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{column + 1}, 15, {top}, 4, {right}, {across}, {bottom}, {down}</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def _reach(start: int, pixels: int, sizes: Mapping[int, int], usual: int) -> tuple[int, int]:
    """Return the column or row where so many pixels from a first one end, and how far inside it."""
    while pixels > (size := sizes.get(start, usual)):
        pixels -= size
        start += 1
    return start, pixels


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
        blank = f'<comments xmlns="{self._ns}"><authors/><commentList/></comments>'
        self._comments = package.xml(self._part) if self._part else etree.fromstring(blank)
        self._authors = [author.text or "" for author in self._comments.iterfind("{*}authors/{*}author")]
        self._list = self._comments.find("{*}commentList")
        self._texts: dict[str, tuple[str, str]] = {}
        self._elements: dict[str, etree._Element] = {}
        self._drawing = self._drawing_of(root)
        self._wanted: dict[str, tuple[str, str]] = {}
        self.earlier: dict[Place, str] = {}
        for comment in self._list if self._list is not None else ():
            self._know(comment)

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
        """Find what each cell is to show: a new mark, with the user's own comment under it, or that comment alone.

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
        """Take away the discussions on marked cells: their text is in our comments, and a cell has only one."""
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
