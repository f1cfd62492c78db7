"""Make letters: written, converted, and read back as soon as each PDF is there, while the engine goes on."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.convert.engine import Engine
from pipeline.convert.stage import convert
from pipeline.model import Anomaly, Fields, Modele, RowRef, Severity
from pipeline.render.expected import expected_in
from pipeline.render.stage import load_template, render

if TYPE_CHECKING:
    from pipeline.convert.embedded import EmbeddedFont
    from pipeline.proofread.stage import Reading


_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Numbers of glibc's parameters, as its malloc.h gives them."""


def keep_freed_memory() -> None:
    """Have glibc keep what a letter took for the next one: a tenth of the time that finishing and reading one take.

    By default it goes back to the system, which clears it and gives it again, a hundred times a second. Other systems,
    and a C library without this setting, are left as they are.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, 1 << 30)
        mallopt(_MMAP_THRESHOLD, 1 << 25)  # the highest that it takes


_FAILED = (
    "Le PDF de cette lettre n’a pas pu être fabriqué, même seul. Relancez la commande ; si cela se répète, cherchez "
    "dans la ligne un texte inhabituel."
)


OnMade = Callable[[RowRef, Path, "Reading"], None]
"""Called with the row of a letter, its PDF and what was read in it."""


def make(
    letters: Mapping[RowRef, Fields],
    modeles: Mapping[RowRef, Modele],
    engine: Engine,
    work: Path,
    on_made: OnMade,
) -> None:
    """Make letters given by their fields; `on_made` gets each as soon as it is read back, those that failed never.

    Raises TemplateError when a template cannot be filled, ConversionError when there is not one PDF.
    """
    keep_freed_memory()
    templates = {path: load_template(path) for path in {modeles[row].fichier for row in letters}}
    # Numbers, not names: two letters never share one, and no name of a person is on any command line.
    rows = {work / f"{number:05}.docx": row for number, row in enumerate(letters, start=1)}
    expected: dict[Path, tuple[tuple[str, str], ...]] = {}

    def write(source: Path) -> None:
        fields, modele = letters[rows[source]], modeles[rows[source]]
        expected[source] = expected_in(fields, render(templates[modele.fichier], fields, source))

    def read_back(source: Path, pdf: Path, fonts: frozenset[EmbeddedFont]) -> None:
        # Imported here, as it is slow to load: the engine is at work by then.
        from pipeline.proofread.stage import proofread

        source.unlink()
        pages_max = modeles[rows[source]].pages_max
        on_made(rows[source], pdf, proofread(pdf, expected.pop(source), pages_max, fonts))

    convert(list(rows), engine, work, read_back, write)


def failure(row: RowRef, reading: Reading | None) -> Anomaly:
    """Say why a valid row has no letter all the same."""
    if reading is None:
        return Anomaly(row, "conversion_echouee", Severity.ERREUR, _FAILED)
    return Anomaly(row, "relecture", Severity.ERREUR, " ".join(reading.faults))
