"""A campaign ready to be sent through a server that fails on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.journal.sendings import Etat
from support.mail_servers.faulty import HOST, FaultyServer
from support.ready_campaign import SMALL, Sending, settings, write_campaign

if TYPE_CHECKING:
    from support.mail_servers.certificates import Certificates

DOMAIN = "academie.example"
ACCOUNT = ("mlds", "un mot de passe")
BOX = {code: f"ce.{code}mlds@{DOMAIN}" for code in ("77", "93", "94")}
Start = Callable[..., Sending]


@pytest.fixture
def sending(project: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Return a function that makes a campaign for a server ready to be sent."""
    monkeypatch.setenv("MLDS_MOT_DE_PASSE_SMTP", ACCOUNT[1])

    def start(server: FaultyServer, sizes: Mapping[str, Sequence[int]] = SMALL, **courrier: object) -> Sending:
        base = {
            "serveur": HOST,
            "port": server.port,
            "utilisateur": ACCOUNT[0],
            "autorite": str(certificates.authority),
        }
        config = settings(project, DOMAIN, **{**base, **courrier})
        write_campaign(config, sizes)
        return Sending(config)

    return start


def states(sending: Sending) -> dict[str, Etat]:
    return {envoi.dsden: envoi.etat for envoi in sending.journal}


def delivered(server: FaultyServer) -> list[str]:
    return [recipient for message in server.received for recipient in message.recipients]
