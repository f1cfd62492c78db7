"""What a run lays down in the results folder, and its record; reports that someone changed are never replaced."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from pipeline.campaign.corrected_copies import ASIDE, MARKED, READ, report_of
from pipeline.campaign.folder import Campaign
from pipeline.campaign.follow_up import FollowUp
from pipeline.campaign.shared import (
    DOCX,
    DRAFTS,
    Place,
    Room,
    changed_dsden,
    keep_docx,
    kept_notices,
    lay_out,
    outdated_notices,
    replacing,
    replacing_docx,
    replacing_drafts,
    without_drafts,
)
from pipeline.files import Move, output_error, published, sha256_of
from pipeline.french.words import jour_en_nom
from pipeline.journal.published import Publication, known_files, publication
from pipeline.journal.runs import Run, record_run
from pipeline.load.version import version_of
from pipeline.model import Fact, Letter, Lot, Modele, Request
from pipeline.names import first_free
from pipeline.printing.letters import Printed
from pipeline.printing.recipe import programme
from pipeline.progress import Progress, saved_at
from pipeline.summarize.summary import Summary

GABARITS = "gabarits"
_SHOWN = 16
"""How many signs of a digest tell a file from others."""


def kept_template(folder: Path, sha256: str) -> Path | None:
    """Return where a results folder keeps a template, None where it does not."""
    return next(iter(sorted((folder / GABARITS).glob(f"*_{sha256[:_SHOWN]}.docx"))), None)


_WORKBOOKS = (MARKED, "recapitulatif.xlsx")
"""The reports that people open in a spreadsheet program, and save."""


@dataclass(frozen=True, slots=True)
class Modified:
    """The moves that set someone's versions aside, to be made before the others, and what is said of each."""

    moves: tuple[Move, ...] = ()
    notices: tuple[str, ...] = ()


def set_modified_aside(folders: Sequence[Path], workbook: Path) -> Modified:
    """Return how the reports of some folders that are not as they were published are kept; nothing is moved here.

    `workbook` is the one that the run has read, perhaps one of them. rapport.json, published with them, tells what they
    were; where it cannot, a report counts as changed: what someone typed is worth more than a file too many. Raises
    OutputError for one that cannot be read.
    """
    moves, notices = [], []
    for folder, name in product(folders, _WORKBOOKS):
        path = folder / name
        try:
            report = report_of(folder) if path.is_file() else None
            if not path.is_file() or (report and sha256_of(path) == report.fichiers.get(name)):
                continue
            is_read = name == MARKED and version_of(path) == version_of(workbook)
            kept = _free(path, is_read)
        except OSError as error:
            raise output_error(path, error) from error
        moves.append((path, kept))
        notices.append(_notice(name, _shown(kept), is_read))
    return Modified(tuple(moves), tuple(notices))


def _free(path: Path, is_read: bool) -> Path:
    """Return a name that nothing has, with the day on which the report was changed, and whether it was read since."""
    day = jour_en_nom(saved_at(path))
    stem = f"{path.stem}{ASIDE}{day}{READ if is_read else ''}"
    return first_free(lambda mark: path.with_name(f"{stem}{mark}{path.suffix}"), Path.exists)


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _notice(name: str, kept: str, is_read: bool) -> str:
    if is_read:
        return Fact(f"{name}, tel que vous l’avez corrigé, a été lu, et reste gardé sous « {kept} ».")
    said = f"Vous aviez modifié {name} : il n’a pas été lu, et votre version est gardée sous « {kept} »."
    return f'{said} Pour l’employer, tapez : mlds verifier "{kept}"' if name == MARKED else said


def arrivals(ready: Path, folder: Path) -> tuple[Move, ...]:
    """Return the moves that bring what is ready to the results folder: each bundle, each template, each report.

    What people share with the program has moves of its own: see `room`.
    """
    one_by_one = [path for name in ("lots", GABARITS) for path in sorted((ready / name).glob("*"))]
    others = [path for path in sorted(ready.iterdir()) if path.name not in ("lots", GABARITS, "lettres", "docx")]
    return tuple((path, folder / path.relative_to(ready)) for path in (*one_by_one, *others))


def keep_sources(
    campaign: Campaign, asked: Request, lots: Sequence[Lot], letters: Sequence[tuple[Letter, Modele]], printed: Printed
) -> None:
    """Make ready the templates of the lots and, where that was asked, the Word letters. Raises OutputError."""
    modeles = {letter.row: modele for letter, modele in letters}
    if lots:
        _keep_templates((modele.fichier for modele in modeles.values()), campaign.folder, campaign.ready)
    if asked.keep_docx:
        keep_docx(lots, printed.made, modeles, campaign.ready / DOCX)


def _keep_templates(files: Iterable[Path], folder: Path, ready: Path) -> None:
    """Copy to `ready` the templates that the results `folder` does not keep yet, as they are. Raises OutputError."""
    for file in sorted(set(files)):
        digest = sha256_of(file)
        name = f"{file.stem}_{digest[:_SHOWN]}.docx"
        kept = folder / GABARITS / name
        if kept.is_file() and sha256_of(kept) == digest:
            continue
        try:
            (ready / GABARITS).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, ready / GABARITS / name)
        except OSError as error:
            raise output_error(kept, error) from error


@dataclass(frozen=True, slots=True)
class Laid:
    """The moves that make room for what a run publishes, those that keep someone's own versions, and what is said."""

    moves: tuple[Move, ...]
    modified: Modified
    notices: tuple[str, ...]


def laid_out(campaign: Campaign, asked: Request, lots: Sequence[Lot], after: FollowUp) -> Laid:
    """Lay out the letters, and return what they and the lots replace. Raises OutputError."""
    lay_out(lots, campaign.ready / "lettres")
    room, told = _room(campaign, lots, after)
    modified = set_modified_aside((campaign.folder, campaign.config.dossier_verification), asked.workbook)
    return Laid((*after.moves, *room.moves), modified, (*after.notices, *modified.notices, *told))


def _room(campaign: Campaign, lots: Sequence[Lot], after: FollowUp) -> tuple[Room, tuple[str, ...]]:
    """Return what is replaced in the folders that people share, and what is said of it."""
    folder, ready = campaign.folder, campaign.ready
    known = without_drafts(known_files(campaign.journal.connection), after.pending)
    place = Place(folder, known, campaign.work / "sans-lettre", campaign.now.date(), campaign.store.inodes())
    changed = changed_dsden(known, (*lots, *after.correctives), after.asides)
    docx, drafts = replacing_docx(place, ready / DOCX, changed), replacing_drafts(place, ready / DRAFTS, changed)
    room = replacing(place, ready / "lettres", after.gone) + docx + drafts
    return room, (*outdated_notices(docx, drafts), *kept_notices(room, folder))


@contextmanager
def publishing(summary: Summary, work: Path, laid: Laid, progress: Progress) -> Iterator[Publication]:
    """Publish what is ready, the reports with it, for as long as the block goes well; give what each file is."""
    from pipeline.summarize.stage import summarize  # slow to import

    progress.start("Rapports")
    names = summarize(summary, work / "pret")
    folder = summary.config.dossier_annee
    moves = [*laid.moves, *arrivals(work / "pret", folder)]
    files = publication(moves, folder, work)
    with published([*laid.modified.moves, *moves], work / "remplace"):
        yield files
    progress.done(", ".join(names))


def publish(campaign: Campaign, summary: Summary, laid: Laid, after: FollowUp, printed: Printed) -> None:
    """Publish a run with its line in the journal, or nothing at all; then drop from the store what it did not use."""
    lots = (*summary.lots, *after.correctives)
    with publishing(summary, campaign.work, laid, campaign.progress) as files:
        record_run(campaign.journal, _run_of(summary, printed), lots, files, after.asides)
    if summary.lots and not summary.dsden:
        campaign.store.keep_only(printed.keys)


def _run_of(summary: Summary, printed: Printed) -> Run:
    """Return what the journal keeps of a run."""
    return Run(
        summary.generated_at, summary.workbook.name, summary.table.sha256, summary.engine, programme(), summary.verdict,
        printed.made, summary.dsden, len(summary.anomalies), printed.faites, printed.causes,
    )  # fmt: skip
