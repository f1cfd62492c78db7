"""The letter: the template, the program that makes the PDFs, and one invented letter made with both."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.checks import Finding, right, wrong
from pipeline.config import Config
from pipeline.engines import Engine, find_engine
from pipeline.engines.libreoffice import LibreOffice
from pipeline.errors import ConversionError, PipelineError
from pipeline.gabarit.typeface import asked_fonts, named_fonts
from pipeline.lettre.fields import example_of
from pipeline.lettre.variantes import modeles_of
from pipeline.model import RowRef
from pipeline.pdf.fonts import strangers
from pipeline.printing.making import MadeLetter, make
from pipeline.template import require_sound


def letter(config: Config) -> Iterator[Finding]:
    """Look at all that a letter needs; what comes after a fault that forbids it is left out."""
    for modele in modeles_of(config.gabarit):
        try:
            require_sound(modele.fichier, example_of(config))
        except PipelineError as error:
            yield wrong("Gabarit", error)
            return
        yield right("Gabarit", f"« {modele.fichier} », aucun défaut")
    try:
        engine = find_engine(config.conversion.moteur, config.conversion.processus)
    except PipelineError as error:
        yield wrong("Conversion", error)
        return
    yield right("Conversion", f"{engine.version}{_place(engine)}")
    yield from _trial(config, engine)


def _place(engine: Engine) -> str:
    return f" (« {engine.executable} »)" if isinstance(engine, LibreOffice) else ""


def _trial(config: Config, engine: Engine) -> Iterator[Finding]:
    """Make a letter and read it back: the one proof that an engine works, and of the fonts that it finds."""
    made: list[MadeLetter] = []
    fields, row, modele = example_of(config), RowRef("", 1), modeles_of(config.gabarit)[0]
    try:
        with tempfile.TemporaryDirectory(prefix="mlds-diagnostic-") as folder:
            make({row: fields}, {row: modele}, engine, Path(folder), lambda _, one: made.append(one))
    except PipelineError as error:
        yield wrong("Lettre d’essai", error)
        return
    reading = made[0].reading
    if not reading.is_right:
        yield wrong("Lettre d’essai", ConversionError(" ".join(reading.faults)))
    else:
        yield right("Lettre d’essai", "fabriquée et relue, conforme")
    standing_in = strangers(named_fonts(modele.fichier), reading.fonts)
    if standing_in:
        wanted, others = _listed(asked_fonts(modele.fichier)), _listed(standing_in)
        fault = f"le gabarit demande {wanted}, et cet ordinateur imprime {others} à la place d’une police qu’il n’a pas"
        yield wrong("Polices", ConversionError(f"{fault}. Installez celle du gabarit, ou changez-la dans le gabarit."))
    else:
        yield right("Polices", f"{_listed(reading.fonts)}, comme le gabarit le demande")


def _listed(fonts: Iterable[str]) -> str:
    return ", ".join(f"« {font} »" for font in sorted(fonts))
