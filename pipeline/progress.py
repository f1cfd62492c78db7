"""How a run says where it is: one stage at a time, a count that grows, one line when it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

Ask = Callable[[str], bool]
"""Put a question to the user; return whether the answer is yes. What silence means is for the caller to decide."""


class Progress(Protocol):
    """What shows the stages on the screen; at most one is open."""

    def start(self, name: str, total: int | None = None) -> None:
        """Open a stage; `total` is what `advance` will add up to, None when nothing is counted."""

    def advance(self, count: int = 1) -> None:
        """Say that `count` more are done."""

    def done(self, text: str) -> None:
        """Close the stage, and say in a few words what it gave."""


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
