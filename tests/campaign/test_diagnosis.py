"""`mlds diagnostic`: what works and what does not, a line a check, with what to do; nothing is kept or sent."""

from __future__ import annotations

import os
import re
import shutil
import sys
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import keyring
import pytest

from pipeline.campaign.diagnosis import Finding, Mark
from pipeline.campaign.diagnosis.letter import letter
from pipeline.campaign.diagnosis.machine import clock, converters, folders, register
from pipeline.campaign.diagnosis.mail import encryption, mail, server
from pipeline.convert import libreoffice, word
from pipeline.errors import ExitCode
from pipeline.send.access import smtp_password
from pipeline.send.delivery import Patience
from pipeline.settings.config import AnnuaireDesEcoles, Config, read_config
from pipeline.settings.sections import Courrier, Variante
from pipeline.uai import key_of
from support.mail_servers.faults import STALL, Fault, Place
from support.mail_servers.faulty import HOST, FaultyServer
from support.program import ROOT, mlds

if TYPE_CHECKING:
    from support.mail_servers.certificates import Certificates
    from support.mail_servers.postfix import MailServer

IN_SEASON = datetime(2026, 9, 3, 10, 30, tzinfo=UTC)
ACCOUNT = ("mlds", "un mot de passe")


def marks(findings: Sequence[Finding]) -> dict[str, Mark]:
    return {finding.subject: finding.mark for finding in findings}


def without_password(_: str) -> str:
    raise AssertionError("no password is needed")


# --- The command -------------------------------------------------------------------------------------------


def test_a_good_machine_has_a_line_for_each_thing(project: Path) -> None:
    (project / "entree").mkdir()
    done = mlds("diagnostic", cwd=project, env={**os.environ, "PYTHONPATH": str(ROOT)})
    lines = done.stderr.splitlines()
    assert done.returncode == ExitCode.OK, done.stderr
    assert [line.split(" :")[0] for line in lines] == [
        "✔ Programme", "✔ Python", "✔ Réglages", "✔ Horloge", "✔ Classeurs", "✔ Résultats", "✔ LibreOffice", "– Word",
        "✔ Gabarit", "✔ Conversion", "✔ Lettre d’essai", "✔ Polices", "– Courrier", "✔ Chiffrement",
        "– Départ des lots",
    ]  # fmt: skip
    assert f"« {shutil.which('soffice')} »" in lines[6]
    assert lines[7] == "– Word : seulement sous Windows et macOS"
    assert "aucun serveur d’envoi" in lines[-3]
    assert "rien n’est décidé, et « mlds envoyer » ne fera rien" in lines[-1]
    assert sorted(path.name for path in project.iterdir()) == ["config.toml", "data", "entree", "templates"]


def test_wrong_settings_are_said_after_the_versions(project: Path) -> None:
    (project / "config.toml").write_text("[campagne]\n", encoding="utf-8")
    done = mlds("diagnostic", cwd=project)
    assert done.returncode == ExitCode.CONFIG
    assert done.stderr.startswith("✔ Programme : mlds ")
    assert "✘ Réglages : config.toml : les réglages sont à corriger." in done.stderr
    assert "Courrier" not in done.stderr


def test_the_exit_code_is_that_of_the_first_fault(project: Path) -> None:
    """Word is not here, and neither is the folder of the workbooks, which comes first."""
    config = project / "config.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace('moteur = "auto"', 'moteur = "word"'), encoding="utf-8"
    )
    done = mlds("diagnostic", cwd=project)
    assert done.returncode == ExitCode.CONFIG
    assert "✘ Classeurs : " in done.stderr
    assert "✘ Conversion : Le logiciel de conversion « word » n’est pas utilisable sur cet ordinateur." in done.stderr


# --- The machine -------------------------------------------------------------------------------------------


def date_of(path: Path, when: datetime) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (when.timestamp(), when.timestamp()))


@pytest.fixture
def old(project: Path) -> Config:
    """The settings of a folder whose files were all saved long before the campaign."""
    for path in project.rglob("*.*"):
        date_of(path, datetime(2020, 1, 1, tzinfo=UTC))
    return read_config(project / "config.toml")


@pytest.mark.parametrize(
    ("now", "right"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), True), (IN_SEASON, True), (datetime(2027, 12, 31, tzinfo=UTC), True),
        (datetime(2025, 12, 31, tzinfo=UTC), False), (datetime(2028, 1, 1, tzinfo=UTC), False),
        (datetime(2021, 1, 1, tzinfo=UTC), False),
    ],
)  # fmt: skip
def test_a_clock_far_from_the_campaign_is_said(old: Config, project: Path, now: datetime, right: bool) -> None:
    finding = clock(old, project / "config.toml", now)
    assert finding.mark is (Mark.RIGHT if right else Mark.WRONG)
    assert right or "la campagne de config.toml est celle de 2026-2027. Vérifiez la date" in finding.text


@pytest.mark.parametrize(
    "name", ["config.toml", "templates/lettre_mission.docx", "entree/référents.xlsx", "sortie/2026-2027/journal.sqlite"]
)
def test_a_clock_behind_what_was_saved_is_said(old: Config, project: Path, name: str) -> None:
    date_of(project / name, IN_SEASON + timedelta(days=3))
    finding = clock(old, project / "config.toml", IN_SEASON)
    assert finding.mark is Mark.WRONG
    assert f"{Path(name).name} a été enregistré le 6\u00a0septembre\u00a02026, donc plus tard" in finding.text


def test_a_register_that_is_not_there_is_said(config: Config, tmp_path: Path) -> None:
    assert list(register(config)) == []
    (missing,) = register(naming(config, tmp_path / "annuaire.csv"))
    assert (missing.mark, missing.exit_code) == (Mark.WRONG, ExitCode.CONFIG)
    assert "annuaire.csv : cet annuaire des établissements n’existe pas" in missing.text


def test_a_register_is_read_as_a_run_reads_it(config: Config, tmp_path: Path) -> None:
    lines = [f"{uai}{key_of(uai)};Collège {uai};Ville" for uai in ("0779999", "0939999", "0949999")]
    path = tmp_path / "annuaire.csv"
    path.write_text("\n".join(["uai;nom;commune", *lines]), encoding="utf-8")
    (found,) = register(naming(config, path))
    assert (found.mark, found.text) == (Mark.RIGHT, f"« {path} », 3\u00a0établissements")
    path.write_text("\n".join(["uai;nom;commune", *lines[:2]]), encoding="utf-8")
    (partial,) = register(naming(config, path))
    assert partial.mark is Mark.WRONG
    assert "aucun établissement du département 94" in partial.text


def naming(config: Config, annuaire: Path) -> Config:
    return config.model_copy(update={"annuaire": AnnuaireDesEcoles(fichier=annuaire)})


def test_a_folder_that_cannot_be_written_is_said(config: Config, tmp_path: Path) -> None:
    (tmp_path / "fichier").touch()
    finding = list(folders(config.with_output(tmp_path / "fichier")))[-1]
    assert (finding.mark, finding.exit_code) == (Mark.WRONG, ExitCode.OUTPUT)
    assert "un fichier porte le nom d’un dossier de ce chemin" in finding.text


def test_a_disk_that_is_nearly_full_is_said(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=12_000_000))
    finding = list(folders(config.with_output(tmp_path)))[-1]
    assert (finding.mark, finding.exit_code) == (Mark.WRONG, ExitCode.OUTPUT)
    assert "il ne reste que 12\u00a0Mo sur ce disque" in finding.text


def test_looking_at_the_folders_makes_none(config: Config, tmp_path: Path) -> None:
    assert list(folders(config.with_output(tmp_path / "sortie")))[-1].mark is Mark.RIGHT
    assert list(tmp_path.iterdir()) == []


# --- The programs that make PDFs -----------------------------------------------------------------------------


def test_a_machine_without_a_converter_says_so_without_calling_it_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "find", lambda: None)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert [(one.mark, one.text) for one in converters()] == [(Mark.UNSET, "introuvable sur cet ordinateur")] * 2


def test_word_is_where_the_registry_of_windows_says(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = SimpleNamespace(
        HKEY_CLASSES_ROOT=0, HKEY_LOCAL_MACHINE=1, OpenKey=lambda root, key: {(0, "Word.Application"): None}[root, key],
        CloseKey=lambda _: None, QueryValue=lambda root, key: r"C:\Office\WINWORD.EXE" if "Winword.exe" in key else "",
    )  # fmt: skip
    monkeypatch.setitem(sys.modules, "winreg", registry)
    monkeypatch.setattr(sys, "platform", "win32")
    assert word.place() == r"C:\Office\WINWORD.EXE"


# --- The letter --------------------------------------------------------------------------------------------


def test_a_font_that_is_not_here_is_said_with_what_replaces_it(config: Config, tmp_path: Path) -> None:
    template = tmp_path / "gabarit.docx"
    with zipfile.ZipFile(config.gabarit.fichier) as source, zipfile.ZipFile(template, "w") as target:
        for name in source.namelist():
            target.writestr(name, re.sub(b"Arial|Liberation Sans", b"Police Imaginaire", source.read(name)))
    gabarit = config.gabarit.model_copy(update={"fichier": template})
    found = list(letter(config.model_copy(update={"gabarit": gabarit})))
    assert marks(found) == {
        "Gabarit": Mark.RIGHT, "Conversion": Mark.RIGHT, "Lettre d’essai": Mark.RIGHT, "Polices": Mark.WRONG,
    }  # fmt: skip
    assert "le gabarit demande « Police Imaginaire », et cet ordinateur imprime" in found[-1].text


def test_each_template_makes_a_letter(config: Config) -> None:
    other = Variante(fichier=ROOT / "templates/exemple_variantes.docx", pages_max=3, type="lycée")
    gabarit = config.gabarit.model_copy(update={"variantes": (other,)})
    trials = [one for one in letter(config.model_copy(update={"gabarit": gabarit})) if one.subject == "Lettre d’essai"]
    assert [(one.mark, one.text.split(",")[0]) for one in trials] == [
        (Mark.RIGHT, "« lettre_mission.docx »"), (Mark.RIGHT, "« exemple_variantes.docx »"),
    ]  # fmt: skip


def test_after_a_template_that_cannot_serve_nothing_is_tried(config: Config, tmp_path: Path) -> None:
    gabarit = config.gabarit.model_copy(update={"fichier": tmp_path / "absent.docx"})
    found = list(letter(config.model_copy(update={"gabarit": gabarit})))
    assert marks(found) == {"Gabarit": Mark.WRONG}
    assert found[0].exit_code == ExitCode.INPUT


# --- Encryption ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "mark", "said"),
    [
        ("", Mark.UNSET, "ni dans le trousseau ni dans l’environnement : « mlds envoyer » le demandera"),
        ("trop court", Mark.WRONG, "doit avoir de 12 à 99 signes"),
        ("quatre mots sans rapport", Mark.RIGHT, "trouvé dans la variable MLDS_MOT_DE_PASSE_LOTS, et convient"),
    ],
)  # fmt: skip
def test_the_password_of_the_bundles_is_looked_for_and_never_shown(
    monkeypatch: pytest.MonkeyPatch, password: str, mark: Mark, said: str
) -> None:
    monkeypatch.setenv("MLDS_MOT_DE_PASSE_LOTS", password)
    trial, leaving, found = encryption(Courrier(chiffrement=True))
    assert (leaving.mark, leaving.text[:24]) == (Mark.RIGHT, "les lots partiront chiff")
    assert (trial.mark, found.mark) == (Mark.RIGHT, mark)
    assert said in found.text
    assert not password or password not in trial.text + found.text


def test_the_password_of_the_bundles_may_be_in_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLDS_MOT_DE_PASSE_LOTS", raising=False)
    monkeypatch.setattr(keyring, "get_password", lambda *asked: {("mlds", "lots"): "quatre mots sans rapport"}[asked])
    *_, found = encryption(Courrier(chiffrement=True))
    assert found.text == "trouvé dans le trousseau du système, et convient"


def test_bundles_leave_in_clear_only_where_somebody_decided_it() -> None:
    *_, undecided = encryption(Courrier())
    assert undecided.mark is Mark.UNSET
    assert "« chiffrement = true »" in undecided.text
    *_, decided = encryption(Courrier(envoi_en_clair_decide_par="La secrétaire générale, le 1er septembre 2026"))
    assert decided.mark is Mark.RIGHT
    assert "en clair" in decided.text


def test_an_encryption_that_does_not_work_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where its library is missing."""
    monkeypatch.setitem(sys.modules, "pyzipper", None)
    trial, _ = encryption(Courrier())
    assert (trial.mark, trial.exit_code) == (Mark.WRONG, ExitCode.MAIL)
    assert "n’a pas pu être chiffré puis rouvert. Réinstallez" in trial.text


# --- The mail server ---------------------------------------------------------------------------------------


def courrier_of(fake: FaultyServer, certificates: Certificates, **changes: object) -> Courrier:
    return Courrier.model_validate(
        {"serveur": HOST, "port": fake.port, "utilisateur": ACCOUNT[0], "autorite": certificates.authority, **changes}
    )


def test_without_a_server_the_mail_is_no_fault(config: Config) -> None:
    (found,) = mail(config, without_password)
    assert (found.mark, found.exit_code) == (Mark.UNSET, ExitCode.OK)


def test_what_the_settings_lack_is_said_and_the_server_tried_all_the_same(
    config: Config, certificates: Certificates
) -> None:
    with FaultyServer(context=certificates.good, account=ACCOUNT) as fake:
        courrier = courrier_of(fake, certificates)
        found = list(mail(config.model_copy(update={"courrier": courrier}), lambda _: ACCOUNT[1]))
    assert marks(found) == {"Courrier": Mark.WRONG, "Serveur d’envoi": Mark.RIGHT}
    assert "« expediteur » : écrivez l’adresse" in found[0].text
    assert found[0].exit_code == ExitCode.CONFIG


def test_settings_that_say_everything_are_right(config: Config, certificates: Certificates) -> None:
    decided = {"expediteur": "mlds@academie.example", "envoi_en_clair_decide_par": "la rectrice, le 3 septembre 2026"}
    with FaultyServer(context=certificates.good, account=ACCOUNT) as fake:
        courrier = courrier_of(fake, certificates, **decided)
        found = list(mail(config.model_copy(update={"courrier": courrier}), lambda _: ACCOUNT[1]))
    assert marks(found) == {"Courrier": Mark.RIGHT, "Serveur d’envoi": Mark.RIGHT, "Destinataires": Mark.RIGHT}
    assert fake.seen[Place.RCPT] == 3
    assert (fake.received, fake.seen[Place.DATA]) == ([], 0)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(Place.RCPT, "553 5.7.1 Sender address rejected: not owned by user mlds"), "« expediteur » et « utilisateur »"),
        (Fault(Place.MAIL, "550 5.7.1 Not you"), "Le serveur refuse l’expéditeur mlds@academie.example"),
        (Fault(Place.RCPT, "550 5.1.1 Unknown", recipient="ce.93mlds@ac-creteil.fr"), "l’adresse ce.93mlds@ac-creteil.fr"),
    ],
)  # fmt: skip
def test_a_sender_or_a_mailbox_that_would_be_refused_is_said_before_anything_is_sent(
    config: Config, certificates: Certificates, fault: Fault, said: str
) -> None:
    decided = {"expediteur": "mlds@academie.example", "envoi_en_clair_decide_par": "la rectrice, le 3 septembre 2026"}
    with FaultyServer(fault, context=certificates.good, account=ACCOUNT) as fake:
        courrier = courrier_of(fake, certificates, **decided)
        *_, found = mail(config.model_copy(update={"courrier": courrier}), lambda _: ACCOUNT[1])
    assert (found.subject, found.mark, found.exit_code) == ("Destinataires", Mark.WRONG, ExitCode.MAIL)
    assert said in found.text
    assert fake.seen[Place.DATA] == 0


@pytest.mark.parametrize("securite", ["starttls", "tls"])
def test_a_good_mail_server_is_tried_up_to_the_password(certificates: Certificates, securite: str) -> None:
    with FaultyServer(context=certificates.good, tls=securite, account=ACCOUNT) as fake:
        (found,) = server(courrier_of(fake, certificates, securite=securite), lambda _: ACCOUNT[1])
    assert found.mark is Mark.RIGHT, found.text
    assert found.text.endswith("certificat vérifié, utilisateur et mot de passe acceptés ; rien n’a été envoyé")
    assert fake.seen == {Place.CONNECT: 1, Place.AUTH: 1}


def test_a_server_of_this_machine_may_need_neither_tls_nor_password(certificates: Certificates) -> None:
    with FaultyServer(tls="aucune") as fake:
        (found,) = server(courrier_of(fake, certificates, securite="aucune", utilisateur=""), without_password)
    assert found.mark is Mark.RIGHT, found.text


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(Place.AUTH, "535 5.7.8 Authentication credentials invalid"), "Le serveur refuse l’utilisateur ou le mot de passe"),
        (Fault(Place.CONNECT, "554 5.7.1 Go away"), "Le serveur refuse la connexion"),
        (Fault(Place.CONNECT, STALL), f"{HOST}, port "),
    ],
)  # fmt: skip
def test_what_a_mail_server_refuses_is_said(certificates: Certificates, fault: Fault, said: str) -> None:
    with FaultyServer(fault, context=certificates.good, account=ACCOUNT) as fake:
        (found,) = server(courrier_of(fake, certificates), lambda _: ACCOUNT[1], patience=Patience(answer=0.3))
    assert (found.mark, found.exit_code) == (Mark.WRONG, ExitCode.MAIL)
    assert found.text.startswith(said)


@pytest.mark.parametrize("context", ["self_signed", "wrong_name", "expired"])
def test_a_certificate_that_proves_nothing_gets_no_password(certificates: Certificates, context: str) -> None:
    with FaultyServer(context=getattr(certificates, context), account=ACCOUNT) as fake:
        (found,) = server(courrier_of(fake, certificates), lambda _: ACCOUNT[1])
    assert (found.mark, found.exit_code) == (Mark.WRONG, ExitCode.MAIL)
    assert found.text.startswith(f"Le certificat de {HOST} ")
    assert fake.seen[Place.AUTH] == 0


def test_a_server_that_nobody_runs_is_said(certificates: Certificates) -> None:
    with FaultyServer(context=certificates.good) as fake:
        pass
    (found,) = server(courrier_of(fake, certificates), lambda _: ACCOUNT[1])
    assert found.text.startswith(f"Impossible de joindre {HOST}, port {fake.port}")


def test_a_password_that_nobody_can_be_asked_for_is_said(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLDS_MOT_DE_PASSE_SMTP", raising=False)
    with FaultyServer(context=certificates.good, account=ACCOUNT) as fake:
        (found,) = server(courrier_of(fake, certificates), lambda user: smtp_password(user, lambda _: None))
    assert (found.mark, found.exit_code) == (Mark.WRONG, ExitCode.MAIL)
    assert "MLDS_MOT_DE_PASSE_SMTP" in found.text
    assert fake.seen[Place.CONNECT] == 0


def test_the_real_server_is_tried_up_to_the_password(mail_server: MailServer) -> None:
    from support.mail_servers.postfix_conf import ANSWERS, MAILBOXES, SENDER

    settings = {"serveur": HOST, "port": mail_server.settings.smtp, "utilisateur": SENDER, "expediteur": SENDER}
    courrier = Courrier.model_validate(settings | {"autorite": mail_server.authority})
    found = list(server(courrier, lambda _: mail_server.password, MAILBOXES))
    assert [one.mark for one in found] == [Mark.RIGHT] * 2
    found = list(server(courrier, lambda _: mail_server.password, [*MAILBOXES, *ANSWERS]))
    assert [one.mark for one in found[1:]] == [Mark.WRONG, Mark.UNSET, Mark.UNSET]
    (outside,) = list(server(courrier, lambda _: mail_server.password, ["quelquun@ailleurs.example"]))[1:]
    assert "« expediteur » et « utilisateur »" in outside.text
    (refused,) = server(courrier, lambda _: "un autre", MAILBOXES)
    assert "535 5.7.8" in refused.text
    assert mail_server.messages(SENDER, 0) == []
