"""The journal of the files: what each published file was, byte for byte, at the moment it was published."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.files import Move, output_error, size_and_sha256
from pipeline.journal.opening import opened


@dataclass(frozen=True, slots=True)
class Publie:
    """A file that is published: its name from the results folder, its size in bytes, its sha256."""

    nom: str
    octets: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Publication:
    """What moves do to a results folder: the files that come, the names (of folders too) that go or are replaced."""

    fichiers: tuple[Publie, ...] = ()
    remplaces: tuple[str, ...] = ()


def publication(moves: Sequence[Move], folder: Path, work: Path) -> Publication:
    """Measure what moves are about to publish in `folder`; what goes to `work`, its working folder, only leaves.

    Raises OutputError.
    """
    files: list[Publie] = []
    gone: list[str] = []
    for source, target in moves:
        if folder in source.parents and work not in source.parents:
            gone.append(source.relative_to(folder).as_posix())
        if work in target.parents:
            continue
        name = target.relative_to(folder).as_posix()
        gone.append(name)
        try:
            files += [measured(path, here) for path, here in _files(source, name)]
        except OSError as error:
            raise output_error(target, error) from error
    return Publication(tuple(files), tuple(gone))


def measured(path: Path, nom: str) -> Publie:
    """Return a file as it is now."""
    return Publie(nom, *size_and_sha256(path))


def _files(source: Path, name: str) -> Iterator[tuple[Path, str]]:
    if source.is_file():
        yield source, name
        return
    for path in sorted(source.rglob("*")):
        if path.is_file():
            yield path, f"{name}/{path.relative_to(source).as_posix()}"


def record_files(journal: sqlite3.Connection, published: Publication, when: datetime) -> None:
    """Write down what a publication changes; the caller commits."""
    for name in published.remplaces:
        journal.execute("DELETE FROM fichier WHERE nom = ? OR substr(nom, 1, ?) = ?", (name, len(name) + 1, f"{name}/"))
    journal.executemany(
        "INSERT OR REPLACE INTO fichier VALUES (?, ?, ?, ?)",
        [(one.nom, one.octets, one.sha256, when.isoformat()) for one in published.fichiers],
    )


def known_files(journal: sqlite3.Connection) -> dict[str, Publie]:
    """Return the files that are published, by name."""
    rows = journal.execute("SELECT nom, octets, sha256 FROM fichier ORDER BY nom").fetchall()
    return {nom: Publie(nom, octets, sha256) for nom, octets, sha256 in rows}


def files_of(path: Path) -> dict[str, Publie]:
    """Return the files that a journal says are published, by name. Raises what `opened` does."""
    with opened(path) as journal:
        return known_files(journal)
