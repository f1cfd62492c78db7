"""The folders of past school years, and what the program left in them that speaks of people. Nothing is changed."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from pathlib import Path

from pipeline.campaign.shared import is_ours
from pipeline.errors import OutputError
from pipeline.files import output_error
from pipeline.journal.beginning import begun, is_lost
from pipeline.journal.mending import ASIDE, copy_serves, parts_of, put_back
from pipeline.journal.opening import Journal, consulted, insert, rollback_of, standing
from pipeline.journal.witness import NOT_WRITTEN, unfit
from pipeline.settings.config import VERIFICATION, Config

_YEAR = re.compile(r"(20[0-9]{2})-(20[0-9]{2})")
_CORNERS = ("", "essai", VERIFICATION, "apercu")
"""Where school years have their folders, below the output folder; trials have a journal, checks and previews none."""
_WITHOUT_JOURNAL = (VERIFICATION, "apercu")
_ANCIENS = r"(anciens/[^/]+/)?"
"""What someone had changed when a run replaced it: it is kept there, names and all."""
_OURS = re.compile(
    r"rapport\.(html|json)|(recapitulatif|anomalies)(_modifie-le-[^/]+)?\.xlsx|lots/([^/]+/)?DSDEN-[^/]+\.zip"
    rf"|docx/{_ANCIENS}DSDEN-[^/]+/[^/]+\.docx|lettres/{_ANCIENS}DSDEN-[^/]+/[^/]+\.pdf|brouillons/{_ANCIENS}[^/]+\.eml"
    rf"|\.reserve/[^/]+\.(pdf|json|partiel)|\.en-cours-.+|{ASIDE}[^/]+|journal\.(sauvegarde\.partiel|temoin-partiel)"
)
_PREVIEWS = re.compile(r"[^/]+\.pdf|[^/]+_page-[0-9]+\.png")
_KEPT = re.compile(
    r"\.verrou(-par)?|journal\.(sqlite(-journal)?|temoin|sauvegarde\.sqlite)|[^/]+-annote\.docx|gabarits/[^/]+\.docx"
)
"""What stays: the journal, whose names are erased, and copies of templates, which speak of nobody."""


class Refus(Enum):
    """Why the folder of a past year is left alone."""

    LIEN = "c’est un lien vers un autre dossier"
    SANS_JOURNAL = "il n’y a pas de journal : ce dossier n’est peut-être pas de ce programme"


@dataclass(frozen=True, slots=True)
class Ancien:
    """The folder of a past school year: our files that speak of people, their size in bytes, and those of others.

    `journal` is the file whose names are to be erased, None where there is none or where it goes with
    the rest; `refus` says why all is left.
    """

    dossier: Path
    fichiers: tuple[Path, ...] = ()
    octets: int = 0
    etrangers: tuple[Path, ...] = ()
    journal: Path | None = None
    refus: Refus | None = None


def past_folders(config: Config, before: int) -> tuple[Ancien, ...]:
    """Return the folders of the school years that began before a year, oldest first; never the campaign's own."""
    found = list[Ancien]()
    for corner in _CORNERS:
        parent = config.sortie.dossier / corner
        if parent.is_symlink():
            continue
        for folder in sorted(parent.glob("20*-20*")):
            began = _began(folder.name)
            if began and began < before and folder.name != config.campagne.annee_scolaire and folder.is_dir():
                found.append(_with_memory(_looked_at(folder, corner), config.sortie.dossier, found))
    return tuple(found)


def _with_memory(ancien: Ancien, parent: Path, found: Sequence[Ancien]) -> Ancien:
    """Return a folder with the file of what someone said is as wanted that year, unless one of `found` has it."""
    memory = parent / f"verifie-{ancien.dossier.name}.json"
    if ancien.refus or not _is_file(memory) or any(memory in one.fichiers for one in found):
        return ancien
    size = ancien.octets + memory.stat().st_size
    return replace(ancien, fichiers=(*ancien.fichiers, memory), octets=size)


def _began(name: str) -> int:
    """Return the year in which a school year began, 0 for what is none."""
    years = _YEAR.fullmatch(name)
    return int(years[1]) if years and int(years[2]) == int(years[1]) + 1 else 0


def _looked_at(folder: Path, corner: str) -> Ancien:
    journal = folder / "journal.sqlite"
    if folder.is_symlink():
        return Ancien(folder, refus=Refus.LIEN)
    if corner not in _WITHOUT_JOURNAL and not any(_is_file(path) for path in parts_of(journal)):
        return Ancien(folder, refus=Refus.SANS_JOURNAL)
    ours, others = [], []
    for name, path in _walked(folder):
        mine = _PREVIEWS.fullmatch(name) if corner == "apercu" else _OURS.fullmatch(name)
        if mine and is_ours(name) and not path.is_symlink():
            ours.append(path)
        elif not _KEPT.fullmatch(name):
            others.append(path)
    size = sum(path.stat().st_size for path in ours)
    return Ancien(folder, tuple(ours), size, tuple(others), None if corner in _WITHOUT_JOURNAL else journal)


def without_its_journal(ancien: Ancien) -> Ancien:
    """Return a folder whose journal goes with the rest, last of all: until then, it says whose folder this is."""
    assert ancien.journal is not None
    journal, *others = parts_of(ancien.journal)
    parts = tuple(path for path in (*others, rollback_of(journal), journal) if _is_file(path))
    size = ancien.octets + sum(path.stat().st_size for path in parts)
    return replace(ancien, fichiers=(*ancien.fichiers, *parts), octets=size, journal=None)


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _walked(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give every file and every link, without following one."""
    for where, folders, files in os.walk(folder):
        here = Path(where)
        for name in (*files, *(one for one in folders if (here / one).is_symlink())):
            yield (here / name).relative_to(folder).as_posix(), here / name


_NAMED = "SELECT count(DISTINCT sha256) FROM lettre WHERE nom <> '' OR prenom <> '' OR fichier <> '' OR champs <> '{}'"
_ERASE = (
    "UPDATE lettre SET prenom = '', nom = '', fichier = '', champs = '{}'",
    "UPDATE retrait SET fichier = ''",
    "DELETE FROM fichier",
)
"""Letters keep school, amount and sha256, bundles and sendings all they have: none of it names a person."""


def letters_named(path: Path) -> int:
    """Return how many letters of a journal still tell whose they are. Raises OutputError when it cannot be read."""
    with consulted(path) as journal:
        return int(journal.execute(_NAMED).fetchone()[0])


def _erase_names(journal: Journal, before: int, files: int, size: int, when: datetime) -> int:
    """Erase the names of a journal, of its witness and of its copy, and write down what was removed.

    Returns the number of letters that were named. Nothing of them is left in the file: freed pages are overwritten,
    then the file is written anew. Raises OutputError, JournalError.
    """
    connection = journal.connection
    journal.require_last()
    connection.execute("PRAGMA secure_delete = ON")
    letters = int(connection.execute(_NAMED).fetchone()[0])
    row = {"quand": when.isoformat(), "avant": before, "fichiers": files, "lettres": letters, "octets": size}
    try:
        with connection:
            for statement in _ERASE:
                connection.execute(statement)
            insert(connection, "purge", [row])
        connection.execute("VACUUM")
    except sqlite3.OperationalError as error:
        journal.keep()
        raise OutputError(f"{journal.path} : {NOT_WRITTEN}") from error
    journal.testify()  # or the copy would keep the names
    return letters


@dataclass(frozen=True, slots=True)
class Retire:
    """What was removed of a folder: files, their size in bytes, letters whose names the journal bore."""

    dossier: Path
    fichiers: int
    octets: int
    lettres: int


def proves_something(journal: Path) -> bool:
    """Return whether the journal of a past year can be believed, or its copy in its place."""
    return _is_believed(journal) or copy_serves(journal)


def remove(ancien: Ancien, before: int, when: datetime, work: Path, advance: Callable[[], None]) -> Retire:
    """Remove what a past year keeps of people. The caller holds its folder, and `work` is its empty corner.

    Interrupted, it goes on where it was when it is run again. Raises OutputError, JournalError.
    """
    if not ancien.journal:
        _remove(ancien.dossier, ancien.fichiers, advance)
        return Retire(ancien.dossier, len(ancien.fichiers), ancien.octets, 0)
    files = (*ancien.fichiers, *_mended(ancien.journal, work, when))
    # One that is not to be believed stops this before the first file goes.
    with begun(ancien.journal, sends=False) as journal:
        _remove(ancien.dossier, files, advance)
        letters = _erase_names(journal, before, len(files), ancien.octets, when)
    return Retire(ancien.dossier, len(files), ancien.octets, letters)


def _remove(folder: Path, files: Sequence[Path], advance: Callable[[], None]) -> None:
    for path in files:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise output_error(path, error) from error
        advance()
    _remove_empty(folder)


def _is_believed(journal: Path) -> bool:
    return not is_lost(journal) and not unfit(standing(journal))


def _mended(journal: Path, work: Path, when: datetime) -> tuple[Path, ...]:
    """Put the copy of a journal back where that one cannot be believed; return what was kept of it, names and all."""
    if _is_believed(journal) or not copy_serves(journal):
        return ()
    return tuple(target for _, target in put_back(journal, work, when))


def _remove_empty(folder: Path) -> None:
    """Remove the folders below one that hold nothing any more; links are none."""
    for where, folders, _ in os.walk(folder, topdown=False):
        for name in folders:
            path = Path(where, name)
            if not path.is_symlink() and not any(path.iterdir()):
                path.rmdir()
