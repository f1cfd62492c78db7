"""A real SMTP server, in a thread, that does on demand what mail servers do wrong: refuse, drop, stall, lie about TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from support.mail_servers.faults import DROP, STALL, Fault, Faults, Place

HOST = "127.0.0.1"
SIZE_LIMIT = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A message that the server has taken: its envelope and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes


class FaultyServer:
    """A server on the loopback, for a `with`; `received` is what it has taken, `seen` counts the places reached.

    `tls` is « starttls », « tls » or « aucune »; without it AUTH is offered in clear, which nobody should take up:
    `passwords_in_clear` counts those who did. An `account` (user, password) makes authentication compulsory.
    """

    def __init__(
        self, *faults: Fault, context: ssl.SSLContext | None = None, tls: str = "starttls",
        account: tuple[str, str] | None = None, size_limit: int = SIZE_LIMIT, port: int = 0,
    ) -> None:  # fmt: skip
        assert (context is None) == (tls == "aucune"), "TLS needs a certificate, and its absence none"
        self.faults = Faults(faults)
        self.context, self.tls, self.account, self.size_limit = context, tls, account, size_limit
        self.port = port
        self.received: list[Received] = []
        self.passwords_in_clear = 0
        self.conversations: set[_Conversation] = set()
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(_said_unless_refused)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def seen(self) -> Counter[Place]:
        """Return how many times conversations have come to each place."""
        return self.faults.seen

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10), "the server of the tests does not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        assert not self._thread.is_alive(), "the server of the tests does not stop"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        direct = self.context if self.tls == "tls" else None
        door = socket.create_server((HOST, self.port))
        # The system takes little in by itself, so that a server that stops reading is felt.
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        self.port = door.getsockname()[1]
        opening = self._loop.create_server(lambda: _Conversation(self, self._loop), sock=door, ssl=direct)
        listening = self._loop.run_until_complete(opening)
        self._loop.call_soon(self._ready.set)
        self._loop.run_forever()
        listening.close()
        self._loop.run_until_complete(self._hang_up())
        self._loop.close()

    async def _hang_up(self) -> None:
        for conversation in list(self.conversations):
            conversation.cut()
        left = asyncio.all_tasks(self._loop) - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await asyncio.sleep(0.01)  # the transports close in the turns that follow


def _said_unless_refused(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Say what goes wrong in the loop, but for clients that refuse a certificate: the tests want them to."""
    if not isinstance(context.get("exception"), ssl.SSLError):
        loop.default_exception_handler(context)


class _Conversation(SMTP):
    """One client's conversation: aiosmtpd's own, with the server's faults at each of its places."""

    def __init__(self, server: FaultyServer, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            self, data_size_limit=server.size_limit, hostname="serveur.example", ident="essais", loop=loop,
            tls_context=server.context if server.tls == "starttls" else None, require_starttls=True,
            auth_require_tls=server.tls == "starttls", authenticator=self._authenticate_account,
        )  # fmt: skip
        self._server = server
        # Set here because the argument warns when TLS is the transport's own.
        self._auth_required = server.account is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._server.conversations.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._server.conversations.discard(self)
        super().connection_lost(error)

    def cut(self) -> None:
        """End the connection at once, without a word."""
        for transport in (self.transport, self._original_transport):
            if transport is not None and not transport.is_closing():
                transport.abort()

    async def handle_exception(self, error: Exception) -> str:
        """Answer what went wrong here; aiosmtpd would ask its handler, which is this very conversation."""
        return f"500 5.3.0 {type(error).__name__}"

    async def _handle_client(self) -> None:
        with suppress(ConnectionError):
            if not await self._struck(Place.CONNECT):
                await super()._handle_client()

    async def smtp_AUTH(self, arg: str) -> None:
        if self._server.tls == "aucune":
            self._server.passwords_in_clear += 1
        if not await self._struck(Place.AUTH):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if not await self._struck(Place.MAIL):
            await super().smtp_MAIL(arg)

    async def handle_RCPT(
        self, _server: SMTP, _session: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self._server.faults.at(Place.RCPT, address)
        if fault:
            return await self._answer_of(fault)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def smtp_DATA(self, arg: str) -> None:
        if await self._struck(Place.DATA):
            return
        fault = self._server.faults.at(Place.CONTENT)
        if fault:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.read(512)
            await self.push(await self._answer_of(fault))
            return
        await super().smtp_DATA(arg)

    async def handle_DATA(self, _server: SMTP, _session: object, envelope: Envelope) -> str:
        fault = self._server.faults.at(Place.END)
        if fault is None or fault.kept:
            assert isinstance(envelope.original_content, bytes)
            sender = envelope.mail_from or ""
            self._server.received.append(Received(sender, tuple(envelope.rcpt_tos), envelope.original_content))
        return await self._answer_of(fault) if fault else "250 2.0.0 OK: taken"

    async def _struck(self, place: Place) -> bool:
        fault = self._server.faults.at(place)
        if fault:
            await self.push(await self._answer_of(fault))
            if fault.answer.startswith("421"):
                self.transport.close()
        return fault is not None

    async def _answer_of(self, fault: Fault) -> str:
        """Return the line that a fault answers; one that cuts or stalls never comes back: the end cancels it."""
        if fault.answer == DROP:
            self.cut()
        if fault.answer in (DROP, STALL):
            await asyncio.Event().wait()
        return fault.answer

    def _authenticate_account(self, *given: Any) -> AuthResult:
        login: LoginPassword = given[-1]
        right = (login.login.decode(), login.password.decode()) == self._server.account
        return AuthResult(success=right, handled=False)
