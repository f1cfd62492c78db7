"""What a file is, byte for byte: its size and its sha256."""

from __future__ import annotations

import hashlib
from pathlib import Path


def size_and_sha256(path: Path) -> tuple[int, str]:
    """Return the size of a file in bytes and its sha256, read piece by piece. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file. Raises OSError."""
    return size_and_sha256(path)[1]
