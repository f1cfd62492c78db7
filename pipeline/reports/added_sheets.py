"""The sheets that anomalies.xlsx adds to the user's own: what to correct, first; what cleaning changed, last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.model import Anomaly, Severity
from pipeline.reading.own_sheets import CLEANING, TO_CORRECT
from pipeline.reports.summary import Summary, written_at
from pipeline.reports.xlsx.book import Book, quoted
from pipeline.reports.xlsx.listing import Cell, Listing

COLOURS = {Severity.ERREUR: "rgb=FFFFC7CE", Severity.AVERTISSEMENT: "rgb=FFFFEB9C"}
"""By weight, the heaviest first. What is only worth knowing has none: nothing is to be corrected there."""
WORDS = {Severity.ERREUR: "Erreur", Severity.AVERTISSEMENT: "Avertissement"}

_WRITTEN, _MESSAGE = 28, 94
"""Letters that a line holds in the columns whose texts wrap."""


class Place(NamedTuple):
    """The cell that bears the mark of an anomaly: the title of its sheet, and its address."""

    title: str
    address: str


def add_to_correct(book: Book, summary: Summary, places: Mapping[Anomaly, Place]) -> None:
    """Add the first sheet: errors, then warnings, each with a link to its cell."""
    written = written_at(summary)
    rows: list[Sequence[Cell]] = []
    heights = []
    for anomaly in (*summary.of(Severity.ERREUR), *summary.of(Severity.AVERTISSEMENT)):
        text = written.get((anomaly.row, anomaly.cell), "")
        place = places.get(anomaly)
        rows.append(
            (
                Cell(WORDS[anomaly.severity], COLOURS[anomaly.severity]),
                Cell(anomaly.row.sheet),
                Cell(anomaly.row.line, "ligne"),
                Cell(anomaly.column),
                _linked(place) if place else Cell(anomaly.cell),
                Cell(text, "long"),
                Cell(anomaly.message, "long"),
            )
        )
        heights.append(max(_lines(text, _WRITTEN), _lines(anomaly.message, _MESSAGE)))
    widths = (15, 18, 8, 22, 10, 30, 90)
    listing = Listing(TO_CORRECT, widths, rows, "Rien à corriger.", heights)
    listing.add_to(book, "À corriger", 0, tuple(COLOURS.values()))


def add_cleaning(book: Book, summary: Summary, titles: Mapping[str, str]) -> None:
    """Add the last sheet: each cell that cleaning rewrote, before and after, with the rule that did it.

    `titles` gives the title that each sheet of the table has in the book.
    """
    rows = [
        (
            Cell(change.row.sheet),
            _linked(Place(titles[change.row.sheet], change.cell))
            if change.cell and change.row.sheet in titles
            else Cell(change.cell),
            *map(Cell, (change.column, change.before, change.after, change.rule)),
        )
        for change in summary.changes
    ]
    listing = Listing(CLEANING, (18, 10, 22, 34, 34, 50), rows, "Aucune cellule n’a été modifiée à la lecture.")
    listing.add_to(book, "Nettoyage", len(book), ())


def _linked(place: Place) -> Cell:
    return Cell(place.address, "lien", f"{quoted(place.title)}!{place.address}")


def _lines(text: str, width: int) -> int:
    return sum(-(-len(line) // width) or 1 for line in text.split("\n"))
