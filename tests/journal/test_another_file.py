"""Another file in the journal's place while a sending waits: nothing leaves, and the good copy stays as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import OutputError
from pipeline.journal.opening import opened
from pipeline.journal.sendings import Etat, noting
from pipeline.journal.witness import copy_of, witness_of

WHEN = datetime(2026, 12, 1, tzinfo=UTC)


@dataclass
class Planned:
    """A message as the journal sees it."""

    dsden: str = "77"
    bundle_sha256: str = "ab" * 32
    part: int = 1
    letters: int = 3
    everybody: tuple[str, ...] = ("a@b.fr",)
    subject: str = "s"
    size: int = 3
    message_id: str = "<x>"


def made(folder: Path, rows: int) -> Path:
    folder.mkdir()
    path = folder / "journal.sqlite"
    with opened(path) as journal:
        for number in range(rows):
            with journal.saving() as connection:
                connection.execute("INSERT INTO gabarit VALUES (?, 'SENTINELLE')", (str(number),))
    return path


def _another_year(path: Path, before: Path) -> None:
    shutil.copyfile(made(before.parent / "autre", 30), path)


def _older_without_witness(path: Path, before: Path) -> None:
    shutil.copyfile(before, path)
    witness_of(path).unlink()


def _one_byte(path: Path, before: Path) -> None:
    data = bytearray(path.read_bytes())
    place = data.rfind(b"SENTINELLE")
    data[place] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("spoil", [_another_year, _older_without_witness, _one_byte])
def test_nothing_leaves(tmp_path: Path, spoil: Callable[[Path, Path], None]) -> None:
    path = made(tmp_path / "annee", 2)
    before = tmp_path / "avant.sqlite"
    shutil.copyfile(path, before)
    with opened(path) as journal, journal.saving() as connection:
        connection.execute("INSERT INTO gabarit VALUES ('x', 'SENTINELLE')")
    copy = copy_of(path).read_bytes()
    with opened(path) as journal:
        spoil(path, before)  # while somebody is asked « oui ou non »
        with noting(journal, {"77": "3"}, lambda: WHEN) as note, pytest.raises(OutputError, match="reprendre"):
            note(Planned(), Etat.PREPARE, 1)
    assert copy_of(path).read_bytes() == copy


def test_a_line_that_is_gone_stops_the_message(tmp_path: Path) -> None:
    path = made(tmp_path / "annee", 1)
    with opened(path) as journal, noting(journal, {"77": "3"}, lambda: WHEN) as note:
        note(Planned(), Etat.PREPARE, 1)
        with journal.connection:
            journal.connection.execute("DELETE FROM envoi")
        with pytest.raises(OutputError, match="pas parti"):
            note(Planned(), Etat.EN_COURS, 1)
