"""The copies of a workbook that were corrected in the results folders: anomalies.xlsx, given back or not.

What tells them is rapport.json, published with them, and their bytes. Dates of files tell nothing: a folder that was
copied has new ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.files import sha256_of
from pipeline.journal.history import passages
from pipeline.journal.opening import consulted
from pipeline.journal.tables import moment_of
from pipeline.load.inbox import workbooks_in
from pipeline.settings.config import Config

MARKED = "anomalies.xlsx"
ASIDE, READ = "_modifie-le-", "_lu"
"""What the name of a copy set aside holds besides: that someone had changed it, and that it was read before."""
_LONG_AGO = "2000-01-01"
"""When the reports of a version that did not write it were made."""


@dataclass(frozen=True, slots=True)
class Report:
    """What rapport.json says of a run: the workbook read, the one it was first made from, when, its files by sha256.

    `colonnes` are how the columns were understood, as it is written there.
    """

    classeur: str
    origine: str
    rejetees: int
    quand: datetime
    fichiers: Mapping[str, str]
    colonnes: object = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """An anomalies.xlsx that is not in the input folder; `origine` is the name of the workbook that it corrects.

    `rejetees` are its rows left to correct, None where it was changed since it was read.
    """

    path: Path
    origine: str
    rejetees: int | None


def report_of(folder: Path) -> Report | None:
    """Return what the run of a results folder left; None without one, or when it is damaged."""
    try:
        told: dict[str, Any] = json.loads((folder / "rapport.json").read_bytes())
        files = {str(one["fichier"]): str(one["sha256"]) for one in told["fichiers"]}
        classeur, rejetees = str(told["classeur"]), int(told["lignes"]["rejetees"])
        made = moment_of(told.get("fait_le", _LONG_AGO))
        return Report(classeur, str(told.get("origine", classeur)), rejetees, made, files, told.get("colonnes"))
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return None


def corrected_copies(config: Config) -> list[Corrected]:
    """Return the copies that hold corrections which the input folder may lack; the one of the campaign's letters first.

    Such a copy was saved since it was made, or was made from one that was. A check that is older than the last run
    counts no more, unless someone has saved its copy since.
    """
    made, checked = report_of(config.dossier_annee), report_of(config.dossier_verification)
    found = []
    for folder, report in ((config.dossier_annee, made), (config.dossier_verification, checked)):
        path = folder / MARKED
        if not path.is_file():
            continue
        if report is None or is_typed(path, report):
            found.append(Corrected(path, report.origine if report else "", None))
        elif report.classeur != report.origine and (report is made or made is None or report.quand > made.quand):
            found.append(Corrected(path, report.origine, report.rejetees))
    return found


def unread_copies(config: Config) -> list[Corrected]:
    """Return the copies that were set aside with what someone had typed there, before any command read it."""
    stem = Path(MARKED).stem
    return [
        Corrected(path, origin_of(path, config), None)
        for folder in (config.dossier_annee, config.dossier_verification)
        for path in sorted(folder.glob(f"{stem}{ASIDE}*.xlsx"))
        if READ not in path.stem
    ]


def is_typed(path: Path, report: Report) -> bool:
    """Return whether someone has saved a report since it was made; one that is held open elsewhere may have been."""
    try:
        return sha256_of(path) != report.fichiers.get(path.name)
    except OSError:
        return True


def origin_of(workbook: Path, config: Config) -> str:
    """Return the name of the workbook that a copy given back corrects; its own name for any other workbook."""
    if not workbook.name.startswith(Path(MARKED).stem) or workbook.resolve().parent == config.classeur.dossier:
        return workbook.name
    folders = (workbook.resolve().parent, config.dossier_annee, config.dossier_verification)
    reports = (report_of(folder) for folder in folders)
    return next((report.origine for report in reports if report), workbook.name)


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
