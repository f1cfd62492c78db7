"""A bug leaves one file with all that is known of it, and a sentence that says where it is."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from pipeline import __version__
from pipeline.campaign.diagnosis.libraries import versions


def write_crash_file(error: Exception, now: datetime) -> str:
    """Write where the bug is and the versions to a file here, else in the temporary folder; return what to tell.

    What the exception says is left out, since it may quote a cell: the file is made to be passed on.
    """
    lines = [f"mlds {__version__}", f"Python {platform.python_version()}, {platform.platform()}", *versions(), ""]
    text = "\n".join([*lines, *_trace(error)])
    name = f"mlds-erreur-{now:%Y%m%d-%H%M%S}.txt"
    for folder in (Path.cwd(), Path(tempfile.gettempdir())):
        with suppress(OSError):
            # A new file, for its owner alone.
            handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(handle, "w", encoding="utf-8") as file:
                file.write(text)
            return (
                "Le programme a rencontré une erreur qu’il n’avait pas prévue. Vos fichiers sont intacts. Les détails "
                f"sont dans « {folder / name} » : transmettez ce fichier à la personne qui maintient le programme."
            )
    return "Le programme a rencontré une erreur qu’il n’avait pas prévue, et n’a pas pu en écrire les détails."


def _trace(error: BaseException | None) -> list[str]:
    """Return the kind and the stack of an exception, those of what caused it first."""
    if error is None:
        return []
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    stack = "".join(traceback.format_tb(error.__traceback__))
    return [*_trace(before), f"{type(error).__module__}.{type(error).__qualname__}", stack]
