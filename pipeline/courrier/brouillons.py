"""Drafts: messages as .eml files that Thunderbird and Outlook open ready to be sent by hand."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from pipeline.courrier.preuve import check_form, head_fields
from pipeline.errors import MailError
from pipeline.files import output_error
from pipeline.send.message import Message
from pipeline.send.written import FORM, headers

_UNSENT = b"X-Unsent: 1"
"""What makes Outlook, and Thunderbird, open a file in the window where messages are written."""
_NOT_YET = frozenset({"Date", "Message-ID", "Auto-Submitted"})
"""What the mail program writes when a person sends; a message sent by hand is not an automatic one (RFC 3834, 5)."""


def draft(message: Message) -> bytes:
    """Return a message as a draft, its recipients and its content proved unchanged; raise MailError otherwise."""
    names, fields, rest = head_fields(message.data)
    kept = [field for name, field in zip(names, fields, strict=True) if name not in _NOT_YET]
    data = b"\r\n".join([_UNSENT, *kept]) + b"\r\n\r\n" + rest
    where = f"Brouillon de la DSDEN {message.dsden}"
    names = [name for name in (*FORM, *headers(message.copies)) if name not in _NOT_YET]
    check_form(data, ("X-Unsent", *names), where)
    read = message_from_bytes(data, policy=default)
    written = [one.addr_spec for header in ("To", "Cc") if read[header] for one in read[header].addresses]
    if tuple(written) != message.everybody:
        raise MailError(
            f"{where} : les destinataires ne sont pas ceux qui étaient voulus. Rien n’a été écrit. Vérifiez "
            "« courriel » et « copie » de cette DSDEN dans config.toml, puis signalez ce défaut du programme."
        )
    return data


def write_drafts(messages: Sequence[Message], folder: Path) -> tuple[Path, ...]:
    """Write one .eml a message in a folder, to be published from there, and return them in the same order.

    All are made and proved before the first is written. Raises MailError and OutputError.
    """
    made = [(folder / f"{message.attachment.removesuffix('.zip')}.eml", draft(message)) for message in messages]
    for path, data in made:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise output_error(path, error) from error
    return tuple(path for path, _ in made)
