"""anomalies.xlsx: the user's own workbook, faulty cells coloured and commented, to be corrected and given back."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from pipeline.errors import InputError
from pipeline.load.container import Kind, content_of, kind_of
from pipeline.load.grids import names_of, read_sheets
from pipeline.model import Anomaly
from pipeline.reports import added_sheets
from pipeline.reports.added_sheets import COLOURS, WORDS, add_cleaning, add_to_correct
from pipeline.summarize.summary import Summary
from pipeline.xlsx.book import Book, Sheet
from pipeline.xlsx.cells import Cells
from pipeline.xlsx.marked import MarkedSheet
from pipeline.xlsx.own_sheets import is_own
from pipeline.xlsx.parts import Place, plain

_WEIGHT = list(COLOURS)
_MAX_TAGS = 3_000_000
"""Of the sheets of a workbook that is changed in place. Twenty thousand rows have a million."""


def anomalies_xlsx(summary: Summary) -> bytes:
    """Return the bytes of anomalies.xlsx.

    An xlsx is changed in place. A workbook of another format, or so odd that it cannot be, is laid out again at the
    same addresses; and from the table, when the file is no longer the one that was read.
    """
    for content, titles in _copies(summary):
        # Whatever one program wrote and this cannot change: the reader is better off with the next, plainer copy.
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
        if hashlib.sha256(content).hexdigest() != summary.table.sha256:
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
    marked: dict[Anomaly, added_sheets.Spot] = {}
    for found in book.sheets():
        marked |= _mark_sheet(book, found, said[found.title])
    there = {found.title for found in book.sheets()}
    kept = {name: title for name in summary.table.columns if (title := titles.get(name, name)) in there}
    add_to_correct(book, summary, marked)
    add_cleaning(book, summary, kept)
    return book.finished().to_bytes(summary.config.campagne.rentree)


def _mark_sheet(book: Book, found: Sheet, anomalies: Sequence[Anomaly]) -> dict[Anomaly, added_sheets.Spot]:
    """Mark one sheet, or remove it when an earlier check added it; return where each anomaly is marked."""
    sheet = MarkedSheet(book, found.part)
    if sheet.is_own:
        book.remove(found)
        return {}
    places = _places(sheet.cells, anomalies)
    sheet.write(_marks(places), tuple(COLOURS.values()))
    return {one: added_sheets.Spot(found.title, xl_rowcol_to_cell(*place)) for one, place in places.items()}


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
