"""Stages 4 to 6 for all the letters of a run: written, converted, and read back as soon as each PDF is there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Config
from pipeline.convert import convert
from pipeline.engines import Engine
from pipeline.fields import expected_texts, fields_of
from pipeline.french import pluriel
from pipeline.model import Anomaly, Document, Letter, RowRef, Severity
from pipeline.parts import fonts_named
from pipeline.progress import Progress
from pipeline.proofread import Reading, proofread, strangers
from pipeline.render import load_template, render


@dataclass(frozen=True, slots=True)
class Printed:
    """What became of the letters: a document each, or the reason why not.

    `sources` are the Word letters; `notices` tell, in French, what is true of all of them.
    """

    documents: tuple[Document, ...]
    failures: Mapping[RowRef, Anomaly]
    sources: Mapping[RowRef, Path]
    notices: tuple[str, ...]


def print_letters(letters: Sequence[Letter], config: Config, engine: Engine, work: Path, progress: Progress) -> Printed:
    """Write, convert and read back letters; one that fails costs no other one its PDF.

    Raises TemplateError when the template cannot be filled, ConversionError when there is not one PDF.
    """
    template = load_template(config.gabarit.fichier)
    expected: dict[Path, tuple[tuple[str, str], ...]] = {}
    sources: dict[RowRef, Path] = {}
    progress.start("Lettres Word", len(letters))
    for number, letter in enumerate(letters, start=1):
        fields = fields_of(letter, config)
        # Numbers, not names: two letters never share one, and no name of a person is on any command line.
        source = work / f"{number:05}.docx"
        render(template, fields, source)
        sources[letter.row], expected[source] = source, expected_texts(fields)
        progress.advance()
    progress.done(pluriel(len(sources), "lettre"))

    readings: dict[Path, tuple[Path, Reading]] = {}

    def read_back(source: Path, pdf: Path) -> None:
        readings[source] = (pdf, proofread(pdf, expected[source], config.gabarit.pages_max))
        progress.advance()

    progress.start("PDF, fabriqués et relus", len(letters))
    convert(list(sources.values()), engine, work, read_back)
    documents = tuple(
        Document(letter, pdf, reading.pages, hashlib.sha256(pdf.read_bytes()).hexdigest())
        for letter in letters
        if (made := readings.get(sources[letter.row])) and not (reading := made[1]).faults and (pdf := made[0])
    )
    right = {document.letter.row for document in documents}
    failures = {
        letter.row: _failure(letter, readings.get(sources[letter.row])) for letter in letters if letter.row not in right
    }
    progress.done(f"{pluriel(len(documents), 'lettre conforme', 'lettres conformes')}")
    used = {font for _, reading in readings.values() for font in reading.fonts}
    return Printed(documents, failures, sources, _font_notices(strangers(fonts_named(config.gabarit.fichier), used)))


def _font_notices(fonts: Iterable[str]) -> tuple[str, ...]:
    """Say once a run which fonts stand in for those that the template names."""
    return tuple(
        f"La police « {font} » remplace dans les PDF une police que le gabarit demande et que cet ordinateur n’a pas."
        for font in sorted(fonts)
    )


def _failure(letter: Letter, made: tuple[Path, Reading] | None) -> Anomaly:
    """Say why a valid row has no letter all the same."""
    if made is None:
        message = (
            "Le PDF de cette lettre n’a pas pu être fabriqué, même seul. Relancez la commande ; si cela se répète, "
            "cherchez dans la ligne un texte inhabituel."
        )
        return Anomaly(letter.row, "conversion_echouee", Severity.ERREUR, message)
    return Anomaly(letter.row, "relecture", Severity.ERREUR, " ".join(made[1].faults))
