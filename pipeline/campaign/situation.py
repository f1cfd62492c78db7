"""What is really in this folder, read without changing anything: `mlds` alone finds the next step by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TypeVar

from pipeline.bundle.held import Detenu, Received, chosen, detenues, is_settled
from pipeline.campaign.corrected_copies import Corrected, corrections_of, report_of
from pipeline.campaign.folder import holder_of, looking_at
from pipeline.errors import InputError, JournalError, PipelineError
from pipeline.files import sha256_of
from pipeline.journal.beginning import is_lost, unknown_sendings
from pipeline.journal.by_hand import answered_since
from pipeline.journal.history import Passage, passages
from pipeline.journal.letters import lettres_of
from pipeline.journal.opening import consulted, standing
from pipeline.journal.runs import Produced, is_set_aside, lots_in
from pipeline.journal.sendings import envois_in
from pipeline.journal.sent import Suivi, partis_in, received_in, suivi
from pipeline.journal.witness import MISSING, Tenue, unaware, unfit
from pipeline.load.inbox import newest_first
from pipeline.progress import saved_at
from pipeline.settings.config import Config
from pipeline.validate.register_file import require_there

T = TypeVar("T")
_NEVER = datetime.min.replace(tzinfo=UTC)


class Depart(StrEnum):
    """What the journal knows of the sending of a bundle."""

    SENT = "envoyé"
    UNSURE = "peut-être arrivé"
    DRAFT = "en brouillon"
    OUTDATED = "à refaire"
    DUE = "à envoyer"
    LOST = "disparu de « lots »"


Departs = tuple[tuple[str, Depart], ...]
"""The sending of each bundle, with its DSDEN."""


@dataclass(frozen=True, slots=True)
class Book:
    """The newest workbook of the input folder, None when there is none, and when it was saved.

    `produced` says whether the last run read this very workbook; `checked` is how many of its rows `mlds verifier`
    found to be corrected, None when it has not looked at it since it was saved. `others` are those of the folder that
    are older.
    """

    path: Path | None = None
    saved: datetime = _NEVER
    produced: bool = False
    checked: int | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """A working folder as it is: its workbook, the last run, the sendings by DSDEN, and what could not be read.

    `drafts` are the DSDEN of which a draft was written and nobody has said whether it was sent. `busy` names the
    command at work here: then nothing else was looked at.
    """

    config: Config
    book: Book = Book()
    run: Passage | None = None
    departs: Departs = ()
    drafts: tuple[str, ...] = ()
    busy: str = ""
    faults: tuple[str, ...] = ()
    corrected: Corrected | None = None
    """An anomalies.xlsx whose corrections the input folder may lack."""


def situation_of(config: Config) -> Situation:
    """Look at the folder of a campaign; what cannot be read is in `faults`, never raised."""
    faults: list[str] = []
    nothing: tuple[Departs, tuple[str, ...]] = ((), ())
    with looking_at(config.dossier_annee) as alone:
        if not alone:
            return Situation(config, busy=holder_of(config.dossier_annee) or "une autre commande")
        run = _tried(lambda: _last_run(config.journal), None, faults)
        departs, drafts = _tried(lambda: _departs(config), nothing, faults) if run else nothing
    book = _tried(lambda: _workbook(config, run), Book(), faults)
    if annuaire := config.annuaire.fichier:
        _tried(lambda: require_there(annuaire), None, faults)
    corrected = _tried(lambda: next(iter(corrections_of(config)), None), None, faults)
    return Situation(config, book, run, departs, drafts, "", tuple(faults), corrected)


def _tried(look: Callable[[], T], otherwise: T, faults: list[str]) -> T:
    """Return what a look gives, or something else when a file cannot be read; what is wrong joins `faults`."""
    try:
        return look()
    except PipelineError as error:
        faults.append(str(error))
    except OSError as error:
        faults.append(f"{error.filename} : impossible de le lire. Vérifiez que vous avez le droit de l’ouvrir.")
    return otherwise


def _last_run(journal: Path) -> Passage | None:
    if is_lost(journal):
        raise JournalError(f"{journal} : {MISSING}")
    if not journal.exists():
        return None
    with consulted(journal) as copy:
        runs = passages(copy)
    return runs[-1] if runs else None


def _workbook(config: Config, run: Passage | None) -> Book:
    try:
        path, *others = newest_first(config.classeur.dossier)
    except InputError:
        return Book()
    produced = run is not None and sha256_of(path) == run.classeur_sha256
    return Book(path, saved_at(path), produced, _checked(config, path), tuple(one.name for one in others))


def _departs(config: Config) -> tuple[Departs, tuple[str, ...]]:
    """Return how far the sending of each ready bundle is, and the DSDEN whose drafts nobody has answered for."""
    tenue = standing(config.journal)
    if tenue not in (Tenue.JUSTE, Tenue.EN_AVANCE, Tenue.JAMAIS_VUE):
        raise JournalError(f"{config.journal} : {unfit(tenue)}")
    with consulted(config.journal) as journal:
        if names := unknown_sendings(journal, config.dossier_lots):
            raise JournalError(f"{config.journal} : {unaware(names)}")
        envois, lots, outdated = envois_in(journal), lots_in(journal), answered_since(journal)
        ready = [lot for lot in lots if (config.dossier_lots / lot.fichier).exists()]
        lost = {lot.dsden for lot in lots if lot not in ready and not is_set_aside(config.dossier_lots, lot)}
        lettres = lettres_of(journal)
        held = detenues(partis_in(journal, config.boites, lettres))
        departs = {
            lot.dsden: _depart(lot, held.get(lot.dsden, Detenu()), known, partial(received_in, journal, lettres))
            for lot in chosen(ready, held)
            for known in [suivi(envois, lot.dsden, lot.sha256, config.boites.get(lot.dsden, ""))]
        }
    drafts = sorted({one.dsden for one in envois if one.brouillon})
    departs |= dict.fromkeys(outdated & departs.keys(), Depart.OUTDATED) | dict.fromkeys(lost, Depart.LOST)
    return tuple(sorted(departs.items())), tuple(drafts)


def _depart(lot: Produced, held: Detenu, known: Suivi, received: Received) -> Depart:
    if not known.parti and is_settled(lot, held, known, received):
        return Depart.SENT
    if not known.parti:
        return Depart.DUE
    if known.en_brouillon:
        return Depart.DRAFT
    return Depart.UNSURE if known.incertains else Depart.SENT


def _checked(config: Config, workbook: Path) -> int | None:
    """Return how many rows the last check of this workbook rejected; None without one, or when it does not say."""
    report = report_of(config.dossier_verification)
    known = report and report.classeur == workbook.name and report.quand.timestamp() >= workbook.stat().st_mtime
    return report.rejetees if report and known else None
