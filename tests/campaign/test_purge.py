"""`mlds purger`: what past years keep of people goes, what proves the sendings stays, nothing else is touched."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from pipeline.errors import ExitCode
from pipeline.journal.opening import standing
from pipeline.journal.sendings import Etat
from pipeline.journal.witness import Tenue, copy_of
from pipeline.settings.config import Config
from support.journal_at import read_envois
from support.mail_servers.faulty import FaultyServer
from support.ready_campaign import Sending, sending, settings, write_campaign
from support.terminals import at_a_terminal, mlds_here

NAME = b"Exemple"
LEFT = [
    "rapport.html", "rapport.json", "recapitulatif.xlsx", "anomalies.xlsx", "docx/DSDEN-77/0770000G_Exemple_Anne.docx",
    "lettres/DSDEN-77/0770000G_Exemple_Anne.pdf", "brouillons/DSDEN-77_2026-2027.eml", ".reserve/ab.pdf",
    ".reserve/ab.json", "lots/anciens/DSDEN-95_2024-2025.zip", "lots/envoyes/DSDEN-77_2024-2025.zip",
    "journal_ecarte_2024-10-01_10h00.sqlite",
    "journal.sauvegarde.partiel",
    "anomalies_modifie-le-3-février-2025.xlsx", "lettres/anciens/2025-02-03/DSDEN-77/0770000G_Exemple_Anne.pdf",
    "docx/anciens/2025-02-03_2/DSDEN-77/0770000G_Exemple_Anne.docx", "brouillons/anciens/2025-02-03/DSDEN-77.eml",
    ".en-cours-ab12/pret/rapport.html",
]  # fmt: skip


@pytest.fixture
def here(project: Path) -> Config:
    return settings(project, "ac-creteil.fr")


def past(config: Config, year: str, sent: bool = False) -> Path:
    """Leave the campaign of a past year, with all that a run may leave."""
    write_campaign(config)
    if sent:
        with FaultyServer(tls="aucune") as server:
            assert Sending(sending(config, port=server.port, securite="aucune")).run() == 0
    folder = config.dossier_annee.rename(config.sortie.dossier / year)
    for path in (folder / "pdf").iterdir():
        path.unlink()
    (folder / "pdf").rmdir()
    for name in LEFT:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(NAME)
    return folder


def purge(config: Config, *args: str) -> tuple[int, str]:
    done = mlds_here(config, "purger", *args)
    return done.returncode, done.stderr


def files(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.name != ".verrou"
    )


def test_nothing_of_anybody_is_left_and_the_sendings_are_still_proved(here: Config) -> None:
    folder = past(here, "2024-2025", sent=True)
    journal = folder / "journal.sqlite"
    before = read_envois(journal)
    assert NAME in journal.read_bytes()
    code, said = purge(here, "--avant", "2025", "--confirmer")
    assert code == ExitCode.OK, said
    assert "21 fichiers retirés" in said
    assert "5 lettres sans nom désormais au journal" in said
    assert files(folder) == ["journal.sauvegarde.sqlite", "journal.sqlite", "journal.temoin"]
    assert [path.name for path in folder.iterdir() if path.is_dir()] == []
    for path in folder.iterdir():
        assert NAME not in path.read_bytes(), path
        assert b"Anne" not in path.read_bytes(), path
    assert read_envois(journal) == before
    assert [one.etat for one in before] == [Etat.ENVOYE] * 3
    assert (standing(journal), copy_of(journal).read_bytes()) == (Tenue.JUSTE, journal.read_bytes())
    with closing(sqlite3.connect(journal)) as opened:
        assert opened.execute("SELECT avant, fichiers, lettres FROM purge").fetchall() == [(2025, 21, 5)]
        assert opened.execute("SELECT uai FROM lettre WHERE length(sha256) = 64 ORDER BY 1").fetchall()[0] == (
            "0770000G",
        )


def test_what_was_said_to_be_as_wanted_goes_with_its_year(here: Config) -> None:
    past(here, "2024-2025")
    old, recent = (here.sortie.dossier / f"verifie-{year}.json" for year in ("2024-2025", "2025-2026"))
    for memory in (old, recent):
        memory.write_text("[]", encoding="utf-8")
    code, said = purge(here, "--avant", "2025", "--confirmer")
    assert (code, old.exists(), recent.exists()) == (ExitCode.OK, False, True), said
    assert "22 fichiers retirés" in said


def test_it_shows_first_and_asks_once(here: Config) -> None:
    folder = past(here, "2024-2025")
    before = files(folder)
    code, said = purge(here, "--avant", "2025")
    assert code == ExitCode.OK
    assert re.search(r"2024-2025 21 5 ", said)
    assert "ajoutez --confirmer" in said
    assert files(folder) == before
    code, said = at_a_terminal(here, "non", "purger", "--avant", "2025")
    assert (code, said.count("(oui ou non)"), files(folder)) == (ExitCode.OK, 1, before)
    code, said = at_a_terminal(here, "oui", "purger", "--avant", "2025")
    assert (code, said.count("(oui ou non)"), len(files(folder))) == (ExitCode.OK, 1, 3)
    assert "aucune donnée personnelle à retirer" in purge(here, "--avant", "2025")[1]


def test_never_the_campaign_nor_a_later_year(here: Config) -> None:
    old, recent = past(here, "2023-2024"), past(here, "2025-2026")
    write_campaign(here)
    current = files(here.dossier_annee)
    assert purge(here, "--avant", "2025", "--confirmer")[0] == ExitCode.OK
    assert (len(files(old)), len(files(recent)), files(here.dossier_annee)) == (3, 24, current)
    assert purge(here, "--avant", "3000", "--confirmer")[0] == ExitCode.OK
    assert (len(files(recent)), files(here.dossier_annee)) == (3, current)


def test_what_is_not_ours_is_named_and_left(here: Config, tmp_path: Path) -> None:
    folder, dossier = past(here, "2024-2025"), here.sortie.dossier
    mine = ["notes.txt", "lettres/DSDEN-77/à lire.pdf", "lots/DSDEN-77.txt", "docx/lettre.docx"]
    for name in mine:
        (folder / name).write_bytes(b"x")
    outside = tmp_path / "dehors"
    outside.mkdir()
    (outside / "DSDEN-77_2024-2025.zip").write_bytes(b"x")
    (folder / "lots/vieux").symlink_to(outside)
    (folder / "rapport.json").unlink()
    (folder / "rapport.json").symlink_to(outside / "DSDEN-77_2024-2025.zip")
    (dossier / "2022-2023").mkdir()
    (dossier / "2022-2023/rapport.html").write_bytes(b"x")
    (dossier / "2021-2022").symlink_to(folder)
    (dossier / "2020-2029").mkdir()
    code, said = purge(here, "--avant", "2025", "--confirmer")
    assert code == ExitCode.OK
    assert all(f"{name} » n’est pas un fichier du programme" in said for name in (*mine, "lots/vieux", "rapport.json"))
    assert "2022-2023 » est laissé : il n’y a pas de journal" in said
    assert "2021-2022 » est laissé : c’est un lien" in said
    assert all((folder / name).exists() for name in mine)
    assert (outside / "DSDEN-77_2024-2025.zip").read_bytes() == b"x"
    assert (dossier / "2022-2023/rapport.html").exists()


def test_trials_checks_and_previews_of_past_years_go_too(here: Config) -> None:
    dossier = here.sortie.dossier
    trial = past(here, "2024-2025")
    (dossier / "essai").mkdir()
    trial = trial.rename(dossier / "essai/2024-2025")
    left = [
        "verification/2024-2025/anomalies.xlsx",
        "apercu/2024-2025/lettre_femme.pdf",
        "apercu/2024-2025/lettre_page-1.png",
    ]
    for name in left:
        (dossier / name).parent.mkdir(parents=True, exist_ok=True)
        (dossier / name).write_bytes(NAME)
    assert purge(here, "--avant", "2025", "--confirmer")[0] == ExitCode.OK
    assert not any((dossier / name).exists() for name in left)
    assert len(files(trial)) == 3


def damaged(config: Config, year: str, copy: bool) -> Path:
    """Leave a past year whose journal has a byte that changed, and perhaps its copy too."""
    folder = past(config, year)
    for name in ("journal.sqlite", *(["journal.sauvegarde.sqlite"] if copy else [])):
        data = bytearray((folder / name).read_bytes())
        data[-1] ^= 1
        (folder / name).write_bytes(data)
    return folder


def test_a_journal_that_proves_nothing_any_more_keeps_its_folder_until_someone_says_yes_to_that(here: Config) -> None:
    bad, good = damaged(here, "2023-2024", copy=True), past(here, "2024-2025")
    before = files(bad)
    code, said = purge(here, "--avant", "2025", "--confirmer")
    assert code == ExitCode.OUTPUT
    assert "2023-2024 » est laissé : son journal est abîmé" in said
    assert "relancez cette commande dans un terminal" in said
    assert "--reprendre" not in said  # that mends the journal of the campaign, never of a past year
    assert (files(bad), len(files(good))) == (before, 3)
    code, said = at_a_terminal(here, "non", "purger", "--avant", "2025", "--confirmer")
    assert (code, files(bad)) == (ExitCode.OUTPUT, before)
    assert "aucune preuve des envois" in said
    (bad / "notes.txt").write_bytes(b"x")
    code, said = at_a_terminal(here, "oui", "purger", "--avant", "2025", "--confirmer")
    assert code == ExitCode.OK, said
    assert [name for name in files(bad) if not name.startswith(".verrou")] == ["notes.txt"]


def test_a_damaged_journal_whose_copy_is_right_is_put_back_and_purged(here: Config) -> None:
    folder = damaged(here, "2024-2025", copy=False)
    assert purge(here, "--avant", "2025", "--confirmer")[0] == ExitCode.OK
    assert len(files(folder)) == 3
    assert standing(folder / "journal.sqlite") is Tenue.JUSTE
    assert not list(folder.glob("journal_ecarte*"))
    with closing(sqlite3.connect(folder / "journal.sqlite")) as opened:
        assert opened.execute("SELECT count(*) FROM purge").fetchone() == (1,)
        assert opened.execute("SELECT count(*) FROM lettre WHERE nom <> ''").fetchone() == (0,)


def test_a_lost_journal_whose_copy_is_there_is_put_back_and_purged(here: Config) -> None:
    folder = past(here, "2024-2025")
    (folder / "journal.sqlite").unlink()
    assert purge(here, "--avant", "2025", "--confirmer")[0] == ExitCode.OK
    assert (len(files(folder)), standing(folder / "journal.sqlite")) == (3, Tenue.JUSTE)


def test_a_folder_that_is_held_is_left_for_later(here: Config) -> None:
    folder = past(here, "2024-2025")
    with FileLock(folder / ".verrou"):
        code, said = purge(here, "--avant", "2025", "--confirmer")
    assert code == ExitCode.OUTPUT
    assert "un autre passage est en cours" in said
    assert purge(here, "--avant", "2025", "--confirmer")[0] == ExitCode.OK
    assert len(files(folder)) == 3


def test_it_goes_on_where_it_was_interrupted(here: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, gone = past(here, "2024-2025"), []
    unlink = Path.unlink

    def interrupted(path: Path, missing_ok: bool = False) -> None:
        if path.parent.parent.name == "2024-2025":
            gone.append(path)
            if len(gone) == 3:
                raise KeyboardInterrupt
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", interrupted)
    code, said = purge(here, "--avant", "2025", "--confirmer")
    assert code == ExitCode.INTERRUPTED
    assert "Une partie est déjà retirée" in said
    monkeypatch.undo()
    assert len(files(folder)) > 3
    assert purge(here, "--avant", "2025", "--confirmer")[0] == ExitCode.OK
    assert len(files(folder)) == 3


@pytest.mark.parametrize("args", [[], ["--avant"], ["--avant", "hier"], ["--avant", "0"]])
def test_a_year_is_asked_for(here: Config, args: list[str]) -> None:
    assert mlds_here(here, "purger", *args).returncode == ExitCode.USAGE


def test_a_purged_school_is_shown_without_names(here: Config) -> None:
    past(here, "2024-2025").rename(here.dossier_annee)
    here.dossier_annee.rename(here.sortie.dossier / "2024-2025")
    assert purge(here, "--avant", "2025", "--confirmer")[0] == ExitCode.OK
    os.rename(here.sortie.dossier / "2024-2025", here.dossier_annee)
    assert "nom retiré" in mlds_here(here, "journal", "0770000G").stdout
    assert "Données personnelles retirées le" in mlds_here(here, "journal").stdout
    assert mlds_here(here, "controler").returncode == ExitCode.OK
