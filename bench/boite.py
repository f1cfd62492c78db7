"""A mail server on the loopback that takes everything in its own time, and remembers what it has taken."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
from dataclasses import dataclass
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope

HOTE = "127.0.0.1"
_LENTEUR = 0.03
"""Seconds at most before a message is taken, and again before that is said."""


@dataclass(frozen=True)
class Pris:
    """A message that was taken: for whom, and its Message-ID."""

    adresse: str
    message_id: str


class Boite:
    """The server, for a `with`. `pris` is what it has taken since `vider`; `touchee` is set at the first message."""

    def __init__(self, hasard: random.Random) -> None:
        self._hasard = hasard
        self.pris: list[Pris] = []
        self.touchee = threading.Event()
        # aiosmtpd's controller calls its own server once, at the port that it was given: 0 will not do.
        with socket.create_server((HOTE, 0)) as libre:
            self.port = int(libre.getsockname()[1])
        self._controleur = Controller(self, hostname=HOTE, port=self.port)

    def __enter__(self) -> Boite:
        self._controleur.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controleur.stop()

    def vider(self) -> None:
        """Forget what was taken."""
        self.pris.clear()
        self.touchee.clear()

    async def handle_MAIL(  # noqa: N802
        self, serveur: SMTP, _session: object, enveloppe: Envelope, adresse: str, options: list[str]
    ) -> str:
        """Note that a sending has begun."""
        self.touchee.set()
        enveloppe.mail_from = adresse
        enveloppe.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _serveur: SMTP, _session: object, enveloppe: Envelope) -> str:  # noqa: N802
        """Take a message after a while, and say so after another: a kill can fall before, between and after."""
        await asyncio.sleep(self._hasard.uniform(0, _LENTEUR))
        contenu = enveloppe.original_content or b""
        identifiant = str(message_from_bytes(contenu)["Message-ID"])
        self.pris += [Pris(adresse, identifiant) for adresse in enveloppe.rcpt_tos]
        await asyncio.sleep(self._hasard.uniform(0, _LENTEUR))
        return "250 2.0.0 OK"
