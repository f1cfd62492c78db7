"""Make letters: written, converted, and read back as soon as each PDF is there, while the engine goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.convert.engine import Engine
from pipeline.convert.stage import convert
from pipeline.model import Anomaly, Fields, Modele, RowRef, Severity
from pipeline.pdf.allocator import keep_freed_memory
from pipeline.render.expected import expected_in
from pipeline.render.stage import load_template, render

if TYPE_CHECKING:
    from pipeline.convert.embedded import EmbeddedFont
    from pipeline.proofread.stage import Reading

_FAILED = (
    "Le PDF de cette lettre n’a pas pu être fabriqué, même seul. Relancez la commande ; si cela se répète, cherchez "
    "dans la ligne un texte inhabituel."
)


@dataclass(frozen=True, slots=True)
class MadeLetter:
    """The PDF of a letter and what was read in it."""

    pdf: Path
    reading: Reading


def make(
    letters: Mapping[RowRef, Fields],
    modeles: Mapping[RowRef, Modele],
    engine: Engine,
    work: Path,
    on_made: Callable[[RowRef, MadeLetter], None],
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
        on_made(rows[source], MadeLetter(pdf, proofread(pdf, expected.pop(source), pages_max, fonts)))

    convert(list(rows), engine, work, read_back, write)


def failure(row: RowRef, made: MadeLetter | None) -> Anomaly:
    """Say why a valid row has no letter all the same."""
    if made is None:
        return Anomaly(row, "conversion_echouee", Severity.ERREUR, _FAILED)
    return Anomaly(row, "relecture", Severity.ERREUR, " ".join(made.reading.faults))
