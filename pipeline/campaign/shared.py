"""Folders that people share with the program: what a run publishes there replaces what was published, nothing else.

People sign letters, edit Word letters and complete drafts where they find them. What is byte for byte what the program
published goes; what someone changed is kept in `anciens/`, dated; what someone added stays where it is.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipeline.files import Move, output_error
from pipeline.french.words import pluriel
from pipeline.journal.published import Aside, Publie, measured
from pipeline.model import Fact, Lot, Made, Modele, RowRef
from pipeline.names import LETTERS, dsden_of, first_free
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
        """Return whether the program put a file there: the journal names it, or a killed run took it from the store."""
        return self._name(path) in self.known or inode_of(path) in self.entries

    def is_published(self, path: Path) -> bool:
        """Return whether a file is, byte for byte, what the program put there."""
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
        return first_free(lambda mark: stem.with_name(f"{stem.name}{mark}"), Path.exists)


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
    """Return the moves that put the files of `new` in a folder of the results, and take away the former ones.

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


_OURS = re.compile(r"[0-9]{7}[A-Z](_[A-Za-z0-9-]+)+\.pdf")
"""What the name of a letter looks like; anything else in these folders was put there by someone, and stays."""


def is_ours(name: str) -> bool:
    """Return whether a file of the results folder is the program's: among the letters, people may keep others."""
    return not name.startswith(LETTERS) or _OURS.fullmatch(name.rpartition("/")[2]) is not None


def lay_out(lots: Sequence[Lot], ready: Path) -> None:
    """Give each letter of the bundles its name in `ready/DSDEN-77/`. Raises OutputError.

    A second name for the PDF of the store, since six hundred copies would take longer than all the rest of a run that
    makes none. Whoever changes such a file changes that of the store too: the next run sees it and makes both again.
    """
    for lot in lots:
        own = ready / f"DSDEN-{lot.dsden}"
        try:
            own.mkdir(parents=True)
            for document, member in zip(lot.documents, lot.members, strict=True):
                _link(document.pdf, own / Path(member).name)
        except OSError as error:
            raise output_error(Path(LETTERS) / own.name, error) from error


def replacing(place: Place, ready: Path, gone: Sequence[str]) -> Room:
    """Return the moves that replace the letters of `lettres/` by those of `ready`, a folder a DSDEN.

    Those of the DSDEN that have no letter any more, `gone`, leave. Raises OutputError.
    """
    names = {path.name for path in ready.glob("*")} | {f"DSDEN-{code}" for code in gone}
    return sum((replaced(place, ready / name, f"{LETTERS}{name}") for name in sorted(names)), Room())


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a disk without links
        shutil.copy2(source, target)


DOCX, DRAFTS = "docx", "brouillons"


def keep_docx(lots: Sequence[Lot], made: Mapping[RowRef, Made], modeles: Mapping[RowRef, Modele], folder: Path) -> None:
    """Write the Word letters of the bundles to `folder/DSDEN-77/`, named as their PDFs. Raises OutputError."""
    from pipeline.render.stage import load_template, render  # slow to import, and few runs ask for it

    templates = {path: load_template(path) for path in {modele.fichier for modele in modeles.values()}}
    try:
        for lot in lots:
            own = folder / f"DSDEN-{lot.dsden}"
            own.mkdir(parents=True)
            for document, member in zip(lot.documents, lot.members, strict=True):
                row, name = document.letter.row, Path(member).with_suffix(".docx").name
                render(templates[modeles[row].fichier], made[row].fields, own / name)
    except OSError as error:
        raise output_error(Path(folder.name), error) from error


def changed_dsden(known: Mapping[str, Publie], lots: Sequence[Lot], asides: Sequence[Aside]) -> frozenset[str]:
    """Return the DSDEN whose bundles, full or corrective, will not be those that the journal knows."""
    changed = {lot.dsden for lot in lots if known.get(f"lots/{lot.path.name}") != _published(lot)}
    return frozenset(changed | {dsden_of(aside.fichier) for aside in asides})


def _published(lot: Lot) -> Publie:
    return Publie(f"lots/{lot.path.name}", lot.size, lot.sha256)


def replacing_docx(place: Place, ready: Path, changed: Collection[str]) -> Room:
    """Return the moves that bring the Word letters of `ready`, if any, and take away the outdated ones."""
    names = {path.name for path in ready.glob("*")} | {f"DSDEN-{code}" for code in changed}
    return sum((replaced(place, ready / name, f"{DOCX}/{name}") for name in sorted(names)), Room())


def replacing_drafts(place: Place, ready: Path, changed: Collection[str]) -> Room:
    """Return the moves that bring the drafts of `ready` and take away those of the `changed` DSDEN.

    One that the journal does not know goes too: it would be an outdated lot to send.
    """
    return replaced(
        place, ready, DRAFTS,
        lambda path: is_draft(path.name) and dsden_of(path.name) in changed,
    )  # fmt: skip


def without_drafts(known: Mapping[str, Publie], dsden: Collection[str]) -> dict[str, Publie]:
    """Return the files that the journal knows but for the drafts of some DSDEN: those are kept in `anciens/`.

    Somebody may have sent them.
    """
    return {
        name: one
        for name, one in known.items()
        if not (is_draft(Path(name).name) and dsden_of(Path(name).name) in dsden)
    }


def is_draft(name: str) -> bool:
    """Return whether a file is called as the program's drafts are."""
    return name.startswith("DSDEN-") and name.endswith(".eml")


def outdated_notices(docx: Room, drafts: Room) -> Iterator[str]:
    """Say in French what was removed because its bundle has changed."""
    if docx.left:
        yield (
            f"{pluriel(docx.left, 'lettre Word périmée retirée', 'lettres Word périmées retirées')} de « docx/ » : "
            "le lot a changé. « mlds produire --garder-docx » en écrit de nouvelles."
        )
    if drafts.left:
        yield (
            f"{pluriel(drafts.left, 'brouillon périmé retiré', 'brouillons périmés retirés')} de « brouillons/ » : "
            "le lot a changé. « mlds envoyer --brouillons » en écrit de nouveaux."
        )
