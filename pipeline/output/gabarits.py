"""The templates that letters were made with, kept with the year: a former one is found again by its digest."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from pipeline.files import output_error, sha256_of

GABARITS = "gabarits"
_SHOWN = 16
"""How many signs of a digest tell a file from others."""


def keep_templates(files: Iterable[Path], folder: Path, ready: Path) -> None:
    """Copy to `ready` the templates that the results `folder` does not keep yet, as they are. Raises OutputError."""
    for file in sorted(set(files)):
        digest = sha256_of(file)
        name = f"{file.stem}_{digest[:_SHOWN]}.docx"
        kept = folder / GABARITS / name
        if kept.is_file() and sha256_of(kept) == digest:
            continue
        try:
            (ready / GABARITS).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, ready / GABARITS / name)
        except OSError as error:
            raise output_error(kept, error) from error


def kept_template(folder: Path, sha256: str) -> Path | None:
    """Return where a results folder keeps a template, None where it does not."""
    return next(iter(sorted((folder / GABARITS).glob(f"*_{sha256[:_SHOWN]}.docx"))), None)
