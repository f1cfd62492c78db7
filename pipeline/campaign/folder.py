"""A campaign's folder, held by one command at a time: its open journal, its store, a corner that is gone at the end."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.errors import BusyError
from pipeline.files import output_error, sweep_memory
from pipeline.french.words import moment
from pipeline.journal.beginning import begun
from pipeline.journal.opening import Journal
from pipeline.printing.store import Store
from pipeline.progress import Progress, local
from pipeline.settings.config import Config

_NOTE = ".verrou-par"
_MOST = 1000
"""Bytes of a note. Ours have a hundred."""
_COMMAND, _MACHINE = re.compile(r"mlds [a-z]{1,20}"), re.compile(r"[\w.-]{1,64}", re.ASCII)


def leave_note(folder: Path, doing: str) -> None:
    """Write down which command holds a folder, in which process of which machine; the file's date says since when."""
    note = folder / _NOTE
    with suppress(OSError):
        note.unlink(missing_ok=True)  # whatever was there, a link included, is not written through
        with note.open("x", encoding="utf-8") as file:
            json.dump({"commande": doing, "processus": os.getpid(), "ordinateur": platform.node()}, file)


def take_note_away(folder: Path) -> None:
    """Remove the note; the caller still holds the folder."""
    with suppress(OSError):
        (folder / _NOTE).unlink(missing_ok=True)


def holder_of(folder: Path) -> str:
    """Return in French which command holds a folder, since when and where; "" when the note does not tell."""
    try:
        # Opened without following a link, nor waiting on what is no file.
        handle = os.open(folder / _NOTE, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            since, note = local(os.fstat(handle).st_mtime), json.loads(file.read(_MOST + 1))
        command, process, machine = note["commande"], int(note["processus"]), note["ordinateur"]
        known = _COMMAND.fullmatch(command) and _MACHINE.fullmatch(machine) and 0 < process < 1 << 32
    except (OSError, ValueError, LookupError, TypeError, RecursionError, OverflowError):
        return ""
    if not known:
        return ""
    when = f"depuis le {moment(since)}"
    return f"« {command} », {when} (processus {process}, ordinateur {machine})"


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
            pass  # without the right to write there, nobody is disturbed
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


@dataclass(frozen=True, slots=True)
class Campaign:
    """The folder of a school year, held by one command: nobody else writes there, and its journal was proved.

    `work` is the command's own corner, gone when it ends.
    """

    config: Config
    work: Path
    journal: Journal
    store: Store
    now: datetime
    progress: Progress

    @property
    def folder(self) -> Path:
        """Return the results folder."""
        return self.config.dossier_annee

    @property
    def ready(self) -> Path:
        """Return where what is to be published waits, laid out as in the results folder."""
        return self.work / "pret"


@contextmanager
def held(config: Config, doing: str, now: datetime, progress: Progress) -> Iterator[Campaign]:
    """Hold the folder of a campaign, with its journal open and proved. Raises what `workspace` and `begun` do."""
    with workspace(config.dossier_annee, doing) as work, begun(config.journal) as journal:
        yield Campaign(config, work, journal, Store(config.dossier_annee / ".reserve"), now, progress)
