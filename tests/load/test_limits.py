"""Hostile workbooks: refused before they are unpacked, in little memory, and nothing outside them is ever read."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from struct import pack

import pytest

from pipeline.errors import ExitCode, InputError
from pipeline.load import cells
from pipeline.load.cells import Area, Grid, Marks, drop_covered, fill_down
from pipeline.load.container import Kind
from pipeline.load.grids import _overlay, read_sheets
from pipeline.load.stage import load
from pipeline.table import CellFault
from support import workbooks as c
from support.program import ROOT
from support.workbooks import HEAD, ROW
from support.xlsb import Error, Xlsb

GOOD = c.table(ROW)
GIGABYTE, MEGABYTE = 1_000_000_000, 1_000_000


def none_declared(role: str) -> Sequence[str]:
    return ()


def refused(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load(path, none_declared)
    return str(caught.value)


def blank_rows(size: int) -> tuple[bytes, int]:
    """Compress a sheet of so many bytes, blank rows far apart, never whole in memory, and return its checksum."""
    start, end = f'<worksheet xmlns="{c.MAIN}"><sheetData>'.encode(), b"</sheetData></worksheet>"
    block = b"<row/>".ljust(MEGABYTE)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    pieces = [start, *[block] * (size // len(block)), end]
    packed, checksum = [], 0
    for piece in pieces:
        checksum = zlib.crc32(piece, checksum)
        packed.append(packer.compress(piece))
    return b"".join([*packed, packer.flush()]), checksum


def bomb(path: Path, declared: int) -> None:
    """Write a workbook whose sheet unpacks to a gigabyte, and says that it unpacks to `declared` bytes."""
    packed, checksum = blank_rows(GIGABYTE)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in c.parts_of(GOOD).items():
            if name != c.SHEET1:
                archive.writestr(name, data)
        info = zipfile.ZipInfo(c.SHEET1)
        info.compress_type, info.CRC, info.compress_size, info.file_size = 8, checksum, len(packed), declared
        info.header_offset = archive.fp.tell()
        archive.fp.write(info.FileHeader() + packed)
        archive.filelist.append(info)
        archive.start_dir = archive.fp.tell()


@pytest.fixture(scope="module", params=[GIGABYTE, 1000], ids=["honest", "lying"])
def bomb_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("bombe") / "bombe.xlsx"
    bomb(path, request.param)
    yield path
    path.unlink()


WATCH = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
sys.exit(done.returncode)
"""
"""Told by a small program in between: what starts a process counts its own memory for that of the child."""


@pytest.mark.skipif(os.name != "posix", reason="the system does not tell the memory of a child process")
def test_a_megabyte_that_unpacks_to_a_gigabyte_is_refused_in_little_memory(bomb_path: Path, tmp_path: Path) -> None:
    assert bomb_path.stat().st_size < 1.2 * MEGABYTE
    command = [sys.executable, "-m", "pipeline", "verifier", str(bomb_path), "--sortie", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    watched = [sys.executable, "-c", WATCH, *command]
    done = subprocess.run(watched, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == ExitCode.INPUT, done.stderr
    assert "ce classeur est anormalement gros une fois ouvert" in done.stderr
    assert "Traceback" not in done.stderr
    assert int(done.stdout) < 500 * MEGABYTE


def test_the_bomb_is_a_sound_zip_file(bomb_path: Path) -> None:
    """Only its size is wrong: it is not refused for something else."""
    with zipfile.ZipFile(bomb_path) as archive:
        entry = archive.getinfo(c.SHEET1)
        entry.file_size = 2 * GIGABYTE
        with archive.open(entry) as sheet:
            size = sum(len(piece) for piece in iter(lambda: sheet.read(MEGABYTE), b""))
    assert GIGABYTE <= size < GIGABYTE + 1000


def test_small_bombs_add_up(tmp_path: Path) -> None:
    parts = {f"xl/media/image{number}.png": bytes(19_000_000) for number in range(17)}
    path = tmp_path / "classeur.xlsx"
    assert "anormalement gros" in refused(path, c.zipped(c.parts_of(GOOD) | parts))


def test_a_very_long_list_of_entries_is_not_even_read(tmp_path: Path) -> None:
    parts = {f"xl/{number:0150}": b"" for number in range(25_000)}
    assert "anormalement gros" in refused(tmp_path / "classeur.xlsx", c.zipped(c.parts_of(GOOD) | parts))


@pytest.mark.parametrize("entity", ["&f;", "&b;", "&p;"])
@pytest.mark.parametrize("part", [c.SHEET1, "xl/workbook.xml", "xl/styles.xml"])
def test_entities_never_expand(entity: str, part: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET", encoding="utf-8")
    entities = (
        f'<!DOCTYPE x [<!ENTITY f SYSTEM "{secret.as_uri()}"><!ENTITY a "SECRET"><!ENTITY b "&a;&a;&a;">'
        f'<!ENTITY % p SYSTEM "{secret.as_uri()}">%p;]>'
    )
    words = {c.SHEET1: "Exemple", "xl/workbook.xml": "Référents", "xl/styles.xml": "Calibri"}
    content = c.patched(GOOD, lambda xml: entities + xml.replace(words[part], entity), part)
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(content)
    try:
        table = load(path, none_declared)
        texts = str(table.rows.to_dict()) + str(table.columns)
    except InputError as error:
        texts = str(error)
    assert "SECRET" not in texts


def test_entities_never_expand_in_an_ods(tmp_path: Path) -> None:
    entities = '<!DOCTYPE x [<!ENTITY a "SECRET"><!ENTITY b "&a;&a;&a;">]>'
    table = c.ods(c.ods_table([HEAD, [*ROW[:7], "@nom", *ROW[8:]]])).replace(b"@nom", b"@nom")
    content = c.patched(table, lambda xml: entities + xml.replace("@nom", "&b;"), "content.xml")
    path = tmp_path / "classeur.ods"
    path.write_bytes(content)
    try:
        texts = str(load(path, none_declared).rows.to_dict())
    except InputError as error:
        texts = str(error)
    assert "SECRET" not in texts


LONG = "x" * 32_000


def one_long_text_in_an_xlsx() -> bytes:
    cells = "".join(f'<row r="{line}"><c r="A{line}" t="s"><v>0</v></c></row>' for line in range(3, 4003))
    return c.with_rows(c.shared_texts(GOOD, f"<t>{LONG}</t>"), cells)


def one_long_text_in_an_xlsb() -> bytes:
    rows = [HEAD, ROW, *[[LONG]] * 4000]
    return Xlsb(rows, struck_inside=[(line, 0) for line in range(2, 4002)]).content()


def record(kind: int, data: bytes) -> bytes:
    return pack("<HH", kind, len(data)) + data


def an_xls(cells: bytes, texts: bytes = b"") -> bytes:
    """The least that is an .xls ([MS-XLS]): a workbook with one sheet, of these records."""
    begin, end = record(0x0809, pack("<HHLQ", 0x0600, 5, 0, 0)), record(0x000A, b"")
    sheet_begin = record(0x0809, pack("<HHLQ", 0x0600, 0x10, 0, 0))
    bound = record(0x0085, pack("<LBBBB", len(begin) + 4 + 11 + len(texts) + len(end), 0, 0, 3, 0) + b"Ref")
    return c.compound({"Workbook": begin + bound + texts + end + sheet_begin + cells + end})


def one_long_text_in_an_xls() -> bytes:
    pieces = [LONG[:8000].encode(), *[b"\0" + LONG[:8000].encode()] * 3]  # no record is longer than 8 224 bytes
    head = pack("<LL", 1, 1) + pack("<HB", len(LONG), 0)
    texts = record(0x00FC, head + pieces[0]) + b"".join(record(0x003C, piece) for piece in pieces[1:])
    return an_xls(
        b"".join(record(0x00FD, pack("<HHHL", row, column, 0, 0)) for row in range(16) for column in range(200)), texts
    )


@pytest.mark.parametrize("make", [one_long_text_in_an_xlsx, one_long_text_in_an_xlsb, one_long_text_in_an_xls])
def test_one_long_text_in_a_great_many_cells(make: object, tmp_path: Path) -> None:
    assert callable(make)
    assert "anormalement gros" in refused(tmp_path / "classeur.xlsx", make())


def test_an_xls_filled_to_its_end(tmp_path: Path) -> None:
    far = record(0x0203, pack("<HHHd", 65_535, 255, 0, 1.0))
    assert "jusqu’à la cellule IV65536" in refused(tmp_path / "classeur.xls", an_xls(far))


def test_an_ods_that_repeats_a_cell_a_billion_times(tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    content = c.ods(f'<table:table table:name="A">{row}</table:table>')
    assert "jusqu’à la cellule XFD1048576" in refused(tmp_path / "classeur.ods", content)


def with_areas(content: bytes, *areas: str) -> bytes:
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    return c.patched(content, lambda xml: xml.replace("</sheetData>", f"</sheetData><mergeCells>{merged}</mergeCells>"))


def test_merged_cells_laid_over_one_another(tmp_path: Path) -> None:
    rows = [HEAD, *[ROW] * 1000]
    content = with_areas(c.xlsx(rows), *(f"A1:L{1000 + number % 2}" for number in range(1200)))
    assert "anormalement gros" in refused(tmp_path / "classeur.xlsx", content)


def test_merged_cells_outside_the_table_are_not_looked_at(tmp_path: Path) -> None:
    """They would be walked row by row, however many they are."""
    content = with_areas(GOOD, "A1:B1", *["XFD1:XFD1048576", "A3:XFD1048576"] * 1000)
    (sheet,) = read_sheets(tmp_path / "classeur.xlsx", content, Kind.XLSX)
    assert sheet.areas == (Area(0, 0, 0, 1),)


def described_columns_of_an_xlsx(records: int, width: int) -> bytes:
    columns = f'<col min="1" max="{width}" hidden="1"/>' * records
    return c.patched(GOOD, lambda xml: xml.replace("<sheetData>", f"<cols>{columns}</cols><sheetData>"))


def described_columns_of_an_ods(records: int, width: int) -> bytes:
    column = f'<table:table-column table:visibility="collapse" table:number-columns-repeated="{width}"/>'
    return c.ods(c.ods_table([HEAD, ROW], columns=column * records))


def described_columns_of_an_xlsb(records: int, width: int) -> bytes:
    return Xlsb([HEAD, ROW], hidden_columns=[(0, width - 1)] * records).content()


def described_columns_of_an_xls(records: int, width: int) -> bytes:
    return an_xls(record(0x007D, pack("<HHHHHH", 0, width - 1, 2560, 0, 1, 0)) * records)


@pytest.mark.parametrize(
    ("make", "records", "width"),
    [
        (described_columns_of_an_xlsx, 3, 16_384),
        (described_columns_of_an_xlsx, 20_000, 1),
        (described_columns_of_an_ods, 3, 16_384),
        (described_columns_of_an_ods, 20_000, 1),
        (described_columns_of_an_xlsb, 3, 16_384),
        (described_columns_of_an_xls, 130, 65_535),
    ],
)
def test_columns_described_again_and_again(
    make: Callable[[int, int], bytes], records: int, width: int, tmp_path: Path
) -> None:
    assert "anormalement gros" in refused(tmp_path / "classeur", make(records, width))


def faults_of_an_xlsx() -> bytes:
    cells = "".join(f'<row r="{line}"><c r="A{line}" t="e"><v>#REF!</v></c></row>' for line in range(3, 20))
    return c.with_rows(GOOD, cells)


def faults_of_an_xls() -> bytes:
    return an_xls(b"".join(record(0x0205, pack("<HHHBB", row, 0, 0, 23, 1)) for row in range(20)))


def faults_of_an_xlsb() -> bytes:
    return Xlsb([HEAD, ROW, *[[Error("#REF!")]] * 20]).content()


def repeated_in_an_ods(cell: str) -> bytes:
    start = '<table:table-cell table:number-columns-repeated="20" office:value-type="string"'
    row = f'<table:table-row table:number-rows-repeated="1000">{start} {cell}</table:table-cell></table:table-row>'
    return c.ods(f'<table:table table:name="A">{row}</table:table>')


def faults_of_an_ods() -> bytes:
    return repeated_in_an_ods('calcext:value-type="error"><text:p>#REF!</text:p>')


def texts_of_an_ods() -> bytes:
    return repeated_in_an_ods("><text:p>a<text:tab/>b</text:p>")


@pytest.mark.parametrize(
    "make", [faults_of_an_xlsx, faults_of_an_xls, faults_of_an_xlsb, faults_of_an_ods, texts_of_an_ods]
)
def test_a_great_many_cells_in_error(
    make: Callable[[], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is kept by its place, and a few bytes of a file may repeat one twenty thousand times."""
    monkeypatch.setattr(cells, "MAX_FAULTS", 10)
    assert "anormalement gros" in refused(tmp_path / "classeur", make())


def test_a_row_is_changed_where_it_stands() -> None:
    """A sheet may have all its faults in one row: were it copied for each, it would take the square of their number."""
    grid: Grid = [["a", *["b"] * 9], ["a"]]
    rows = list(grid)
    drop_covered(grid, [Area(0, 0, 0, 9)])
    fill_down(grid, [Area(1, 0, 2, 0)], 0, [0])
    _overlay(grid, Marks(faults={(0, column): CellFault("#REF!") for column in range(20)}))
    assert [one is other for one, other in zip(grid, rows, strict=True)] == [True, True]


def test_two_blank_rows_are_not_written_together() -> None:
    grid: Grid = []
    _overlay(grid, Marks(faults={(2, 1): CellFault("#N/A")}))
    _overlay(grid, Marks(texts={(1, 0): "a"}))
    assert grid == [[], ["a"], ["", CellFault("#N/A")]]


def test_a_very_large_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "classeur.csv"
    with path.open("wb") as file:
        file.write(c.text_table([HEAD, ROW]))
        file.truncate(50_000_001)  # the rest is a hole on the disk
    with pytest.raises(InputError, match="anormalement gros"):
        load(path, none_declared)


def test_the_limits_leave_room_for_a_large_campaign(tmp_path: Path) -> None:
    """Twenty thousand rows, each with its text: none of the limits is near."""
    path = tmp_path / "classeur.csv"
    path.write_bytes(c.text_table([HEAD, *[ROW] * 20_000]))
    assert len(load(path, none_declared).rows) == 20_000
