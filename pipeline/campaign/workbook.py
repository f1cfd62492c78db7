"""Which workbook a command reads when none is named, and how a corrected copy takes its place in the input folder."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.campaign.corrected_copies import MARKED, corrections_of, origin_of, read_by_runs
from pipeline.errors import PipelineError
from pipeline.files import Move, output_error, sha256_of, write_whole
from pipeline.french.words import jour_en_nom
from pipeline.load.container import unreadable
from pipeline.load.inbox import newest_first, workbooks_in
from pipeline.load.version import is_marked, version_of
from pipeline.names import first_free
from pipeline.settings.config import Config
from pipeline.summarize.anomalies import without_marks

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
    return first_free(lambda mark: folder / f"{dated}{mark}{suffix}", Path.exists)
