"""What a workbook says beside its values: cells in error, formulas never computed, hidden rows, merged cells."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

from pipeline.table import CellFault

_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MAIN = f"{{{_SPACE}}}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Recovering, as the reading engine does: a forbidden control character must not stop a campaign.
SAFE = {"resolve_entities": False, "no_network": True, "recover": True}


def _xpath(path: str) -> etree.XPath:
    return etree.XPath(path, namespaces={"m": _SPACE})


# A formula whose result is an empty text was computed: it has the type « str ».
_FAULTY = _xpath("m:c[@t='e' or (m:f and not(@t='str') and not(string(m:v)))]")
_VALUED = _xpath("m:c[m:v or m:is]")
_UNPLACED = _xpath("boolean(m:c[not(@r)])")
_SAYS_SOMETHING = _xpath("boolean(m:c[m:v or m:is or m:f])")


@dataclass(slots=True)
class Marks:
    """The marks of one sheet; rows and columns are counted from 0.

    `struck` are the rows with a filled cell that is struck through; `filtered` says that a filter is active;
    `last_row` and `last_column` are those of the last cell that holds a value; `characters` counts its texts, each as
    many times as a cell shows it: a text written once in a file may fill a million cells.
    """

    faults: dict[tuple[int, int], CellFault] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    filtered: bool = False
    last_row: int = 0
    last_column: int = 0
    characters: int = 0


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the sheets share: the styles that strike through, and the length of each text."""

    struck: set[str]
    lengths: list[int]


def read_marks(content: bytes) -> list[Marks]:
    """Return the marks of each sheet of an xlsx or xlsm file, given whole, in the order of the workbook.

    The reading engine gives "" for a cell in error and for a formula never computed, which would pass for a blank.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        about = _Shared(_struck_styles(archive), _lengths(archive))
        return [_marks(archive, part, about) for part in _sheet_parts(archive)]


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[str]:
    """Give the part that holds each sheet, "" for a sheet without one."""
    relations = _parse(archive, "xl/_rels/workbook.xml.rels")
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations.iter("{*}Relationship")}
    names = set(archive.namelist())
    for sheet in _parse(archive, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        part = posixpath.normpath(posixpath.join("/xl", targets.get(sheet.get(_RELATION), ""))).lstrip("/")
        yield part if part in names else ""


def _struck_styles(archive: zipfile.ZipFile) -> set[str]:
    """Return the styles, by the number that cells name them with, whose font is struck through."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    styles = _parse(archive, "xl/styles.xml")
    strikes = [font.find(f"{_MAIN}strike") for font in styles.iterfind(f"{_MAIN}fonts/{_MAIN}font")]
    fonts = {str(i) for i, one in enumerate(strikes) if one is not None and one.get("val", "1") not in ("0", "false")}
    formats = styles.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")
    return {str(index) for index, one in enumerate(formats) if one.get("fontId") in fonts}


def _lengths(archive: zipfile.ZipFile) -> list[int]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    lengths = []
    with archive.open("xl/sharedStrings.xml") as stream:
        for _, text in etree.iterparse(stream, tag=f"{_MAIN}si", **SAFE):
            lengths.append(sum(map(len, text.itertext())))
            _forget(text)
    return lengths


def _parse(archive: zipfile.ZipFile, part: str) -> etree._Element:
    tree = etree.fromstring(archive.read(part), etree.XMLParser(**SAFE))
    return etree.Element("empty") if tree is None else tree


def _marks(archive: zipfile.ZipFile, part: str, shared: _Shared) -> Marks:
    marks = Marks()
    if not part:
        return marks
    number = -1
    with archive.open(part) as stream:
        tags = [f"{_MAIN}{name}" for name in ("row", "col", "filterColumn")]
        for _, element in etree.iterparse(stream, tag=tags, **SAFE):
            if element.tag == tags[0]:
                number = int(element.get("r") or number + 2) - 1
                _read_row(element, number, marks, shared)
                _forget(element)
            elif element.tag == tags[1] and element.get("hidden") in ("1", "true"):
                marks.hidden_columns.update(range(int(element.get("min")) - 1, min(int(element.get("max")), 16384)))
            elif element.tag == tags[2]:
                marks.filtered = True
    return marks


def _read_row(row: etree._Element, number: int, marks: Marks, shared: _Shared) -> None:
    if row.get("hidden") in ("1", "true"):
        marks.hidden_rows.add(number)
    if not _SAYS_SOMETHING(row):
        return
    if _UNPLACED(row):
        _place(row)
    if valued := _VALUED(row):
        marks.last_row = max(marks.last_row, number)
        marks.last_column = max(marks.last_column, _column(valued[-1]))
    for cell in _FAULTY(row):
        marks.faults[number, _column(cell)] = CellFault(cell.findtext(f"{_MAIN}v") or "")
    if shared.struck and any(cell.get("s") in shared.struck for cell in valued):
        marks.struck.add(number)
    marks.characters += sum(_length(cell, shared.lengths) for cell in valued if cell.get("t") == "s")


def _length(cell: etree._Element, lengths: list[int]) -> int:
    index = cell.findtext(f"{_MAIN}v") or ""
    return lengths[int(index)] if index.isdecimal() and int(index) < len(lengths) else 0


def _place(row: etree._Element) -> None:
    """Write the reference that a cell may leave out: it stands after the one before it."""
    column = -1
    for cell in row:
        column = _column(cell) if cell.get("r") else column + 1
        if not cell.get("r"):
            cell.set("r", f"{xl_col_to_name(column)}1")


def _column(cell: etree._Element) -> int:
    return int(xl_cell_to_rowcol(cell.get("r"))[1])


def _forget(element: etree._Element) -> None:
    """Free a row that was read: a sheet of a million rows never stands whole in memory."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
