"""A campaign's folder that was copied, moved or restored: nothing leaves twice because the journal does not know."""

from __future__ import annotations

import platform
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.cli.journal import mend_journal
from pipeline.errors import ExitCode, JournalError
from pipeline.journal.sendings import Etat
from support.journal_at import read_envois
from support.program import mlds
from support.secretary import at_terminal
from support.year import Annee, school

if TYPE_CHECKING:
    from support.mail_servers.certificates import Certificates


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
    assert mend_journal(year.config, year.now, confirmer=True) == ExitCode.OK
    year.produce()
    assert {one.etat for one in read_envois(year.config.journal)} == {Etat.INCERTAIN}
    year.send()
    assert {code: box.messages for code, box in year.boites.items()} == before
    # Mended, it is believed.
    assert mend_journal(year.config, year.now, confirmer=True) == ExitCode.OK
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


@pytest.fixture
def copied(year: Annee, tmp_path: Path) -> Path:
    """The folder of that campaign, everything sent, copied elsewhere with a correction to be sent."""
    assert year.send() == 0
    correct(year, "Autre")
    year.day = year.day.replace(day=20)
    year.produce()
    return Path(shutil.copytree(year.project, tmp_path / "autre bureau"))


def places(project: Path) -> list[str]:
    with closing(sqlite3.connect(project / "sortie/2026-2027/journal.sqlite")) as journal:
        return [Path(one).parts[-3] for (one,) in journal.execute("SELECT dossier FROM lieu ORDER BY rowid")]


def test_a_folder_that_was_copied_is_named_before_it_sends(year: Annee, copied: Path) -> None:
    looked = mlds("envoyer", cwd=copied)
    assert looked.returncode == 0
    said = looked.stderr.replace("\u00a0", " ")
    assert "Ce dossier a été copié ou déplacé" in said
    assert f"« {platform.node().partition('.')[0]} »" in said
    assert f"« {year.config.dossier_annee.resolve()} »" in said
    for option in ("--confirmer", "--brouillons"):
        refused = mlds("envoyer", option, cwd=copied)
        assert refused.returncode == ExitCode.MAIL
        assert "ajoutez --ici" in refused.stderr.replace("\u00a0", " ")
    assert not (copied / "sortie/2026-2027/brouillons").exists()
    assert places(copied) == ["projet"]
    # Said once, it is known; the first folder never is asked.
    for options in (["--ici"], []):
        assert mlds("envoyer", "--brouillons", *options, cwd=copied).returncode == 0
    assert "copié" not in mlds("envoyer", "--brouillons", cwd=copied).stderr
    assert "copié" not in mlds("envoyer", "--brouillons", cwd=year.project).stderr
    assert (places(copied), places(year.project)) == (["projet", "autre bureau"], ["projet"])


def test_producing_in_a_copy_does_not_make_it_known(year: Annee, copied: Path) -> None:
    assert mlds("produire", "classeur.xlsx", cwd=copied).returncode == 0
    assert places(copied) == ["projet"]
    assert mlds("envoyer", "--confirmer", cwd=copied).returncode == ExitCode.MAIL


def test_another_computer_with_the_same_folder_is_told(year: Annee, monkeypatch: pytest.MonkeyPatch) -> None:
    assert year.send() == 0
    correct(year, "Autre")
    year.produce()
    monkeypatch.setattr(platform, "node", lambda: "BUREAU-12.ac-exemple.fr")
    assert year.send() == ExitCode.MAIL
    assert "Ce dossier a été copié" in year.shown
    assert year.boites["77"].messages == 1
    assert year.send(ici=True) == 0
    assert year.boites["77"].messages == 2
    assert year.send() == 0
    assert "copié" not in year.shown


def test_somebody_at_the_keyboard_is_asked(copied: Path) -> None:
    for answer, code, known in (("non", ExitCode.MAIL, ["projet"]), ("oui", ExitCode.OK, ["projet", "autre bureau"])):
        status, shown = at_terminal(copied, [answer], "envoyer", "--brouillons")
        assert "L’ancien dossier ne sert plus" in " ".join(shown.split())
        assert (status, places(copied)) == (code, known)
