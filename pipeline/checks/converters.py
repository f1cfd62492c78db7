"""The programs that can make PDFs: each with the place where it was found, whichever config.toml chooses."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.campaign.diagnosis import Finding, right, unset
from pipeline.convert import libreoffice, word


def converters() -> Iterator[Finding]:
    """Look for LibreOffice and for Word. One is enough, so a missing one is no fault by itself."""
    office = libreoffice.find()
    if office:
        yield right("LibreOffice", f"{office.version} (« {office.executable} »)")
    else:
        yield unset("LibreOffice", "introuvable sur cet ordinateur")
    place = word.place()
    if place:
        yield right("Word", f"« {place} »")
    elif word.is_possible():
        yield unset("Word", "introuvable sur cet ordinateur")
    else:
        yield unset("Word", "seulement sous Windows et macOS")
