"""What kind of file it is: the ways in which one may be damaged, and the compound files that .xls workbooks are."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from struct import pack, pack_into

import pytest

from pipeline.errors import InputError
from pipeline.load.compound import DamagedError, names_of, stream_of
from pipeline.load.container import Kind, content_of, kind_of, what_it_is
from pipeline.load.stage import load
from support import workbooks as c

GOOD = c.table(c.ROW)


def none_declared(role: str) -> Sequence[str]:
    return ()


def _flagged(content: bytes) -> bytes:
    """A zip whose entries say that they are encrypted."""
    changed = bytearray(content)
    for sign, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := changed.find(sign, at + 1)) >= 0:
            changed[at + flags] |= 1
    return bytes(changed)


@pytest.mark.parametrize(
    "content",
    [
        c.patched(GOOD, lambda xml: "<worksheet"),
        _flagged(GOOD),
        GOOD.replace(b"PK\x01\x02", b"PK\x01\x09", 1),
        c.zipped({name: data for name, data in c.parts_of(GOOD).items() if "sheet1" not in name}),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"),
        c.compound({"Workbook": bytes(5000)}),
        c.compound({"Workbook": os.urandom(5000)}),
    ],
    ids=["a part cut", "flagged", "entry list", "no sheet", "head alone", "zeros", "noise"],
)
def test_a_damaged_workbook(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"abîmé ou incomplet|est vide") as caught:
        load(path, none_declared)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize("length", range(1, len(GOOD), 97))
def test_a_workbook_cut_anywhere(length: int, tmp_path: Path) -> None:
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(GOOD[:length])
    with pytest.raises(InputError, match=r"incomplet|pas un classeur"):
        load(path, none_declared)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_what_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "tube.xlsx"
    os.mkfifo(path)
    with pytest.raises(InputError, match="ce n’est pas un fichier"):
        content_of(path)


@pytest.mark.skipif(os.name != "posix", reason="rights are told otherwise here")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(GOOD)
    path.chmod(0)
    with as_nobody(), pytest.raises(InputError, match="ne peut pas être ouvert"):
        content_of(path)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Give up the rights of the administrator, who may read everything, for as long as this lasts."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_the_kind_is_told_by_the_content(tmp_path: Path) -> None:
    path = tmp_path / "classeur.csv"
    path.write_bytes(GOOD)
    assert kind_of(path, content_of(path)) is Kind.XLSX


@pytest.mark.parametrize("head", [b"", b"a;b;c;d", b"Bonjour", "é;è".encode("utf-16")])
def test_a_head_that_says_nothing(head: bytes) -> None:
    assert what_it_is(head) == ""


def test_the_streams_of_a_compound_file() -> None:
    content = c.compound({"Workbook": b"x" * 10_000, "Autre": b"y" * 600}, inside=("WordDocument",))
    assert names_of(content) == {"Workbook", "Autre"}, "what is embedded lies deeper"
    assert stream_of(content, "Book", "Workbook") == b"x" * 10_000
    assert stream_of(content, "Autre")[:600] == b"y" * 600


@pytest.mark.parametrize("change", [
    lambda content: content[:600], lambda content: content[:3000], lambda content: content[:0x1E] + b"\0\0" + content[0x20:],
    lambda content: content[:0x30] + b"\xff\xff\0\0" + content[0x34:],
], ids=["no sectors", "cut", "no sector size", "directory elsewhere"])  # fmt: skip
def test_a_damaged_compound_file(change: Callable[[bytes], bytes]) -> None:
    content = change(c.compound({"Workbook": b"x" * 10_000}))
    with pytest.raises(DamagedError):
        stream_of(content, "Workbook")


def test_a_compound_file_whose_sectors_run_in_circles() -> None:
    content = bytearray(c.compound({"Workbook": b"x" * 10_000, "Autre": b"y" * 600}))
    content[512 + 4 * 2 : 512 + 4 * 3] = (1).to_bytes(4, "little")  # the second sector of the stream names the first
    with pytest.raises(DamagedError):
        stream_of(bytes(content), "Workbook")
    assert stream_of(bytes(content), "Autre")[:600] == b"y" * 600


def test_a_small_compound_file_is_little_in_memory() -> None:
    """Its directory runs in circles, and its table of 4 KB is named 109 times: each sector would take one more turn."""
    size, head = 4096, bytearray(c.compound({"Workbook": b""})[:512])
    pack_into("<H", head, 0x1E, 12)
    pack_into("<L", head, 0x30, 1)
    pack_into("<109L", head, 0x4C, *[0] * 109)
    table = pack("<1024L", 0xFFFFFFFD, *range(1, 1024))
    tracemalloc.start()
    try:
        with pytest.raises(DamagedError):
            names_of(bytes(head).ljust(size, b"\0") + table + bytes(2 * size))
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
