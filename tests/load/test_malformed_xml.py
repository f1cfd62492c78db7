"""Workbooks whose XML is not well formed, or which hold two parts for one sheet: nobody can say what their cells are."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.errors import ExitCode, InputError
from pipeline.load.stage import load
from support.program import mlds
from support.workbooks import HEAD, ROW, SHEET1, book, converted, parts_of, patched, row, shared_texts, table, zipped

GOOD = table(row())
TEXTS = shared_texts(table(row(referent_nom="@0")), "<t>Exemple</t>")
TWO = book({"77": [HEAD, row()], "93": [HEAD, row(referent_nom="Autre")]})
DAMAGED = "ce classeur est abîmé ou incomplet"


def none_declared(role: str) -> Sequence[str]:
    """Return the headers that config.toml declares: none."""
    return ()


def twice(content: bytes, name: str, again: str) -> bytes:
    """Return a workbook with a part that is there again, for other people, under this name."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        warnings.simplefilter("ignore", UserWarning)
        for part, data in parts_of(content).items():
            archive.writestr(part, data)
        archive.writestr(again, parts_of(content)[name].replace(b"Exemple", b"Autre"))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        patched(GOOD, lambda xml: xml.replace("Exemple", "Exem\x0bple")),
        patched(GOOD, lambda xml: xml.replace("Exemple", "Exem&#11;ple")),
        patched(GOOD, lambda xml: xml.replace("Exemple", "Exem & ple")),
        patched(GOOD, lambda xml: xml.replace("</row>", "", 1)),
        patched(GOOD, lambda xml: xml.replace("</sheetData>", "</sheetData><suite>")),
        patched(GOOD, lambda xml: f"{xml}<row/>"),
        zipped(parts_of(GOOD) | {SHEET1: parts_of(GOOD)[SHEET1].replace(b"Exemple", b"Exempl\xe9")}),
        patched(GOOD, lambda xml: xml.replace("<sheets>", "<sheets><x>"), "xl/workbook.xml"),
        patched(TEXTS, lambda xml: xml.replace("Exemple", "Exem\x01ple"), "xl/sharedStrings.xml"),
        patched(GOOD, lambda xml: xml.replace("<fonts", "<polices", 1), "xl/styles.xml"),
        twice(GOOD, SHEET1, SHEET1),
        twice(GOOD, SHEET1, SHEET1.upper()),
        twice(GOOD, SHEET1, SHEET1.replace("/", "\\")),
        twice(TEXTS, "xl/sharedStrings.xml", "xl/sharedStrings.xml"),
        patched(TWO, lambda xml: xml.replace('name="93"', 'name="77"'), "xl/workbook.xml"),
        patched(TWO, lambda xml: xml.replace("sheet2.xml", "sheet1.xml"), "xl/_rels/workbook.xml.rels"),
        patched(GOOD, lambda xml: xml.replace("</Relationships>", xml[xml.index("<Relationship ") :]), "xl/_rels/workbook.xml.rels"),
    ],
)  # fmt: skip
def test_it_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "campagne.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=DAMAGED):
        load(path, none_declared)


def test_an_ods_too(tmp_path: Path) -> None:
    (content,) = converted(tmp_path, "ods", GOOD)
    path = tmp_path / "campagne.ods"
    for broken in (
        patched(content, lambda xml: xml.replace("Exemple", "Exem\x0bple"), "content.xml"),
        twice(content, "content.xml", "content.xml"),
    ):
        path.write_bytes(broken)
        with pytest.raises(InputError, match=DAMAGED):
            load(path, none_declared)


def test_the_command_says_it_in_french(tmp_path: Path) -> None:
    path = tmp_path / "campagne.xlsx"
    path.write_bytes(patched(GOOD, lambda xml: xml.replace("Exemple", "Exem\x0bple")))
    done = mlds("verifier", path, "--sortie", tmp_path / "sortie")
    assert done.returncode == ExitCode.INPUT
    assert DAMAGED in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_well_formed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "campagne.xlsx"
    for content in (
        patched(GOOD, lambda xml: xml.replace("Exemple", "Exem_x000B_ple")),
        patched(GOOD, lambda xml: xml.replace("Exemple", "<![CDATA[Exemple]]>")),
        patched(GOOD, lambda xml: xml.replace("</worksheet>", "</worksheet><!-- fin -->")),
        zipped(parts_of(GOOD) | {"notes.txt": b"x", "NOTES.md": b"y"}),
    ):
        path.write_bytes(content)
        assert load(path, none_declared).rows["uai"].tolist() == [ROW[0]]
