"""The pipeline on one page: each line is a stage, each name what it gives to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from threading import Thread

from pipeline.bundle import plan, write_lots
from pipeline.clean import clean
from pipeline.config import Config
from pipeline.engines import find_engine
from pipeline.fields import example_of
from pipeline.french import pluriel
from pipeline.journal import Run, last_letters, record_run
from pipeline.load import load
from pipeline.model import Verdict
from pipeline.printing import Stock, print_letters
from pipeline.progress import Progress
from pipeline.reports.summary import Summary
from pipeline.shelf import set_aside
from pipeline.store import Store
from pipeline.table import Cleaned, other_headers
from pipeline.template import require_sound
from pipeline.validate import reject, select, validate
from pipeline.workspace import workspace


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks of a run; an empty `dsden` means all of them, `limite` None no limit."""

    workbook: Path
    dsden: tuple[str, ...] = ()
    limite: int | None = None
    strict: bool = False
    keep_docx: bool = False
    refaire: bool = False


def produce(config: Config, request: Request, now: datetime, progress: Progress) -> Summary:
    """Make the letters of a workbook: stages 1 to 8, then the journal.

    Raises PipelineError for what stops the run; the bundles of the last good run are then untouched.
    """
    with workspace(config.dossier_annee) as work:
        journal = config.dossier_annee / "journal.sqlite"
        cleaned, verdict = _examine(config, request, progress)
        require_sound(config.gabarit.fichier, example_of(config, other_headers(cleaned.table)))
        engine = find_engine(config.conversion.moteur, config.conversion.processus)

        refused = request.strict and bool(verdict.rejected)
        # What writes the reports is slow to import: by the time the letters are made it is there.
        Thread(target=import_module, args=("pipeline.summarize",), daemon=True).start()
        store = Store(config.dossier_annee / ".reserve")
        stock = Stock(store, last_letters(journal), request.refaire)
        printed = print_letters(() if refused else verdict.letters, config, engine, work, stock, progress)
        verdict = reject(verdict, printed.failures)

        progress.start("Lots par DSDEN")
        bundled = () if request.strict and verdict.rejected else printed.documents
        lots = write_lots(plan(bundled), config, verdict.vacancies)
        whole = not request.dsden and not (request.strict and verdict.rejected)
        former = set_aside(config.dossier_annee / "lots", lots) if whole else ()
        if request.keep_docx:
            from pipeline.shelf import keep_docx

            keep_docx(lots, printed.fields, config.gabarit.fichier, config.dossier_annee / "docx")
        progress.done(pluriel(len(lots), "lot"))

        notices = (
            *printed.notices,
            *(f"{path.name} n’a plus de lettre : il est rangé dans lots/anciens." for path in former),
        )
        summary = Summary(
            config,
            request.workbook,
            cleaned.table,
            cleaned.changes,
            verdict,
            bundled,
            lots,
            engine.version,
            now,
            notices,
        )
        _report(summary, progress)
        run = Run(now, request.workbook.name, cleaned.table.sha256, printed.recipe, verdict, printed.fields)
        record_run(journal, run, lots)
        if whole:
            store.keep_only(printed.keys)
        return summary


def verify(config: Config, workbook: Path, now: datetime, progress: Progress) -> Summary:
    """Check a workbook without producing anything: stages 1 to 3, and the reports on them."""
    with workspace(config.dossier_annee):
        cleaned, verdict = _examine(config, Request(workbook), progress)
        summary = Summary(config, workbook, cleaned.table, cleaned.changes, verdict, (), (), "", now)
        _report(summary, progress)
        return summary


def _examine(config: Config, request: Request, progress: Progress) -> tuple[Cleaned, Verdict]:
    progress.start("Lecture du classeur")
    table = load(request.workbook, config.classeur.headers_of)
    progress.done(pluriel(len(table.rows), "ligne"))

    progress.start("Nettoyage")
    cleaned = clean(table)
    progress.done(pluriel(len(cleaned.changes), "correction de forme", "corrections de forme"))

    progress.start("Vérification")
    verdict = select(validate(cleaned.table, config), request.dsden, request.limite)
    progress.done(
        f"{pluriel(len(verdict.letters), 'lettre')} à faire, {pluriel(len(verdict.vacancies), 'poste')} à pourvoir, "
        f"{pluriel(len(verdict.rejected), 'ligne')} à corriger, {len(verdict.ignored)} sans objet"
    )
    return cleaned, verdict


def _report(summary: Summary, progress: Progress) -> None:
    from pipeline.summarize import summarize

    progress.start("Rapports")
    written = summarize(summary)
    progress.done(", ".join(path.name for path in written))
