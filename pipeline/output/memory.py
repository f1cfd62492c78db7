"""A folder in memory for work that is gone at the end; what a killed run left there is removed by the next one."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
    parent = out
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH:
        parent = _MEMORY
    prefix = f"{_PREFIX}{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=parent, ignore_cleanup_errors=True) as folder_name:
        yield Path(folder_name)


def sweep_memory() -> None:
    """Remove the folders of processes that are no more: they may hold letters."""
    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        owner = re.match(rf"{_PREFIX}(\d+)-", folder.name)
        if owner is None or not Path("/proc", owner[1]).exists():
            shutil.rmtree(folder, ignore_errors=True)
