"""What follows a first sending: corrective lots, the lots that these replace, what changed since."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from pipeline.bundle.corrective import Correctives, Ensemble, Past, write_correctives
from pipeline.bundle.differences import Comparaison, Depuis, compare
from pipeline.bundle.waiting import rows_waiting
from pipeline.files import Move, sha256_of
from pipeline.french.words import pluriel
from pipeline.journal.letters import Etat, Passe
from pipeline.journal.published import Aside
from pipeline.model import Fact, Lot, Made, Request, RowRef, Verdict
from pipeline.names import ANCIENS, ENVOYES, dsden_of, first_free, number_of, set_aside
from pipeline.settings.config import Config
from pipeline.table import Table


@dataclass(frozen=True, slots=True)
class Former:
    """The full bundles of earlier runs that make room, and what is said of them.

    `gone` are the codes of the DSDEN that have no letter any more.
    """

    asides: tuple[Aside, ...]
    gone: tuple[str, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of the bundles, today, and when each content that left did (by sha256).

    What left, or may have, is kept in `envoyes` until the year is purged, the rest in `anciens`; nothing there is ever
    replaced.
    """

    folder: Path
    today: date
    sent: Mapping[str, date] = field(default_factory=dict)

    def aside(self, path: Path) -> Aside:
        """Return where a lot that is replaced goes."""
        digest = sha256_of(path)
        since = self.sent.get(digest)
        if number_of(path.name):
            stem = path.stem
        else:
            stem = f"{path.stem}_envoye-le-{since:%Y-%m-%d}" if since else f"{path.stem}_{self.today:%Y-%m-%d}"
        folder = self.folder / (ENVOYES if since else ANCIENS)
        kept = first_free(lambda mark: folder / f"{stem}{mark}.zip", Path.exists)
        return Aside(path.name, digest, f"{kept.parent.name}/{kept.name}")

    def move(self, aside: Aside) -> Move:
        """Return the move that puts a bundle aside."""
        return self.folder / aside.fichier, self.folder / aside.rangement


def sort_former(shelf: Shelf, lots: Sequence[Lot], verdict: Verdict, dsden: Sequence[str], sure: bool) -> Former:
    """Tell which full bundles have no letter any more: they would lie if they stayed.

    A bundle stays while one row to correct may belong to it, and all stay unless `sure`: a wrong workbook must not
    empty the folder. With a `dsden`, the others are left alone. Nothing is moved here.
    """
    made = {lot.path.name for lot in lots}
    awaited = {verdict.departements.get(row, "") for row in verdict.rejected}
    asides: list[Aside] = []
    notices: list[str] = []
    for path in sorted(shelf.folder.glob("DSDEN-*.zip")):
        if path.name in made or number_of(path.name) or (dsden and dsden_of(path.name) not in dsden):
            continue
        if sure and not awaited & {"", dsden_of(path.name)}:
            asides.append(shelf.aside(path))
            there = asides[-1].rangement
            notices.append(Fact(f"{path.name} n’a plus de lettre : il est rangé dans « lots/{there} »."))
        else:
            notices.append(f"{path.name} vient d’un passage précédent : il n’a pas été refait à ce passage.")
    gone = tuple(dsden_of(one.fichier) for one in asides)
    return Former(tuple(asides), gone, tuple(notices))


def make_room(
    shelf: Shelf, lots: Sequence[Lot], covered: Sequence[str], standing: Collection[str]
) -> tuple[Aside, ...]:
    """Return the lots that those of this run replace: what was sent and changed, former corrective ones.

    `covered` are the DSDEN that the run was about, `standing` those whose corrective bundle is still to be finished.
    """
    new = {lot.path.name: lot for lot in lots}
    asides = []
    for path in sorted(shelf.folder.glob("DSDEN-*.zip")):
        if number_of(path.name):
            leaves = path.name not in new and dsden_of(path.name) in {*covered} - {*standing}
        else:
            known = new.get(path.name) if shelf.sent else None
            leaves = known is not None and sha256_of(path) in shelf.sent.keys() - {known.sha256}
        if leaves:
            asides.append(shelf.aside(path))
    return tuple(asides)


def set_aside_unknown(shelf: Shelf, unplaced: Mapping[str, str]) -> tuple[Aside, ...]:
    """Return the lots that an interrupted run moved without recording it, identified by content.

    `unplaced` are the bundles of the journal that nothing says were set aside: their names in `lots/`, by sha256.
    """
    found = []
    for path in set_aside(shelf.folder) if unplaced else ():
        digest = sha256_of(path)
        here = shelf.folder / unplaced.get(digest, "")
        if digest in unplaced and not (here.is_file() and sha256_of(here) == digest):
            found.append(Aside(here.name, digest, f"{path.parent.name}/{path.name}"))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Today:
    """What a run found and made, before anything is published.

    `dsden` are the codes that it was limited to, none for all; `sure` says that a DSDEN without a letter has none.
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
    """The corrective bundles of a run, what changed, and what is replaced: moves, how the journal knows them, notices.

    `gone` are the codes of the DSDEN that have no letter any more, `pending` those of which a draft may have been sent.
    """

    correctives: tuple[Lot, ...]
    differences: tuple[Comparaison, ...]
    moves: tuple[Move, ...]
    asides: tuple[Aside, ...]
    notices: tuple[str, ...]
    gone: tuple[str, ...]
    pending: frozenset[str]


def is_sure(asked: Request, found: Verdict, lots: Sequence[Lot]) -> bool:
    """Return whether a DSDEN without a letter has none: this is the right workbook, and the run was no mere trial.

    `found` is what the whole workbook gave.
    """
    elsewhere = asked.dsden and any(letter.dsden not in asked.dsden for letter in found.letters)
    return asked.limite is None and bool(lots or elsewhere)


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
