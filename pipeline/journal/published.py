"""The bundles in the journal: what each held, how it is numbered, where those that were replaced were put."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.files import Move, output_error, size_and_sha256
from pipeline.journal.opening import insert
from pipeline.journal.sendings import BROUILLON, PARTI
from pipeline.model import Document, Lot, Made, RowRef

_LAST = "SELECT dsden, fichier, sha256 FROM lot WHERE id IN (SELECT max(id) FROM lot WHERE numero > 0 GROUP BY dsden)"
_LEFT = f"""
SELECT lot.dsden, max(numero) FROM lot JOIN envoi ON envoi.dsden = lot.dsden AND lot_sha256 = lot.sha256
WHERE {PARTI} AND reponse IS NOT ? GROUP BY lot.dsden
"""

_NEVER_LEFT = f"""
SELECT rangement FROM lot WHERE rangement <> '' AND sha256 IN (SELECT lot_sha256 FROM envoi)
    AND sha256 NOT IN (SELECT lot_sha256 FROM envoi WHERE {PARTI})
"""


@dataclass(frozen=True, slots=True)
class Numbered:
    """The last corrective bundle that was made for a DSDEN."""

    fichier: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A lot that is replaced: its name in `lots/`, its digest, where it goes, below `lots/`."""

    fichier: str
    sha256: str
    rangement: str


def last_numbered(journal: sqlite3.Connection) -> dict[str, Numbered]:
    """Return the last corrective bundle made for each DSDEN, by its code."""
    return {dsden: Numbered(fichier, sha256) for dsden, fichier, sha256 in journal.execute(_LAST).fetchall()}


def left_numbers(journal: sqlite3.Connection, *, drafts: bool = True) -> dict[str, int]:
    """Return, by DSDEN, the highest number of a bundle that left or may have; 0 for a full one.

    Without `drafts`, those of which nobody has said whether they were sent do not count.
    """
    return dict(journal.execute(_LEFT, ("" if drafts else BROUILLON,)).fetchall())


def never_left(journal: sqlite3.Connection) -> frozenset[str]:
    """Return where bundles lie, below `lots/`, that were set aside as drafts and of which someone said: not sent."""
    return frozenset(name for (name,) in journal.execute(_NEVER_LEFT).fetchall())


def record_asides(journal: sqlite3.Connection, asides: Sequence[Aside]) -> None:
    """Write down where lots went; the caller commits."""
    for one in asides:
        journal.execute(
            "UPDATE lot SET rangement = ? WHERE fichier = ? AND sha256 = ? AND rangement = ''",
            (one.rangement, one.fichier, one.sha256),
        )


def unplaced(journal: sqlite3.Connection) -> dict[str, str]:
    """Return the bundles of which nothing says that they were set aside: their names in `lots/`, by sha256."""
    return dict(journal.execute("SELECT sha256, fichier FROM lot WHERE rangement = '' ORDER BY id").fetchall())


def record_lot(journal: sqlite3.Connection, passage: int, lot: Lot, made: Mapping[RowRef, Made]) -> None:
    """Write a bundle of a run with its letters, which the very same former lot has already; the caller commits."""
    letters = [
        _letter(document, member, made[document.letter.row])
        for document, member in zip(lot.documents, lot.members, strict=True)
    ]
    same = _recorded(journal, lot, letters)
    row = {
        "passage": passage,
        "dsden": lot.dsden,
        "fichier": lot.path.name,
        "sha256": lot.sha256,
        "octets": lot.size,
        "montant_total": f"{lot.montant_total:.2f}",
        "numero": lot.numero,
        "ensemble": lot.ensemble,
        "lettres_de": same,
    }
    number = insert(journal, "lot", [row])
    insert(journal, "retrait", [{"lot": number, "uai": one.uai, "fichier": one.fichier} for one in lot.retraits])
    if same is None:
        insert(journal, "lettre", [{"lot": number, **one} for one in letters])


def _letter(document: Document, member: str, made: Made) -> dict[str, object]:
    letter = document.letter
    return {
        "uai": letter.etablissement.uai,
        "etablissement": letter.etablissement.nom,
        "prenom": letter.referent.prenom,
        "nom": letter.referent.nom,
        "montant": f"{letter.montant:.2f}",
        "sha256": document.sha256,
        "fichier": member,
        "gabarit_sha256": made.recipe.gabarit,
        "reglages_sha256": made.recipe.reglages,
        "champs": json.dumps(made.fields, ensure_ascii=False),
    }


def _recorded(journal: sqlite3.Connection, lot: Lot, letters: Sequence[Mapping[str, object]]) -> int | None:
    """Return the line of the last bundle of these very bytes when its letters were made alike; None otherwise."""
    found = journal.execute(
        "SELECT coalesce(lettres_de, id) FROM lot WHERE dsden = ? AND sha256 = ? ORDER BY id DESC LIMIT 1",
        (lot.dsden, lot.sha256),
    ).fetchone()
    if found is None or not letters:
        return None
    columns = ", ".join(letters[0])
    known = journal.execute(f"SELECT {columns} FROM lettre WHERE lot = ? ORDER BY rowid", found).fetchall()
    return int(found[0]) if known == [tuple(one.values()) for one in letters] else None


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
