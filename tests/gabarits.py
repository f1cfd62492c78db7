"""Word templates made faulty on purpose: copies of a file with one text of one part replaced."""

from __future__ import annotations

import zipfile
from pathlib import Path

SHIPPED = Path(__file__).parent.parent / "templates" / "lettre_mission.docx"


def changed(path: Path, name: str, before: str, after: str) -> Path:
    """Replace a text in one part of a package, or add the part when `before` is empty."""
    with zipfile.ZipFile(path) as package:
        parts = {entry: package.read(entry) for entry in package.namelist()}
    assert before.encode() in parts.get(name, b"")
    parts[name] = parts[name].replace(before.encode(), after.encode(), 1) if before else after.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for entry, data in parts.items():
            package.writestr(entry, data)
    return path
