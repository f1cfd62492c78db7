"""Time, which only the command line reads: it hands it down, so that tests wait for nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """The date and hour, a wait in seconds, seconds that only grow."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    monotonic: Callable[[], float]


def moment_of(written: str) -> datetime:
    """Return a date and hour as the program writes them (ISO 8601), always with its zone: any two can be compared.

    Earlier versions wrote some without one: these are of this computer's.
    """
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.astimezone()
