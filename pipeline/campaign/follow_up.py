"""What follows a first sending: corrective bundles, what makes room for them, what changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.bundle.corrective import Correctives, Ensemble, Past, write_correctives
from pipeline.bundle.differences import Comparaison, Depuis, compare
from pipeline.bundle.waiting import rows_waiting
from pipeline.files import Move
from pipeline.french.words import pluriel
from pipeline.journal.letters import Etat, Passe
from pipeline.journal.published import Aside
from pipeline.model import Fact, Lot, Made, RowRef, Verdict
from pipeline.output.shelf import Shelf, make_room, set_aside_unknown, sort_former
from pipeline.settings.config import Config
from pipeline.table import Table


@dataclass(frozen=True, slots=True)
class Today:
    """What a run found and made, before anything is published.

    `dsden` are the codes that it was limited to, none for all; `sure` tells that a DSDEN without a letter has none.
    """

    when: datetime
    table: Table
    verdict: Verdict
    lots: tuple[Lot, ...]
    made: Mapping[RowRef, Made]
    dsden: tuple[str, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The corrective bundles of a run, what changed, and what makes room: moves, how the journal knows them, notices.

    `gone` are the codes of the DSDEN that have no letter any more, `pending` those of which a draft may have been sent.
    """

    correctives: tuple[Lot, ...]
    differences: tuple[Comparaison, ...]
    moves: tuple[Move, ...]
    asides: tuple[Aside, ...]
    notices: tuple[str, ...]
    gone: tuple[str, ...]
    pending: frozenset[str]


def is_sure(limite: int | None, dsden: Sequence[str], found: Verdict, lots: Sequence[Lot]) -> bool:
    """Tell whether a DSDEN without a letter has none: this is the right workbook, and the run was no mere trial.

    `limite` and `dsden` are what the run was limited to, `found` what the whole workbook gave.
    """
    elsewhere = dsden and any(letter.dsden not in dsden for letter in found.letters)
    return limite is None and bool(lots or elsewhere)


def follow_up(today: Today, past: Past, config: Config, folder: Path) -> FollowUp:
    """Write the corrective bundles in `folder` and tell what changed; nothing of it when the run is not `sure`.

    Raises OutputError.
    """
    shelf = Shelf(config.dossier_lots, today.when.date(), past.gone)
    former = sort_former(shelf, today.lots, today.verdict, today.dsden, today.sure)
    codes = [code for code in _codes(today, past, config) if not today.dsden or code in today.dsden]
    wanted = {code: _ensemble(code, today) for code in codes}
    attente = rows_waiting(today.table, today.verdict.rejected)
    correctives, differences = Correctives((), frozenset()), tuple[Comparaison, ...]()
    asides = former.asides
    if today.sure:
        full = {lot.dsden: lot.sha256 for lot in today.lots}
        correctives = write_correctives(list(wanted.values()), full, past, attente, config, folder)
        now = {code: one.etat for code, one in wanted.items()}
        sent = compare(now, [one for one in _sent(past) if one.dsden in codes], Depuis.ENVOI, attente)
        last = compare(now, [one for one in past.passes if one.dsden in codes], Depuis.PASSAGE, attente)
        differences = (*sent, *last)
        asides += make_room(shelf, (*today.lots, *correctives.lots), codes, correctives.standing)
    moves = tuple(map(shelf.move, asides))
    notices = (*former.notices, *map(_announced, correctives.lots))
    known = (*set_aside_unknown(shelf, past.unplaced), *asides)
    pending = frozenset(one.dsden for one in past.envois if one.brouillon)
    return FollowUp(correctives.lots, differences, moves, known, notices, former.gone, pending)


def _announced(lot: Lot) -> Fact:
    """Say what a corrective bundle brings, and how it leaves."""
    withdrawn = f", {pluriel(len(lot.retraits), 'lettre retirée', 'lettres retirées')}" if lot.retraits else ""
    return Fact(
        f"La DSDEN {lot.dsden} a déjà reçu un lot : {lot.path.name} n’apporte que ce qui change "
        f"({pluriel(len(lot.documents), 'lettre')} sur {lot.ensemble}{withdrawn}). « mlds envoyer » l’enverra."
    )


def _codes(today: Today, past: Past, config: Config) -> list[str]:
    """Return the DSDEN of which anything is known, and that config.toml still has: nothing can go to another."""
    known = {lot.dsden for lot in today.lots} | past.sent.keys() | {one.dsden for one in past.passes}
    return sorted(known & {one.code for one in config.dsden})


def _ensemble(dsden: str, today: Today) -> Ensemble:
    vacancies = tuple(one for one in today.verdict.vacancies if one.etablissement.departement == dsden)
    lot = next((lot for lot in today.lots if lot.dsden == dsden), None)
    if lot is None:
        return Ensemble(dsden, vacancies=vacancies)
    made = tuple(today.made[document.letter.row] for document in lot.documents)
    return Ensemble(dsden, lot.documents, lot.members, made, vacancies)


def _sent(past: Past) -> list[Passe]:
    """Return what each DSDEN holds, as the last that may have arrived."""
    return [
        Passe(
            dsden,
            held.dernier.quand,
            Etat(tuple(one.made for one in held.versions), held.dernier.vacants),
            held.dernier.certain,
        )
        for dsden, held in sorted(past.sent.items())
        if held.accepte and held.dernier
    ]
