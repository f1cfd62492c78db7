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

from pipeline.french.words import fold
from pipeline.xlsx.book import Book, Styles
from pipeline.xlsx.tables import legal, looks_like_formula

_FORMER = ("Gravité", "Feuille", "Ligne", "Colonne", "Cellule", "Écrit", "À faire")
TO_CORRECT = (*_FORMER, "Établissement", "Référent", "Vérifié", "Repère")
CLEANING = ("Feuille", "Cellule", "Colonne", "Avant", "Après", "Règle")
"""Their headers, from cell A1; `_FORMER` are those of an earlier version."""

MARK = "Feuille ajoutée par le contrôle"
SIGN = f"{MARK} : elle n’est pas relue."
TICKED = f"{MARK} : seule la colonne « Vérifié » est relue."
"""What stands beside the headers. A cell follows its sheet under another name and into any format of workbook."""

GROUP, SAID = "groupe", "oui"
"""In « Repère », beside the sign of a remark and the code of its kind: a line for the whole kind; one said before."""
_YES = frozenset({"oui", "o", "x", "v", "ok", "vrai", "yes", "1"})
"""What says so in « Vérifié »; any other text is a note for oneself, and says nothing."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """What someone has written in « Vérifié »: the signs of the remarks that are as wanted, and no longer are."""

    voulues: frozenset[str] = frozenset()
    reprises: frozenset[str] = frozenset()

    def __or__(self, other: Ticks) -> Ticks:
        return Ticks(self.voulues | other.voulues, self.reprises | other.reprises)


def is_own(rows: Sequence[Sequence[object]]) -> bool:
    """Return whether a sheet is one that we added, by its first row: our headers, then our sign, and nothing else.

    Its name is no sign: the user may change it, and may have a sheet of that name.
    """
    *heads, sign = [cell for cell in (rows[0] if rows else ()) if cell not in (None, "")] or [""]
    return tuple(heads) in (TO_CORRECT, _FORMER, CLEANING) and sign in (SIGN, TICKED)


def ticks_of(rows: Sequence[Sequence[object]]) -> Ticks:
    """Return what someone has written in « Vérifié » of a sheet that `is_own`; a line for a whole kind counts for all.

    What was never said counts for nothing: another copy may say it.
    """
    heads = list(rows[0])
    if "Vérifié" not in heads:
        return Ticks()
    tick, key = heads.index("Vérifié"), heads.index("Repère")
    lines = [(str(cells[key]).split(), fold(str(cells[tick])) in _YES) for cells in rows[1:] if len(cells) > key]
    kinds = {words[1] for words, voulu in lines if voulu and words[:1] == [GROUP]}
    known = [(words, voulu) for words, voulu in lines if len(words) > 1 and words[0] != GROUP]
    return Ticks(
        frozenset(words[0] for words, voulu in known if voulu or (words[1] in kinds and SAID not in words)),
        frozenset(words[0] for words, voulu in known if SAID in words and not voulu),
    )


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
        hidden = ' hidden="1"'
        cols = "".join(
            f'<col min="{number}" max="{number}" width="{width or 10}" customWidth="1"{"" if width else hidden}/>'
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
        linked = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
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
        for line, (row, height, folded) in enumerate(zip(chain((head,), rows), heights, folds, strict=True), 1):
            yield _row(line, row, height, folded, write)
        yield (
            f'</sheetData><autoFilter ref="{area}"/>'
            f"{_choice(self.ticked, len(rows) + 1)}{linked}"
            '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
            "<headerFooter><oddFooter>&amp;CPage &amp;P sur &amp;N</oddFooter></headerFooter></worksheet>"
        )


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
