"""What Excel asks of an xlsx before it opens it without offering to repair it, checked on the package itself.

Sources: ISO/IEC 29500-2 (parts, content types, relationships), 29500-1, 18.5 (tables) and 18.2.5 (defined names).
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_NAME = re.compile(r"[A-Za-zÀ-ÿ_][A-Za-zÀ-ÿ0-9_.]*")
_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[RrCc]|[RrLl]\d*[Cc]\d*")
"""What a name may not look like: A1, R1C1, and the L1C1 of Excel in French."""


def faults(content: bytes) -> list[str]:
    """Return everything that Excel would repair or refuse in a workbook; nothing is what one hopes for."""
    with ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        found = [f"{name} stands twice" for name, times in Counter(names).items() if times > 1]
        parts = {name: archive.read(name) for name in names}
    trees = {name: etree.fromstring(data) for name, data in parts.items() if name.endswith((".xml", ".rels"))}
    found += _untyped(trees, names)
    found += _dangling(trees, names)
    found += _tables(trees)
    found += _defined(trees)
    found += _indexes(trees)
    return found or list(_cells_of_tables(content))  # openpyxl reads what is whole so far


def _untyped(trees: dict[str, etree._Element], names: list[str]) -> Iterator[str]:
    types = trees["[Content_Types].xml"]
    said = {one.get("PartName").lstrip("/") for one in types.iter(f"{_TYPES}Override")}
    ends = {one.get("Extension") for one in types.iter(f"{_TYPES}Default")}
    yield from (f"{name} is declared and missing" for name in said - set(names))
    for name in set(names) - said - {"[Content_Types].xml"}:
        # « xml » has a general type, which is that of no part of a workbook.
        if name.rpartition(".")[2] not in ends or (name.startswith("xl/") and name.endswith(".xml")):
            yield f"{name} has no content type of its own"


def _dangling(trees: dict[str, etree._Element], names: list[str]) -> Iterator[str]:
    reached = {"[Content_Types].xml"}
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            continue
        reached.add(name)
        folder, _, file = name.partition("_rels/")
        owner = folder + file.removesuffix(".rels")
        ids = [one.get("Id") for one in tree]
        if len(set(ids)) != len(ids):
            yield f"{name}: an Id stands twice"
        for one in tree:
            target = one.get("Target")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            reached.add(path)
            if path not in names:
                yield f"{name}: {target} does not exist"
        if owner in trees:
            used = {value for element in trees[owner].iter() for key, value in element.items() if key.startswith(_REL)}
            yield from (f"{owner} uses {one}, which {name} does not have" for one in used - set(ids))
    yield from (f"nothing leads to {name}" for name in set(names) - reached)


def _tables(trees: dict[str, etree._Element]) -> Iterator[str]:
    tables = [tree for name, tree in trees.items() if name.startswith("xl/tables/")]
    for key in ("id", "name", "displayName"):
        values = [table.get(key).casefold() for table in tables]
        if len(set(values)) != len(values):
            yield f"two tables have the same {key}"
    for table in tables:
        name = table.get("displayName")
        if not _NAME.fullmatch(name) or _CELL.fullmatch(name):
            yield f"« {name} » is no name for a table"


def _cells_of_tables(content: bytes) -> Iterator[str]:
    for sheet in load_workbook(BytesIO(content), data_only=True).worksheets:
        for table in sheet.tables.values():
            left, top, right, bottom = range_boundaries(table.ref)
            heads = [sheet.cell(top, place).value for place in range(left, right + 1)]
            told = [column.name for column in table.tableColumns]
            if heads != told:
                yield f"{sheet.title}: the headers {heads} are not those of the table, {told}"
            if len({head.casefold() for head in told}) != len(told):
                yield f"{sheet.title}: a header stands twice"
            if bottom - top - (table.totalsRowCount or 0) < 1:
                yield f"{sheet.title}: a table without a row"
            if (table.totalsRowCount or 0) and sheet.cell(bottom, left).value != "Total":
                yield f"{sheet.title}: the row of totals is not where the table says"


def _defined(trees: dict[str, etree._Element]) -> Iterator[str]:
    book = trees["xl/workbook.xml"]
    sheets = [sheet.get("name") for sheet in book.iter(f"{_MAIN}sheet")]
    if len({name.casefold() for name in sheets}) != len(sheets) or any(len(name) > 31 for name in sheets):
        yield "the names of the sheets are not all different and short"
    seen = set()
    for one in book.iter(f"{_MAIN}definedName"):
        key = (one.get("name"), one.get("localSheetId"))
        target = re.fullmatch(r"(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Z]*\$?\d*):(\$?[A-Z]*\$?\d*)", one.text)
        if key in seen or target is None:
            yield f"the defined name {key} is wrong or stands twice: {one.text}"
        elif (target[1] or target[2]).replace("''", "'") != sheets[int(one.get("localSheetId"))]:
            yield f"the defined name {key} is about another sheet"
        seen.add(key)


def _indexes(trees: dict[str, etree._Element]) -> Iterator[str]:
    texts = len(trees["xl/sharedStrings.xml"])
    styles = len(trees["xl/styles.xml"].find(f"{_MAIN}cellXfs"))
    for name, tree in trees.items():
        if not name.startswith("xl/worksheets/sheet"):
            continue
        for cell in tree.iter(f"{_MAIN}c"):
            if cell.get("t") == "s" and int(cell.findtext(f"{_MAIN}v")) >= texts:
                yield f"{name}: {cell.get('r')} shows a text that does not exist"
            if int(cell.get("s", "0")) >= styles:
                yield f"{name}: {cell.get('r')} has a style that does not exist"
