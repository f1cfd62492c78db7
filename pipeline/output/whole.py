"""A single file that is there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place, then put it there: who looks for it finds all of it or nothing. Raises OSError."""
    draft = path.with_suffix(".partiel")
    draft.write_bytes(data)
    os.replace(draft, path)
