"""The pipeline on one page: each line is a stage, each name what it gives to the next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pipeline.bundle.corrective import Past, read_past
from pipeline.bundle.replacing import with_replaced_days
from pipeline.bundle.resent import refonte_of
from pipeline.bundle.stage import plan, write_lots
from pipeline.campaign.corrected_copies import origin_of, report_of
from pipeline.campaign.folder import Campaign, held, workspace
from pipeline.campaign.follow_up import Today, follow_up, is_sure
from pipeline.campaign.publication import (
    Laid,
    keep_sources,
    kept_template,
    laid_out,
    publish,
    publishing,
    set_modified_aside,
)
from pipeline.campaign.verified import with_verified
from pipeline.clean.stage import clean
from pipeline.convert.engine import find_engine
from pipeline.errors import TemplateError
from pipeline.french.words import listed, pluriel
from pipeline.load.stage import load_campaign
from pipeline.model import Document, Lot, Made, Request, RowRef, Verdict
from pipeline.printing.letters import Stock, made_of, print_letters
from pipeline.printing.recipe import contents_of
from pipeline.progress import Progress
from pipeline.render.check.check import with_templates, with_templates_as_they_are
from pipeline.render.visas import cited_texts
from pipeline.settings.config import Config
from pipeline.summarize.summary import Summary
from pipeline.table import Cleaned, Table
from pipeline.validate.register_file import annuaire_of
from pipeline.validate.stage import reject, select, validate


def produce(config: Config, asked: Request, now: datetime, progress: Progress) -> Summary:
    """Make the letters of a workbook: stages 1 to 8, published with their line in the journal, or nothing at all.

    Raises PipelineError for what stops the run; the results of the last good run are then untouched.
    """
    with held(config, "mlds produire", now, progress) as campaign:
        cleaned = _read(config, asked.workbook, progress)  # 1 load, 2 clean
        found, verdict = _judge(cleaned.table, config, asked, progress)  # 3 validate
        chosen = with_templates(found, verdict, cleaned.table, config, progress)
        engine = find_engine(config.conversion.moteur, config.conversion.processus)
        past = read_past(campaign.journal, config, contents_of(chosen.modeles.values()))
        letters = asked.allowed(chosen.letters, chosen.verdict)
        made = _agreed(with_replaced_days(made_of(letters, config, engine), past.sent), past, asked, campaign.folder)
        stock = Stock(campaign.store, past.letters, asked.refaire)
        printed = print_letters(letters, made, engine, campaign.work, stock, progress)  # 4 to 6 render … proofread
        verdict = reject(chosen.verdict, printed.failures)
        documents, lots = _bundle(campaign, asked, printed.documents, verdict)  # 7 bundle
        keep_sources(campaign, asked, lots, letters, printed)
        today = Today(now, cleaned.table, verdict, lots, made, asked.dsden, is_sure(asked, found, lots))
        after = follow_up(today, past, config, campaign.ready / "lots")
        laid = laid_out(campaign, asked, lots, after)
        told = (*_to_read(config, campaign.folder), *chosen.notices, *printed.notices, *laid.notices)
        summary = with_verified(Summary(
            config, asked.workbook, cleaned.table, cleaned.changes, verdict, documents, lots, engine.version, now, told,
            asked.dsden, after.differences, past.envois, after.correctives, origin_of(asked.workbook, config),
        ))  # fmt: skip
        publish(campaign, summary, laid, after, printed)  # 8 summarize
        return summary


def verify(config: Config, workbook: Path, now: datetime, progress: Progress) -> Summary:
    """Check a workbook without producing anything: stages 1 to 3, and the reports on them."""
    with workspace(config.dossier_annee, "mlds verifier") as work:
        cleaned = _read(config, workbook, progress)
        _, verdict = _judge(cleaned.table, config, Request(workbook), progress)
        chosen = with_templates_as_they_are(verdict, cleaned.table, config)
        modified = set_modified_aside((config.dossier_annee,), workbook)
        first = _to_read(config, config.dossier_annee, config.entiere.dossier_annee)
        summary = with_verified(Summary(
            config, workbook, cleaned.table, cleaned.changes, chosen.verdict, (), (), "", now,
            (*first, *chosen.notices, *modified.notices), origine=origin_of(workbook, config),
        ))  # fmt: skip
        with publishing(summary, work, Laid((), modified, ()), progress):
            pass  # a mere check leaves no line in the journal
        return summary


def _to_read(config: Config, *folders: Path) -> tuple[str, ...]:
    """Return the texts that the letter quotes, to be read again, where no folder has a report yet."""
    return () if any(map(report_of, folders)) else cited_texts(config.campagne)


def _read(config: Config, workbook: Path, progress: Progress) -> Cleaned:
    progress.start("Lecture du classeur")
    table = load_campaign(workbook, config)
    progress.done(pluriel(len(table.rows), "ligne"))
    progress.start("Nettoyage")
    cleaned = clean(table)
    progress.done(pluriel(len(cleaned.changes), "correction de forme", "corrections de forme"))
    return cleaned


def _judge(table: Table, config: Config, asked: Request, progress: Progress) -> tuple[Verdict, Verdict]:
    """Return what validation finds in the whole workbook, and what of it this run is about."""
    annuaire = annuaire_of(config, table, progress)
    progress.start("Vérification")
    found = validate(table, config, annuaire)
    verdict = select(found, asked.dsden, asked.limite)
    progress.done(
        f"{pluriel(len(verdict.letters), 'lettre')} à faire, {pluriel(len(verdict.vacancies), 'poste')} à pourvoir, "
        f"{pluriel(len(verdict.rejected), 'ligne')} à corriger, {pluriel(len(verdict.ignored), 'ignorée')}"
    )
    return found, verdict


def _agreed(made: Mapping[RowRef, Made], past: Past, asked: Request, folder: Path) -> Mapping[RowRef, Made]:
    """Ask before letters that were sent are made again for their template or settings alone.

    Raises TemplateError when nobody agrees.
    """
    refonte = None if asked.limite else refonte_of(tuple(made.values()), past.anywhere, past.letters)
    if refonte is None:
        return made
    kept = [path for sha256 in refonte.gabarits if (path := kept_template(folder, sha256))]
    former = f" L’ancien gabarit est gardé : {listed([f'« {path} »' for path in kept])}." if kept else ""
    if not asked.agree(f"{refonte.phrase}{former} Les refaire et les renvoyer ?"):
        raise TemplateError(
            f"{refonte.phrase}{former} Rien n’a été fait. Remettez ce qui a changé comme avant ou, si ces lettres "
            "doivent repartir : « mlds produire --confirmer »."
        )
    return made


def _bundle(
    campaign: Campaign, asked: Request, documents: tuple[Document, ...], verdict: Verdict
) -> tuple[tuple[Document, ...], tuple[Lot, ...]]:
    """Return the documents that may leave, and their lots."""
    campaign.progress.start("Lots par DSDEN")
    documents = asked.allowed(documents, verdict)
    lots = write_lots(plan(documents), campaign.config, campaign.ready / "lots", verdict.vacancies)
    campaign.progress.done(pluriel(len(lots), "lot"))
    return documents, lots
