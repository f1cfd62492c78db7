"""A campaign sent through the real Postfix, and what reached its mailboxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.settings.config import Config
from support.mail_servers.postfix_conf import DOMAIN, MAILBOXES, SENDER
from support.ready_campaign import SMALL, Sending, settings, write_campaign

if TYPE_CHECKING:
    from support.mail_servers.postfix import MailServer

BOX = {code: f"ce.{code}mlds@{DOMAIN}" for code in ("77", "93", "94")}


@pytest.fixture
def server(mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> MailServer:
    """The real server, all its mailboxes empty, and its password where the command looks for it."""
    monkeypatch.setenv("MLDS_MOT_DE_PASSE_SMTP", mail_server.password)
    for mailbox in MAILBOXES:
        mail_server.messages(mailbox, 0)
    return mail_server


def campaign(
    project: Path, server: MailServer, sizes: Mapping[str, Sequence[int]] = SMALL, **courrier: object
) -> Config:
    base = {
        "serveur": "127.0.0.1",
        "port": server.settings.smtp,
        "utilisateur": SENDER,
        "autorite": str(server.authority),
    }
    config = settings(project, DOMAIN, **{**base, **courrier})
    write_campaign(config, sizes)
    return config


def sending(config: Config) -> Sending:
    return Sending(config)


def arrived(server: MailServer, mailbox: str, count: int) -> list[EmailMessage]:
    messages = [message_from_bytes(data, policy=default) for data in server.messages(mailbox, count)]
    assert len(messages) == count
    assert all(isinstance(message, EmailMessage) and not message.defects for message in messages)
    return messages  # type: ignore[return-value]


def attached(message: EmailMessage) -> tuple[str, bytes]:
    (part,) = message.iter_attachments()
    return str(part.get_filename()), bytes(part.get_payload(decode=True))


def bundle_of(config: Config, code: str) -> bytes:
    (path,) = config.dossier_lots.glob(f"DSDEN-{code}_*.zip")
    return path.read_bytes()
