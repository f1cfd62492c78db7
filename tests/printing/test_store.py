"""The store of finished PDFs: what it gives back is what it was given, or nothing; damage is seen, never served."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.printing.store import Store

KEY, OTHER_KEY = "ab" * 32, "cd" * 32
PDF = b"%PDF-1.7\n" + b"letter " * 300 + b"\n%%EOF\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "reserve")


def stored(store: Store, folder: Path, key: str = KEY, data: bytes = PDF) -> tuple[Path, Path]:
    """Put a PDF in the store, and return where it and its note are."""
    source = folder / f"{key[:4]}.source"
    source.write_bytes(data)
    entry = store.put(key, source, 2, {"LiberationSans-Bold", "LiberationSans"})
    return entry.pdf, entry.pdf.with_suffix(".json")


def test_what_was_put_comes_back(store: Store, tmp_path: Path) -> None:
    pdf, _ = stored(store, tmp_path)
    entry = Store(pdf.parent).get(KEY)
    assert entry is not None
    assert entry.pdf.read_bytes() == PDF
    assert entry.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (entry.pages, entry.fonts) == (2, {"LiberationSans-Bold", "LiberationSans"})


def test_what_put_returns_is_what_get_returns(store: Store, tmp_path: Path) -> None:
    source = tmp_path / "1.pdf"
    source.write_bytes(PDF)
    assert store.put(KEY, source, 1, ["A"]) == store.get(KEY)
    assert not source.exists()


def test_an_absent_entry_is_none_and_not_damaged(store: Store) -> None:
    assert store.get(KEY) is None
    assert store.damaged == set()


def test_two_keys_are_never_mixed(store: Store, tmp_path: Path) -> None:
    stored(store, tmp_path)
    stored(store, tmp_path, OTHER_KEY, PDF + b"other")
    assert [entry.pdf.read_bytes() for key in (KEY, OTHER_KEY) if (entry := store.get(key))] == [PDF, PDF + b"other"]


def test_a_pdf_under_the_name_of_another_key_is_refused(store: Store, tmp_path: Path) -> None:
    pdf, _ = stored(store, tmp_path)
    other, _ = stored(store, tmp_path, OTHER_KEY, PDF + b"other")
    other.write_bytes(pdf.read_bytes())
    assert store.get(OTHER_KEY) is None
    assert store.damaged == {OTHER_KEY}
    assert store.get(KEY) is not None


def test_a_key_put_again_gives_the_last_pdf(store: Store, tmp_path: Path) -> None:
    stored(store, tmp_path)
    stored(store, tmp_path, data=PDF + b"again")
    entry = store.get(KEY)
    assert entry is not None
    assert entry.pdf.read_bytes() == PDF + b"again"
    assert store.damaged == set()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("damage", [cut, empty, flip])
def test_a_damaged_pdf_is_not_served_and_is_told(store: Store, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    pdf, note = stored(store, tmp_path)
    damage(pdf)
    assert store.get(KEY) is None
    assert store.damaged == {KEY}
    assert not pdf.exists()
    assert not note.exists()
    stored(store, tmp_path)
    assert store.get(KEY) is not None


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "12", "{}", '{"sha256": "00", "pages": 2, "fonts": []}', '{"pages": 2, "fonts": []}',
     '{"sha256": null, "pages": 2, "fonts": 3}'],
)  # fmt: skip
def test_a_damaged_note_is_not_believed_and_is_told(store: Store, tmp_path: Path, text: str) -> None:
    _, note = stored(store, tmp_path)
    note.write_text(text)
    assert store.get(KEY) is None
    assert store.damaged == {KEY}


def test_a_note_that_is_not_text_is_not_believed(store: Store, tmp_path: Path) -> None:
    _, note = stored(store, tmp_path)
    note.write_bytes(b"\xff\x00\xfe")
    assert store.get(KEY) is None
    assert store.damaged == {KEY}


@pytest.mark.parametrize("lost", [0, 1])
def test_half_of_an_entry_is_none(store: Store, tmp_path: Path, lost: int) -> None:
    stored(store, tmp_path)[lost].unlink()
    assert store.get(KEY) is None


@pytest.mark.parametrize("step", ["the PDF is half written", "the PDF is whole", "the note is about to have its name"])
@pytest.mark.parametrize("former", [False, True])
def test_killed_while_putting_it_leaves_a_whole_entry_or_none(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, former: bool
) -> None:
    if former:
        stored(store, tmp_path)
    really = Path.write_bytes

    def killed(*_anything: object) -> None:
        raise KeyboardInterrupt

    def write_bytes(path: Path, data: bytes) -> int:
        if path.suffix == ".pdf":
            really(path, data[:5] if "half" in step else data)
            killed()
        return really(path, data)

    with monkeypatch.context() as patched:
        source = tmp_path / "nouveau.source"
        source.write_bytes(PDF + b"new")
        if "note" in step:
            patched.setattr(os, "replace", killed)
        else:
            patched.setattr(Path, "write_bytes", write_bytes)
        with pytest.raises(KeyboardInterrupt):
            store.put(KEY, source, 2, {"LiberationSans"})
    after = Store(tmp_path / "reserve")
    assert after.get(KEY) is None
    assert after.damaged == set()
    stored(store, tmp_path, data=PDF + b"new")
    entry = store.get(KEY)
    assert entry is not None
    assert entry.pdf.read_bytes() == PDF + b"new"


def test_keep_only_removes_the_rest_and_what_a_kill_left(store: Store, tmp_path: Path) -> None:
    kept = stored(store, tmp_path)
    gone = stored(store, tmp_path, OTHER_KEY)
    partial = kept[0].with_suffix(".partiel")
    partial.write_text("{")
    store.keep_only([KEY])
    assert sorted(kept[0].parent.iterdir()) == sorted(kept)
    assert not any(path.exists() for path in (*gone, partial))
    assert store.get(KEY) is not None


def test_keep_only_of_a_store_never_used(store: Store) -> None:
    store.keep_only([])
    assert store.get(KEY) is None


@given(
    entries=st.dictionaries(st.sampled_from([f"{index:02x}" * 32 for index in range(6)]), st.binary(max_size=200)),
    harm=st.tuples(st.integers(0, 5), st.integers(0, 199), st.integers(1, 255)),
)
def test_whatever_byte_changes_nothing_wrong_is_served(
    tmp_path_factory: pytest.TempPathFactory, entries: dict[str, bytes], harm: tuple[int, int, int]
) -> None:
    folder = tmp_path_factory.mktemp("reserve")
    store = Store(folder / "reserve")
    paths = {key: stored(store, folder, key, data)[0] for key, data in entries.items()}
    number, place, change = harm
    victim = f"{number:02x}" * 32
    harmed = victim in entries and place < len(entries[victim])
    if harmed:
        data = bytearray(entries[victim])
        data[place] ^= change
        paths[victim].write_bytes(bytes(data))
    for key, data in entries.items():
        entry = store.get(key)
        if harmed and key == victim:
            assert entry is None
        else:
            assert entry is not None
            assert entry.pdf.read_bytes() == data
    assert store.damaged == ({victim} if harmed else set())


def test_a_note_holds_nothing_of_a_person(store: Store, tmp_path: Path) -> None:
    _, note = stored(store, tmp_path)
    assert set(json.loads(note.read_text())) == {"sha256", "pages", "fonts", "preuve"}
