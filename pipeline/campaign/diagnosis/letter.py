"""The letter: the template, the program that makes the PDFs, and one invented letter made with both."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.campaign.diagnosis import Finding, right, wrong
from pipeline.convert.engine import Engine, find_engine
from pipeline.errors import ConversionError, PipelineError
from pipeline.model import RowRef
from pipeline.printing.making import make
from pipeline.proofread.stage import Reading
from pipeline.render.check.check import require_sound
from pipeline.render.check.typeface import asked_fonts, named_fonts, strangers
from pipeline.render.fields import example_of
from pipeline.render.variants import modeles_of
from pipeline.settings.config import Config

_BY_HAND = "Vérifiez qu’il s’ouvre à la main sur cet ordinateur, réinstallez-le au besoin."


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
    yield right("Conversion", f"faite par {engine.version} (« moteur = {config.conversion.moteur} » dans config.toml)")
    yield from _trial(config, engine)


def _trial(config: Config, engine: Engine) -> Iterator[Finding]:
    """Make a letter of each template and read it back: the one proof that an engine works, and of its fonts."""
    made: dict[RowRef, Reading] = {}

    def keep(row: RowRef, _: Path, reading: Reading) -> None:
        made[row] = reading

    fields, modeles = example_of(config), {RowRef("", n): one for n, one in enumerate(modeles_of(config.gabarit))}
    try:
        with tempfile.TemporaryDirectory(prefix="mlds-diagnostic-") as folder:
            make(dict.fromkeys(modeles, fields), modeles, engine, Path(folder), keep)
    except PipelineError as error:
        yield wrong("Lettre d’essai", error)
        return
    for row, modele in modeles.items():
        which = f"« {modele.fichier.name} », " if len(modeles) > 1 else ""
        if row not in made:
            yield wrong("Lettre d’essai", ConversionError(f"{which}{engine.version} ne l’a pas faite. {_BY_HAND}"))
        else:
            yield _read_back(made[row], which)
            yield _fonts(modele.fichier, made[row].fonts)


def _read_back(reading: Reading, which: str) -> Finding:
    if reading.is_right:
        return right("Lettre d’essai", f"{which}fabriquée et relue, conforme")
    return wrong("Lettre d’essai", ConversionError(which + " ".join(reading.faults)))


def _fonts(template: Path, printed: frozenset[str]) -> Finding:
    """Hold the fonts of a PDF against those of its template."""
    standing_in = strangers(named_fonts(template), printed)
    if not standing_in:
        return right("Polices", f"{_listed(printed)}, comme le gabarit le demande")
    wanted, others = _listed(asked_fonts(template)), _listed(standing_in)
    fault = f"le gabarit demande {wanted}, et cet ordinateur imprime {others} à la place d’une police qu’il n’a pas"
    return wrong("Polices", ConversionError(f"{fault}. Installez celle du gabarit, ou changez-la dans le gabarit."))


def _listed(fonts: Iterable[str]) -> str:
    return ", ".join(f"« {font} »" for font in sorted(fonts))
