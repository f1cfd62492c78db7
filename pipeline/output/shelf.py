"""What a run does with the results folder: what is ready goes in, what has no letter any more goes aside."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipeline.files import Move, sha256_of
from pipeline.journal.published import Aside
from pipeline.model import Fact, Lot, Verdict
from pipeline.names import ANCIENS, ENVOYES, dsden_of, number_of, set_aside


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
        """Return where a bundle that makes room goes."""
        digest = sha256_of(path)
        since = self.sent.get(digest)
        if number_of(path.name):
            stem = path.stem
        else:
            stem = f"{path.stem}_envoye-le-{since:%Y-%m-%d}" if since else f"{path.stem}_{self.today:%Y-%m-%d}"
        kept = _free(self.folder / (ENVOYES if since else ANCIENS), stem)
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
    """Return the bundles that make room for those of this run: what was sent and changed, corrective ones of before.

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
    """Return the bundles that a run set aside and, killed right then, could not write down; told by their bytes.

    `unplaced` are the bundles of the journal that nothing says were set aside: their names in `lots/`, by sha256.
    """
    found = []
    for path in set_aside(shelf.folder) if unplaced else ():
        digest = sha256_of(path)
        here = shelf.folder / unplaced.get(digest, "")
        if digest in unplaced and not (here.is_file() and sha256_of(here) == digest):
            found.append(Aside(here.name, digest, f"{path.parent.name}/{path.name}"))
    return tuple(found)


def _free(folder: Path, stem: str) -> Path:
    number, path = 1, folder / f"{stem}.zip"
    while path.exists():
        number += 1
        path = folder / f"{stem}_{number}.zip"
    return path
