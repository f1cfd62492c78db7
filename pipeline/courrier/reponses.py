"""What a server says, read from its socket: whole lines, in a bounded number of bytes and of seconds."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic

_AT_ONCE = 4096
_ROOM = 64 * 1024
"""Bytes that one answer may have, all its lines together: mail servers need less than a hundredth of it."""


class Answers:
    """What smtplib reads lines from, in the place of a file that would wait, and grow, as long as the server likes."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._unread = b""
        self._until = 0.0
        self._room = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Bound one answer: the socket's time-out is for all of it, whether it comes in one piece or byte by byte."""
        patience = self._sock.gettimeout() or 0.0
        self._until, self._room = monotonic() + patience, _ROOM
        try:
            yield
        finally:
            with suppress(OSError):  # it may have been closed
                self._sock.settimeout(patience)

    def readline(self, _limit: int) -> bytes:
        """Return the next line, b"" when the connection ends before the line does. Raises OSError."""
        while b"\n" not in self._unread:
            left = self._until - monotonic()
            if left <= 0:
                raise TimeoutError
            self._sock.settimeout(left)
            received = self._sock.recv(_AT_ONCE)
            self._room -= len(received)
            if not received or self._room < 0:
                return b""
            self._unread += received
        line, end, self._unread = self._unread.partition(b"\n")
        return line + end

    def waiting(self, within: float = 0) -> bool:
        """Tell whether something comes in so many seconds that nothing asked for, be it the end of the connection."""
        if self._unread:
            return True
        patience = self._sock.gettimeout()
        self._sock.settimeout(within)
        try:
            self._unread = self._sock.recv(_AT_ONCE)
        except (BlockingIOError, TimeoutError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True
        finally:
            self._sock.settimeout(patience)
        return True

    def close(self) -> None:
        """Forget what was not read; the socket is smtplib's to close."""
        self._unread = b""
