"""Who holds a results folder: a note beside the lock, which the next one reads to say for whom to wait.

The lock alone decides; the note only tells. It may be missing, half-written or forged, and then nobody is named.
"""

from __future__ import annotations

import json
import os
import platform
import re
from contextlib import suppress
from pathlib import Path

from pipeline.french.words import moment
from pipeline.progress import local

_NOTE = ".verrou-par"
_MOST = 1000
"""Bytes of a note. Ours have a hundred."""
_COMMAND, _MACHINE = re.compile(r"mlds [a-z]{1,20}"), re.compile(r"[\w.-]{1,64}", re.ASCII)


def leave_note(folder: Path, doing: str) -> None:
    """Write down which command holds a folder, in which process of which machine; the file's date tells since when."""
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
