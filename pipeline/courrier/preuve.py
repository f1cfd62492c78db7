"""The proof of a message: its finished bytes are read again, and say what was meant, to whom it was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from typing import Any

from pipeline.errors import MailError
from pipeline.send.written import FORM, Meant, headers

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
