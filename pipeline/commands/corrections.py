"""The corrected copies that the input folder may lack, and the workbooks that runs have read."""

from __future__ import annotations

from pathlib import Path

from pipeline.files import sha256_of
from pipeline.journal.history import passages
from pipeline.journal.opening import consulted
from pipeline.load.inbox import workbooks_in
from pipeline.output.corrected import MARKED, Corrected, corrected_copies, unread_copies
from pipeline.settings.config import Config


def corrections_of(config: Config) -> list[Corrected]:
    """Return the copies whose corrections the input folder may lack: those given back, then those set aside unread.

    One set aside counts as long as no run has read it, and neither the input folder nor the results hold its version.
    Raises JournalError for a damaged journal, OSError for a file that cannot be read.
    """
    copies, aside = corrected_copies(config), unread_copies(config)
    if not aside:
        return copies
    # Imported here: `mlds` alone seldom needs what reads workbooks, which is slow to load.
    from pipeline.load.version import version_of

    inbox = config.classeur.dossier
    now = [folder / MARKED for folder in (config.dossier_annee, config.dossier_verification)]
    there = [*(workbooks_in(inbox) if inbox.is_dir() else ()), *(path for path in now if path.is_file())]
    known, read = {version_of(path) for path in there}, read_by_runs(config.journal)
    fresh = [one for one in aside if sha256_of(one.path) not in read and version_of(one.path) not in known]
    return [*copies, *fresh]


def read_by_runs(journal: Path) -> list[str]:
    """Return the sha256 of each workbook that a run has read, the one that was read last at the end."""
    if not journal.exists():
        return []
    with consulted(journal) as copy:
        digests = [one.classeur_sha256 for one in passages(copy)]
    return list(dict.fromkeys(reversed(digests)))[::-1]
