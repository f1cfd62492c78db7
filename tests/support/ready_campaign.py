"""What is ready to leave: settings that send, bundles that stage 7 writes from mere bytes, their line in the journal."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console

from pipeline.bundle.ready import Bundle
from pipeline.bundle.stage import plan, write_lots
from pipeline.cli.envoyer import send_bundles
from pipeline.cli.screen import Terminal
from pipeline.journal.letters import lettres_of
from pipeline.journal.runs import Run, last_letters
from pipeline.journal.sendings import Envoi
from pipeline.model import Document, Etablissement, Imp, Letter, Made, Personne, Recipe, RowRef, Verdict
from pipeline.progress import Clock
from pipeline.send.delivery import Patience
from pipeline.send.stage import Demande
from pipeline.settings.config import Config, read_config
from pipeline.uai import key_of
from support.journal_at import opened, read_envois, record_run

WHEN = datetime(2026, 10, 3, 14, 5, 7, tzinfo=timezone(timedelta(hours=2)))
AMOUNTS = ("312.50", "625.00", "1250.00")
SMALL: Mapping[str, Sequence[int]] = {"77": (2000, 3000), "93": (1500,), "94": (2500, 1000)}
"""The sizes of the PDFs of each DSDEN, in bytes."""
HURRIED = Patience(answer=1, verdict=1, waits=(5,))
"""For a server that stalls: each answer that does not come takes a second of the tests' own time."""


def sending(config: Config, **courrier: Any) -> Config:
    """Return settings that are complete enough to send, with others of [courrier] if asked."""
    complete = {"serveur": "127.0.0.1", "expediteur": "ce.daasen@ac-exemple.fr", "nom_expediteur": "Rectorat, DAASEN"}
    return config.model_copy(update={"courrier": config.courrier.model_copy(update={**complete, **courrier})})


def settings(project: Path, domain: str, **courrier: object) -> Config:
    """Write to a project's config.toml mailboxes of a domain and what [courrier] must say to send; return it read."""
    file = project / "config.toml"
    shipped = file.read_text(encoding="utf-8").split("\n[courrier]")[0].replace("ac-creteil.fr", domain)
    decided = {"expediteur": f"mlds@{domain}", "envoi_en_clair_decide_par": "la rectrice, le 3 septembre 2026"}
    # A JSON value is a TOML one, for what is written here: texts, numbers, true and false.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in {**decided, **courrier}.items()]
    file.write_text("\n".join([shipped, "[courrier]", *lines, ""]), encoding="utf-8")
    return read_config(file)


def write_campaign(config: Config, sizes: Mapping[str, Sequence[int]] = SMALL, edition: int = 0) -> None:
    """Leave what a run leaves, with letters whose PDFs are mere bytes; another edition has other letters."""
    pdfs = config.dossier_annee / "pdf"
    pdfs.mkdir(parents=True, exist_ok=True)
    documents = [
        document(pdfs, dsden, number, Random(f"{edition} {dsden} {number}").randbytes(size))
        for dsden, of_one in sizes.items()
        for number, size in enumerate(of_one)
    ]
    lots = write_lots(plan(documents), config, config.dossier_lots)
    letters = tuple(one.letter for one in documents)
    recipe = Recipe("01" * 32, "02" * 32, "LibreOffice", "03" * 32)
    made = {one.row: Made(recipe, said(one, edition)) for one in letters}
    verdict = Verdict(letters, (), (), (), ())
    run = Run(WHEN, "classeur.xlsx", "ef" * 32, recipe.moteur, recipe.programme, verdict, made)
    record_run(config.journal, run, lots)


def said(letter: Letter, edition: int) -> dict[str, Any]:
    """Return the fields that tell one letter from another; those of another edition say something else."""
    school, referent = letter.etablissement, letter.referent
    person = {"prenom": referent.prenom, "nom": referent.nom}
    return {"etablissement": {"uai": school.uai}, "referent": person, "autres": {"edition": edition}}


def letters_in(journal: Path) -> tuple[Made, ...]:
    """Return the letters of the last bundles, as the journal knows them."""
    with opened(journal) as known:
        return last_letters(known, lettres_of(known))


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
    documents = [
        document(
            folder, dsden, number, Random(number).randbytes(size), nom, None if without_imp else AMOUNTS[number % 3]
        )
        for number, size in enumerate(sizes)
    ]
    (lot,) = write_lots(plan(documents), config, folder / "lots")
    return Bundle(lot.dsden, folder / "lots" / lot.path.name, lot.sha256, lot.size, len(documents), lot.montant_total)


def document(
    folder: Path, dsden: str, number: int, data: bytes, nom: str = "Exemple", montant: str | None = "625.00"
) -> Document:
    """Leave the PDF of a letter, of which it has but the name: no stage that sends reads it."""
    digits = f"{dsden.zfill(3)}{number:04d}"
    school = Etablissement(digits + key_of(digits), "Collège des Tilleuls", "Villeneuve")
    imp = None if montant is None else Imp("", Fraction(1, 2), Decimal(montant))
    referent, chef = Personne("Mme", "Anne", nom), Personne("M.", "Paul", "Modèle")
    pdf = folder / f"{school.uai}.pdf"
    pdf.write_bytes(data)
    letter = Letter(RowRef(f"DSDEN {dsden}", number), school, referent, chef, imp)
    return Document(letter, pdf, 1, hashlib.sha256(data).hexdigest())


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


@dataclass
class Sending:
    """`mlds envoyer --confirmer` in this process, with a clock that nobody waits for; `waits` is what it was asked."""

    config: Config
    patience: Patience = field(default_factory=Patience)
    waits: list[float] = field(default_factory=list)
    said: str = ""
    now: datetime = WHEN

    def run(self, **asked: object) -> int:
        """Send, and return the exit code; `said` is what was shown this time."""
        shown = io.StringIO()
        clock = Clock(lambda: self.now, self.waits.append, lambda: sum(self.waits))
        demande = Demande(**{"confirmer": True, **asked}).checked(self.config)  # type: ignore[arg-type]
        with Terminal(Console(file=shown, width=100, highlight=False, soft_wrap=True)) as terminal:
            code = send_bundles(self.config, demande, clock, terminal, self.patience)
        self.said = shown.getvalue()
        return int(code)

    @property
    def journal(self) -> tuple[Envoi, ...]:
        """Return the sendings that the journal knows."""
        return read_envois(self.config.journal)


def addressed(config: Config, code: str, **changes: Any) -> Config:
    """Return settings with other addresses for one DSDEN."""
    dsden = tuple(one.model_copy(update=changes) if one.code == code else one for one in config.dsden)
    return config.model_copy(update={"dsden": dsden})
