"""A journal that cannot be used any more: kept aside under a dated name with what goes with it, never deleted."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pipeline.files import Move, output_error, published
from pipeline.journal.opening import standing
from pipeline.journal.regard import rollback_of
from pipeline.journal.witness import Tenue, copy_of, read_witness, witness_of

ASIDE = "journal_ecarte_"
"""How the names of what was set aside begin."""


def parts_of(path: Path) -> tuple[Path, ...]:
    """Return the journal, its witness and its copy, whether or not they are there."""
    return path, witness_of(path), copy_of(path)


def set_aside(paths: Sequence[Path], now: datetime) -> tuple[Move, ...]:
    """Return the moves that give dated names to those of these files that are there; nothing is ever replaced.

    The first is the journal. What a killed run left half-written goes with it, and after it: SQLite would roll it into
    whatever takes the journal's place.
    """
    paths = (*paths, rollback_of(paths[0]))
    stamp = f"{ASIDE}{now:%Y-%m-%d_%Hh%M}"
    taken = {path.name.partition(".")[0] for path in paths[0].parent.glob(f"{ASIDE}*")}
    number, stem = 1, stamp
    while stem in taken:
        number += 1
        stem = f"{stamp}_{number}"
    return tuple((path, path.with_name(stem + path.name.removeprefix("journal"))) for path in paths if path.exists())


def copy_serves(path: Path) -> bool:
    """Tell whether the copy of a journal is its last state, as its witness knows it: put back, nothing is lost."""
    copy = copy_of(path)
    known = copy.is_file() and read_witness(path) is not None
    return known and standing(copy, path) in (Tenue.JUSTE, Tenue.EN_AVANCE)


def put_back(path: Path, work: Path, now: datetime) -> tuple[Move, ...]:
    """Put the copy of a journal in its place, and return the moves that kept what was there.

    The caller holds the folder. Raises OutputError.
    """
    try:
        shutil.copyfile(copy_of(path), work / path.name)
    except OSError as error:
        raise output_error(path, error) from error
    aside = set_aside([path], now)
    with published([*aside, (work / path.name, path)], work / "remplace"):
        pass
    return aside
