"""A server that says exactly the bytes of a script, when the script says: what no library would let a server do."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self


class Conversation:
    """One client, as the script sees it."""

    def __init__(self, sock: socket.socket) -> None:
        sock.settimeout(20)
        self.sock = sock
        self._read = b""

    def say(self, *pieces: bytes) -> None:
        """Send each piece by itself."""
        for piece in pieces:
            self.sock.sendall(piece)

    def hear(self, end: bytes = b"\r\n") -> bytes:
        """Return what the client says up to `end`; less when it hangs up."""
        while end not in self._read:
            received = self.sock.recv(65536)
            if not received:
                heard, self._read = self._read, b""
                return heard
            self._read += received
        heard, _, self._read = self._read.partition(end)
        return heard + end

    def protect(self, context: ssl.SSLContext) -> None:
        """Go on in TLS."""
        self.sock = context.wrap_socket(self.sock, server_side=True)

    def open(self, *features: bytes) -> None:
        """Greet, and answer EHLO."""
        self.say(b"220 essai\r\n")
        self.hear()
        self.say(b"".join(b"250-" + one + b"\r\n" for one in (b"essai", *features)), b"250 OK\r\n")

    def take(self) -> bytes:
        """Take a message in good order, but for the answer to it, and return it; b"" when there is none any more."""
        if not self.hear().upper().startswith(b"MAIL"):
            return b""
        self.say(b"250 OK\r\n")
        self.hear()
        self.say(b"250 OK\r\n")
        self.hear()
        self.say(b"354 OK\r\n")
        return self.hear(b"\r\n.\r\n")


class ScriptedServer:
    """A server on the loopback, for a `with`, that runs the script for each client in turn; `faults` is what it raised.

    A client that hangs up in the middle is no fault.
    """

    def __init__(self, script: Callable[[Conversation], None], host: str = "127.0.0.1") -> None:
        self._script = script
        self.host = host
        self.clients = 0
        self.faults: list[Exception] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._door = socket.create_server((self.host, 0), family=family)
        self.port = int(self._door.getsockname()[1])
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(30)
        assert not self._thread.is_alive(), "the script does not end"
        assert not self.faults

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                self.clients += 1
                self._serve(Conversation(client))

    def _serve(self, conversation: Conversation) -> None:
        try:
            self._script(conversation)
        except (OSError, ssl.SSLError):
            pass
        except Exception as error:
            self.faults.append(error)
        finally:
            conversation.sock.close()
