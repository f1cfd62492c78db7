"""A sheet of ours in the user's workbook: a list with links, written as text row by row, its header frozen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, partial
from itertools import chain
from string import ascii_uppercase
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from pipeline.reading.own_sheets import SIGN
from pipeline.reports.texts import legal, looks_like_formula
from pipeline.reports.xlsx.styles import Styles
from pipeline.xlsx.book import Book

_LINKS_MAX = 65_530
"""Links that Excel accepts in a sheet: with one more, it says that the file is damaged."""
_LINE, _HIGHEST = 15, 409
_WRAPPED = 'wrapText="1"'
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""A spreadsheet reads « _x000D_ » as the sign of that number: what the user wrote so stays as it is."""


class Cell(NamedTuple):
    """A cell of a list: its value, its look (« texte », « long », « ligne », « lien », a colour), what it leads to."""

    value: str | int
    look: str = "texte"
    target: str = ""


class Fold(StrEnum):
    """What a row is in a list that unfolds: the head of rows that show, or do not, until its sign is clicked."""

    NONE = ""
    HEAD = ' collapsed="1"'
    SHOWN = ' outlineLevel="1"'
    HIDDEN = ' outlineLevel="1" hidden="1"'


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: headers, widths (0: a hidden column), rows, the sentence that stands there when it is empty.

    `heights` are the lines that each row needs, `folds` what each is when some unfold; `sign` stands beside the
    headers; `ticked` is the letter of the column where people write « oui ».
    """

    headers: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[Cell]]
    empty: str
    heights: Sequence[int] = field(default=())
    folds: Sequence[Fold] = field(default=())
    sign: str = SIGN
    ticked: str = ""

    def add_to(self, book: Book, title: str, place: int, colours: Sequence[str]) -> None:
        """Add the list to a book as a sheet; its title is numbered when the user has a sheet of that name."""
        looks = _looks(book.styles, colours)
        last, bottom = ascii_uppercase[len(self.headers) - 1], max(len(self.rows), 1) + 1
        names = {
            "_FilterDatabase": f"$A$1:${last}${bottom}",
            "Print_Area": f"$A$1:${last}${bottom}",
            "Print_Titles": "$1:$1",
        }
        # Piece by piece: as one text, thousands of rows would stand in memory several times.
        xml = b"".join(piece.encode("utf-8") for piece in self._xml(book, looks, place == 0, f"A1:{last}{bottom}"))
        book.add(book.free_title(title), xml, place, names)

    def _xml(self, book: Book, looks: Mapping[str, int], opens: bool, area: str) -> Iterator[str]:
        cols = "".join(
            f'<col min="{number}" max="{number}" width="{width or 10}" customWidth="1"{_hidden(not width)}/>'
            for number, width in enumerate(self.widths, 1)
        )
        rows = self.rows or [[Cell(self.empty)]]
        head = [*(Cell(header, "entete") for header in self.headers), Cell(self.sign, "signe")]
        heights = (0, *(self.heights or [0] * len(rows)))
        folds = (Fold.NONE, *(self.folds or [Fold.NONE] * len(rows)))
        quoted = {look: book.styles.variant(number, quoted=True) for look, number in looks.items()}
        write = cache(partial(_written, looks, quoted))  # the same texts come back again and again
        links = [
            f'<hyperlink ref="{letter}{line}" location={quoteattr(cell.target)}/>'
            for line, row in enumerate(rows, 2)
            for letter, cell in zip(ascii_uppercase, row, strict=False)
            if cell.target
        ][:_LINKS_MAX]
        selected = ' tabSelected="1"' if opens else ""
        yield (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{book.ns}">'
            '<sheetPr><outlinePr summaryBelow="0"/><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<sheetViews><sheetView{selected} workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
            'activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="A2" sqref="A2"/>'
            f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="{_LINE}" outlineLevelRow="{int(any(folds))}"/>'
            f"<cols>{cols}</cols>"
            "<sheetData>"
        )
        for line, (row, height, fold) in enumerate(zip(chain((head,), rows), heights, folds, strict=True), 1):
            yield _row(line, row, height, fold, write)
        yield (
            f'</sheetData><autoFilter ref="{area}"/>'
            f"{_choice(self.ticked, len(rows) + 1)}{_gathered(links)}"
            '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
            "<headerFooter><oddFooter>&amp;CPage &amp;P sur &amp;N</oddFooter></headerFooter></worksheet>"
        )


def _gathered(links: Sequence[str]) -> str:
    return f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""


def _hidden(hidden: bool) -> str:
    return ' hidden="1"' if hidden else ""


def _choice(column: str, bottom: int) -> str:
    """Return the rule that offers « oui » in a column, and accepts anything."""
    return column and (
        '<dataValidations count="1"><dataValidation type="list" allowBlank="1" showErrorMessage="0" '
        f'sqref="{column}2:{column}{bottom}"><formula1>"oui"</formula1></dataValidation></dataValidations>'
    )


def _row(line: int, cells: Sequence[Cell], height: int, fold: Fold, write: Callable[[str | int, str], str]) -> str:
    size = f' ht="{min(_LINE * height, _HIGHEST)}" customHeight="1"' if height > 1 else ""
    lettered = zip(ascii_uppercase, cells, strict=False)
    written = [f'<c r="{letter}{line}"{write(cell.value, cell.look)}' for letter, cell in lettered]
    return f'<row r="{line}"{size}{fold.value}>{"".join(written)}</row>'


def _written(looks: Mapping[str, int], quoted: Mapping[str, int], value: str | int, look: str) -> str:
    """Return what stands in a cell after its address."""
    if isinstance(value, int):
        return f' s="{looks[look]}"><v>{value}</v></c>'
    if not value:
        return f' s="{looks[look]}"/>'
    style = (quoted if looks_like_formula(value) else looks)[look]
    text = escape(_ESCAPED.sub("_x005F_", legal(value)), {"\r": "&#13;"})
    return f' s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _looks(styles: Styles, colours: Sequence[str]) -> dict[str, int]:
    plain, bold = _font(styles), _font(styles, "<b/>", "FFFFFFFF")
    link, grey = _font(styles, "<u/>", "FF0563C1"), _font(styles, "<i/>", "FF7F7F7F")
    return {
        "texte": styles.look(plain),
        "long": styles.look(plain, alignment=_WRAPPED),
        "ligne": styles.look(plain, alignment='horizontal="center"'),
        "lien": styles.look(link),
        "entete": styles.look(bold, styles.fill("rgb=FF1F3864")),
        "signe": styles.look(grey),
        **{colour: styles.look(plain, styles.fill(colour)) for colour in colours},
    }


def _font(styles: Styles, kind: str = "", colour: str = "FF000000") -> int:
    return styles.font(f'{kind}<sz val="11"/><color rgb="{colour}"/><name val="Calibri"/>')
