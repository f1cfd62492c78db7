"""How a run tells where it is: one stage at a time, a count that grows, one line when it ends."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """What shows the stages to whoever runs the command; at most one stage is open."""

    def start(self, name: str, total: int | None = None) -> None:
        """Open a stage; `total` is what `advance` will add up to, None when nothing is counted."""

    def advance(self, count: int = 1) -> None:
        """Say that `count` more are done."""

    def done(self, text: str) -> None:
        """Close the stage, and say in a few words what it gave."""
