"""The finished bytes of a message: RFC 5322, all ASCII, CRLF line ends, no header but those that are meant."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime
from typing import Any

HEADERS = ("From", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "Auto-Submitted")
"""What the head of a message says; « Auto-Submitted » keeps replies about absences away (RFC 3834)."""
FORM = ("Content-Type", "MIME-Version")
"""How it is written (RFC 2045)."""

_POLICY = compat32.clone(linesep="\r\n", cte_type="7bit", max_line_length=76)
"""The policy that writes a value as it is given. The newer ones read it first: an encoded word that somebody typed
would be decoded, and Python 3.11 makes headers of the line feeds in it."""

_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP


def headers(copies: Sequence[str]) -> tuple[str, ...]:
    """Return what the head of a message with these copies says."""
    return tuple(name for name in HEADERS if copies or name != "Cc")


@dataclass(frozen=True, slots=True)
class Meant:
    """Everything that a message must say once read, and nothing else is in it; `when` bears its time zone.

    Texts are on one line (`texte.one_line`) but for the body, addresses are as `adresses.mailbox` gives them.
    """

    sender_name: str
    sender: str
    reply_to: str
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    subject: str
    when: datetime
    message_id: str
    body: str
    attachment: str
    data: bytes


def write(meant: Meant) -> bytes:
    """Return the bytes of a message: the same for the same meaning."""
    # Neither base64 nor quoted-printable can hold « =_ » (RFC 2045, 6.7): the limit between parts is in neither.
    message = MIMEMultipart(boundary=f"=_{hashlib.sha256(meant.message_id.encode()).hexdigest()[:40]}", policy=_POLICY)
    sender = Header(header_name="From")
    if meant.sender_name:
        sender.append(meant.sender_name, "utf-8")
    sender.append(f"<{meant.sender}>", "us-ascii")
    values: tuple[Any, ...] = (
        sender,
        meant.reply_to,
        ", ".join(meant.recipients),
        ", ".join(meant.copies),
        Header(meant.subject, "utf-8", header_name="Subject"),
        format_datetime(meant.when),
        meant.message_id,
        "auto-generated",
    )
    for name, value in zip(HEADERS, values, strict=True):
        if name in headers(meant.copies):
            message[name] = value
    text = MIMENonMultipart("text", "plain", policy=_POLICY)
    text.set_payload(meant.body, _UTF8)
    message.attach(text)
    attached = MIMEApplication(meant.data, "zip", policy=_POLICY)
    attached.add_header("Content-Disposition", "attachment", filename=meant.attachment)
    message.attach(attached)
    return message.as_bytes()


def dotted(data: bytes) -> bytes:
    """Return a message as it is sent: dots that begin a line doubled (RFC 5321, 4.5.2), the last line ended."""
    stuffed = (b"\r\n" + data).replace(b"\r\n.", b"\r\n..")[2:]
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"
