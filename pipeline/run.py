"""The pipeline on one page: each line is a stage, each name what it gives to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from threading import Timer
from typing import TypeVar

from jinja2 import TemplateSyntaxError

from pipeline.bundle.corrective import Past, read_past
from pipeline.bundle.held import marked
from pipeline.bundle.resent import refonte_of
from pipeline.bundle.stage import plan, write_lots
from pipeline.campaign.corrected import origin_of, report_of
from pipeline.campaign.folder import Campaign, held, workspace
from pipeline.campaign.follow_up import FollowUp, Today, follow_up, is_sure
from pipeline.campaign.publication import Modified, arrivals, keep_templates, kept_template, set_modified_aside
from pipeline.campaign.shared import (  # fmt: skip
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
from pipeline.campaign.verified import with_verified
from pipeline.clean.stage import clean
from pipeline.convert.engine import find_engine
from pipeline.errors import GabaritError, TemplateError
from pipeline.files import Move, published
from pipeline.french.words import listed, pluriel
from pipeline.journal.published import Publication, known_files, publication
from pipeline.journal.runs import Run, record_run
from pipeline.load.stage import load_campaign
from pipeline.model import Document, Lot, Made, RowRef, Verdict
from pipeline.printing.letters import Printed, Stock, made_of, print_letters
from pipeline.printing.recipe import contents_of, programme
from pipeline.progress import Ask, Progress
from pipeline.render.check.check import require_all_sound
from pipeline.render.unread import unread_cells
from pipeline.render.variants import choose
from pipeline.render.visas import cited_texts
from pipeline.settings.config import Config
from pipeline.summarize.summary import Summary
from pipeline.table import Cleaned, Table
from pipeline.validate.register_file import annuaire_of
from pipeline.validate.stage import reject, remark, select, validate

T = TypeVar("T")


def nobody(_: str) -> bool:
    """Agree to nothing: nobody is there to be asked."""
    return False


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks of a run; an empty `dsden` means all of them, `limite` None no limit."""

    workbook: Path
    dsden: tuple[str, ...] = ()
    limite: int | None = None
    strict: bool = False
    keep_docx: bool = False
    refaire: bool = False
    agree: Ask = nobody
    """What asks before letters that were sent are made again for another template."""


def produce(config: Config, request: Request, now: datetime, progress: Progress) -> Summary:
    """Make the letters of a workbook: stages 1 to 8, published with their line in the journal, or nothing at all.

    Raises PipelineError for what stops the run; the results of the last good run are then untouched.
    """
    folder = config.dossier_annee
    with held(config, "mlds produire", now, progress) as campaign:
        journal, store, work, ready = campaign.journal, campaign.store, campaign.work, campaign.ready
        first = () if report_of(folder) else cited_texts(config.campagne)
        cleaned = _read(config, request.workbook, progress)
        found, verdict = _judge(cleaned.table, config, request, progress)
        choix = choose(found.letters, cleaned.table, config.gabarit)
        doubts = require_all_sound(config, cleaned.table, choix.counts(verdict.letters), progress)
        verdict = remark(verdict, unread_cells(verdict.letters, choix.modeles, cleaned.table))
        engine = find_engine(config.conversion.moteur, config.conversion.processus)
        _import_in_a_while("pipeline.summarize.stage")
        past = read_past(journal, config, contents_of(choix.modeles.values()))
        stock = Stock(store, past.letters, request.refaire)
        wanted = [(letter, choix.modeles[letter.row]) for letter in _allowed(verdict.letters, request, verdict)]
        made = marked(made_of(wanted, config, engine), past.sent)
        _require_agreed(made, past, request, folder)
        printed = print_letters(wanted, made, engine, work, stock, progress)
        verdict = reject(verdict, printed.failures)
        documents = _allowed(printed.documents, request, verdict)
        lots = _bundle(documents, config, verdict, ready, progress)
        if lots:
            keep_templates((modele.fichier for _, modele in wanted), folder, ready)
        if request.keep_docx:
            keep_docx(lots, printed.made, choix.modeles, ready / DOCX)
        sure = is_sure(request.limite, request.dsden, found, lots)
        today = Today(now, cleaned.table, verdict, lots, printed.made, request.dsden, sure)
        after = follow_up(today, past, config, ready / "lots")
        room, told = _room(campaign, lots, after)
        modified = set_modified_aside((folder, config.dossier_verification), request.workbook)
        summary = Summary(
            config=config, workbook=request.workbook, table=cleaned.table, changes=cleaned.changes, verdict=verdict,
            documents=documents, lots=lots, engine=engine.version, generated_at=now,
            notices=(*first, *doubts, *choix.notices, *printed.notices, *after.notices, *modified.notices, *told),
            dsden=request.dsden, differences=after.differences, rectificatifs=after.correctives,
            envois=past.envois, origine=origin_of(request.workbook, config),
        )  # fmt: skip
        summary = with_verified(summary)
        with _published(summary, work, (*after.moves, *room.moves), modified, progress) as files:
            record_run(journal, _run_of(summary, printed), (*lots, *after.correctives), files, after.asides)
        if lots and not request.dsden:
            store.keep_only(printed.keys)
        return summary


def _require_agreed(made: Mapping[RowRef, Made], past: Past, request: Request, folder: Path) -> None:
    """Ask before letters that were sent are made again for their template or settings alone.

    Raises TemplateError when nobody agrees.
    """
    refonte = None if request.limite else refonte_of(tuple(made.values()), past.anywhere, past.letters)
    if refonte is None:
        return
    kept = [path for sha256 in refonte.gabarits if (path := kept_template(folder, sha256))]
    former = f" L’ancien gabarit est gardé : {listed([f'« {path} »' for path in kept])}." if kept else ""
    if not request.agree(f"{refonte.phrase}{former} Les refaire et les renvoyer ?"):
        raise TemplateError(
            f"{refonte.phrase}{former} Rien n’a été fait. Remettez ce qui a changé comme avant ou, si ces lettres "
            "doivent repartir : « mlds produire --confirmer »."
        )


def _room(campaign: Campaign, lots: Sequence[Lot], after: FollowUp) -> tuple[Room, tuple[str, ...]]:
    """Lay out the letters; return what makes room in the folders that people share, and what is said of it."""
    folder, ready = campaign.folder, campaign.ready
    known = without_drafts(known_files(campaign.journal.connection), after.pending)
    lay_out(lots, ready / "lettres")
    place = Place(folder, known, campaign.work / "sans-lettre", campaign.now.date(), campaign.store.inodes())
    changed = changed_dsden(known, (*lots, *after.correctives), after.asides)
    docx, drafts = replacing_docx(place, ready / DOCX, changed), replacing_drafts(place, ready / DRAFTS, changed)
    room = replacing(place, ready / "lettres", after.gone) + docx + drafts
    return room, (*outdated_notices(docx, drafts), *kept_notices(room, folder))


def verify(config: Config, workbook: Path, now: datetime, progress: Progress) -> Summary:
    """Check a workbook without producing anything: stages 1 to 3, and the reports on them."""
    with workspace(config.dossier_annee, "mlds verifier") as work:
        cleaned = _read(config, workbook, progress)
        _, verdict = _judge(cleaned.table, config, Request(workbook), progress)
        choix = choose(verdict.letters, cleaned.table, config.gabarit)
        with suppress(GabaritError, TemplateSyntaxError):  # a faulty template is for « mlds modele » to tell
            verdict = remark(verdict, unread_cells(verdict.letters, choix.modeles, cleaned.table))
        modified = set_modified_aside((config.dossier_annee,), workbook)
        known = report_of(config.dossier_annee) or report_of(config.entiere.dossier_annee)
        notices = (*(() if known else cited_texts(config.campagne)), *choix.notices, *modified.notices)
        summary = Summary(
            config, workbook, cleaned.table, cleaned.changes, verdict, (), (), "", now, notices,
            origine=origin_of(workbook, config),
        )  # fmt: skip
        summary = with_verified(summary)
        with _published(summary, work, (), modified, progress):
            pass  # a mere check leaves no line in the journal
        return summary


def _run_of(summary: Summary, printed: Printed) -> Run:
    """Return what the journal keeps of a run."""
    return Run(
        summary.generated_at, summary.workbook.name, summary.table.sha256, summary.engine, programme(), summary.verdict,
        printed.made, summary.dsden, len(summary.anomalies), printed.faites, printed.causes,
    )  # fmt: skip


def _import_in_a_while(module: str) -> None:
    """Import what is slow to import once the engine is at work, without delaying its start."""
    later = Timer(1.0, import_module, (module,))
    later.daemon = True
    later.start()


def _read(config: Config, workbook: Path, progress: Progress) -> Cleaned:
    progress.start("Lecture du classeur")
    table = load_campaign(workbook, config)
    progress.done(pluriel(len(table.rows), "ligne"))
    progress.start("Nettoyage")
    cleaned = clean(table)
    progress.done(pluriel(len(cleaned.changes), "correction de forme", "corrections de forme"))
    return cleaned


def _judge(table: Table, config: Config, request: Request, progress: Progress) -> tuple[Verdict, Verdict]:
    """Return what validation finds in the whole workbook, and what of it this run is about."""
    annuaire = annuaire_of(config, table, progress)
    progress.start("Vérification")
    found = validate(table, config, annuaire)
    verdict = select(found, request.dsden, request.limite)
    progress.done(
        f"{pluriel(len(verdict.letters), 'lettre')} à faire, {pluriel(len(verdict.vacancies), 'poste')} à pourvoir, "
        f"{pluriel(len(verdict.rejected), 'ligne')} à corriger, {pluriel(len(verdict.ignored), 'ignorée')}"
    )
    return found, verdict


def _allowed(items: tuple[T, ...], request: Request, verdict: Verdict) -> tuple[T, ...]:
    """Return nothing where --strict forbids to go on."""
    return () if request.strict and verdict.rejected else items


def _bundle(
    documents: Sequence[Document], config: Config, verdict: Verdict, ready: Path, progress: Progress
) -> tuple[Lot, ...]:
    progress.start("Lots par DSDEN")
    lots = write_lots(plan(documents), config, ready / "lots", verdict.vacancies)
    progress.done(pluriel(len(lots), "lot"))
    return lots


@contextmanager
def _published(
    summary: Summary, work: Path, aside: Sequence[Move], modified: Modified, progress: Progress
) -> Iterator[Publication]:
    """Publish what is ready, the reports with it, for as long as the block goes well; give what each file is."""
    from pipeline.summarize.stage import summarize

    progress.start("Rapports")
    names = summarize(summary, work / "pret")
    folder = summary.config.dossier_annee
    moves = [*aside, *arrivals(work / "pret", folder)]
    files = publication(moves, folder, work)
    with published([*modified.moves, *moves], work / "remplace"):
        yield files
    progress.done(", ".join(names))
