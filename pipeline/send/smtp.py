"""Speak SMTP, command by command, under deadlines; no other module does."""

from __future__ import annotations

import base64
import errno
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

from pipeline.send import faults
from pipeline.send.delivery import Patience
from pipeline.send.faults import Etape, Faute, Issue, refus, without, words_of
from pipeline.send.message import Message
from pipeline.send.written import dotted
from pipeline.settings.sections import Courrier

_CAUSES = {
    errno.ECONNREFUSED: "connexion refusée",
    errno.ENETUNREACH: "réseau inaccessible",
    errno.EHOSTUNREACH: "machine inaccessible",
    errno.EACCES: "connexion interdite par cet ordinateur",
    errno.EPERM: "connexion interdite par cet ordinateur",
    errno.EADDRNOTAVAIL: "cet ordinateur n’a pas d’adresse de cette sorte",
    errno.EAFNOSUPPORT: "cet ordinateur n’a pas d’adresse de cette sorte",
}
"""The system says these in English; anything else keeps its words."""
_OUTDATED = frozenset({
    "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "SSLV3_ALERT_HANDSHAKE_FAILURE", "DH_KEY_TOO_SMALL",
    "EE_KEY_TOO_SMALL", "CA_MD_TOO_WEAK", "NO_PROTOCOLS_AVAILABLE",
})  # fmt: skip
"""OpenSSL's words (sslerr.h) for a server whose TLS is older, or weaker, than what we speak (1.2 at least)."""
_NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"})
"""OpenSSL's words for an answer that is no TLS at all."""
_OLD_SIGNATURE = "legacy sigalg"
"""What some builds of OpenSSL say of TLS 1.0, without giving it a reason."""


def tls_rules(authority: Path | None) -> ssl.SSLContext:
    """Return the TLS rules: the chain and the name are verified, always. Raises Faute."""
    try:
        context = ssl.create_default_context(cafile=authority)
    except (OSError, ssl.SSLError) as error:
        raise faults.autorite_illisible(authority) from error
    # Python obeys SSLKEYLOGFILE: with what it writes there, a listener could read the password.
    context.keylog_filename = None  # type: ignore[assignment]
    return context


@contextmanager
def reached(host: str, port: int, *, direct: bool) -> Iterator[None]:
    """Turn what the system and OpenSSL raise while a connection is made into a Faute; `direct`: TLS comes first."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise faults.certificat(host, error.verify_code) from error
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionResetError, BrokenPipeError) as error:
        raise faults.coupure(late=False) from error
    except TimeoutError as error:
        # Nobody is there: one who is slow to speak is told by smtplib, as a disconnection.
        raise faults.injoignable(host, port, "") from error
    except ssl.SSLError as error:
        if error.reason in _OUTDATED or _OLD_SIGNATURE in str(error):
            raise faults.tls_trop_ancien(host) from error
        if direct and error.reason in _NOT_TLS:
            raise faults.pas_tls(host, port) from error
        raise faults.tls_impossible(host, error.reason or str(error)) from error
    except socket.gaierror as error:
        raise faults.inconnu(host) from error
    except OSError as error:
        raise faults.injoignable(
            host, port, _CAUSES.get(error.errno or 0, error.strerror or str(error) or "erreur du réseau")
        ) from error


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
        """Return whether something comes in so many seconds that nothing asked for, be it the end of the connection."""
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


_CHUNK = 64 * 1024
"""Bytes handed over at once: a time-out is for each, so that a slow line is no fault."""
_UNDER_WAY = 16 * 1024
"""Bytes that the system takes before the server has them: what is cut in the middle of a message is felt there."""
_MOMENT = 0.2  # seconds before the last byte, in which a server that cut the message short has time to be heard
_FAREWELL = 5.0  # seconds: nothing depends on it
_WHO = "[127.0.0.1]"  # the machine's own name is nobody's business, may hold accents, and asking for it may take long


class _Conversation(smtplib.SMTP):
    """smtplib's own, but for answers: bounded in size and in time, none that says a secret again."""

    secrets: tuple[str, ...] = ()

    def getreply(self) -> tuple[int, bytes]:
        """Return the next answer's code and words; -1 for what is none."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected
        self.file = answers = self.file or Answers(self.sock)
        with answers.one():
            code, words = super().getreply()
        return code, without(words, *self.secrets)

    def has_spoken(self, within: float = 0) -> bool:
        """Return whether the server said something, or hung up, with nothing asked."""
        return self.sock is None or (self.file is not None and self.file.waiting(within))


class _Protected(_Conversation, smtplib.SMTP_SSL):
    """The same, with TLS from the first byte."""


class Line:
    """The connection to the server, for a `with`: opened at the first message, and again after a cut."""

    def __init__(self, server: Courrier, password: str, patience: Patience) -> None:
        self._server, self._password, self._patience = server, password, patience
        self._smtp: _Conversation | None = None
        self.no_copy = ""
        """Why the sender gets no copy of what leaves; "" as long as nothing keeps it from that."""

    def __enter__(self) -> Line:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        """Take leave when all went well; Ctrl-C waits for nobody."""
        if self._smtp and self._smtp.sock and error is None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.sock.settimeout(_FAREWELL)
                self._smtp.quit()
        self.cut()

    def cut(self) -> None:
        """Drop the connection without a word."""
        if self._smtp:
            self._smtp.close()
        self._smtp = None

    def open(self) -> _Conversation:
        """Return the connection, made and proved if there is none. Raises Faute.

        Servers may hang up after a message: that is no fault, and another connection is made at once.
        """
        if self._smtp and self._smtp.has_spoken():
            self.cut()
        if self._smtp is None:
            self._smtp = connect(self._server, self._password, self._patience.answer)
        return self._smtp

    @property
    def size_limit(self) -> int:
        """Return the size above which the server takes no message (RFC 1870), 0 where it says none."""
        said = self.open().esmtp_features.get("size", "")[:20]  # no size has more digits
        return int(said) if said.isdecimal() else 0

    def rehearse(self, sender: str, recipients: Sequence[str]) -> tuple[Faute, ...]:
        """Give the envelope of a message and take it back; return the refusals of recipients. Raises Faute."""
        smtp, refused = self.open(), []
        with _told():
            _accepted(smtp.mail(sender), Etape.EXPEDITEUR, sender)
            for recipient in recipients:
                try:
                    _accepted(smtp.rcpt(recipient), Etape.DESTINATAIRE, recipient)
                except Faute as faute:
                    refused.append(faute)
                    if faute.issue is Issue.SERVEUR:
                        break
            smtp.rset()
        return tuple(refused)

    def hand_over(self, message: Message, before_last: Callable[[], None]) -> str:
        """Give a message to the server and return its words; `before_last` is called just before the final dot.

        Raises Faute. Until `before_last` the server cannot have taken anything: a message without its dot is none.
        """
        smtp = self.open()
        with _told():
            _envelope(smtp, message)
            self._unseen_copy(smtp, message.cachee)
            _begin_data(smtp)
            for start in range(0, len(body := dotted(message.data)), _CHUNK):
                smtp.send(body[start : start + _CHUNK])
            if smtp.has_spoken(_MOMENT):  # no answer to a message that has no end yet, whatever it says
                raise refus(Etape.MESSAGE, *smtp.getreply())
        before_last()
        return _verdict(smtp, message.dsden, self._patience)

    def _unseen_copy(self, smtp: _Conversation, address: str) -> None:
        """Add whoever sends to the envelope; what goes wrong is told, never asked for again, and keeps nothing here."""
        if not address or self.no_copy:
            return
        self.no_copy = "la connexion s’est coupée"
        code, words = smtp.rcpt(address)
        self.no_copy = "" if code in (250, 251) else words_of(code, words)
        if code == 421:  # the server hangs up: the message goes again, without that copy
            raise refus(Etape.MESSAGE, code, words)


def connect(server: Courrier, password: str, timeout: float) -> _Conversation:
    """Return a connection that is ready to take a message: TLS, the server's name and ours proved. Raises Faute."""
    host = server.serveur
    if server.securite == "aucune" and server.utilisateur:
        raise faults.mot_de_passe_en_clair(host)
    with reached(host, server.port, direct=server.securite == "tls"), _told():
        context = tls_rules(server.autorite)
        smtp = _greeted(server, context, timeout)
        try:
            assert smtp.sock is not None
            smtp.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UNDER_WAY)
            _introduce(smtp)
            if server.securite == "starttls":
                _starttls(smtp, host, context)
            if server.utilisateur:
                _log_in(smtp, host, server.utilisateur, password)
        except BaseException:
            smtp.close()
            raise
    return smtp


def _greeted(server: Courrier, context: ssl.SSLContext, timeout: float) -> _Conversation:
    """Return a connection on which the server has spoken."""
    if server.securite == "tls":
        return _Protected(server.serveur, server.port, _WHO, timeout=timeout, context=context)
    try:
        return _Conversation(server.serveur, server.port, _WHO, timeout=timeout)
    except smtplib.SMTPServerDisconnected as error:
        if isinstance(error.__context__, TimeoutError):
            raise faults.sans_accueil(server.serveur, server.port) from error
        raise


def _introduce(smtp: _Conversation) -> None:
    """Say who we are; smtplib would say it again in another way to a server that has just said to come back later."""
    code, words = smtp.ehlo()
    if code >= 500:
        code, words = smtp.helo()
    if not 200 <= code < 300:
        raise refus(Etape.CONNEXION, code, words)


def _starttls(smtp: _Conversation, host: str, context: ssl.SSLContext) -> None:
    if not smtp.has_extn("starttls"):
        raise faults.sans_tls(host)
    # What was said before is forgotten by smtplib, as it must be: anyone on the way may have said it (RFC 3207, 6).
    smtp.starttls(context=context)
    _introduce(smtp)


def _log_in(smtp: _Conversation, host: str, user: str, password: str) -> None:
    """Prove who we are, once: smtplib's own login refuses accents, and tries again until accounts are locked."""
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    both, secret = _base64(f"\0{user}\0{password}"), _base64(password)
    smtp.secrets = (both, secret, password)
    if "PLAIN" in offered:
        code, words = smtp.docmd("AUTH", f"PLAIN {both}")
    elif "LOGIN" in offered:
        code, words = smtp.docmd("AUTH", f"LOGIN {_base64(user)}")
        if code == 334:
            code, words = smtp.docmd(secret)
    else:
        raise faults.sans_authentification(host)
    if code != 235:
        raise refus(Etape.AUTHENTIFICATION, code, words)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _envelope(smtp: _Conversation, message: Message) -> None:
    """Give the envelope of a message; every recipient has to be accepted."""
    options = [f"SIZE={len(message.data)}"] if smtp.has_extn("size") else []
    _accepted(smtp.mail(message.sender, options), Etape.EXPEDITEUR, message.sender)
    for recipient in message.everybody:
        _accepted(smtp.rcpt(recipient), Etape.DESTINATAIRE, recipient)


def _begin_data(smtp: _Conversation) -> None:
    code, words = smtp.docmd("DATA")
    if code != 354:
        raise refus(Etape.MESSAGE, code, words)


def _accepted(answer: tuple[int, bytes], etape: Etape, address: str) -> None:
    if answer[0] not in (250, 251):
        raise refus(etape, *answer, address)


def _verdict(smtp: _Conversation, dsden: str, patience: Patience) -> str:
    """Send the final dot and return the server's words; Faute when it refuses, or when nobody can know."""
    try:
        if smtp.sock is None:
            raise smtplib.SMTPServerDisconnected
        smtp.sock.settimeout(patience.verdict)
        smtp.send(b".\r\n")
        code, words = smtp.getreply()
        smtp.sock.settimeout(patience.answer)
    except (smtplib.SMTPException, OSError) as error:
        late = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
        raise faults.sans_reponse(dsden, late=late) from error
    if 200 <= code < 300:
        return words_of(code, words)
    if 400 <= code < 600:
        raise refus(Etape.MESSAGE, code, words)
    raise faults.sans_reponse(dsden, words_of(code, words))


@contextmanager
def _told() -> Iterator[None]:
    """Turn what smtplib raises before the last byte of a message into a Faute."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise refus(Etape.CONNEXION, error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPException as error:
        raise faults.coupure(late=isinstance(error.__context__, TimeoutError)) from error
