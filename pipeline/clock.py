"""Dates and hours, always with their zone: the clock, which the commands hand down, the journal's, those of files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_FIRST, _LAST = 0.0, 253_370_764_800.0
"""1970 and 9999: a disk may date a file beyond what a date can hold."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The date and hour, a wait in seconds, seconds that only grow."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    monotonic: Callable[[], float]


def saved_at(path: Path) -> datetime:
    """Return when a file was saved, as the clocks showed it here that day, winter or summer. Raises OSError."""
    return local(path.stat().st_mtime)


def local(seconds: float) -> datetime:
    """Return a moment of the system's clock in this computer's zone."""
    return datetime.fromtimestamp(min(max(seconds, _FIRST), _LAST)).astimezone()
