"""Folders that people share with the program: what a run publishes there replaces what was published, nothing else.

People sign letters, edit Word letters and complete drafts where they find them. What is byte for byte what the program
published goes; what someone changed is kept in `anciens/`, dated; what someone added stays where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipeline.files import Move, output_error
from pipeline.french.words import pluriel
from pipeline.journal.published import Publie, measured
from pipeline.model import Fact
from pipeline.printing.store import Inode, inode_of, is_whole, read_note


@dataclass(frozen=True, slots=True)
class Place:
    """A results folder before a publication: what the journal knows of its files, the corner of the run, today.

    `entries` are the PDFs of the store, of which published letters are second names.
    """

    folder: Path
    known: Mapping[str, Publie]
    corner: Path
    today: date
    entries: Mapping[Inode, Path] = field(default_factory=dict)

    def is_known(self, path: Path) -> bool:
        """Tell whether the program put a file there: the journal names it, or a killed run took it from the store."""
        return self._name(path) in self.known or inode_of(path) in self.entries

    def is_published(self, path: Path) -> bool:
        """Tell whether a file is, byte for byte, what the program put there."""
        if path.is_symlink() or not path.is_file():
            return False
        if self.known.get(self._name(path)) == measured(path, self._name(path)):
            return True
        entry = self.entries.get(inode_of(path))
        note = read_note(entry.with_suffix(".json")) if entry else None
        return note is not None and is_whole(note)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def anciens(self, top: str) -> Path:
        """Return the folder of this run for what is kept, below `anciens/` in a folder of the results; it is new."""
        stem = self.folder / top / "anciens" / f"{self.today:%Y-%m-%d}"
        number, kept = 1, stem
        while kept.exists():
            number += 1
            kept = stem.with_name(f"{stem.name}_{number}")
        return kept


@dataclass(frozen=True, slots=True)
class Room:
    """The moves that publish a shared folder.

    `kept` says where files that someone had changed go, `left` how many others leave and are not replaced.
    """

    moves: tuple[Move, ...] = ()
    kept: tuple[Path, ...] = ()
    left: int = 0

    def __add__(self, other: Room) -> Room:
        """Return both."""
        return Room(self.moves + other.moves, self.kept + other.kept, self.left + other.left)


def replaced(place: Place, new: Path, inside: str, concerned: Callable[[Path], bool] | None = None) -> Room:
    """Return the moves that put the files of `new` in a folder of the results, and take away those of before.

    `concerned` tells which files of before make room, all that the program put there unless told otherwise. A folder in
    which nobody put anything moves as a whole. Any other one never moves: what is inside would be lost with the working
    folder of a run that is killed. Raises OutputError.
    """
    old, coming = place.folder / inside, sorted(path.name for path in new.glob("*"))
    try:
        here = sorted(old.glob("*"))
        ours = {path.name for path in here if place.is_published(path)}
        leaving = {path.name for path in here if (concerned or place.is_known)(path)}
    except OSError as error:
        raise output_error(old, error) from error
    left = sorted(leaving & ours - {*coming})
    if all(path.name in leaving & ours for path in here):
        return _as_a_whole(place, new, old, len(left))
    top, *below = Path(inside).parts
    kept = place.anciens(top).joinpath(*below)
    aside = [(path, kept / path.name) for path in here if path.name in (leaving | {*coming}) - ours]
    away = [(old / name, place.corner / inside / name) for name in left]
    moves = (*aside, *away, *((new / name, old / name) for name in coming))
    return Room(moves, tuple(target for _, target in aside), len(left))


def _as_a_whole(place: Place, new: Path, old: Path, left: int) -> Room:
    if new.is_dir():
        return Room(((new, old),), left=left)
    if old.is_dir():
        return Room(((old, place.corner / old.relative_to(place.folder)),), left=left)
    return Room()


def kept_notices(room: Room, folder: Path, reason: str = "") -> Iterator[Fact]:
    """Say in French where what someone had changed, or may have sent, is kept: how many files, no name of a person.

    `reason` is said instead of that, where another one is known.
    """
    where = [path.relative_to(folder).parts[:3] for path in room.kept]
    for parts in sorted(set(where)):
        s = "s" if where.count(parts) > 1 else ""
        why = f"changé{s} hors du programme" + (f", ou peut-être envoyé{s}" if parts[0] == "brouillons" else "")
        files = f"{pluriel(where.count(parts), 'fichier')} de « {parts[0]}/ »"
        yield Fact(f"{files}{f', {reason}' if reason else f' {why}'} : gardé{s} dans « {'/'.join(parts)} ».")
