"""The journal is there before anything else of a campaign: where something is without it, it was lost."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import JournalError
from pipeline.journal.phrases import MISSING
from pipeline.journal.schema import opened
from pipeline.journal.temoin import copy_of, witness_of


def begin(path: Path) -> None:
    """Prove the journal of a campaign, or make it where nothing was produced yet. The caller holds the folder.

    Raises JournalError when it is lost or not to be believed, OutputError when it cannot be written.
    """
    if is_lost(path):
        raise JournalError(f"{path} : {MISSING}")
    with opened(path):
        pass


def is_lost(path: Path) -> bool:
    """Tell whether there is no journal although something of its campaign is there."""
    if path.exists() and path.stat().st_size:
        return False
    folder = path.parent
    made = (*folder.glob("lots/**/*.zip"), *folder.glob(".reserve/*"))
    return bool(made) or witness_of(path).exists() or copy_of(path).exists()
