"""The finished bytes of a message: RFC 5322, all ASCII, CRLF line ends, no header but those that are meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.charset import QP, Charset
from email.errors import MessageError
from email.header import Header, decode_header, make_header
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32, default
from email.utils import format_datetime
from typing import Any

from pipeline.errors import MailError
from pipeline.files import sha256

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
    """Everything that a message must say once read, and nothing else is in it; `when` has its time zone.

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
    message = MIMEMultipart(boundary=f"=_{sha256(meant.message_id.encode())[:40]}", policy=_POLICY)
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


_LINE_MAX = 998
"""RFC 5322, 2.1.1."""
_STRUCTURE = ["multipart/mixed", "text/plain", "application/zip"]


def prove(data: bytes, meant: Meant, where: str) -> None:
    """Raise MailError unless the bytes hold exactly what was meant; `where` names the message in what is said."""
    check_form(data, (*FORM, *headers(meant.copies)), where)
    message: Any = message_from_bytes(data, _class=EmailMessage, policy=default)
    try:
        wrong = next(_differences(message, meant), None) or _sender_name(data, meant)
    except (MessageError, LookupError, ValueError, AttributeError, TypeError) as error:
        raise _refused(where, f"illisible, {type(error).__name__}") from error
    if wrong:
        raise _refused(where, wrong)


def check_form(data: bytes, names: Sequence[str], where: str) -> None:
    """Raise MailError unless the bytes are ASCII lines ended by CRLF under a head of headers so named, each once.

    The head is read here by its lines alone, so that the library which wrote it is not the only judge.
    """
    if not data.isascii() or b"\0" in data:
        raise _refused(where, "signes hors de l’ASCII")
    lines = data.split(b"\r\n")
    if any(b"\r" in line or b"\n" in line for line in lines):
        raise _refused(where, "fins de ligne")
    if max(map(len, lines)) > _LINE_MAX:
        raise _refused(where, "ligne trop longue")
    found = sorted(head_fields(data)[0])
    if found != sorted(names):
        raise _refused(where, "en-têtes")


def head_fields(data: bytes) -> tuple[list[str], list[bytes], bytes]:
    """Return the names of the headers, the headers whole (their folded lines with them), and what follows the head."""
    head, _, rest = data.partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", head)
    return [field.partition(b":")[0].decode("ascii", "replace") for field in fields], fields, rest


def _differences(message: Any, meant: Meant) -> Iterator[str]:
    """Say each thing that differs, in the order in which it would do harm."""
    if _addresses(message["To"]) != [("", address) for address in meant.recipients]:
        yield "destinataires"
    if _addresses(message["Cc"]) != [("", address) for address in meant.copies]:
        yield "copies"
    if [address.addr_spec for address in message["From"].addresses] != [meant.sender]:
        yield "expéditeur"
    if _addresses(message["Reply-To"]) != [("", meant.reply_to)]:
        yield "adresse de réponse"
    if str(message["Subject"]) != meant.subject:
        yield "objet"
    if message["Date"].datetime != meant.when.replace(microsecond=0):
        yield "date"
    if str(message["Message-ID"]) != meant.message_id or str(message["Auto-Submitted"]) != "auto-generated":
        yield "identifiant"
    parts = list(message.walk())
    if [part.get_content_type() for part in parts] != _STRUCTURE or any(part.defects for part in parts):
        yield "parties"
    _, text, attached = parts
    if text.get_content().replace("\r\n", "\n") != meant.body or text.get_filename() is not None:
        yield "texte"
    if attached.get_filename() != meant.attachment or not attached.is_attachment():
        yield "nom de la pièce jointe"
    if attached.get_payload(decode=True) != meant.data:
        yield "pièce jointe"


def _sender_name(data: bytes, meant: Meant) -> str:
    """Return what is wrong with the sender's name, "" when nothing is.

    It is read by `decode_header`: the newer parser puts a space where a long name goes on in a second encoded word.
    """
    names, fields, _ = head_fields(data)
    written = fields[names.index("From")].decode("ascii").replace("\r\n", "").partition(":")[2].strip()
    expected = f"{meant.sender_name} <{meant.sender}>" if meant.sender_name else f"<{meant.sender}>"
    return "" if str(make_header(decode_header(written))) == expected else "nom de l’expéditeur"


def _addresses(header: Any) -> list[tuple[str, str]]:
    return [(address.display_name, address.addr_spec) for address in header.addresses] if header else []


def _refused(where: str, what: str) -> MailError:
    return MailError(
        f"{where} : le message composé n’est pas celui qui était voulu ({what}). Rien n’a été envoyé. Vérifiez les "
        "textes de la rubrique [courrier] de config.toml et du modèle de message, puis signalez ce défaut du programme."
    )
