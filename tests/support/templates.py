"""Word templates made faulty on purpose: copies of a file with one text of one part replaced."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).parents[2] / "templates" / "lettre_mission.docx"
DOCUMENT, STYLES, FOOTER = "word/document.xml", "word/styles.xml", "word/footer1.xml"
SETTINGS, TYPES = "word/settings.xml", "[Content_Types].xml"
RELATIONS = "word/_rels/document.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LAST = "<w:sectPr"

Plant = Callable[[Path], Any]
"""What makes a fault in a template."""


def changed(path: Path, name: str, before: str, after: str) -> Path:
    """Replace a text in one part of a package, or add the part when `before` is empty."""
    with zipfile.ZipFile(path) as package:
        parts = {entry: package.read(entry) for entry in package.namelist()}
    assert before.encode() in parts.get(name, b"")
    parts[name] = parts[name].replace(before.encode(), after.encode(), 1) if before else after.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for entry, data in parts.items():
            package.writestr(entry, data)
    return path


def put(before: str, after: str, part: str = DOCUMENT) -> Plant:
    return lambda path: changed(path, part, before, after)


def add(xml: str) -> Plant:
    """Add paragraphs at the end of the letter."""
    return put(LAST, f"{xml}{LAST}")


def line(text: str, properties: str = "", looks: str = "") -> str:
    return (
        f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def table(cell: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl>"


def part(name: str, xml: str) -> Plant:
    return lambda path: changed(path, name, "", xml)


def word_field(code: str, shown: str) -> str:
    """Return one of Word's own fields, in the runs that Word makes of it."""
    marks = {kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")}
    half = len(code) // 2
    codes = "".join(
        f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>' for piece in (code[:half], code[half:])
    )
    return f"{marks['begin']}{codes}{marks['separate']}<w:r><w:t>{shown}</w:t></w:r>{marks['end']}"


def control(shown: str, properties: str = "") -> str:
    """Return a paragraph with a content control."""
    return (
        f"<w:p><w:sdt><w:sdtPr>{properties}<w:text/></w:sdtPr><w:sdtContent><w:r><w:t>{shown}</w:t></w:r></w:sdtContent>"
        "</w:sdt></w:p>"
    )
