"""A folder in memory for work that is gone at the end; what a killed run left there is removed by the next one."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_MEMORY = Path("/dev/shm")
"""A folder that Linux keeps in memory; other systems have none."""
_ENOUGH = 256 * 1024 * 1024
_PREFIX = "mlds-"


@contextmanager
def quick_folder(out: Path) -> Iterator[Path]:
    """Give a folder to work in, in memory where that is possible, else inside `out`; it is gone at the end.

    A letter is half a dozen files before it is finished, and LibreOffice flushes three of them to disk: that would take
    a quarter of the time.
    """
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH:
        with _locked_folder() as folder:
            yield folder
        return
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=out, ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def _locked_folder() -> Iterator[Path]:
    """Give a folder in memory that is locked while this process lives; it has the name that is swept once it is."""
    made = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}{os.getpid()}-", dir=_MEMORY))
    folder, handle = made.with_name(made.name[1:]), os.open(made, os.O_RDONLY)
    try:
        _lock(handle)
        made.rename(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def sweep_memory() -> None:
    """Remove the folders that no process holds: they may hold letters.

    A lock tells, and not a process number, which is another's in a container that shares this memory.
    """
    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # a link, another user's, or held
            handle = os.open(folder, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            try:
                _lock(handle)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)


def _lock(handle: int) -> None:
    """Lock an open folder. Raises OSError where another process holds it."""
    if sys.platform != "win32":  # which has no folder in memory
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
