"""A copy of what left in the sender's « Envoyés » (IMAP): worth having, and never a reason to call a message unsent."""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from pipeline.send.faults import Faute, without
from pipeline.send.message import Message
from pipeline.send.smtp import reached, tls_rules
from pipeline.settings.fields import one_line
from pipeline.settings.sections import Courrier

_PATIENCE = 20.0  # seconds for each answer
_SENT = re.compile(rb'\(([^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (.+)')
"""A line of LIST: flags, what separates levels, the folder (RFC 3501, 7.2.2)."""


def keep_copies(courrier: Courrier, password: str, messages: Sequence[Message]) -> tuple[int, str]:
    """Put messages that left into the sender's folder of sent ones; return how many are there, and why not the others.

    With no message it goes as far as the folder, and leaves nothing there.
    """
    kept = 0
    try:
        with _mailbox(courrier, password) as imap:
            folder = sent_folder(imap, courrier.dossier_envoyes)
            for message in messages:
                _right(imap.append(folder, r"(\Seen)", None, message.data))
                kept += 1
    except Faute as faute:
        return kept, faute.quoi
    except Exception as error:  # whatever that server answers, the messages have left
        return kept, _words(error, courrier.utilisateur, password)
    return kept, ""


@contextmanager
def _mailbox(courrier: Courrier, password: str) -> Iterator[imaplib.IMAP4]:
    host, port = courrier.serveur_imap, courrier.port_imap
    with reached(host, port, direct=True):
        context: ssl.SSLContext = tls_rules(courrier.autorite)
        imap = imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=_PATIENCE)
    try:
        # AUTHENTICATE, since LOGIN sends no accent (RFC 3501, 6.2.3).
        imap.authenticate("PLAIN", lambda _: _token(courrier.utilisateur, password))
        yield imap
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            imap.logout()


def sent_folder(imap: imaplib.IMAP4, name: str) -> str:
    """Return a folder as commands name it: the one so called, else the one that the server marks as that of sendings.

    Raises IMAP4.error when it is not there.
    """
    if name:
        folder = _quoted(_utf7(name))
    else:
        lines = [line for line in _right(imap.list()) if isinstance(line, bytes)]
        found = (match for line in lines if (match := _SENT.fullmatch(line)) and rb"\sent" in match[1].lower().split())
        match = next(found, None)
        if match is None:
            raise imaplib.IMAP4.error("ce serveur ne dit pas quel dossier est celui des envois : « dossier_envoyes »")
        folder = match[2].decode("ascii", "replace")
        folder = folder if folder.startswith('"') else _quoted(folder)
    _right(imap.status(folder, "(MESSAGES)"))
    return folder


def _right(answer: tuple[str, Any]) -> list[Any]:
    status, said = answer
    if status != "OK":
        raise imaplib.IMAP4.error(b" ".join(one for one in said if isinstance(one, bytes)).decode("utf-8", "replace"))
    return list(said)


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', r"\"") + '"'


def _utf7(name: str) -> str:
    """Return the name of a folder as IMAP writes it (RFC 3501, 5.1.3): « Envoyés » is « Envoy&AOk-s »."""

    def coded(match: re.Match[str]) -> str:
        packed = base64.b64encode(match[0].encode("utf-16-be")).decode("ascii")
        return f"&{packed.rstrip('=').replace('/', ',')}-"

    return re.sub(r"[^\x20-\x7e]+", coded, name.replace("&", "&-"))


def _token(user: str, password: str) -> bytes:
    return f"\0{user}\0{password}".encode()


def _words(error: Exception, user: str, password: str) -> str:
    """Return what went wrong on one line, the password left out should the server say it again."""
    if isinstance(error, TimeoutError):
        return "le serveur n’a pas répondu à temps"
    secret = base64.b64encode(_token(user, password)).decode()
    said = without(str(error.args[-1] if error.args else error).encode("utf-8", "replace"), password, secret).decode()
    return one_line(said)[:200] or "le serveur refuse"
