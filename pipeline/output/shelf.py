"""What a run does with the results folder: what is ready goes in, what has no letter any more goes aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.model import Lot, Modele, RowRef, Verdict
from pipeline.output.atomic import Move, output_error
from pipeline.printing.recipe import Made


@dataclass(frozen=True, slots=True)
class Former:
    """The bundles of earlier runs that this one did not make: how those without letters move, what is said of all.

    `gone` are the codes of the DSDEN that have no letter any more.
    """

    moves: tuple[Move, ...]
    gone: tuple[str, ...]
    notices: tuple[str, ...]


def sort_former(
    folder: Path, lots: Sequence[Lot], verdict: Verdict, dsden: Sequence[str], sure: bool, now: datetime
) -> Former:
    """Tell which bundles of `folder` have no letter any more: they would lie if they stayed, so they go to `anciens`.

    A bundle stays while one row to correct may belong to it, and all stay unless `sure`: a wrong workbook must not
    empty the folder. With a `dsden`, the others are left alone. Nothing is moved here, and nothing in `anciens` is
    ever replaced.
    """
    made = {lot.path.name for lot in lots}
    awaited = {verdict.departements.get(row, "") for row in verdict.rejected}
    moves, gone, notices = [], [], []
    for path in sorted(folder.glob("DSDEN-*.zip")):
        if path.name in made or (dsden and dsden_of(path) not in dsden):
            continue
        if sure and not awaited & {"", dsden_of(path)}:
            aside = _free(folder / "anciens", f"{path.stem}_{now:%Y-%m-%d}")
            moves.append((path, aside))
            gone.append(dsden_of(path))
            notices.append(f"{path.name} n’a plus de lettre : il est rangé dans « lots/anciens/{aside.name} ».")
        else:
            notices.append(f"{path.name} vient d’un passage précédent : il n’a pas été refait à ce passage.")
    return Former(tuple(moves), tuple(gone), tuple(notices))


def dsden_of(bundle: Path) -> str:
    """Return the code of the DSDEN that the name of a bundle bears."""
    return bundle.name.removeprefix("DSDEN-").partition("_")[0]


def _free(folder: Path, stem: str) -> Path:
    number, path = 1, folder / f"{stem}.zip"
    while path.exists():
        number += 1
        path = folder / f"{stem}_{number}.zip"
    return path


def keep_docx(lots: Sequence[Lot], made: Mapping[RowRef, Made], modeles: Mapping[RowRef, Modele], folder: Path) -> None:
    """Write the Word letters of the bundles to `folder/DSDEN-77/`, named as their PDFs. Raises OutputError."""
    from pipeline.render import load_template, render  # slow to import, and few runs ask for it

    templates = {path: load_template(path) for path in {modele.fichier for modele in modeles.values()}}
    try:
        for lot in lots:
            own = folder / f"DSDEN-{lot.dsden}"
            own.mkdir(parents=True)
            for document, member in zip(lot.documents, lot.members, strict=True):
                row, name = document.letter.row, Path(member).with_suffix(".docx").name
                render(templates[modeles[row].fichier], made[row].fields, own / name)
    except OSError as error:
        raise output_error(Path(folder.name), error) from error


def arrivals(ready: Path, folder: Path) -> tuple[Move, ...]:
    """Return the moves that bring what is ready to the results folder: each bundle, each report, `docx` as a whole.

    The letters have moves of their own, in `lettres`.
    """
    lots = sorted((ready / "lots").glob("*"))
    others = [path for path in sorted(ready.iterdir()) if path.name not in ("lots", "lettres")]
    return tuple((path, folder / path.relative_to(ready)) for path in (*lots, *others))
