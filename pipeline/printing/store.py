"""The store of finished PDFs: a letter that nothing changed is taken from here instead of being made again.

An entry is named by what the letter was made from, so that it can never be taken for another; it is read back against
its own digest, so that a damaged one is as good as absent. Nothing here needs to last: what is missing is made again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.files import sha256, sha256_of, write_whole

Inode = tuple[int, int]
"""What two names of one file have in common: its disk, and its number there."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A finished PDF that was proofread: where it is, its digest, its number of pages, the names of its fonts."""

    pdf: Path
    sha256: str
    pages: int
    fonts: frozenset[str]


class Store:
    """A folder of entries, `<key>.pdf` and `<key>.json`; one run at a time writes to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.damaged: set[str] = set()

    def get(self, key: str) -> Entry | None:
        """Return an entry whose PDF is what was stored, else None; one that is damaged is remembered and removed."""
        pdf, note = self._paths(key)
        if not (pdf.exists() and note.exists()):
            return None
        entry = read_note(note)
        if entry is None or not is_whole(entry):
            self.damaged.add(key)
            self._remove(key)
            return None
        return entry

    def put(self, key: str, pdf: Path, pages: int, fonts: Iterable[str]) -> Entry:
        """Take a PDF in and return its entry; killed at any moment, it leaves an entry that is whole or none."""
        self._folder.mkdir(parents=True, exist_ok=True)
        kept, note = self._paths(key)
        content = pdf.read_bytes()
        entry = Entry(kept, sha256(content), pages, frozenset(fonts))
        # The note goes first and comes last, whole: an entry exists while it is there.
        note.unlink(missing_ok=True)
        # A new file, not new bytes in the old one: that one is also a letter that was published.
        kept.unlink(missing_ok=True)
        kept.write_bytes(content)
        pdf.unlink()
        write_whole(note, _noted(entry))
        return entry

    def keep_only(self, keys: Iterable[str]) -> None:
        """Remove the entries that a whole run did not use, and what a killed one left."""
        wanted = set(keys)
        for path in self._folder.glob("*"):
            if path.stem not in wanted or path.suffix == ".partiel":
                with suppress(OSError):
                    path.unlink()

    def inodes(self) -> dict[Inode, Path]:
        """Return the PDFs that are there, whole or not, by what their second names have in common."""
        return {inode_of(path): path for path in self._folder.glob("*.pdf")}

    def _paths(self, key: str) -> tuple[Path, Path]:
        return self._folder / f"{key}.pdf", self._folder / f"{key}.json"

    def _remove(self, key: str) -> None:
        for path in self._paths(key):
            with suppress(OSError):
                path.unlink()


def inode_of(path: Path) -> Inode:
    """Return what a file has in common with its other names; a link is itself, not what it leads to."""
    found = path.lstat()
    return found.st_dev, found.st_ino


def read_note(note: Path) -> Entry | None:
    """Return the entry of a note, None when the note is not, byte for byte, what was written."""
    try:
        data = note.read_bytes()
        told = json.loads(data)
        entry = Entry(note.with_suffix(".pdf"), told["sha256"], told["pages"], frozenset(told["fonts"]))
        return entry if data == _noted(entry) else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def is_whole(entry: Entry) -> bool:
    """Return whether the PDF of an entry is what was stored."""
    try:
        return sha256_of(entry.pdf) == entry.sha256
    except OSError:
        return False


def _noted(entry: Entry) -> bytes:
    """Return the bytes of a note: it names its letter, and holds its own proof."""
    said = {"sha256": entry.sha256, "pages": entry.pages, "fonts": sorted(entry.fonts)}
    proof = sha256(json.dumps([entry.pdf.stem, said]).encode())
    return json.dumps({**said, "preuve": proof}).encode()
