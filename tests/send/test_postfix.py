"""Real messages through a real server, Postfix, read back over IMAP from the mailboxes that they reached."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pyzipper

from pipeline.errors import ExitCode
from pipeline.journal.sendings import Etat
from pipeline.settings.config import Config
from support.journal_at import read_envois
from support.mail_servers.postfix_conf import ANSWERS, MAILBOXES, SENDER
from support.postfix_sendings import BOX, arrived, attached, bundle_of, campaign, sending
from support.program import ROOT, mlds
from support.ready_campaign import SMALL, write_campaign

if TYPE_CHECKING:
    from support.mail_servers.postfix import MailServer

LOTS_PASSWORD = "trois mots de passe"


def letters_of(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith(".pdf")}


def test_each_bundle_arrives_byte_for_byte_in_its_own_mailbox_and_once(project: Path, server: MailServer) -> None:
    config = campaign(project, server)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    looked = mlds("envoyer", cwd=project, env=environment)
    assert looked.returncode == ExitCode.OK, looked.stderr
    assert "Rien n’a été envoyé." in looked.stderr
    sent = mlds("envoyer", "--confirmer", cwd=project, env=environment)
    assert sent.returncode == ExitCode.OK, sent.stderr
    identifiers = {envoi.dsden: envoi.message_id for envoi in read_envois(config.journal)}
    for code, mailbox in BOX.items():
        (message,) = arrived(server, mailbox, 1)
        name, data = attached(message)
        assert hashlib.sha256(data).digest() == hashlib.sha256(bundle_of(config, code)).digest()
        assert name == f"DSDEN-{code}_2026-2027.zip"
        assert message["To"] == message["Delivered-To"] == mailbox
        assert message["Message-ID"] == identifiers[code]
        assert message["From"].addresses[0].addr_spec == SENDER
        assert message["Auto-Submitted"]
    again = mlds("envoyer", "--confirmer", cwd=project, env=environment)
    assert again.returncode == ExitCode.OK
    assert "Rien n’est à envoyer : tout est déjà parti." in again.stderr
    assert [server.messages(mailbox, 0) for mailbox in MAILBOXES] == [[]] * len(MAILBOXES)


def test_the_journal_keeps_the_number_that_the_server_gave(project: Path, server: MailServer) -> None:
    one = sending(campaign(project, server))
    assert one.run(dsden=("77",)) == ExitCode.OK, one.said
    (envoi,) = one.journal
    assert envoi.etat is Etat.ENVOYE
    assert envoi.reponse.startswith("250 2.0.0 Ok: queued as ")
    assert f"{envoi.reponse.split()[-1]}: message-id={envoi.message_id}" in server.log


def test_tls_from_the_first_byte(project: Path, server: MailServer) -> None:
    config = campaign(project, server, securite="tls", port=server.settings.smtps)
    one = sending(config)
    assert one.run(dsden=("94",)) == ExitCode.OK, one.said
    assert attached(arrived(server, BOX["94"], 1)[0])[1] == bundle_of(config, "94")


def test_the_parts_of_a_large_bundle_hold_all_its_letters_together(project: Path, server: MailServer) -> None:
    config = campaign(project, server, {"77": (3_600_000, 3_600_000, 200_000, 2000)})
    one = sending(config)
    assert one.run() == ExitCode.OK, one.said
    messages = arrived(server, BOX["77"], len(one.journal))
    assert len(messages) > 1
    together: dict[str, bytes] = {}
    for message in messages:
        letters = letters_of(attached(message)[1])
        assert letters
        assert not letters.keys() & together.keys()
        together |= letters
        assert f"/{len(messages)}" in message["Subject"]
    assert together == letters_of(bundle_of(config, "77"))


def test_a_corrected_full_bundle_is_sent_and_the_others_are_not(project: Path, server: MailServer) -> None:
    config = campaign(project, server)
    one = sending(config)
    assert one.run() == ExitCode.OK, one.said
    first = {code: arrived(server, mailbox, 1)[0]["Message-ID"] for code, mailbox in BOX.items()}
    write_campaign(config, {"93": SMALL["93"]}, edition=1)
    assert one.run(complet=True) == ExitCode.OK, one.said
    (correction,) = arrived(server, BOX["93"], 1)
    assert attached(correction)[1] == bundle_of(config, "93")
    assert correction["Message-ID"] != first["93"]
    assert server.messages(BOX["77"], 0) == server.messages(BOX["94"], 0) == []


def test_a_trial_comes_to_oneself_alone_and_does_not_count(project: Path, server: MailServer) -> None:
    one = sending(campaign(project, server))
    assert one.run(confirmer=False, essai=SENDER) == ExitCode.OK, one.said
    assert len(arrived(server, SENDER, 3)) == 3
    assert all(server.messages(mailbox, 0) == [] for mailbox in BOX.values())
    assert one.journal == ()


def test_an_encrypted_bundle_opens_with_its_password_only(
    project: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLDS_MOT_DE_PASSE_LOTS", LOTS_PASSWORD)
    config = campaign(project, server, chiffrement=True, envoi_en_clair_decide_par="")
    one = sending(config)
    assert one.run(dsden=("77",)) == ExitCode.OK, one.said
    (message,) = arrived(server, BOX["77"], 1)
    assert LOTS_PASSWORD.encode() not in message.as_bytes()
    with pyzipper.AESZipFile(io.BytesIO(attached(message)[1])) as archive:
        (name,) = archive.namelist()
        with pytest.raises(RuntimeError):
            archive.read(name)
        archive.setpassword(LOTS_PASSWORD.encode())
        assert archive.read(name) == bundle_of(config, "77")


@pytest.mark.parametrize(("mailbox", "answer"), ANSWERS.items())
def test_a_recipient_that_the_server_refuses_is_said_in_its_own_words(
    mailbox: str, answer: str, project: Path, server: MailServer
) -> None:
    config = campaign(project, server)
    one = sending(config.model_copy(update={"dsden": _with_mailbox(config, "93", mailbox)}))
    assert one.run() == ExitCode.MAIL
    assert {envoi.dsden: envoi.etat for envoi in one.journal} == {
        "77": Etat.ENVOYE, "93": Etat.REFUSE, "94": Etat.ENVOYE,
    }  # fmt: skip
    code, _, words = answer.partition(" ")
    (line,) = [line for line in one.said.splitlines() if line.startswith("✘ DSDEN")]
    assert f"« {code} " in line
    assert words.split(" ", 1)[1] in line
    assert one.waits == ([] if code.startswith("5") else [5, 20, 60, 300])


def _with_mailbox(config: Config, code: str, mailbox: str) -> tuple[object, ...]:
    return tuple(one.model_copy(update={"courriel": (mailbox,)}) if one.code == code else one for one in config.dsden)


def test_a_message_above_the_limit_of_the_server_is_said_and_none_of_it_leaves(
    project: Path, server: MailServer
) -> None:
    one = sending(campaign(project, server, {"77": (4_000_000, 4_000_000)}, limite_mo=20))
    assert one.run() == ExitCode.MAIL
    assert "le serveur n’en prend que 10,5\u00a0Mo ; écrivez « limite_mo = 10.4 »" in one.said
    assert server.messages(BOX["77"], 0) == []


def test_nothing_can_leave_this_machine(project: Path, server: MailServer) -> None:
    """What holds the tests themselves: their server has no way to any other."""
    elsewhere = "quelquun@ailleurs.example"
    one = sending(campaign(project, server))
    assert one.run(confirmer=False, essai=elsewhere) == ExitCode.MAIL
    assert "Relay access denied" in one.said
    assert " smtp\n" not in (server.settings.postfix / "master.cf").read_text()
