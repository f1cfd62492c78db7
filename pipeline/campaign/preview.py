"""A preview: a few letters made by the real engine, as PDF and as pictures, in a folder of their own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.campaign.folder import workspace
from pipeline.convert.engine import Engine
from pipeline.files import output_error, published, quick_folder
from pipeline.french.words import pluriel
from pipeline.model import Fields, Modele, RowRef
from pipeline.printing.making import make
from pipeline.progress import Progress
from pipeline.proofread.pictures import write_pictures

if TYPE_CHECKING:
    from pipeline.proofread.stage import Reading


def print_previews(
    wanted: Mapping[str, tuple[Modele, Fields]], engine: Engine, folder: Path, progress: Progress
) -> dict[str, tuple[str, ...]]:
    """Write `<name>.pdf` and `<name>_page-1.png` for each letter; return, by name, what proofreading found.

    `wanted` gives the template and the fields of each. A letter that could not be converted is not returned. Those of
    an earlier preview are gone. Raises TemplateError, ConversionError, OutputError.
    """
    progress.start("Aperçus", len(wanted))
    found: dict[str, tuple[str, ...]] = {}
    modeles = {RowRef(name, 1): modele for name, (modele, _) in wanted.items()}
    fields = {RowRef(name, 1): own for name, (_, own) in wanted.items()}
    with workspace(folder, "mlds modele") as work:
        ready = work / "pret"
        ready.mkdir()

        def keep(row: RowRef, pdf: Path, reading: Reading) -> None:
            # Copied out of memory: a picture is of the very file that is kept.
            shutil.copyfile(pdf, ready / f"{row.sheet}.pdf")
            write_pictures(ready / f"{row.sheet}.pdf")
            found[row.sheet] = reading.faults
            progress.advance()

        try:
            with quick_folder(work) as quick:
                make(fields, modeles, engine, quick, keep)
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
