"""One of the user's sheets with the marks of a check: faulty cells coloured and commented, earlier marks gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from pipeline.xlsx.book import Book
from pipeline.xlsx.cells import Cells, Sizes
from pipeline.xlsx.comments import Comments, Note
from pipeline.xlsx.own_sheets import is_own
from pipeline.xlsx.parts import Place
from pipeline.xlsx.tables import looks_like_formula


class MarkedSheet:
    """One sheet of a book, read whole, walked once, and written again by `write`, once."""

    def __init__(self, book: Book, part: str) -> None:
        self._book, self._part = book, part
        self._root = book.package.xml(part)
        self._has_inline = b"inlineStr" in book.package.read(part)
        self.cells = Cells(self._root)
        self._texts = book.texts
        for view in self._root.iterfind("{*}sheetViews/{*}sheetView"):
            # Two selected sheets are a group in Excel: what is typed on one is written on both.
            view.attrib.pop("tabSelected", None)

    @property
    def is_own(self) -> bool:
        """Return whether this is a sheet that an earlier check added."""
        return is_own([[self._text(cell) for _, cell in self.cells.row(0)]])

    def write(self, marks: Mapping[Place, tuple[str, str]], colours: Sequence[str]) -> None:
        """Write the sheet in its part, cells coloured and commented: for each place, the colour and the text.

        `colours` are those of all such marks. A cell that an earlier check had coloured, and that is no longer to be,
        has its own colour again. The sheet is let go before its comments are made, which saves their room: a sheet of
        thousands of rows is what takes most memory of a whole run.
        """
        comments = Comments(self._book.package, self._part, self._root)
        draws = comments.prepare(self._coloured(marks, colours, comments.earlier), self._root)
        self._shield()
        sizes = self.cells.sizes() if draws else Sizes({}, {})
        self._book.package.write(self._part, self._root)
        del self.cells, self._root
        comments.write(sizes)

    def _coloured(
        self, marks: Mapping[Place, tuple[str, str]], colours: Sequence[str], earlier: Mapping[Place, str]
    ) -> dict[Place, Note]:
        """Colour the cells; return what is to be said in each, with the colour that it had."""
        styles = self._book.styles
        for place, former in earlier.items():
            cell = self.cells.at(place)
            if styles.colour_of(_style(cell)) in colours:
                cell.set("s", str(styles.variant(_style(cell), former)))
        notes = {}
        for place, (colour, text) in marks.items():
            cell = self.cells.at(place)
            notes[place] = Note(text, styles.colour_of(_style(cell)))
            cell.set("s", str(styles.variant(_style(cell), colour)))
        return notes

    def _shield(self) -> None:
        """Keep the texts that look like formulas texts, even once somebody edits their cells."""
        risky = {str(number) for number, text in enumerate(self._texts) if looks_like_formula(text)}
        for cell in self._root.iter(self.cells.cell_tag) if risky or self._has_inline else ():
            kind = cell.get("t")
            shared = kind == "s" and cell.findtext(self.cells.value_tag) in risky
            if shared or (kind == "inlineStr" and looks_like_formula(self._text(cell))):
                cell.set("s", str(self._book.styles.variant(_style(cell), quoted=True)))

    def _text(self, cell: etree._Element) -> str:
        value = cell.findtext(self.cells.value_tag) or ""
        if cell.get("t") == "s":
            return self._texts[int(value)] if value.isdecimal() and int(value) < len(self._texts) else ""
        return "".join(text.text or "" for text in cell.iterfind("{*}is//{*}t")) or value


def _style(cell: etree._Element) -> int:
    return int(cell.get("s", "0"))
