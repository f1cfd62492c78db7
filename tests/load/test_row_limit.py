"""The most rows that a workbook may have: config.toml says it, and a larger one is refused before it is read whole."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pipeline.errors import ExitCode, InputError
from pipeline.load.stage import load
from support.program import ROOT
from support.workbooks import (
    HEAD,
    ROW,
    SHEET1,
    book,
    converted,
    ods,
    ods_table,
    parts_of,
    shared_texts,
    table,
    text_table,
)
from support.xlsb import Xlsb

REFUSED = "ce classeur a plus de 3 lignes remplies, la limite que fixe config.toml"
MILLION = 1_000_000
MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss, done.stderr)
"""
"""Runs a command; prints its exit code, its seconds of processor and its most kilobytes of memory, then what it said."""


def none_declared(role: str) -> Sequence[str]:
    """Return the headers that config.toml declares: none."""
    return ()


def rows_of(path: Path, content: bytes, most: int = 3) -> int:
    path.write_bytes(content)
    return len(load(path, none_declared, most_rows=most).rows)


@pytest.mark.parametrize("most", [3, 4])
@pytest.mark.parametrize("format", ["xlsx", "ods", "xls", "xlsb", "csv"])
def test_one_row_too_many_is_refused(format: str, most: int, tmp_path: Path) -> None:
    made: dict[str, Callable[[], bytes]] = {
        "xlsx": lambda: table(*[ROW] * 4),
        "xlsb": lambda: Xlsb([HEAD, *[ROW] * 4]).content(),
        "csv": lambda: text_table([HEAD, *[ROW] * 4]),
    }
    content = made[format]() if format in made else converted(tmp_path, format, table(*[ROW] * 4))[0]
    if most == 4:
        assert rows_of(tmp_path / f"t.{format}", content, most) == 4
    else:
        with pytest.raises(InputError, match=REFUSED):
            rows_of(tmp_path / f"t.{format}", content, most)


def test_the_sheets_count_together_and_blank_rows_do_not(tmp_path: Path) -> None:
    two = {"77": [HEAD, ROW, ROW], "93": [HEAD, ROW, ROW]}
    with pytest.raises(InputError, match=REFUSED):
        rows_of(tmp_path / "t.xlsx", book(two))
    assert rows_of(tmp_path / "t.xlsx", table(ROW, *[[None] * 12] * 200, ROW)) == 2
    assert rows_of(tmp_path / "t.csv", text_table([HEAD, ROW, *[[""] * 12] * 200, ROW])) == 2


def test_a_row_repeated_in_an_ods_counts_as_many_times(tmp_path: Path) -> None:
    last = ods_table([ROW]).partition("<table:table-row")[2]
    rows = ods_table([HEAD]).replace("</table:table>", f'<table:table-row table:number-rows-repeated="60000"{last}')
    with pytest.raises(InputError, match="a plus de 50"):
        rows_of(tmp_path / "t.ods", ods(rows), 50_000)


def millions(path: Path, shared: bool) -> None:
    """Write a workbook of a million rows of two cells under a good campaign; `shared` has a million texts beside them."""
    parts = parts_of(table(ROW))
    before, _, after = parts.pop(SHEET1).decode().partition("</sheetData>")
    kind, value = (' t="s"', "<v>{0}</v>") if shared else (' t="inlineStr"', "<is><t>n{0}</t></is>")
    line = f'<row r="{{0}}"><c r="A{{0}}"{kind}>{value}</c><c r="B{{0}}"{kind}>{value}</c></row>'
    if shared:
        texts = parts_of(shared_texts(table(ROW), "<t>@</t>"))
        texts.pop(SHEET1)
        each = "".join(f"<si><t>Nom {number}</t></si>" for number in range(MILLION))
        parts = texts | {
            "xl/sharedStrings.xml": texts["xl/sharedStrings.xml"].replace(b"<si><t>@</t></si>", each.encode())
        }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        with archive.open(SHEET1, "w") as stream:
            stream.write(before.encode())
            for start in range(3, MILLION, 10_000):
                stream.write("".join(line.format(row) for row in range(start, start + 10_000)).encode())
            stream.write(f"</sheetData>{after}".encode())


@pytest.mark.skipif(os.name != "posix", reason="the system does not tell the memory of a child process")
@pytest.mark.parametrize("kind", ["shared", "inline", "csv"])
def test_a_million_rows_are_refused_in_seconds_and_little_memory(kind: str, tmp_path: Path) -> None:
    path = tmp_path / ("t.csv" if kind == "csv" else "t.xlsx")
    if kind == "csv":
        path.write_bytes(text_table([HEAD, ROW]) + b"0779999A;Dupont;Anne;625\r\n" * MILLION)
    else:
        millions(path, shared=kind == "shared")
    command = [sys.executable, "-m", "pipeline", "verifier", str(path), "--sortie", str(tmp_path / "sortie")]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    code, seconds, memory, told = done.stdout.split(maxsplit=3)
    assert int(code) == ExitCode.INPUT
    assert re.search("a plus de 50.000 lignes remplies", told)
    assert float(seconds) < 10
    assert int(memory) < 500_000
