"""A preview: a few letters made by the real engine, as PDF and as pictures, in a folder of their own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.campaign.folder import workspace
from pipeline.convert.engine import Engine
from pipeline.files import output_error, published, quick_folder
from pipeline.french.words import pluriel
from pipeline.model import Fields, Modele, RowRef
from pipeline.printing.making import MadeLetter, make
from pipeline.progress import Progress
from pipeline.proofread.pictures import write_pictures


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter of a preview: its template and its fields."""

    modele: Modele
    fields: Fields


def print_previews(
    wanted: Mapping[str, Preview], engine: Engine, folder: Path, progress: Progress
) -> dict[str, tuple[str, ...]]:
    """Write `<name>.pdf` and `<name>_page-1.png` for each letter; return, by name, what proofreading found.

    A letter that could not be converted is not returned. Those of an earlier preview are gone. Raises TemplateError,
    ConversionError, OutputError.
    """
    progress.start("Aperçus", len(wanted))
    found: dict[str, tuple[str, ...]] = {}
    rows = {RowRef(name, 1): preview for name, preview in wanted.items()}
    with workspace(folder, "mlds modele") as work:
        ready = work / "pret"
        ready.mkdir()

        def keep(row: RowRef, made: MadeLetter) -> None:
            # Copied out of memory: a picture is of the very file that is kept.
            shutil.copyfile(made.pdf, ready / f"{row.sheet}.pdf")
            write_pictures(ready / f"{row.sheet}.pdf")
            found[row.sheet] = made.reading.faults
            progress.advance()

        try:
            with quick_folder(work) as quick:
                fields = {row: preview.fields for row, preview in rows.items()}
                make(fields, {row: preview.modele for row, preview in rows.items()}, engine, quick, keep)
        except OSError as error:
            raise output_error(folder, error) from error
        new = sorted(ready.iterdir())
        with published([(path, folder / path.name) for path in new], work / "remplace"):
            pass
        _forget(folder, {path.name for path in new})
    progress.done(f"{pluriel(len(found), 'lettre')}, en PDF et en images")
    return {name: found[name] for name in wanted if name in found}


def _forget(folder: Path, names: set[str]) -> None:
    """Remove the previews that this one did not make again."""
    for path in (*folder.glob("*.pdf"), *folder.glob("*_page-*.png")):
        if path.name not in names:
            with suppress(OSError):
                path.unlink()
