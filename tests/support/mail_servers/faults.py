"""What a mail server can do wrong: where in a conversation, with which answer, how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

DROP = "drop"
"""An answer that is none: the connection is cut."""
STALL = "stall"
"""An answer that never comes."""


class Place(StrEnum):
    """Where in a conversation a fault strikes."""

    CONNECT = "connect"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    """at the command DATA, before a byte of the message"""
    CONTENT = "content"
    """after the first bytes of the message"""
    END = "end"
    """after the final dot"""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong: where, with which answer (an SMTP line, DROP or STALL), and how often (None: always).

    `after` lets so many pass first; `recipient` strikes that one alone; with `kept` the server has taken the message
    all the same, which only the place END can mean.
    """

    place: Place
    answer: str
    times: int | None = None
    after: int = 0
    recipient: str = ""
    kept: bool = False


class Faults:
    """The faults of a server; `seen` counts the places that conversations have come to."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self._faults = faults
        self._met: Counter[int] = Counter()
        self._struck: Counter[int] = Counter()
        self.seen: Counter[Place] = Counter()

    def at(self, place: Place, recipient: str = "") -> Fault | None:
        """Note that a conversation has come to a place, and return the fault that strikes there, if any."""
        self.seen[place] += 1
        for number, fault in enumerate(self._faults):
            if fault.place is not place or fault.recipient not in ("", recipient):
                continue
            self._met[number] += 1
            if self._met[number] > fault.after and (fault.times is None or self._struck[number] < fault.times):
                self._struck[number] += 1
                return fault
        return None
