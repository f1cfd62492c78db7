"""Bundles to send, made on the spot by stage 7 itself from letters whose PDFs are mere bytes, and settings that send."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.bundle import plan, write_lots
from pipeline.config import Config
from pipeline.courrier.message import Bundle
from pipeline.model import Document, Etablissement, Imp, Letter, Personne, RowRef

WHEN = datetime(2026, 10, 3, 14, 5, 7, tzinfo=timezone(timedelta(hours=2)))
AMOUNTS = ("312.50", "625.00", "1250.00")


def sending(config: Config, **courrier: Any) -> Config:
    """Return settings that are complete enough to send, with others of [courrier] if asked."""
    settings = {"serveur": "127.0.0.1", "expediteur": "ce.daasen@ac-exemple.fr", "nom_expediteur": "Rectorat, DAASEN"}
    return config.model_copy(update={"courrier": config.courrier.model_copy(update={**settings, **courrier})})


def bundle_of(
    folder: Path,
    config: Config,
    sizes: Sequence[int],
    dsden: str = "77",
    nom: str = "Exemple",
    without_imp: bool = False,
) -> Bundle:
    """Write the bundle of one DSDEN: a letter a size, of that many bytes that do not compress, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    documents = []
    for number, size in enumerate(sizes):
        pdf = folder / f"{number}.pdf"
        pdf.write_bytes(random.Random(number).randbytes(size))
        school = Etablissement(f"{dsden.zfill(3)}{number:04d}A", "Collège des Tilleuls", "Villeneuve")
        imp = None if without_imp else Imp("", Fraction(1, 2), Decimal(AMOUNTS[number % 3]))
        letter = Letter(
            RowRef("R", number), school, Personne("Mme", "Anne", nom), Personne("M.", "Paul", "Modèle"), imp
        )
        documents.append(Document(letter, pdf, 1, hashlib.sha256(pdf.read_bytes()).hexdigest()))
    (lot,) = write_lots(plan(documents), config, folder / "lots")
    return Bundle(lot.dsden, folder / "lots" / lot.path.name, lot.sha256, lot.size, len(documents), lot.montant_total)


def message_id(dsden: str, part: int) -> str:
    """Return a Message-ID that tells its message."""
    return f"<{dsden}.{part}@ac-exemple.fr>"


def read(data: bytes) -> EmailMessage:
    """Read a message as a mail program does."""
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(data: bytes) -> str:
    """Return the text of a message, as it is shown."""
    body = read(data).get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def attached(data: bytes) -> bytes:
    """Return the file of a message."""
    (part,) = read(data).iter_attachments()
    return bytes(part.get_payload(decode=True))
