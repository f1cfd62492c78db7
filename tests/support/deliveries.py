"""A message to hand to a server, and hours that pass only when someone waits."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from pipeline.progress import Clock
from pipeline.send.delivery import Patience
from pipeline.send.message import Message

USER, PASSWORD = "mlds", "mot de passé, «très» long"
QUICK = Patience(answer=0.5, verdict=0.5, waits=(5, 20, 60), total=600)


class Time:
    """Hours that pass only when someone waits."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def clock(self) -> Clock:
        return Clock(lambda: datetime(2026, 9, 3, tzinfo=UTC), self.slept.append, lambda: sum(self.slept))


def message_for(*recipients: str, dsden: str = "77", data: bytes = b"Subject: x\r\n\r\n.point\r\n") -> Message:
    address = recipients or (f"ce.{dsden}mlds@exemple.fr",)
    return Message(
        dsden,
        "ab" * 32,
        1,
        1,
        3,
        Decimal(0),
        "DSDEN-77.zip",
        "ce.mlds@exemple.fr",
        address,
        "x",
        "<1@exemple.fr>",
        data,
    )
