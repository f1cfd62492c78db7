"""A bundle made into messages that are ready to leave: pure but for reading the bundle; nothing leaves from here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from pipeline.bundle.ready import Bundle
from pipeline.errors import ConfigError, MailError
from pipeline.send.attachments import check_password, sealed, sealed_size, shared_out
from pipeline.send.parts import Part, encoded
from pipeline.send.text import read_template
from pipeline.send.wording import Wording, attachment_name
from pipeline.send.written import Meant, prove, write
from pipeline.settings.config import Config
from pipeline.settings.fields import domain, mailbox
from pipeline.settings.sections import Courrier

__all__ = ["Bundle", "Message", "Outline", "compose", "preview"]

_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
_MESSAGE_ID_MAX = 200


class _Addressed:
    """What is for some recipients, and others in copy."""

    __slots__ = ()
    recipients: tuple[str, ...]
    copies: tuple[str, ...]

    @property
    def everybody(self) -> tuple[str, ...]:
        """Return all to whom it is addressed."""
        return (*self.recipients, *self.copies)


@dataclass(frozen=True, slots=True)
class Message(_Addressed):
    """One message, ready to leave.

    `bundle_sha256` is that of the whole bundle (it decides « déjà envoyé »), `part` of `parts` are 1 and 1 when it is
    whole; `letters`, `montant` and `attachment` are those of this part. `sender`, `recipients` and `copies` are the
    envelope's, addresses only: each has to be accepted. So is `cachee` ("": none), who receives it unseen and may be
    refused. `data` are the finished bytes (RFC 5322), all ASCII, with CRLF line ends.
    """

    dsden: str
    bundle_sha256: str
    part: int
    parts: int
    letters: int
    montant: Decimal
    attachment: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    data: bytes
    copies: tuple[str, ...] = ()
    cachee: str = ""

    @property
    def size(self) -> int:
        """Return the number of its bytes."""
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Outline(_Addressed):
    """What a message will be, for who decides whether it leaves; `size` is that of its bytes, which are not made."""

    part: int
    letters: int
    montant: Decimal
    recipients: tuple[str, ...]
    subject: str
    size: int
    copies: tuple[str, ...] = ()


def compose(
    bundle: Bundle,
    config: Config,
    *,
    when: datetime,
    message_ids: Callable[[str, int], str],
    essai: str | None = None,
    correction: date | None = None,
    password: str | None = None,
) -> tuple[Message, ...]:
    """Make the messages of one bundle, each proved: one, or one a part above the limit of config.toml.

    `when` has its time zone. `message_ids` gives « <…@domaine> » for a DSDEN and a part's number (1 first), and is
    asked once a message. `essai` is the one address that everything goes to instead of the DSDEN's; `correction` the
    day when the bundle that this one replaces was sent; `password` that of the encryption, needed when config.toml
    asks for it and for nothing else.

    Raises MailError (no mailbox, a letter above the limit, a bundle that changed on disk, an unfit password),
    ConfigError (no sender) and TemplateError (the text).
    """
    if not config.courrier.expediteur:
        raise ConfigError("« courrier.expediteur » : écrivez dans config.toml l’adresse qui envoie les lettres.")
    if config.courrier.chiffrement != (password is not None):
        raise ValueError("a password goes with encryption, and with nothing else")
    if password is not None:
        check_password(password)
    letterhead = _letterhead(bundle, config, when, essai, correction)
    parts = shared_out(bundle, config, letterhead.weight)
    attached = [sealed(part, bundle, config, password) for part in parts]
    return tuple(
        letterhead.message(part, parts, data, message_ids(bundle.dsden, part.number), password)
        for part, data in zip(parts, attached, strict=True)
    )


def preview(
    bundle: Bundle, config: Config, *, when: datetime, essai: str | None = None, correction: date | None = None
) -> tuple[Outline, ...]:
    """Tell what `compose` would make, and make nothing: the sender may be missing, no password is asked.

    Raises MailError (no mailbox, a letter above the limit, a bundle that changed on disk) and TemplateError.
    """
    sender = config.courrier.expediteur or "expediteur@exemple.fr"
    complete = config.model_copy(update={"courrier": config.courrier.model_copy(update={"expediteur": sender})})
    letterhead = _letterhead(bundle, complete, when, essai, correction)
    parts = shared_out(bundle, complete, letterhead.weight)
    return tuple(letterhead.outline(part, parts, sealed_size(part, bundle, complete)) for part in parts)


def _letterhead(
    bundle: Bundle, config: Config, when: datetime, essai: str | None, correction: date | None
) -> _Letterhead:
    """Return what the messages of a bundle share, once its DSDEN is known to have a mailbox."""
    if when.tzinfo is None:
        raise ValueError("the date of a message bears its time zone")
    dsden = config.dsden_of(bundle.dsden)
    if dsden is None:
        raise MailError(
            f"DSDEN {bundle.dsden} : config.toml ne donne pas son adresse. Rien n’a été envoyé. Ajoutez-y cette DSDEN."
        )
    recipients, copies = (dsden.courriel, dsden.copie) if essai is None else ((mailbox(essai),), ())
    wording = Wording(config, dsden, bundle, correction, essai, read_template(config.courrier.modele))
    return _Letterhead(config.courrier, recipients, copies, when, wording)


@dataclass(frozen=True, slots=True)
class _Letterhead:
    """What the messages of one bundle share."""

    courrier: Courrier
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    when: datetime
    wording: Wording

    def meant(self, part: Part, parts: Sequence[Part], data: bytes, message_id: str) -> Meant:
        text = self.wording.of(part, parts)
        return Meant(
            sender_name=self.courrier.nom_expediteur,
            sender=self.courrier.expediteur,
            reply_to=self.courrier.repondre_a or self.courrier.expediteur,
            recipients=self.recipients,
            copies=self.copies,
            subject=text.subject,
            when=self.when,
            message_id=message_id,
            body=text.body,
            attachment=attachment_name(self.wording.config, self.wording.bundle, part),
            data=data,
        )

    def weight(self, count: int) -> int:
        """Return the most that a message weighs without its file, when there are `count` parts."""
        bundle = self.wording.bundle
        parts = [Part(number + 1, count, bundle.letters, bundle.montant_total, b"") for number in range(count)]
        return len(write(self.meant(parts[-1], parts, b"", f"<{'x' * _MESSAGE_ID_MAX}>")))

    def outline(self, part: Part, parts: Sequence[Part], attached: int) -> Outline:
        """Tell what one message will be, its file being so large."""
        bare = self.meant(part, parts, b"", f"<{uuid4()}@{domain(self.courrier.expediteur)}>")
        size = len(write(bare)) + encoded(attached)
        return Outline(part.number, part.letters, part.montant, bare.recipients, bare.subject, size, bare.copies)

    def message(self, part: Part, parts: Sequence[Part], data: bytes, message_id: str, password: str | None) -> Message:
        """Write one message and prove it."""
        if not _MESSAGE_ID.fullmatch(message_id) or len(message_id) > _MESSAGE_ID_MAX:
            raise ValueError("this is no Message-ID")
        meant, bundle = self.meant(part, parts, data, message_id), self.wording.bundle
        where = f"DSDEN {bundle.dsden}" + (f", {part.label}" if part.label else "")
        if password is not None and password in meant.subject + meant.body:
            raise MailError(
                f"{where} : le texte du message contient le mot de passe des lots. Rien n’a été envoyé. Retirez-le du "
                "modèle de message (« modele » dans config.toml), ou choisissez-en un autre."
            )
        written = write(meant)
        prove(written, meant, where)
        if len(written) > self.courrier.limite_octets:
            raise AssertionError("a message is heavier than what was planned")
        return Message(
            dsden=bundle.dsden,
            bundle_sha256=bundle.sha256,
            part=part.number,
            parts=part.count,
            letters=part.letters,
            montant=part.montant,
            attachment=meant.attachment,
            sender=meant.sender,
            recipients=meant.recipients,
            subject=meant.subject,
            message_id=message_id,
            data=written,
            copies=meant.copies,
            cachee=self.wording.unseen_copy,
        )
