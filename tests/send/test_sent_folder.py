"""The sender's own copy on a real server: in « Envoyés » by IMAP, in every recipient's mailbox by SMTP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.campaign.diagnosis import Mark
from pipeline.campaign.diagnosis.mail import mail
from pipeline.errors import ExitCode
from pipeline.journal.sendings import Etat
from pipeline.send.imap import keep_copies
from support.mail_servers.postfix_conf import MAILBOXES, SENDER
from support.postfix_sendings import BOX, arrived, attached, bundle_of, campaign, sending
from support.ready_campaign import addressed

if TYPE_CHECKING:
    from support.mail_servers.postfix import MailServer

FOLDERS = {"": "Exp&AOk-di&AOk-s", "Envoyés & gardés": "Envoy&AOk-s &- gard&AOk-s"}
"""The folder's name in config.toml (none: the one that the server marks), and as IMAP writes it."""


def imap(server: MailServer, **others: object) -> dict[str, object]:
    return {
        "copie_pour_vous": "envoyes", "serveur_imap": "127.0.0.1", "port_imap": server.settings.imaps, **others
    }  # fmt: skip


@pytest.mark.parametrize("name", FOLDERS)
def test_what_left_is_in_the_folder_of_what_is_sent_byte_for_byte(name: str, project: Path, server: MailServer) -> None:
    server.messages(SENDER, 0, FOLDERS[name])
    config = campaign(project, server, **imap(server, dossier_envoyes=name))
    one = sending(config)
    assert one.run() == ExitCode.OK, one.said
    assert "3\u00a0copies dans votre dossier des messages envoyés." in one.said
    kept = server.messages(SENDER, 3, FOLDERS[name])
    for code, mailbox in BOX.items():
        (message,) = arrived(server, mailbox, 1)
        assert attached(message)[1] == bundle_of(config, code)
        (copy,) = [data for data in kept if str(message["Message-ID"]).encode() in data]
        assert message.as_bytes().replace(b"\r\n", b"\n").endswith(copy.replace(b"\r\n", b"\n").partition(b"\n\n")[2])
    assert server.messages(SENDER, 0) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"dossier_envoyes": "Absent"}, "Mailbox doesn't exist"),
        ({"port_imap": 1}, "impossible de joindre 127.0.0.1, port 1 (connexion refusée)"),
        ({"serveur_imap": "introuvable.invalid"}, "le serveur introuvable.invalid est introuvable"),
        ({"autorite": ""}, "n’est signé par aucune autorité connue"),
    ],
)
def test_what_keeps_copies_from_being_made_is_said_and_every_message_has_left(
    wrong: dict[str, object], said: str, project: Path, server: MailServer
) -> None:
    config = campaign(project, server, **imap(server))
    courrier = config.courrier.model_copy(update={key: value or None for key, value in wrong.items()})
    assert said in keep_copies(courrier, server.password, ())[1]
    if "autorite" in wrong:
        return
    one = sending(config.model_copy(update={"courrier": courrier}))
    assert one.run() == ExitCode.OK
    assert {envoi.etat for envoi in one.journal} == {Etat.ENVOYE}
    assert "Les messages sont partis, mais sans copie dans votre dossier des messages envoyés : " in one.said
    assert [len(arrived(server, mailbox, 1)) for mailbox in BOX.values()] == [1, 1, 1]


def test_a_wrong_password_is_said_and_not_repeated(project: Path, server: MailServer) -> None:
    _, fault = keep_copies(campaign(project, server, **imap(server)).courrier, "un autre", ())
    assert "Authentication failed" in fault
    assert "un autre" not in fault


def test_the_diagnosis_goes_as_far_as_the_folder(project: Path, server: MailServer) -> None:
    asked: list[str] = []
    config = campaign(project, server, **imap(server))
    found = list(mail(config, lambda user: asked.append(user) or server.password))
    assert [(one.subject, one.mark) for one in found][1:] == [
        ("Serveur d’envoi", Mark.RIGHT), ("Destinataires", Mark.RIGHT), ("Messages envoyés", Mark.RIGHT),
    ]  # fmt: skip
    assert asked == [SENDER]
    courrier = config.courrier.model_copy(update={"dossier_envoyes": "Absent"})
    *_, last = mail(config.model_copy(update={"courrier": courrier}), lambda _: server.password)
    assert last.mark is Mark.WRONG
    assert "« dossier_envoyes »" in last.text
    assert all(server.messages(mailbox, 0) == [] for mailbox in MAILBOXES)


def test_everybody_of_a_dsden_receives_the_same_message_and_nobody_else(project: Path, server: MailServer) -> None:
    config = addressed(campaign(project, server, copie_pour_vous="expediteur"), "77", copie=(BOX["93"],))
    one = sending(addressed(config, "93", courriel=(BOX["94"],)))
    assert one.run(dsden=("77",)) == ExitCode.OK, one.said
    received = [arrived(server, mailbox, 1)[0] for mailbox in (BOX["77"], BOX["93"], SENDER)]
    assert len({message["Message-ID"] for message in received}) == 1
    assert {(message["To"], message["Cc"]) for message in received} == {(BOX["77"], BOX["93"])}
    assert server.messages(BOX["94"], 0) == []
