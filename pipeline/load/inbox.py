"""The input folder: which of its files are workbooks, and which one to take."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import InputError

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv")
"""How the names of the files that can be read end."""


def workbooks_in(folder: Path) -> list[Path]:
    """Return the workbooks of a folder; lock files (« ~$ », « .~lock. »), temporary and hidden files are none.

    Raises InputError when the folder does not exist.
    """
    if not folder.is_dir():
        raise InputError(
            f"{folder} : ce dossier n’existe pas. Créez-le et déposez-y votre classeur, ou indiquez le classeur : "
            "« mlds produire mon-classeur.xlsx »."
        )
    return [
        path
        for path in folder.iterdir()
        if path.suffix.lower() in WORKBOOKS and not path.name.startswith(("~", ".")) and path.is_file()
    ]


def named_workbook(path: Path, inbox: Path) -> Path:
    """Return a workbook named on the command line; raise InputError when it lies in the input folder."""
    there = inbox / path.name
    if not path.exists() and there.is_file():
        shown = there.relative_to(Path.cwd()) if there.is_relative_to(Path.cwd()) else there
        raise InputError(
            f'{path} : ce fichier n’existe pas ici, mais il y en a un de ce nom ailleurs. Tapez "{shown}".'
        )
    return path


def newest_first(folder: Path) -> list[Path]:
    """Return the workbooks of a folder, the one that was saved last first; raise InputError when there is none."""
    workbooks = workbooks_in(folder)
    if not workbooks:
        raise InputError(
            f"{folder} : ce dossier ne contient aucun classeur. Déposez-y le vôtre (.xlsx), puis recommencez."
        )
    return sorted(workbooks, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def is_open_elsewhere(workbook: Path) -> bool:
    """Return whether a program holds a workbook open: Excel leaves « ~$ » and its name, LibreOffice « .~lock. »."""
    locks = (f"~${workbook.name}", f".~lock.{workbook.name}#")
    return any((workbook.parent / lock).exists() for lock in locks)


SETTLED = 3.0
"""Seconds without a change after which a file counts as saved."""

Sign = tuple[int, int]
"""The size of a file and when it was changed: what differs once it was saved again."""


@dataclass
class Inbox:
    """A folder between two looks: the signs of its files when last seen, and since when each change awaits."""

    folder: Path
    signs: dict[Path, Sign]
    since: dict[Path, float] = field(default_factory=dict)

    def look(self, now: float) -> list[Path]:
        """Look once; return what has settled, once a change, the one that was saved last at the end.

        A folder that went away, as a network folder may, leaves what is known as it is.
        """
        try:
            signs = signs_of(self.folder)
        except (OSError, InputError):
            return []
        changed = {path: now for path, sign in signs.items() if sign != self.signs.get(path)}
        waiting = {path: since for path, since in self.since.items() if path in signs} | changed
        settled = [path for path, since in waiting.items() if now - since >= SETTLED]
        self.signs = signs
        self.since = {path: since for path, since in waiting.items() if path not in settled}
        return sorted(settled, key=lambda path: (signs[path][1], path.name))

    def again(self, path: Path, now: float) -> None:
        """Give a workbook once more, as if it had been saved now."""
        self.since[path] = now


def signs_of(folder: Path) -> dict[Path, Sign]:
    """Return the signs of the workbooks of a folder; raise InputError without it, OSError when it cannot be read."""
    signs: dict[Path, Sign] = {}
    for path in workbooks_in(folder):
        try:
            found = path.stat()
        except FileNotFoundError:  # renamed since, as what a program saves to first
            continue
        signs[path] = (found.st_size, found.st_mtime_ns)
    return signs
