"""Workbooks as they are saved in the input folder: each is given once it has stopped changing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import InputError
from pipeline.load.inbox import workbooks_in

SETTLED = 3.0
"""Seconds without a change after which a file counts as saved."""

Sign = tuple[int, int]
"""The size of a file and when it was changed: what differs once it was saved again."""


@dataclass
class Inbox:
    """A folder between two looks: the signs of its files when last seen, and since when each change awaits."""

    folder: Path
    signs: dict[Path, Sign]
    since: dict[Path, float] = field(default_factory=dict)

    def look(self, now: float) -> list[Path]:
        """Look once; return what has settled, once a change, the one that was saved last at the end.

        A folder that went away, as a network folder may, leaves what is known as it is.
        """
        try:
            signs = signs_of(self.folder)
        except (OSError, InputError):
            return []
        changed = {path: now for path, sign in signs.items() if sign != self.signs.get(path)}
        waiting = {path: since for path, since in self.since.items() if path in signs} | changed
        settled = [path for path, since in waiting.items() if now - since >= SETTLED]
        self.signs = signs
        self.since = {path: since for path, since in waiting.items() if path not in settled}
        return sorted(settled, key=lambda path: (signs[path][1], path.name))

    def again(self, path: Path, now: float) -> None:
        """Give a workbook once more, as if it had been saved now."""
        self.since[path] = now


def signs_of(folder: Path) -> dict[Path, Sign]:
    """Return the signs of the workbooks of a folder; raise InputError without it, OSError when it cannot be read."""
    signs: dict[Path, Sign] = {}
    for path in workbooks_in(folder):
        try:
            found = path.stat()
        except FileNotFoundError:  # renamed since, as what a program saves to first
            continue
        signs[path] = (found.st_size, found.st_mtime_ns)
    return signs
