"""`mlds controler` on a campaign that was really produced: one byte that changes anywhere is named, and nothing else is."""

from __future__ import annotations

import io
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from rich.console import Console

from pipeline.campaign.proof import walked
from pipeline.cli.controler import check_campaign
from pipeline.cli.journal import mend_journal
from pipeline.cli.screen import Terminal
from pipeline.cli.usage import TOUS
from pipeline.errors import ExitCode, JournalError
from pipeline.model import Request
from pipeline.run import produce
from pipeline.settings.config import Config, read_config
from pipeline.summarize.summary import Summary
from pipeline.uai import key_of
from support.mail_servers.faulty import FaultyServer
from support.program import ROOT, mlds
from support.ready_campaign import WHEN, Sending, sending
from support.rows import GOOD, HEADERS

PLACES = 200
SEED = 2026


def _workbook(path: Path, corrected: bool = False) -> Path:
    """Write six good rows, two a DSDEN; where that is asked, the first one has another amount."""
    book = Workbook()
    book.active.append(list(HEADERS.values()))
    for number in range(6):
        digits = f"{('077', '093', '094')[number % 3]}99{number:02d}"
        row = GOOD | {"uai": digits + key_of(digits), "referent_nom": f"Exemple {chr(65 + number)}"}
        row |= {"imp": "1", "montant": 1250} if corrected and not number else {}
        book.active.append([row[role] for role in HEADERS])
    book.save(path)
    return path


@pytest.fixture(scope="module")
def produced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a campaign with all that it may leave: Word letters, drafts, sendings; made once."""
    folder = tmp_path_factory.mktemp("campagne")
    done = mlds("produire", _workbook(folder / "classeur.xlsx"), "--sortie", folder / "sortie", "--garder-docx")
    assert done.returncode == ExitCode.OK, done.stderr
    with FaultyServer(tls="aucune") as server:
        config = sending(
            read_config(ROOT / "config.toml").with_output(folder / "sortie"),
            port=server.port, securite="aucune", envoi_en_clair_decide_par="x",
        )  # fmt: skip
        assert Sending(config).run(confirmer=False, brouillons=True) == ExitCode.OK
        assert Sending(config).run(confirmer=True, pas_envoye=(TOUS,)) == ExitCode.OK
        assert Sending(config).run() == ExitCode.OK
    return folder / "sortie"


@pytest.fixture
def campaign(produced: Path, tmp_path: Path, config: Config) -> Config:
    """A copy of the campaign, to be spoilt."""
    shutil.copytree(produced, tmp_path / "sortie", copy_function=shutil.copy2)
    return config.with_output(tmp_path / "sortie")


def check(config: Config) -> tuple[ExitCode, list[str]]:
    """Run `mlds controler` in this process; return its code and the lines that it printed on stdout."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(io.StringIO()), Terminal(Console(file=io.StringIO())) as terminal:
        code = check_campaign(config, terminal)
    return code, said.getvalue().replace("\N{NO-BREAK SPACE}", " ").splitlines()


def told(config: Config) -> list[str]:
    """Return what is said of files, without the lines of the groups."""
    return [line for line in check(config)[1] if line.startswith("  ")]


def kinds(folder: Path) -> dict[str, list[Path]]:
    """Return the files of a campaign by kind; each kind is as likely to be hit, however few its bytes."""
    found: dict[str, list[Path]] = {}
    store = ((f".reserve/{path.name}", path) for path in (folder / ".reserve").iterdir())
    registry = ((name, folder / name) for name in ("journal.sqlite", "journal.temoin", "journal.sauvegarde.sqlite"))
    for name, path in (*walked(folder), *store, *registry):
        kind = name.partition("/")[0] + path.suffix if "/" in name else name
        found.setdefault(kind, []).append(path)
    return found


def test_all_that_was_produced_is_exact(campaign: Config) -> None:
    code, lines = check(campaign)
    assert (code, lines) == (
        ExitCode.OK,
        [
            "✔ Journal : 3 fichiers, tout est exact",
            "✔ Lots : 3 fichiers, tout est exact",
            "✔ Lettres : 6 fichiers, tout est exact",
            "✔ Lettres Word : 6 fichiers, tout est exact",
            "✔ Brouillons : 3 fichiers, tout est exact",
            "✔ Gabarits : 1 fichier, tout est exact",
            "✔ Rapports : 4 fichiers, tout est exact",
            "✔ Réserve : 12 fichiers, tout est exact",
            "Tout est exactement ce qui a été produit.",
        ],
    )


def test_one_byte_that_changes_anywhere_is_named(campaign: Config) -> None:
    hazard, files = random.Random(SEED), kinds(campaign.dossier_annee)
    assert sorted(files) == [
        ".reserve.json", ".reserve.pdf", "anomalies.xlsx", "brouillons.eml", "docx.docx", "gabarits.docx",
        "journal.sauvegarde.sqlite", "journal.sqlite", "journal.temoin", "lettres.pdf", "lots.zip", "rapport.html", "rapport.json",
        "recapitulatif.xlsx",
    ]  # fmt: skip
    named, missed = 0, []
    for number in range(PLACES):
        path = hazard.choice(files[sorted(files)[number % len(files)]])
        good = path.read_bytes()
        place, bit = hazard.randrange(len(good)), 1 << hazard.randrange(8)
        spoilt = bytearray(good)
        spoilt[place] ^= bit
        path.write_bytes(spoilt)
        code, lines = check(campaign)
        seen = [line for line in lines if line.startswith("  ") and path.name in line]
        right = code == ExitCode.OUTPUT or (path.name == "anomalies.xlsx" and "modifié par vous" in seen[0])
        if seen and right:
            named += 1
        else:
            missed.append((path.name, place, bit))
        path.write_bytes(good)
    assert (named, missed) == (PLACES, [])
    assert check(campaign)[0] == ExitCode.OK


@pytest.mark.parametrize(
    "kind", ["lots.zip", "lettres.pdf", "docx.docx", "rapport.html", ".reserve.pdf", "journal.sauvegarde.sqlite"]
)
def test_a_file_that_is_gone_or_cut_short_is_named(campaign: Config, kind: str) -> None:
    path = kinds(campaign.dossier_annee)[kind][0]
    path.write_bytes(path.read_bytes()[:-1])
    assert any(path.name in line for line in told(campaign))
    path.unlink()
    code, lines = check(campaign)
    assert code == ExitCode.OUTPUT
    assert any(path.stem in line and "n’est plus là" in line for line in lines)


def test_a_journal_that_is_damaged_is_read_from_its_copy(campaign: Config) -> None:
    data = bytearray(campaign.journal.read_bytes())
    data[0] ^= 1
    campaign.journal.write_bytes(data)
    code, lines = check(campaign)
    assert code == ExitCode.OUTPUT
    assert "✔ Lots : 3 fichiers, tout est exact" in lines
    assert len([line for line in lines if line.startswith("  ")]) == 1


def test_without_a_journal_that_can_be_believed_files_are_compared_with_nothing(campaign: Config) -> None:
    for path in campaign.dossier_annee.glob("journal.*sqlite"):
        path.write_bytes(b"x" * 5000)
    code, lines = check(campaign)
    assert code == ExitCode.OUTPUT
    assert any("ne peuvent être comparés à rien" in line for line in lines)
    assert "✔ Réserve : 12 fichiers, tout est exact" in lines
    campaign.journal.unlink()
    with pytest.raises(JournalError, match="le journal a disparu"):
        check(campaign)


def test_a_corrected_anomalies_xlsx_is_told_and_allowed(campaign: Config) -> None:
    path = campaign.dossier_annee / "anomalies.xlsx"
    book = load_workbook(path)
    book.active["A2"] = "corrigé"
    book.save(path)
    code, lines = check(campaign)
    assert code == ExitCode.OK
    assert "  · anomalies.xlsx : modifié par vous depuis. C’est permis : rien à faire." in lines


def test_strangers_are_named_and_only_a_bundle_is_a_fault(campaign: Config) -> None:
    folder = campaign.dossier_annee
    (folder / "notes.txt").write_text("à moi")
    (folder / "lettres/DSDEN-77/à lire.txt").write_text("à moi")
    (folder / "lots/Thumbs.db").write_bytes(b"x")
    (folder / "journal.txt").write_bytes(b"x")
    code, lines = check(campaign)
    assert code == ExitCode.OK
    assert [line.split(" : ")[0] for line in lines if line.startswith("  ")] == [
        "  · lettres/DSDEN-77/à lire.txt", "  · journal.txt", "  · notes.txt",
    ]  # fmt: skip
    shutil.copy(next(folder.glob("lots/*.zip")), folder / "lots/copie.zip")
    code, lines = check(campaign)
    assert code == ExitCode.OUTPUT
    assert any(line.startswith("  ✘ lots/copie.zip : ce lot n’est pas connu du journal") for line in lines)


def test_a_link_in_the_place_of_a_file_is_seen(campaign: Config, tmp_path: Path) -> None:
    path = next(campaign.dossier_lots.glob("*.zip"))
    path.rename(tmp_path / "ailleurs.zip")
    path.symlink_to(tmp_path / "ailleurs.zip")
    assert any(path.name in line and "un lien" in line for line in told(campaign))


def test_a_link_to_a_folder_is_never_followed(campaign: Config, tmp_path: Path) -> None:
    (tmp_path / "dehors").mkdir()
    (tmp_path / "dehors/secret.txt").write_text("x")
    (campaign.dossier_annee / "lien").symlink_to(tmp_path / "dehors")
    assert told(campaign) == ["  · lien : ce fichier n’est pas du programme. Il n’est pas contrôlé."]


def _kill_before_the_witness(config: Config) -> None:
    with closing(sqlite3.connect(config.journal)) as journal, journal:
        journal.execute("UPDATE envoi SET essais = essais + 1")


def _leave_half_an_entry(config: Config) -> None:
    (config.dossier_annee / ".reserve/ab.pdf").write_bytes(b"%PDF")


def _send_a_draft(config: Config) -> None:
    next(config.dossier_annee.glob("brouillons/**/*.eml")).unlink()


@pytest.mark.parametrize(
    ("leave", "words"),
    [
        (_kill_before_the_witness, "un passage a été interrompu juste après l’avoir écrit"),
        (_leave_half_an_entry, ".reserve/ab.pdf : reste d’un passage interrompu"),
        (_send_a_draft, "ce fichier n’est plus là"),
    ],
)
def test_what_harms_nobody_is_told_and_no_fault(campaign: Config, leave: Callable[[Config], None], words: str) -> None:
    leave(campaign)
    before = campaign.journal.read_bytes()
    code, lines = check(campaign)
    assert code == ExitCode.OK
    assert any(line.startswith("  · ") and words in line for line in lines), lines
    assert campaign.journal.read_bytes() == before


def test_the_command_prints_data_on_stdout_and_progress_on_stderr(campaign: Config) -> None:
    done = mlds("controler", "--sortie", campaign.sortie.dossier)
    assert done.returncode == ExitCode.OK
    assert done.stdout.endswith("Tout est exactement ce qui a été produit.\n")
    assert "fichiers lus" in done.stderr
    assert mlds("controler", "--sortie", campaign.sortie.dossier / "rien").returncode == ExitCode.OK


@dataclass
class Outbox:
    """The mail server of the rectorat, and a campaign that was sent through it."""

    config: Config
    server: FaultyServer

    def send(self, **asked: object) -> int:
        """Send, and return the exit code."""
        return Sending(self.config).run(**asked)

    def produce(self) -> Summary:
        """Produce again, with the real engine."""
        with redirect_stderr(io.StringIO()), Terminal(Console(file=io.StringIO())) as terminal:
            return produce(self.config, Request(self.config.sortie.dossier.parent / "c.xlsx"), WHEN, terminal)


@pytest.fixture
def outbox(campaign: Config) -> Iterator[Outbox]:
    _workbook(campaign.sortie.dossier.parent / "c.xlsx")
    with FaultyServer(tls="aucune") as server:
        yield Outbox(sending(campaign, port=server.port, securite="aucune", envoi_en_clair_decide_par="x"), server)


def test_an_old_journal_put_back_after_a_sending_sends_nothing_twice(outbox: Outbox) -> None:
    last, old = outbox.config.journal.read_bytes(), _before_the_sending(outbox.config.journal)
    outbox.config.journal.write_bytes(old)
    for use in (outbox.produce, outbox.send):
        with pytest.raises(JournalError, match="une ancienne copie"):
            use()
    assert mend_journal(outbox.config, WHEN, confirmer=True) == ExitCode.OK  # its copy knows everything
    assert outbox.config.journal.read_bytes() == last
    assert (len(outbox.produce().documents), outbox.send()) == (6, ExitCode.OK)
    assert outbox.server.received == []
    assert check(outbox.config)[0] == ExitCode.OK


@pytest.mark.parametrize("gone", ["journal*", "journal.s*"])
def test_a_journal_that_is_lost_for_good_is_made_again_and_sends_nothing_twice(outbox: Outbox, gone: str) -> None:
    for path in outbox.config.dossier_annee.glob(gone):
        path.unlink()
    for use in (outbox.produce, outbox.send):
        with pytest.raises(JournalError, match="le journal a disparu"):
            use()
    assert mend_journal(outbox.config, WHEN, confirmer=True) == ExitCode.OK
    assert outbox.send() == ExitCode.MAIL
    assert (len(outbox.produce().documents), outbox.send()) == (6, ExitCode.MAIL)
    assert outbox.server.received == []
    assert outbox.send(renvoyer=("77",)) == ExitCode.MAIL
    assert len(outbox.server.received) == 1
    assert check(outbox.config)[0] == ExitCode.OK


def test_after_a_journal_was_made_again_the_next_correction_is_a_full_bundle(outbox: Outbox) -> None:
    """Nobody knows any more what the letters said that a DSDEN holds: there is nothing to correct letter by letter."""
    for path in outbox.config.dossier_annee.glob("journal.s*"):
        path.unlink()
    assert mend_journal(outbox.config, WHEN, confirmer=True) == ExitCode.OK
    assert outbox.send(renvoyer=("77",)) == ExitCode.MAIL
    _workbook(outbox.config.sortie.dossier.parent / "c.xlsx", corrected=True)
    assert outbox.produce().rectificatifs == ()
    assert outbox.send() == ExitCode.MAIL
    assert [to for message in outbox.server.received for to in message.recipients] == ["ce.77mlds@ac-creteil.fr"] * 2
    assert check(outbox.config)[0] == ExitCode.OK


def _before_the_sending(path: Path) -> bytes:
    """Return the journal as it was before anything left: what someone kept on another disk."""
    with closing(sqlite3.connect(path)) as journal:
        copy = path.with_name("autre-disque")
        with closing(sqlite3.connect(copy)) as other:
            journal.backup(other)
            with other:
                other.execute("DELETE FROM envoi")
    data = bytearray(copy.read_bytes())
    copy.unlink()
    data[24:28] = data[92:96] = (3).to_bytes(4)
    return bytes(data)
