"""The journal by its path, opened and proved for one question: what a command asks of the one that it holds open."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.bundle import ready
from pipeline.journal import opening, runs, sendings, sent
from pipeline.journal.beginning import begun
from pipeline.journal.letters import lettres_of
from pipeline.model import Lot
from pipeline.settings.config import Config


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Give the connection of a journal; copy and witness follow what the block committed."""
    with opening.opened(path) as journal:
        try:
            yield journal.connection
        finally:
            journal.keep()


def begin(path: Path) -> None:
    """Prove a journal as a command does before anything else."""
    with begun(path):
        pass


def read_envois(path: Path) -> tuple[sendings.Envoi, ...]:
    """Return all the sendings of a journal."""
    if not path.exists():
        return ()
    with opened(path) as journal:
        return sendings.envois_in(journal)


def read_partis(path: Path, boites: Mapping[str, str]) -> tuple[sent.Parti, ...]:
    """Return the messages of a journal that left, or may have."""
    with opened(path) as journal:
        return sent.partis_in(journal, boites, lettres_of(journal))


def last_lots(path: Path) -> tuple[runs.Produced, ...]:
    """Return the last lots of a journal, none without one."""
    if not path.exists():
        return ()
    with opened(path) as journal:
        return runs.lots_in(journal)


def record_run(path: Path, run: runs.Run, lots: Sequence[Lot], **more: Any) -> None:
    """Write a run in a journal; `more` as the function of that name takes it."""
    with opening.opened(path) as journal:
        runs.record_run(journal, run, lots, **more)


@contextmanager
def noting(path: Path, decoupes: Mapping[str, str], now: Callable[[], datetime]) -> Iterator[sendings.Note]:
    """Give what writes the states of messages in a journal."""
    with opening.opened(path) as journal, sendings.noting(journal, decoupes, now) as note:
        yield note


def proved_bundles(config: Config) -> tuple[ready.Bundle, ...]:
    """Return the lots of a campaign that were proved to be those of its journal."""
    with opened(config.journal) as journal:
        return ready.proved_bundles(config, journal)
