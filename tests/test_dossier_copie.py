"""A campaign's folder that was copied, moved or restored: nothing leaves twice because the journal does not know."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from annee import Annee, school
from conftest import mlds

from pipeline.commands.reprendre import mend
from pipeline.errors import ExitCode, JournalError
from pipeline.journal.envois import Etat, read_envois

if TYPE_CHECKING:
    from serveurs.certificats import Certificates


@pytest.fixture
def year(project: Path, certificates: Certificates) -> Annee:
    """A campaign of two DSDEN of which everything was sent once."""
    year = Annee(project, certificates, {f"{code}-1": school(1, code) for code in ("77", "93")})
    year.produce()
    return year


def journal_files(year: Annee) -> dict[Path, bytes]:
    """Return the journal, its witness and its copy: what a backup puts back together."""
    return {path: path.read_bytes() for path in year.config.dossier_annee.glob("journal*") if path.is_file()}


def put_back(files: dict[Path, bytes]) -> None:
    for path, data in files.items():
        path.write_bytes(data)


def correct(year: Annee, nom: str) -> None:
    year.rows["77-1"]["referent_nom"] = nom


def test_a_journal_that_lacks_what_was_kept_as_sent_is_refused(year: Annee) -> None:
    old = journal_files(year)
    assert year.send() == 0
    year.wave(lambda _: correct(year, "Autre"))
    year.wave(lambda _: correct(year, "Encore"))
    put_back(old)
    for command in (year.produce, year.send):
        with pytest.raises(JournalError) as refused:
            command()
        assert "« lots/envoyes/DSDEN-77_2026-2027_" in str(refused.value)
        assert "mlds journal --reprendre" in str(refused.value)
    before = {code: box.messages for code, box in year.boites.items()}
    assert mend(year.config, year.now, confirmer=True) == 0
    year.produce()
    assert {one.etat for one in read_envois(year.config.journal)} == {Etat.INCERTAIN}
    year.send()
    assert {code: box.messages for code, box in year.boites.items()} == before
    # Mended, it is believed.
    assert mend(year.config, year.now, confirmer=True) == 0
    assert year.produce()


def test_a_corrective_bundle_proves_that_another_one_left(year: Annee) -> None:
    old = journal_files(year)
    assert year.send() == 0
    year.day = year.day.replace(day=20)
    correct(year, "Autre")
    year.produce()
    (corrective,) = year.config.dossier_lots.glob("*rectificatif-1.zip")
    shutil.rmtree(year.config.dossier_lots / "envoyes", ignore_errors=True)
    put_back(old)
    with pytest.raises(JournalError, match="rectificatif-1"):
        year.send()
    corrective.unlink()
    year.produce()


def test_a_backup_of_the_last_state_and_a_killed_run_are_believed(year: Annee) -> None:
    assert year.send() == 0
    last = journal_files(year)
    year.day = year.day.replace(day=20)
    correct(year, "Autre")
    year.produce()
    # As after a run that was killed between its files and its journal.
    (corrective,) = year.config.dossier_lots.glob("*rectificatif-1.zip")
    put_back(last)
    year.produce()
    assert corrective.exists()
    assert year.send() == 0
    assert year.boites["77"].numbers == [1]
    assert year.boites["93"].numbers == []


def test_a_bundle_that_somebody_put_there_is_named(year: Annee) -> None:
    (year.config.dossier_lots / "envoyes").mkdir(exist_ok=True)
    shutil.copy(next(year.config.dossier_lots.glob("DSDEN-77*")), year.config.dossier_lots / "envoyes")
    done = mlds("envoyer", cwd=year.project)
    assert done.returncode == ExitCode.OUTPUT
    assert "« lots/envoyes/DSDEN-77_2026-2027.zip »" in done.stderr.replace("\u00a0", " ")
    assert "retirez-le" in done.stderr
    shown = mlds(cwd=year.project)
    assert "une ancienne copie" in shown.stdout + shown.stderr
