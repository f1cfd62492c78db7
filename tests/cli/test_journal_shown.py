"""`mlds journal`: what the campaign went through, what became of a school's letters, and a journal mended."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from pipeline.bundle.stage import plan, write_lots
from pipeline.errors import ExitCode, JournalError
from pipeline.journal.opening import standing
from pipeline.journal.runs import Run
from pipeline.journal.sendings import Etat
from pipeline.journal.witness import Tenue, copy_of, witness_of
from pipeline.model import Document, Made, Recipe, Vacancy, Verdict
from pipeline.settings.config import Config
from support.journal_at import last_lots, read_envois, record_run
from support.mail_servers.faulty import FaultyServer
from support.program import ROOT
from support.ready_campaign import WHEN, Sending, document, letters_in, sending, settings, write_campaign
from support.terminals import at_a_terminal, mlds_here

SCHOOL = "0770000" + "G"


@pytest.fixture
def here(project: Path) -> Config:
    """A user's folder, its settings complete enough to send."""
    return settings(project, "ac-creteil.fr")


def run_of(config: Config, documents: list[Document], day: int, vacancies: tuple[Vacancy, ...] = ()) -> None:
    """Leave what a run of some day leaves."""
    lots = write_lots(plan(documents), config, config.dossier_lots, vacancies)
    letters = tuple(one.letter for one in documents)
    made = {one.row: Made(Recipe("01" * 32, "02" * 32, "LibreOffice 7.4", "03" * 32), {}) for one in letters}
    verdict = Verdict(letters, vacancies, (), (), ())
    when = WHEN + timedelta(days=day)
    record_run(
        config.journal,
        Run(
            when,
            f"version-{day}.xlsx",
            "ef" * 32,
            "LibreOffice 7.4",
            "",
            verdict,
            made,
            (),
            4,
            2,
            "montant corrigé (2)",
        ),
        lots,
    )


def letter(folder: Path, number: int, content: bytes, nom: str, montant: str = "625.00") -> Document:
    folder.mkdir(exist_ok=True)
    one = document(folder, "77", number, content, nom, montant)
    kept = one.pdf.rename(folder / f"{hashlib.sha256(content).hexdigest()}.pdf")
    return replace(one, pdf=kept)


def test_the_runs_the_bundles_and_the_sendings(here: Config, tmp_path: Path) -> None:
    pdfs = tmp_path / "pdf"
    run_of(here, [letter(pdfs, 0, b"a", "Exemple"), letter(pdfs, 1, b"b", "Autre")], 0)
    with FaultyServer(tls="aucune") as server:
        ready = sending(here, port=server.port, securite="aucune")
        assert Sending(ready).run() == 0
    run_of(here, [letter(pdfs, 0, b"a2", "Exemple"), letter(pdfs, 1, b"b", "Autre")], 3)
    done = mlds_here(here, "journal")
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")
    assert "Passages : 2" in done.stdout
    assert (
        "3 octobre 2026, 14 h 05 version-0.xlsx 2 0 4 2 : montant corrigé (2) LibreOffice 7.4\nefefefefefef"
        in done.stdout
    )
    assert "Lots : 2\n" in done.stdout
    assert re.search(r"77 entier 2 1 250,00 € .* 3 octobre 2026 remplacé", done.stdout)
    assert "Envois : 1\n" in done.stdout
    assert "77 entier ce.77mlds@ac-creteil.fr envoyé le 3 octobre 2026, 14 h 05" in done.stdout
    assert not {"Exemple", "Autre", "Anne"} & set(done.stdout.split())


def test_the_life_of_one_school(here: Config, tmp_path: Path) -> None:
    pdfs = tmp_path / "pdf"
    other = letter(pdfs, 5, b"e", "Ailleurs")
    run_of(here, [other, letter(pdfs, 0, b"a", "Exemple"), letter(pdfs, 1, b"b", "Autre")], 0)
    with FaultyServer(tls="aucune") as server:
        ready = sending(here, port=server.port, securite="aucune")
        assert Sending(ready).run() == 0
    run_of(here, [other, letter(pdfs, 0, b"a2", "Exemple", "1250.00"), letter(pdfs, 1, b"b2", "Nouveau")], 3)
    school = letter(pdfs, 0, b"x", "X").letter.etablissement
    run_of(here, [other], 9, (Vacancy(other.letter.row, school),))
    said = mlds_here(here, "journal", SCHOOL.lower()).stdout
    assert said.startswith(f"{SCHOOL}, Collège des Tilleuls : 2 lettres\n")
    assert re.search(
        r"Anne Exemple 625,00 € 3 octobre 2026, 14 h 05 entier envoyé le 3 octobre 2026, 14 h 05 remplacée par une lettre corrigée le 6 octobre 2026",
        said,
    )
    assert re.search(
        r"Anne Exemple 1 250,00 € 6 octobre 2026, 14 h 05 entier jamais envoyée retirée le 12 octobre 2026",
        said,
    )
    assert "Poste à pourvoir : 12 octobre 2026." in said
    replaced = mlds_here(here, "journal", letter(pdfs, 1, b"b", "Autre").letter.etablissement.uai).stdout
    assert "remplacée par celle de Anne" in replaced.replace("\n", " ")
    assert "Nouveau" in replaced
    still = mlds_here(here, "journal", other.letter.etablissement.uai).stdout
    assert still.count("toujours valable") == 1


def test_a_letter_that_was_sent_is_valid_while_its_row_waits(here: Config, tmp_path: Path) -> None:
    pdfs = tmp_path / "pdf"
    both = [letter(pdfs, 0, b"a", "Exemple"), letter(pdfs, 5, b"e", "Ailleurs")]
    run_of(here, both, 0)
    with FaultyServer(tls="aucune") as server:
        assert Sending(sending(here, port=server.port, securite="aucune")).run() == 0
    run_of(here, both[1:], 3)
    assert mlds_here(here, "journal", SCHOOL).stdout.count("toujours valable") == 1
    with FaultyServer(tls="aucune") as server:  # a full lot without it replaces all that the DSDEN has
        assert Sending(sending(here, port=server.port, securite="aucune")).run(complet=True, renvoyer=("77",)) == 0
    assert "retirée le 6 octobre 2026" in mlds_here(here, "journal", SCHOOL).stdout


def test_a_school_is_found_by_its_name_and_a_person_in_the_report(here: Config) -> None:
    write_campaign(here)
    several = mlds_here(here, "journal", "des tilleuls")
    assert several.returncode == ExitCode.USAGE
    assert f"plusieurs établissements ont ce nom : {SCHOOL}, Collège des Tilleuls ; " in several.stderr
    nobody = mlds_here(here, "journal", "Exemple")
    assert nobody.returncode == ExitCode.USAGE
    assert "la recherche de « " in nobody.stderr
    assert "rapport.html »" in nobody.stderr


def test_the_only_school_of_a_name_is_shown(here: Config) -> None:
    write_campaign(here, {"77": (900,)})
    shown = mlds_here(here, "journal", "TILLEULS")
    assert shown.returncode == ExitCode.OK, shown.stderr
    assert shown.stdout.startswith(f"{SCHOOL}, Collège des Tilleuls : 1 lettre\n")


def test_a_uai_that_is_none_and_a_school_that_is_unknown(here: Config) -> None:
    write_campaign(here)
    wrong = mlds_here(here, "journal", "0770000A")
    assert wrong.returncode == ExitCode.USAGE
    assert "avec ces chiffres, la lettre serait G" in wrong.stderr
    assert mlds_here(here, "journal", "collège").returncode == ExitCode.USAGE
    unknown = mlds_here(here, "journal", "0770007" + "P")
    assert (unknown.returncode, unknown.stdout) == (ExitCode.OK, "")
    assert unknown.stderr.startswith("0770007P : aucune lettre pour cet établissement dans cette campagne.")


def test_nothing_yet_is_said(here: Config) -> None:
    done = mlds_here(here, "journal")
    assert (done.returncode, done.stdout) == (ExitCode.OK, "")
    assert "rien n’a encore été produit" in done.stderr
    assert "rien n’a encore été produit" in mlds_here(here, "journal", "--reprendre").stderr
    assert not here.dossier_annee.exists()


def test_it_may_be_read_while_another_run_is_at_work(here: Config) -> None:
    write_campaign(here)
    with FileLock(here.dossier_annee / ".verrou"):
        assert mlds_here(here, "journal").returncode == ExitCode.OK


def test_a_journal_in_doubt_is_shown_after_the_sentence_that_says_so(here: Config) -> None:
    write_campaign(here)
    old = here.journal.read_bytes()
    write_campaign(here)
    here.journal.write_bytes(old)
    done = mlds_here(here, "journal")
    assert done.returncode == ExitCode.OUTPUT
    assert "ce journal est une ancienne copie" in done.stderr
    assert "Passages : 1" in done.stdout
    here.journal.write_bytes(b"x" * 5000)
    done = mlds_here(here, "journal")
    assert (done.returncode, done.stdout) == (ExitCode.OUTPUT, "")


def kept_aside(config: Config) -> list[str]:
    return sorted(path.name.partition(".")[2] for path in config.dossier_annee.glob("journal_ecarte_*"))


def test_a_damaged_journal_is_put_back_from_its_copy_with_nothing_lost(here: Config) -> None:
    write_campaign(here)
    good = here.journal.read_bytes()
    spoilt = good[:3000] + b"!" + good[3001:]
    here.journal.write_bytes(spoilt)
    alone = mlds_here(here, "journal", "--reprendre")
    assert alone.returncode == ExitCode.OUTPUT
    assert "ajoutez --confirmer" in alone.stderr
    assert here.journal.read_bytes() == spoilt
    done = mlds_here(here, "journal", "--reprendre", "--confirmer")
    assert done.returncode == ExitCode.OK, done.stderr
    assert here.journal.read_bytes() == good
    assert [path.read_bytes() for path in here.dossier_annee.glob("journal_ecarte_*.sqlite")] == [spoilt]
    assert "Le journal est remis. L’ancien est gardé" in done.stderr
    assert "rien à reprendre" in mlds_here(here, "journal", "--reprendre", "--confirmer").stderr


@pytest.fixture
def lost(here: Config) -> Iterator[tuple[Config, FaultyServer]]:
    """A campaign that was sent, and whose journal and copy are gone."""
    with FaultyServer(tls="aucune") as server:
        config = sending(here, port=server.port, securite="aucune")
        write_campaign(config)
        assert Sending(config).run() == 0
        here.journal.unlink()
        copy_of(here.journal).unlink()
        yield config, server


def test_a_journal_that_is_lost_for_good_is_made_from_the_bundles(lost: tuple[Config, FaultyServer]) -> None:
    config, server = lost
    with pytest.raises(JournalError, match="le journal a disparu"):
        Sending(config).run()
    done = mlds_here(config, "journal", "--reprendre", "--confirmer")
    assert done.returncode == ExitCode.OK, done.stderr
    assert "Un journal est refait, avec les 3 lots." in done.stderr
    assert standing(config.journal) is Tenue.JUSTE
    assert [(one.dsden, one.etat, one.adresse) for one in read_envois(config.journal)] == [
        (code, Etat.INCERTAIN, f"ce.{code}mlds@ac-creteil.fr") for code in ("77", "93", "94")
    ]
    one = Sending(config)
    assert one.run() == ExitCode.MAIL
    assert "peut-être arrivé" in one.said
    assert len(server.received) == 3
    assert one.run(renvoyer=("77",)) == ExitCode.MAIL
    assert len(server.received) == 4
    assert "Anne Exemple" in mlds_here(config, "journal", SCHOOL).stdout
    assert kept_aside(config) == ["temoin"]


def test_the_next_run_goes_on_after_the_journal_was_made_again(lost: tuple[Config, FaultyServer]) -> None:
    config, server = lost
    mlds_here(config, "journal", "--reprendre", "--confirmer")
    assert letters_in(config.journal) == ()
    assert [len(lot.letters) for lot in last_lots(config.journal)] == [2, 1, 2]
    write_campaign(config)  # the same letters: the same bytes
    assert Sending(config).run() == ExitCode.MAIL
    assert len(server.received) == 3


def test_a_bundle_that_is_not_exact_cannot_tell_what_left(lost: tuple[Config, FaultyServer]) -> None:
    config, _ = lost
    path = next(config.dossier_lots.glob("DSDEN-93*"))
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    done = mlds_here(config, "journal", "--reprendre", "--confirmer")
    assert done.returncode == ExitCode.OUTPUT
    assert "DSDEN-93_2026-2027.zip : " in done.stderr
    assert "Rien n’a été fait." in done.stderr
    assert not config.journal.exists()


def test_nothing_is_ever_replaced_among_what_was_set_aside(here: Config) -> None:
    for _ in range(3):
        write_campaign(here)
        here.journal.write_bytes(b"x" * 5000)
        witness_of(here.journal).unlink()
        copy_of(here.journal).unlink()
        assert mlds_here(here, "journal", "--reprendre", "--confirmer").returncode == ExitCode.OK
    assert kept_aside(here) == ["sqlite"] * 3


def test_someone_at_a_terminal_is_asked_once(here: Config) -> None:
    write_campaign(here)
    shutil.copy(ROOT / "README.md", here.journal)
    for answer, expected in (("non", ExitCode.OUTPUT), ("oui", ExitCode.OK)):
        code, said = at_a_terminal(here, answer, "journal", "--reprendre")
        assert said.count("(oui ou non)") == 1
        assert (code, standing(here.journal) is Tenue.JUSTE) == (expected, answer == "oui")
