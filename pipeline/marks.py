"""What a workbook's XML says that its values do not: cells in error, and formulas that were never computed."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator

from lxml import etree
from xlsxwriter.utility import xl_cell_to_rowcol

from pipeline.table import CellFault

Marks = dict[tuple[int, int], CellFault]
"""By row and column, both counted from 1."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_marks(content: bytes) -> dict[str, Marks]:
    """Return the faulty cells of each sheet of an xlsx or xlsm file, given whole; nothing for another format.

    The reading engine gives "" for both kinds, which would pass for a blank cell.
    """
    stream = io.BytesIO(content)
    if not zipfile.is_zipfile(stream):
        return {}
    with zipfile.ZipFile(stream) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return {}
        return {name: dict(_faults(archive, part)) for name, part in _sheets(archive)}


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Give each sheet's name and the part that holds it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    workbook = etree.fromstring(archive.read("xl/workbook.xml"), parser)
    for sheet in workbook.iter(f"{_MAIN}sheet"):
        part = posixpath.normpath(posixpath.join("/xl", targets.get(sheet.get(_RELATION), ""))).lstrip("/")
        if part in archive.namelist():
            yield sheet.get("name", ""), part


def _faults(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[tuple[int, int], CellFault]]:
    with archive.open(part) as stream:
        cells = etree.iterparse(stream, tag=f"{_MAIN}c", resolve_entities=False, no_network=True)
        for _, cell in cells:
            value = cell.findtext(f"{_MAIN}v")
            kind = cell.get("t")
            # A formula whose result is an empty text was computed: it has the type « str ».
            never_computed = kind != "str" and not value and cell.find(f"{_MAIN}f") is not None
            if cell.get("r") and (kind == "e" or never_computed):
                row, column = xl_cell_to_rowcol(cell.get("r"))
                yield (row + 1, column + 1), CellFault(value or "")
            cell.clear()
