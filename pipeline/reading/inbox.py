"""The input folder: which of its files is the workbook to take."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import InputError

_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv")


def newest_workbook(folder: Path) -> Path:
    """Return the workbook that was saved last in a folder.

    Excel's lock files (« ~$ ») and hidden files are left out. Raises InputError when there is none.
    """
    if not folder.is_dir():
        raise InputError(
            f"{folder} : ce dossier n’existe pas. Créez-le et déposez-y votre classeur, ou indiquez le classeur : "
            "« mlds produire mon-classeur.xlsx »."
        )
    workbooks = [
        path
        for path in folder.iterdir()
        if path.suffix.lower() in _WORKBOOKS and not path.name.startswith(("~$", ".")) and path.is_file()
    ]
    if not workbooks:
        raise InputError(
            f"{folder} : ce dossier ne contient aucun classeur. Déposez-y le vôtre (.xlsx), puis recommencez."
        )
    return max(workbooks, key=lambda path: (path.stat().st_mtime_ns, path.name))
