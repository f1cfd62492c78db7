"""The C library's allocator, from which pikepdf and PDFium take the memory of each letter."""

from __future__ import annotations

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Numbers of glibc's parameters, as its malloc.h gives them."""


def keep_freed_memory() -> None:
    """Have glibc keep what a letter took for the next one: a tenth of the time that finishing and reading one take.

    By default it goes back to the system, which clears it and gives it again, a hundred times a second. Other systems,
    and a C library without this setting, are left as they are.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, 1 << 30)
        mallopt(_MMAP_THRESHOLD, 1 << 25)  # the highest that it takes
