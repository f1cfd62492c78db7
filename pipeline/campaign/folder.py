"""The folder of a run: held by one run at a time, with a corner for work that is gone when the run ends."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.errors import BusyError
from pipeline.files import output_error, sweep_memory
from pipeline.output.holder import holder_of, leave_note, take_note_away

_LOCK = ".verrou"
_WORK = ".en-cours-"
PATIENCE = 2.0
"""Seconds to wait for a folder: `mlds` alone holds it for the time of a look."""


@contextmanager
def looking_at(folder: Path) -> Iterator[bool]:
    """Hold a results folder for the time of a look; give False when a command is at work there. Nothing is made."""
    lock = FileLock(folder / _LOCK, timeout=0)
    alone = True
    if (folder / _LOCK).exists():
        try:
            lock.acquire()
        except Timeout:
            alone = False
        except OSError:
            pass  # whoever may not write there disturbs nobody
    try:
        yield alone
    finally:
        lock.release()


@contextmanager
def workspace(folder: Path, doing: str) -> Iterator[Path]:
    """Hold a results folder and give an empty folder inside it to work in, removed at the end whatever happens.

    `doing` is the command, « mlds produire », for whoever finds the folder held. What a killed run left there is
    removed first. Raises BusyError when another command holds the folder and does not leave it within `PATIENCE`,
    OutputError when it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK, timeout=PATIENCE)
        lock.acquire()
    except Timeout:
        who = holder_of(folder)
        raise BusyError(
            f"{folder} : un autre passage est en cours dans ce dossier{f', {who}' if who else ''}. Attendez qu’il "
            "finisse, puis recommencez."
        ) from None
    except OSError as error:
        raise output_error(folder, error) from error
    try:
        leave_note(folder, doing)
        for left_over in folder.glob(f"{_WORK}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        sweep_memory()
        work = Path(tempfile.mkdtemp(prefix=_WORK, dir=folder))
    except OSError as error:
        take_note_away(folder)
        lock.release()
        raise output_error(folder, error) from error
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
        take_note_away(folder)
        lock.release()
