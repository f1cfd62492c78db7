"""Make one report in a copy of this process, on another core, while the others are made here."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn


def beside(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Start making something in a copy of this process, and return what waits for it.

    The copy shares the memory of this one: nothing is sent to it, and only its result comes back. Where the system
    makes no such copies, or the copy fails, it is made here, when it is waited for. `make` must have no effect but its
    result.
    """
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
        return make
    reader, writer = os.pipe()
    try:
        copy = os.fork()
    except OSError:  # no memory, or no process left
        os.close(reader)
        os.close(writer)
        return make
    if copy == 0:
        _make_and_leave(make, writer)
    os.close(writer)

    def wait() -> bytes:
        with os.fdopen(reader, "rb") as pipe:
            made = pipe.read()
        _, status = os.waitpid(copy, 0)
        return made if status == 0 else make()

    return wait


def _make_and_leave(make: Callable[[], bytes], writer: int) -> NoReturn:
    """Write the result, and leave without a word: whatever this process had open belongs to the other one."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other one, which stops reading
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(make())
    except BaseException:
        os._exit(1)
    os._exit(0)
