"""Small Word letters and the real LibreOffice, for the tests that convert."""

from __future__ import annotations

import os
import select
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from pipeline.convert import libreoffice
from pipeline.convert.libreoffice import LibreOffice


def never(source: Path) -> None:
    """Stand for what writes letters, where they are all there."""
    raise AssertionError(source)


def require_libreoffice(**changes: object) -> LibreOffice:
    """Return the LibreOffice of this machine; without one, fail where CI is set and skip elsewhere."""
    engine = libreoffice.find(2)
    if engine is None:
        reason = "LibreOffice is not installed"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return replace(engine, **changes)


def write_letter(
    path: Path, *paragraphs: str, header: str = "", footer: str = "", font: str = "Liberation Sans"
) -> Path:
    """Write a Word letter in French with the given paragraphs."""
    document = docx.Document()
    document.styles["Normal"].font.name = font
    document.core_properties.title = "Lettre de mission"
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.sections[0].header.paragraphs[0].text = header
    document.sections[0].footer.paragraphs[0].text = footer
    document.save(path)
    return path


def living(text: str) -> list[int]:
    """Return the processes of Linux whose command line holds a text; those that ended and wait for a parent have none."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if text.encode() in command:
                found.append(int(entry.name))
    return found


def outliving(pids: Iterable[int], seconds: float = 5) -> list[int]:
    """Return those of the processes that have not ended after some seconds; a kill takes a moment to be done."""
    return [pid for pid in pids if not _ends(pid, seconds)]


def _ends(pid: int, seconds: float) -> bool:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)
