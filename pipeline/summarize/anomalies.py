"""anomalies.xlsx: the user's own workbook, faulty cells coloured and commented, to be corrected and given back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from pipeline.errors import InputError
from pipeline.files import sha256
from pipeline.load.container import Kind, content_of, kind_of
from pipeline.load.grids import names_of, read_sheets
from pipeline.model import Anomaly, Severity
from pipeline.summarize.remarks import Group, Remark, groups_of, remarks_of, reperes_of
from pipeline.summarize.summary import Summary
from pipeline.xlsx.book import Book, Sheet, quoted
from pipeline.xlsx.cells import Cells
from pipeline.xlsx.marked import MarkedSheet
from pipeline.xlsx.own_sheets import CLEANING, GROUP, SAID, TICKED, TO_CORRECT, Cell, Fold, Listing, is_own
from pipeline.xlsx.parts import Place, plain

COLOURS = {Severity.ERREUR: "rgb=FFFFC7CE", Severity.AVERTISSEMENT: "rgb=FFFFEB9C"}
"""By weight, the heaviest first. What is only worth knowing has none: nothing is to be corrected there."""
WORDS = {Severity.ERREUR: "Erreur", Severity.AVERTISSEMENT: "Avertissement"}

_WIDTHS = (15, 16, 7, 18, 9, 26, 70, 28, 22, 9, 0)
_WRITTEN, _MESSAGE = 25, 73
"""Letters that a line holds in the columns whose texts wrap."""
_TICKED = "J"


class Spot(NamedTuple):
    """The cell where an anomaly is marked: the title of its sheet, and its address."""

    title: str
    address: str


Spots = Mapping[Anomaly, Spot]
"""Where each anomaly is marked."""


class Line(NamedTuple):
    """A line of the list: its cells, how many lines of text it needs, what it is when it unfolds."""

    cells: Sequence[Cell]
    height: int = 1
    fold: Fold = Fold.NONE


def add_to_correct(book: Book, summary: Summary, places: Spots) -> None:
    """Add the first sheet: errors, then warnings by kind, each with a link to its cell, then what is as wanted."""
    reperes = reperes_of(summary)
    lines = [_line(one, places) for one in remarks_of(summary, summary.of(Severity.ERREUR))]
    for group in groups_of(summary, Severity.AVERTISSEMENT):
        lines += _folded(group, reperes, places)
    if kept := [one for one in summary.anomalies if one in summary.verifiees]:
        lines += _kept(Group("déjà vérifié, comme voulu", tuple(remarks_of(summary, kept))), reperes, places)
    listing = Listing(
        TO_CORRECT, _WIDTHS, [one.cells for one in lines], "Rien à corriger.", [one.height for one in lines],
        [one.fold for one in lines], TICKED, _TICKED,
    )  # fmt: skip
    listing.add_to(book, "À corriger", 0, tuple(COLOURS.values()))


def _folded(group: Group, reperes: Mapping[Anomaly, str], places: Spots) -> Iterator[Line]:
    """Give the warnings of a kind; many of them under one line, which stands for all."""
    if group.pliee:
        code = group.remarques[0].anomaly.code
        said = f"{group.resume}. {group.remede} Pour les voir une à une : le signe + dans la marge."
        yield _head(Severity.AVERTISSEMENT, said, "", f"{GROUP} {code}")
    for one in group.remarques:
        yield _line(one, places, reperes[one.anomaly], Fold.HIDDEN if group.pliee else Fold.NONE)


def _kept(group: Group, reperes: Mapping[Anomaly, str], places: Spots) -> Iterator[Line]:
    """Give what someone has said is as wanted: effacing its « oui » brings the remark back."""
    yield _head(None, f"{group.resume}. Pour qu’une remarque revienne, effacez son « oui ».", "", "")
    for one in group.remarques:
        yield _line(one, places, f"{reperes[one.anomaly]} {SAID}", Fold.HIDDEN, "oui")


def _head(severity: Severity | None, said: str, tick: str, repere: str) -> Line:
    first = Cell(WORDS[severity], COLOURS[severity]) if severity else Cell("Vérifié")
    blanks = [Cell("")] * 5
    return Line([first, *blanks, Cell(said, "long"), Cell(""), Cell(""), Cell(tick), Cell(repere)],
                _lines(said, _MESSAGE), Fold.HEAD)  # fmt: skip


def _line(one: Remark, places: Spots, repere: str = "", fold: Fold = Fold.NONE, tick: str = "") -> Line:
    anomaly, place = one.anomaly, places.get(one.anomaly)
    cells = (
        Cell(WORDS[anomaly.severity], COLOURS[anomaly.severity]),
        Cell(anomaly.row.sheet),
        Cell(anomaly.row.line, "ligne"),
        Cell(anomaly.column),
        _linked(place) if place else Cell(anomaly.cell),
        Cell(one.ecrit, "long"),
        Cell(anomaly.message, "long"),
        Cell(one.row.etablissement, "long"),
        Cell(one.row.referent, "long"),
        Cell(tick),
        Cell(repere),
    )
    texts = ((one.ecrit, _WRITTEN), (anomaly.message, _MESSAGE), (one.row.etablissement, _WRITTEN))
    return Line(cells, max(_lines(text, width) for text, width in texts), fold)


def add_cleaning(book: Book, summary: Summary, titles: Mapping[str, str]) -> None:
    """Add the last sheet: each cell that cleaning rewrote, before and after, with the rule that did it.

    `titles` gives the title that each sheet of the table has in the book.
    """
    rows = [
        (
            Cell(change.row.sheet),
            _linked(Spot(titles[change.row.sheet], change.cell))
            if change.cell and change.row.sheet in titles
            else Cell(change.cell),
            *map(Cell, (change.column, change.before, change.after, change.rule)),
        )
        for change in summary.changes
    ]
    listing = Listing(CLEANING, (18, 10, 22, 34, 34, 50), rows, "Aucune cellule n’a été modifiée à la lecture.")
    listing.add_to(book, "Nettoyage", len(book), ())


def _linked(place: Spot) -> Cell:
    return Cell(place.address, "lien", f"{quoted(place.title)}!{place.address}")


def _lines(text: str, width: int) -> int:
    return sum(-(-len(line) // width) or 1 for line in text.split("\n"))


_WEIGHT = list(COLOURS)
_MAX_TAGS = 3_000_000
"""Of the sheets of a workbook that is changed in place. Twenty thousand rows have a million."""


def anomalies_xlsx(summary: Summary) -> bytes:
    """Return the bytes of anomalies.xlsx.

    An xlsx is changed in place. A workbook of another format, or so odd that it cannot be, is laid out again at the
    same addresses; and from the table, when the file is no longer the one that was read.
    """
    for content, titles in _copies(summary):
        # Some programs write what cannot be changed here: the next, plainer copy serves the reader better.
        with suppress(Exception):
            return _marked(content, titles, summary)
    from pipeline.summarize.plain_book import plain_book, sheets_of  # seldom needed, and openpyxl is slow to import

    content, titles = plain_book(sheets_of(summary.table, summary.changes), summary.config.campagne.rentree)
    return _marked(content, titles, summary)


def without_marks(workbook: Path, created: datetime) -> bytes:
    """Return the bytes of a marked copy without our colours, comments and sheets; as it is where it is no xlsx.

    Raises InputError for a file that cannot be read.
    """
    content = content_of(workbook)
    with suppress(Exception):  # as above: the copy that the user has is better than none
        book = Book(content)
        for found in book.sheets():
            _mark_sheet(book, found, ())
        return book.finished().to_bytes(created)
    return content


def _copies(summary: Summary) -> Iterator[tuple[bytes, Mapping[str, str]]]:
    """Give the copies to write on, the truest first, each with the title that the sheets of the table have in it."""
    path = summary.workbook
    try:
        content = content_of(path)
        if sha256(content) != summary.table.sha256:
            return
        kind = kind_of(path, content)
        if kind is Kind.XLSX and _is_light(content):
            yield content, {}
        sheets = [sheet for sheet in read_sheets(path, content, kind) if not is_own(sheet.grid)]
    except InputError:
        return
    from pipeline.summarize.plain_book import plain_book  # as above

    yield plain_book(sheets, summary.config.campagne.rentree)


def _is_light(content: bytes) -> bool:
    """Return whether the sheets of an xlsx can stand whole in memory, to be changed there: each tag takes its room."""
    archive = ZipFile(BytesIO(content))
    sheets = [name for name in archive.namelist() if "worksheets/" in plain(name)]
    return sum(archive.read(name).count(b"<") for name in sheets) <= _MAX_TAGS


def _marked(content: bytes, titles: Mapping[str, str], summary: Summary) -> bytes:
    book = Book(content)
    own = [found.title for found in book.sheets()]
    titles = titles or dict(zip(names_of(own), own, strict=True))
    said: defaultdict[str, list[Anomaly]] = defaultdict(list)
    for anomaly in summary.anomalies:
        if anomaly.severity in COLOURS and anomaly not in summary.verifiees:
            said[titles.get(anomaly.row.sheet, anomaly.row.sheet)].append(anomaly)
    marked: dict[Anomaly, Spot] = {}
    for found in book.sheets():
        marked |= _mark_sheet(book, found, said[found.title])
    there = {found.title for found in book.sheets()}
    kept = {name: title for name in summary.table.columns if (title := titles.get(name, name)) in there}
    add_to_correct(book, summary, marked)
    add_cleaning(book, summary, kept)
    return book.finished().to_bytes(summary.config.campagne.rentree)


def _mark_sheet(book: Book, found: Sheet, anomalies: Sequence[Anomaly]) -> dict[Anomaly, Spot]:
    """Mark one sheet, or remove it when an earlier check added it; return where each anomaly is marked."""
    sheet = MarkedSheet(book, found.part)
    if sheet.is_own:
        book.remove(found)
        return {}
    places = _places(sheet.cells, anomalies)
    sheet.write(_marks(places), tuple(COLOURS.values()))
    return {one: Spot(found.title, xl_rowcol_to_cell(*place)) for one, place in places.items()}


def _places(cells: Cells, anomalies: Sequence[Anomaly]) -> dict[Anomaly, Place]:
    """Return the cell to mark for each anomaly: its own, the one that shows in its place, or the first of its row."""
    wanted = {}
    for anomaly in anomalies:
        row = anomaly.row.line - 1
        wanted[anomaly] = xl_cell_to_rowcol(anomaly.cell) if anomaly.cell else (row, cells.first_filled(row))
    shown = cells.shown(wanted.values())
    return {anomaly: shown[place] for anomaly, place in wanted.items()}


def _marks(places: Mapping[Anomaly, Place]) -> dict[Place, tuple[str, str]]:
    """Return the colour and the text of each cell to mark: the heaviest colour, all that is said of it."""
    said: defaultdict[Place, list[Anomaly]] = defaultdict(list)
    for anomaly, place in places.items():
        said[place].append(anomaly)
    return {
        place: (
            COLOURS[min((one.severity for one in anomalies), key=_WEIGHT.index)],
            "\n\n".join(f"{WORDS[one.severity]} : {one.message}" for one in anomalies),
        )
        for place, anomalies in said.items()
    }
