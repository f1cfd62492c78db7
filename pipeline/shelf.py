"""What stays beside the bundles: the Word letters on request, and the bundles that have no letter any more."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.atomic import output_error
from pipeline.model import Lot, RowRef
from pipeline.recipe import Fields
from pipeline.render import load_template, render


def keep_docx(lots: Sequence[Lot], fields: Mapping[RowRef, Fields], gabarit: Path, folder: Path) -> None:
    """Write the Word letters of the bundles to `folder/DSDEN-77/`, named as their PDFs, in the place of former ones.

    Raises OutputError.
    """
    template = load_template(gabarit)
    try:
        for lot in lots:
            own = folder / f"DSDEN-{lot.dsden}"
            shutil.rmtree(own, ignore_errors=True)
            own.mkdir(parents=True)
            for document, member in zip(lot.documents, lot.members, strict=True):
                render(template, fields[document.letter.row], own / Path(member).with_suffix(".docx").name)
    except OSError as error:
        raise output_error(folder, error) from error


def set_aside(folder: Path, lots: Sequence[Lot]) -> tuple[Path, ...]:
    """Move the bundles that a whole run did not make from `folder` to `folder/anciens`; return those moved.

    They would lie if they stayed: their letters are no longer those of the workbook. Raises OutputError.
    """
    current = {lot.path.name for lot in lots}
    stale = [path for path in sorted(folder.glob("DSDEN-*.zip")) if path.name not in current]
    try:
        if stale:
            (folder / "anciens").mkdir(exist_ok=True)
        for path in stale:
            os.replace(path, folder / "anciens" / path.name)
    except OSError as error:
        raise output_error(folder, error) from error
    return tuple(stale)
