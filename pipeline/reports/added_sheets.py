"""The sheets that anomalies.xlsx adds to the user's own: what to correct, first; what cleaning changed, last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.model import Anomaly, Severity
from pipeline.summarize.remarks import Group, Remark, groups_of, remarks_of, reperes_of
from pipeline.summarize.summary import Summary
from pipeline.xlsx.book import Book, quoted
from pipeline.xlsx.own_sheets import CLEANING, GROUP, SAID, TICKED, TO_CORRECT, Cell, Fold, Listing

COLOURS = {Severity.ERREUR: "rgb=FFFFC7CE", Severity.AVERTISSEMENT: "rgb=FFFFEB9C"}
"""By weight, the heaviest first. What is only worth knowing has none: nothing is to be corrected there."""
WORDS = {Severity.ERREUR: "Erreur", Severity.AVERTISSEMENT: "Avertissement"}

_WIDTHS = (15, 16, 7, 18, 9, 26, 70, 28, 22, 9, 0)
_WRITTEN, _MESSAGE = 25, 73
"""Letters that a line holds in the columns whose texts wrap."""
_TICKED = "J"


class Spot(NamedTuple):
    """The cell that bears the mark of an anomaly: the title of its sheet, and its address."""

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
