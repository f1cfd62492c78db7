"""`mlds` alone: what to do next, told from what is really in the folder, damaged or not, without changing it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.campaign.folder import workspace
from pipeline.cli.next_step import next_step
from pipeline.errors import ExitCode
from pipeline.journal.opening import insert
from pipeline.journal.sendings import BROUILLON, Etat
from pipeline.settings.config import Config, read_config
from support.journal_at import last_lots, opened
from support.program import ROOT, mlds
from support.ready_campaign import write_campaign
from support.rows import GOOD, HEADERS


@pytest.fixture
def folder(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, which is also the one where one is."""
    (project / "entree").mkdir()
    monkeypatch.chdir(project)
    return project


@pytest.fixture
def ready(folder: Path) -> Config:
    """The settings of a folder where three bundles wait to be sent."""
    config = read_config(folder / "config.toml")
    write_campaign(config)
    return config


def told(folder: Path) -> list[str]:
    return [line.replace("\u00a0", " ") for line in next_step(folder / "config.toml")]


def save(folder: Path, make_workbook: Callable[..., Path], **changed: object) -> None:
    """Save a workbook of one row in the input folder; another row makes it another workbook."""
    row = {**GOOD, **changed}
    shutil.move(make_workbook([[HEADERS[role] for role in row], list(row.values())]), folder / "entree/référents.xlsx")


def send(config: Config, **states: Etat) -> None:
    """Write to the journal how far the message of a DSDEN has come: `d77=Etat.ENVOYE`."""
    when = datetime(2026, 10, 4, tzinfo=UTC).isoformat()
    lots = {lot.dsden: lot for lot in last_lots(config.journal)}
    with opened(config.journal) as journal, journal:
        for name, etat in states.items():
            lot = lots[name[1:]]
            row = {
                "dsden": lot.dsden, "lot_sha256": lot.sha256, "part": 1, "decoupe": str(len(lot.letters)),
                "message_id": f"<{name}@exemple.fr>", "adresse": "", "objet": "", "octets": 1, "prepare_le": when,
                "etat": etat, "etat_le": when, "reponse": "", "essais": 1,
            }  # fmt: skip
            insert(journal, "envoi", [row])


# --- The command ---------------------------------------------------------------------------------------------


def test_a_folder_without_settings_is_told_how_to_begin(tmp_path: Path) -> None:
    done = mlds(cwd=tmp_path)
    assert (done.returncode, done.stdout) == (ExitCode.OK, "")
    assert "« mlds init Lettres » en prépare un neuf" in done.stderr
    assert "« mlds --help » : toutes les commandes." in done.stderr


def test_the_way_from_an_empty_folder_to_ready_bundles(folder: Path, make_workbook: Callable[..., Path]) -> None:
    """Each answer is followed, and leads to the next one."""
    assert told(folder)[1:] == [
        "Classeur : aucun dans « entree ».",
        "Dernier passage : aucun.",
        "Envois : aucun lot prêt.",
        "À faire : déposer votre classeur dans « entree », puis taper « mlds » de nouveau.",
    ]
    save(folder, make_workbook, uai="0779999B")
    assert told(folder)[-1] == "À faire : « mlds verifier », qui dit quoi corriger, puis « mlds produire »."
    assert mlds("verifier", cwd=folder).returncode == ExitCode.ROWS_LEFT
    wanted = "À faire : corriger 1 ligne dans « sortie/verification/2026-2027/anomalies.xlsx », puis « mlds verifier "
    assert told(folder)[-1].startswith(wanted)
    save(folder, make_workbook)
    assert "« mlds verifier »" in told(folder)[-1]
    assert mlds("verifier", cwd=folder).returncode == ExitCode.OK
    assert told(folder)[-1].startswith("À faire : « mlds produire »")
    made = mlds("produire", cwd=folder)
    assert (made.returncode, made.stderr.splitlines()[-1]) == (ExitCode.OK, "mlds envoyer")
    last = mlds(cwd=folder).stderr.replace("\u00a0", " ").splitlines()
    assert len(last) == 5
    assert last[1].endswith(", déjà produit.")
    assert last[2].endswith("« référents.xlsx », 1 lettre, 0 ligne à corriger.")
    assert last[3] == "Envois : à envoyer (77)."
    assert last[4] == (
        "À faire : « mlds envoyer » montre ce qui partirait, et n’envoie rien ; sans serveur d’envoi, "
        "« mlds envoyer --brouillons »."
    )
    save(folder, make_workbook, referent_nom="Autre")
    assert "« mlds verifier »" in told(folder)[-1]


def test_rows_to_correct_do_not_hold_the_bundles_up(folder: Path, ready: Config) -> None:
    with opened(ready.journal) as journal, journal:
        journal.execute("UPDATE passage SET rejetees = 2")
    assert told(folder)[-2:] == [
        "À faire : corriger 2 lignes dans « sortie/2026-2027/anomalies.xlsx », puis « mlds produire "
        '"sortie/2026-2027/anomalies.xlsx" ».',
        "Ensuite : « mlds envoyer » montre ce qui partirait, même avant ces corrections, et n’envoie rien ; sans "
        "serveur d’envoi, « mlds envoyer --brouillons ».",
    ]


def test_all_that_is_to_do_is_said_in_order(folder: Path, ready: Config) -> None:
    """A draft to answer, a message to ask about, rows to correct, a bundle to send: none hides another."""
    send(ready, d77=Etat.INCERTAIN, d93=Etat.INCERTAIN)
    with opened(ready.journal) as journal, journal:
        journal.execute("UPDATE envoi SET reponse = ? WHERE dsden = '93'", (BROUILLON,))
        journal.execute("UPDATE passage SET rejetees = 2")
    asked, answered, corrected, sent = told(folder)[-4:]
    assert asked.startswith("À faire : demander à la DSDEN 77")
    assert answered.startswith("Ensuite : dire si le brouillon de la DSDEN 93 a été envoyé")
    assert corrected.startswith("Ensuite : corriger 2 lignes")
    assert sent.startswith("Ensuite : « mlds envoyer »")


def test_a_run_for_one_dsden_is_told_as_such(folder: Path, ready: Config) -> None:
    with opened(ready.journal) as journal, journal:
        journal.execute("UPDATE passage SET portee = '77 93'")
    assert told(folder)[2].endswith(", 5 lettres, 0 ligne à corriger, DSDEN 77 et 93 seulement.")


def test_what_may_have_arrived_comes_before_what_is_to_be_sent(folder: Path, ready: Config) -> None:
    send(ready, d77=Etat.ENVOYE, d93=Etat.INCERTAIN)
    *_, departs, todo, then = told(folder)
    assert then.startswith("Ensuite : « mlds envoyer »")
    assert departs == "Envois : envoyé (77), peut-être arrivé (93), à envoyer (94)."
    assert "demander à la DSDEN 93 si le message est arrivé" in todo
    assert todo.endswith("« mlds envoyer --confirmer --renvoyer 93 ».")


def test_when_all_is_sent_there_is_nothing_to_do(folder: Path, ready: Config) -> None:
    send(ready, d77=Etat.ENVOYE, d93=Etat.ENVOYE, d94=Etat.ENVOYE)
    assert told(folder)[-2:] == [
        "Envois : envoyé (77, 93 et 94).",
        "À faire : rien. Un classeur corrigé se dépose dans « entree ».",
    ]


def test_nothing_is_said_of_a_folder_where_a_command_is_at_work(folder: Path, ready: Config) -> None:
    """A message that is about to leave would pass for one that may have arrived."""
    send(ready, d77=Etat.EN_COURS)
    with workspace(ready.dossier_annee, "mlds envoyer"):
        assert told(folder)[1].startswith(
            "À faire : attendre. Une commande travaille dans ce dossier : « mlds envoyer », "
        )
    assert "peut-être arrivé (77)" in told(folder)[3]


# --- Damage --------------------------------------------------------------------------------------------------


def test_wrong_settings_are_told(folder: Path) -> None:
    (folder / "config.toml").write_text("[campagne\n", encoding="utf-8")
    fault, todo = told(folder)
    assert "l’écriture n’est pas correcte, ligne 1" in fault
    assert todo.startswith("À faire : corriger config.toml")


def test_a_register_that_is_not_there_is_told(folder: Path) -> None:
    settings = folder / "config.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('[annuaire]\nfichier = ""', '[annuaire]\nfichier = "annuaire.csv"'), "utf-8")
    *_, fault, todo = told(folder)
    assert fault.startswith(f"✘ {folder / 'annuaire.csv'} : cet annuaire des établissements n’existe pas. Corrigez")
    assert todo.startswith("À faire : ce que dit la ligne au-dessus.")
    (folder / "annuaire.csv").touch()
    assert not any(line.startswith("✘") for line in told(folder))


def test_a_damaged_journal_is_told(folder: Path, ready: Config) -> None:
    ready.journal.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    lines = told(folder)
    assert any(line.startswith("✘ ") and "le journal est abîmé" in line for line in lines)
    assert lines[-1] == "À faire : ce que dit la ligne au-dessus. Rien d’autre n’est perdu."


def test_a_lost_journal_is_told(folder: Path, ready: Config) -> None:
    ready.journal.unlink()
    assert f"✘ {ready.journal} : " in "\n".join(told(folder))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"lignes": null}', b"[" * 100_000, b"\xff\xfe"])
def test_a_damaged_report_is_as_none(folder: Path, make_workbook: Callable[..., Path], content: bytes) -> None:
    save(folder, make_workbook)
    report = folder / "sortie/verification/2026-2027/rapport.json"
    report.parent.mkdir(parents=True)
    report.write_bytes(content)
    assert "« mlds verifier »" in told(folder)[-1]


def test_a_workbook_that_cannot_be_read_is_told(
    folder: Path, ready: Config, make_workbook: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    save(folder, make_workbook)

    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pipeline.campaign.situation.sha256_of", refused)
    assert f"✘ {folder}/entree/référents.xlsx : impossible de le lire. " in "\n".join(told(folder))


def test_looking_changes_nothing(folder: Path, ready: Config, make_workbook: Callable[..., Path]) -> None:
    save(folder, make_workbook)

    def state() -> dict[str, int]:
        return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}

    before = state()
    assert mlds(cwd=folder).returncode == ExitCode.OK
    assert state() == before


def test_looking_at_an_older_journal_brings_it_to_no_other_version(folder: Path, ready: Config) -> None:
    with closing(sqlite3.connect(ready.journal)) as journal:
        journal.execute("ALTER TABLE lot DROP COLUMN lettres_de")
        journal.execute("DROP TABLE gabarit")
        journal.execute("DROP TABLE lieu")
        journal.execute("PRAGMA user_version = 6")
        journal.execute("UPDATE campagne SET temoin = 0")
        journal.commit()
    for later in ("journal.temoin", "journal.sauvegarde.sqlite"):
        (ready.dossier_annee / later).unlink()
    before = {path: path.read_bytes() for path in ready.dossier_annee.glob("journal*")}
    assert "Envois : à envoyer (77, 93 et 94)." in told(folder)
    assert {path: path.read_bytes() for path in ready.dossier_annee.glob("journal*")} == before


def test_it_imports_nothing_heavy(folder: Path, ready: Config) -> None:
    heavy = ("pandas", "docxtpl", "jinja2", "openpyxl", "rich", "pikepdf", "pypdfium2", "lxml", "pipeline.send.smtp")
    program = (
        "import sys\nfrom pipeline.cli.next_step import next_step\nfrom pathlib import Path\n"
        f"next_step(Path('config.toml'))\nprint([name for name in {heavy} if name in sys.modules])"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- Several workbooks, a corrected report, a bundle that is no more ------------------------------------------


def test_an_older_workbook_is_said_to_be_left_alone(folder: Path, make_workbook: Callable[..., Path]) -> None:
    save(folder, make_workbook, referent_nom="Ancien")
    (folder / "entree/référents.xlsx").rename(folder / "entree/ancien.xlsx")
    os.utime(folder / "entree/ancien.xlsx", (1, 1))
    save(folder, make_workbook)
    assert told(folder)[1].endswith(". Plus anciens, non lus : « ancien.xlsx ».")
    done = mlds("verifier", cwd=folder)
    assert "C’est le plus récent de ce dossier. Non lu : « ancien.xlsx »." in done.stderr


@pytest.mark.parametrize("lock", ["~$référents.xlsx", ".~lock.référents.xlsx#"])
def test_a_workbook_that_is_open_elsewhere_is_said(folder: Path, make_workbook: Callable[..., Path], lock: str) -> None:
    save(folder, make_workbook)
    (folder / "entree" / lock).write_bytes(b"x")
    done = mlds("verifier", cwd=folder)
    assert "« référents.xlsx » est ouvert dans un autre programme : seul ce qui y est enregistré est lu." in done.stderr


def test_a_report_that_was_corrected_then_checked_is_not_forgotten(
    folder: Path, make_workbook: Callable[..., Path]
) -> None:
    save(folder, make_workbook, uai="0779999B")
    mlds("verifier", cwd=folder)
    marked = folder / "sortie/verification/2026-2027/anomalies.xlsx"
    mlds("verifier", marked, cwd=folder)
    assert told(folder)[-1] == (
        "À faire : corriger 1 ligne dans « sortie/verification/2026-2027/anomalies.xlsx », puis « mlds verifier "
        '"sortie/verification/2026-2027/anomalies.xlsx" ».'
    )
    book = load_workbook(marked)
    book["Référents"]["A2"] = GOOD["uai"]
    book.save(marked)
    assert told(folder)[-1].endswith('anomalies.xlsx" », qui lit ce que vous y avez corrigé.')
    assert mlds("verifier", marked, cwd=folder).returncode == ExitCode.OK
    assert told(folder)[-1] == (
        'À faire : « mlds produire "sortie/verification/2026-2027/anomalies.xlsx" » : la vérification n’y a trouvé '
        "aucune ligne à corriger."
    )
    assert mlds("produire", marked, cwd=folder).returncode == ExitCode.OK
    assert told(folder)[-1].startswith("À faire : « mlds envoyer »")
    save(folder, make_workbook, referent_nom="Autre")
    assert told(folder)[-1].startswith("À faire : « mlds envoyer »"), "an older workbook is not what comes next"


def test_a_bundle_that_was_deleted_is_told(folder: Path, ready: Config) -> None:
    next(ready.dossier_lots.glob("DSDEN-77*.zip")).unlink()
    *_, departs, todo, then = told(folder)
    assert then.startswith("Ensuite : « mlds envoyer »")
    assert departs == "Envois : à envoyer (93 et 94), disparu de « lots » (77)."
    assert todo == "À faire : « mlds produire », qui refait le lot de la DSDEN 77, supprimé de « lots »."
