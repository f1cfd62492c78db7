"""Reports that someone changed since they were published: set aside under a dated name, never replaced."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from pipeline.campaign.corrected import ASIDE, MARKED, READ, report_of
from pipeline.files import Move, output_error, sha256_of
from pipeline.french.words import jour_en_nom
from pipeline.load.version import version_of
from pipeline.model import Fact
from pipeline.progress import saved_at

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


_WORKBOOKS = (MARKED, "recapitulatif.xlsx")
"""The reports that people open in a spreadsheet program, and save."""


@dataclass(frozen=True, slots=True)
class Modified:
    """The moves that set someone's versions aside, to be made before the others, and what is said of each."""

    moves: tuple[Move, ...] = ()
    notices: tuple[str, ...] = ()


def set_modified_aside(folders: Sequence[Path], workbook: Path) -> Modified:
    """Return how the reports of some folders that are not as they were published are kept; nothing is moved here.

    `workbook` is the one that the run has read, perhaps one of them. rapport.json, published with them, tells what they
    were; where it cannot, a report counts as changed: what someone typed is worth more than a file too many. Raises
    OutputError for one that cannot be read.
    """
    moves, notices = [], []
    for folder, name in product(folders, _WORKBOOKS):
        path = folder / name
        try:
            report = report_of(folder) if path.is_file() else None
            if not path.is_file() or (report and sha256_of(path) == report.fichiers.get(name)):
                continue
            is_read = name == MARKED and version_of(path) == version_of(workbook)
            kept = _free(path, is_read)
        except OSError as error:
            raise output_error(path, error) from error
        moves.append((path, kept))
        notices.append(_notice(name, _shown(kept), is_read))
    return Modified(tuple(moves), tuple(notices))


def _free(path: Path, is_read: bool) -> Path:
    """Return a name that nothing has, with the day on which the report was changed, and whether it was read since."""
    day = jour_en_nom(saved_at(path))
    stem = f"{path.stem}{ASIDE}{day}{READ if is_read else ''}"
    number, free = 1, path.with_name(f"{stem}{path.suffix}")
    while free.exists():
        number += 1
        free = path.with_name(f"{stem}_{number}{path.suffix}")
    return free


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _notice(name: str, kept: str, is_read: bool) -> str:
    if is_read:
        return Fact(f"{name}, tel que vous l’avez corrigé, a été lu, et reste gardé sous « {kept} ».")
    said = f"Vous aviez modifié {name} : il n’a pas été lu, et votre version est gardée sous « {kept} »."
    return f'{said} Pour l’employer, tapez : mlds verifier "{kept}"' if name == MARKED else said


def arrivals(ready: Path, folder: Path) -> tuple[Move, ...]:
    """Return the moves that bring what is ready to the results folder: each bundle, each template, each report.

    What people share with the program has moves of its own: see `room`.
    """
    one_by_one = [path for name in ("lots", GABARITS) for path in sorted((ready / name).glob("*"))]
    others = [path for path in sorted(ready.iterdir()) if path.name not in ("lots", GABARITS, "lettres", "docx")]
    return tuple((path, folder / path.relative_to(ready)) for path in (*one_by_one, *others))
