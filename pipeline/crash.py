"""A bug leaves one file that tells it whole, and a sentence that says where it is."""

from __future__ import annotations

import platform
import tempfile
import traceback
from contextlib import suppress
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipeline import __version__

_LIBRARIES = ("pandas", "openpyxl", "python-calamine", "docxtpl", "pydantic", "pikepdf", "pypdfium2", "click")


def write_crash_file(error: Exception, now: datetime) -> str:
    """Write the traceback and the versions to a file here, else in the temporary folder; return what to tell."""
    lines = [f"mlds {__version__}", f"Python {platform.python_version()}, {platform.platform()}", *_versions(), ""]
    text = "\n".join(lines) + "".join(traceback.format_exception(error))
    name = f"mlds-erreur-{now:%Y%m%d-%H%M%S}.txt"
    for folder in (Path.cwd(), Path(tempfile.gettempdir())):
        with suppress(OSError):
            (folder / name).write_text(text, encoding="utf-8")
            return (
                "Le programme a rencontré une erreur qu’il n’avait pas prévue. Vos fichiers sont intacts. Les détails "
                f"sont dans « {folder / name} » : transmettez ce fichier à la personne qui maintient le programme."
            )
    return "Le programme a rencontré une erreur qu’il n’avait pas prévue, et n’a pas pu en écrire les détails."


def _versions() -> list[str]:
    found = []
    for library in _LIBRARIES:
        with suppress(PackageNotFoundError):
            found.append(f"{library} {version(library)}")
    return found
