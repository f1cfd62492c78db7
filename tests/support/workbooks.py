"""Awkward files for the tests, made on the spot: each function returns the bytes of one."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from struct import pack
from typing import Any

from openpyxl import Workbook

from support.rows import GOOD, HEADERS

HEAD = list(HEADERS.values())
ROW = list(GOOD.values())
SHEET1 = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

Rows = Sequence[Sequence[Any]]


def row(**cells: Any) -> list[Any]:
    """Return the good row with other cells: `row(referent_nom="Null")`."""
    return list((GOOD | cells).values())


def heads(**texts: str) -> list[str]:
    """Return the usual headers with other texts."""
    return list((HEADERS | texts).values())


def xlsx(rows: Rows, change: Callable[[Workbook], object] | None = None, name: str = "Référents") -> bytes:
    """Make a workbook of one sheet, its rows given from Excel's line 1; `change` does the rest."""
    return book({name: rows}, change)


def table(*rows: Sequence[Any], change: Callable[[Workbook], object] | None = None) -> bytes:
    """Make a workbook of one sheet: the usual headers in line 1, these rows from line 2 on."""
    return xlsx([HEAD, *rows], change)


def book(sheets: Mapping[str, Rows], change: Callable[[Workbook], object] | None = None) -> bytes:
    """Make a workbook of several sheets."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for cells in rows:
            sheet.append(list(cells))
    if change:
        change(workbook)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """Return the parts of a zip file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """Return a zip file of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def patched(content: bytes, change: Callable[[str], str], part: str = SHEET1) -> bytes:
    """Rewrite one part of a zip file as text."""
    parts = parts_of(content)
    return zipped(parts | {part: change(parts[part].decode()).encode()})


def with_rows(content: bytes, rows: str) -> bytes:
    """Add rows written in XML under those of the first sheet."""
    return patched(content, lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData>"))


def shared_texts(content: bytes, *texts: str) -> bytes:
    """Give a workbook shared texts, written in XML, and put each in the place of « @0 », « @1 »… in its cells."""
    each = "".join(f"<si>{text}</si>" for text in texts)
    parts = parts_of(content)
    sheet = parts[SHEET1].decode()
    for number in range(len(texts)):
        sheet = sheet.replace(
            f't="inlineStr"><is><t>@{number}</t></is></c>', f't="s"><v>{number}</v></c>'
        )  # fmt: skip
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    rels = parts["xl/_rels/workbook.xml.rels"].decode()
    relation = f'<Relationship Id="rIdTextes" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    return zipped(
        parts
        | {
            SHEET1: sheet.encode(),
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{each}</sst>'.encode(),
            "xl/_rels/workbook.xml.rels": rels.replace("</Relationships>", relation).encode(),
        }
    )


def text_table(rows: Rows, separator: str = ";", encoding: str = "utf-8") -> bytes:
    """Return a table saved as text."""
    lines = (separator.join("" if cell is None else str(cell) for cell in cells) for cells in rows)
    return "".join(f"{line}\r\n" for line in lines).encode(encoding)


_ODS = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def ods(*tables: str, styles: str = "") -> bytes:
    """Make an OpenDocument workbook of tables written in XML."""
    spaces = " ".join(f'xmlns:{name}="{space}"' for name, space in _ODS.items())
    body = f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
    content = f"<office:document-content {spaces}>{styles}{body}</office:document-content>"
    return zipped({"mimetype": ODS_TYPE, "content.xml": content, "META-INF/manifest.xml": "<manifest/>"})


def ods_table(rows: Rows, name: str = "Référents", columns: str = "", **cells: str) -> str:
    """Write a table in XML; `cells` replaces whole cells, each by its text (« @nom »)."""
    written = "".join(f"<table:table-row>{''.join(map(_ods_cell, cells_of))}</table:table-row>" for cells_of in rows)
    for key, xml in cells.items():
        written = written.replace(_ods_cell(f"@{key}"), xml)
    return f'<table:table table:name="{name}">{columns}{written}</table:table>'


def _ods_cell(value: object) -> str:
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    text = str(value or "").replace("&", "&amp;")
    return (
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        if text
        else "<table:table-cell/>"
    )


def compound(streams: Mapping[str, bytes], inside: Sequence[str] = ()) -> bytes:
    """Make a compound file ([MS-CFB]) of streams that stand at its top, each padded to 4 096 bytes at least.

    `inside` names streams that stand elsewhere, as those of an embedded document do.
    """
    free, end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    bodies = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    fats = sum(map(len, bodies.values())) // (512 * 100) + 1  # more than enough sectors for the allocation table
    table, sectors = [fat_sector] * fats, []
    entries = [_entry("Root Entry", 5, 1, end, 0, len(bodies))]
    for number, (name, data) in enumerate(bodies.items(), 1):
        start, count = len(table), -(-len(data) // 512)
        table += [*range(start + 1, start + count), end]
        sectors.append(data.ljust(count * 512, b"\0"))
        entries.append(_entry(name, 2, free, start, len(data), number + 1 if number < len(bodies) else free))
    entries += [_entry(name, 2, free, end, 0, free) for name in inside]
    directory, count = len(table), -(-len(entries) // 4)
    table += [*range(directory + 1, directory + count), end]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += pack("<LLLLLLLLL", 0, fats, directory, 0, 4096, end, 0, end, 0)
    head += pack("<109L", *range(fats), *[free] * (109 - fats))
    fat = pack(f"<{128 * fats}L", *table, *[free] * (128 * fats - len(table)))
    return head + fat + b"".join(sectors) + b"".join(entries).ljust(count * 512, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int, right: int) -> bytes:
    """Write an entry of the directory: each names the next one as its right neighbour, the root the first as a child."""
    free = 0xFFFFFFFF
    text = name.encode("utf-16-le")
    root = kind == 5
    head = text.ljust(64, b"\0") + pack("<HBB", len(text) + 2, kind, 1)
    return (
        head
        + pack("<LLL", free, free if root else right, child)
        + bytes(36)
        + pack("<LLL", start, 0 if root else size, 0)
    )


_FRENCH = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>fr-FR</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>{}</value></prop></item></oor:items>"""
"""The settings of a LibreOffice that writes « 0,5 » and « 01/02/2026 », as those of the users do; 0 works every formula
out again when it opens a workbook, 1 keeps the results that the file holds."""


def converted(
    folder: Path, to: str, *contents: bytes, suffix: str = ".xlsx", filter: str = "", recalculated: bool = False
) -> list[bytes]:
    """Have LibreOffice, set to French, save workbooks in another format, all in one go."""
    soffice = shutil.which("soffice")
    assert soffice, "LibreOffice is missing"
    source, target, settings = folder / "avant", folder / to, folder / "profil/user"
    source.mkdir(parents=True, exist_ok=True)
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "registrymodifications.xcu").write_text(_FRENCH.format(0 if recalculated else 1), encoding="utf-8")
    paths = [source / f"{number}{suffix}" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profil').as_uri()}"
    format = f"{to}:{filter}" if filter else to
    command = [soffice, profile, "--headless", "--convert-to", format, "--outdir", str(target), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return [(target / f"{path.stem}.{to}").read_bytes() for path in paths]
