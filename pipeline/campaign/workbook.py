"""Which workbook a command reads when none is named, and how a corrected copy takes its place in the input folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.files import Move, output_error, sha256_of, write_whole
from pipeline.french.words import jour_en_nom
from pipeline.journal.history import passages
from pipeline.journal.opening import consulted
from pipeline.journal.tables import moment_of
from pipeline.load.container import unreadable
from pipeline.load.inbox import newest_first, workbooks_in
from pipeline.load.version import is_marked, version_of
from pipeline.settings.config import Config
from pipeline.summarize.anomalies import without_marks

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


FORMER = "anciens"
"""The folder, inside the input folder, of the workbooks that a corrected copy has replaced: it is never read."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The workbooks that may be meant, the newest first, and whether the first is meant beyond doubt."""

    paths: tuple[Path, ...]
    sure: bool


def choice_of(config: Config) -> Choice:
    """Return the workbooks to choose from: those of the input folder, and the corrected copies that it lacks.

    Copies of one version count once. Dates of files settle it only where no correction could be lost: a folder that
    was copied has new ones. Raises InputError when there is no workbook or one cannot be read, JournalError for a
    damaged journal.
    """
    try:
        return _choice_of(config)
    except OSError as error:
        raise unreadable(error.filename or config.classeur.dossier) from None


def _choice_of(config: Config) -> Choice:
    corrected = [one.path for one in corrections_of(config)]
    if corrected and not (config.classeur.dossier.is_dir() and workbooks_in(config.classeur.dossier)):
        return Choice(tuple(corrected), sure=len(corrected) == 1)
    inbox = newest_first(config.classeur.dossier)
    if len(inbox) + len(corrected) == 1:
        return Choice(tuple(inbox), sure=True)
    versions: dict[str, Path] = {}
    for path in (*inbox, *corrected):
        versions.setdefault(version_of(path), path)
    distinct = tuple(versions.values())
    lacking = any(path in corrected for path in distinct)
    mine = [path for path in distinct if path in inbox]
    return Choice((*mine, *(path for path in distinct if path in corrected)), not lacking and _dates_hold(mine, config))


def is_meant(workbook: Path, config: Config) -> bool:
    """Return whether a command without a name reads this workbook, beyond doubt."""
    with suppress(PipelineError):
        choice = choice_of(config)
        return choice.sure and choice.paths[0].resolve() == workbook.resolve()
    return False


def _dates_hold(inbox: list[Path], config: Config) -> bool:
    """Return whether nothing contradicts that the first workbook is the newest: neither our marks nor the journal."""
    newest, *others = inbox
    if not others:
        return True
    marked = [path for path in inbox if is_marked(path)]
    if marked and marked != [newest]:
        return False
    read = read_by_runs(config.journal)
    ranks = [read.index(digest) if (digest := sha256_of(path)) in read else len(read) for path in inbox]
    return ranks[0] == max(ranks)


@dataclass(frozen=True, slots=True)
class Return:
    """What putting a corrected copy back does: the name it takes in the input folder, and where former files go."""

    copy: Path
    target: Path
    former: tuple[Move, ...]
    date: datetime


def return_of(workbook: Path, config: Config, today: datetime) -> Return | None:
    """Return how a corrected copy would go back into the input folder; None for any other workbook."""
    inbox = config.classeur.dossier
    if workbook.resolve().parent == inbox or not workbook.is_file():
        return None
    ours = workbook.resolve().parent in (config.dossier_annee, config.dossier_verification)
    if not (ours and workbook.name.startswith(Path(MARKED).stem)) and not is_marked(workbook):
        return None
    origin = inbox / origin_of(workbook, config)
    # A disk may take « référents.XLSX » and « référents.xlsx » for one file.
    target = origin if origin.suffix.lower() == ".xlsx" else origin.with_suffix(".xlsx")
    there = [path for path in dict.fromkeys((origin, target)) if path.is_file()]
    former = tuple((path, _free(inbox / FORMER, path.stem, path.suffix, today)) for path in there)
    return Return(workbook, target, former, today)


def put_back(back: Return) -> Path:
    """Put a corrected copy into the input folder, without our marks; every former workbook is kept, never replaced.

    Raises OutputError when it cannot be written, the former workbooks being where they were.
    """
    moved: list[Move] = []
    try:
        data = without_marks(back.copy, back.date)
        for former, kept in back.former:
            kept.parent.mkdir(parents=True, exist_ok=True)
            former.rename(kept)
            moved.append((former, kept))
        write_whole(back.target, data)
    except OSError as error:
        for former, kept in moved:
            kept.rename(former)
        raise output_error(back.target, error) from error
    return back.target


def _free(folder: Path, stem: str, suffix: str, today: datetime) -> Path:
    """Return a name that nothing has there: « référents_jusqu-au-1er-décembre-2026.xlsx »."""
    dated = f"{stem}_jusqu-au-{jour_en_nom(today)}"
    number, free = 1, folder / f"{dated}{suffix}"
    while free.exists():
        number += 1
        free = folder / f"{dated}_{number}{suffix}"
    return free
