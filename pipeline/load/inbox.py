"""The input folder: which of its files are workbooks, and which one to take."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import InputError

_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv")


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
        if path.suffix.lower() in _WORKBOOKS and not path.name.startswith(("~", ".")) and path.is_file()
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
    """Tell whether a program holds a workbook open: Excel leaves « ~$ » and its name, LibreOffice « .~lock. »."""
    locks = (f"~${workbook.name}", f".~lock.{workbook.name}#")
    return any((workbook.parent / lock).exists() for lock in locks)
