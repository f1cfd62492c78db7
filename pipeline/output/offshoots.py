"""What is made from a bundle beside it, Word letters and drafts: they go when another bundle takes its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.campaign.shared import Place, Room, replaced
from pipeline.files import output_error
from pipeline.french.words import pluriel
from pipeline.journal.published import Aside, Publie
from pipeline.model import Lot, Made, Modele, RowRef
from pipeline.names import dsden_of

DOCX, DRAFTS = "docx", "brouillons"


def keep_docx(lots: Sequence[Lot], made: Mapping[RowRef, Made], modeles: Mapping[RowRef, Modele], folder: Path) -> None:
    """Write the Word letters of the bundles to `folder/DSDEN-77/`, named as their PDFs. Raises OutputError."""
    from pipeline.render.stage import load_template, render  # slow to import, and few runs ask for it

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


def changed_dsden(known: Mapping[str, Publie], lots: Sequence[Lot], asides: Sequence[Aside]) -> frozenset[str]:
    """Return the DSDEN whose bundles, full or corrective, will not be those that the journal knows."""
    changed = {lot.dsden for lot in lots if known.get(f"lots/{lot.path.name}") != _published(lot)}
    return frozenset(changed | {dsden_of(aside.fichier) for aside in asides})


def _published(lot: Lot) -> Publie:
    return Publie(f"lots/{lot.path.name}", lot.size, lot.sha256)


def replacing_docx(place: Place, ready: Path, changed: Collection[str]) -> Room:
    """Return the moves that bring the Word letters of `ready`, if any, and take away the outdated ones."""
    names = {path.name for path in ready.glob("*")} | {f"DSDEN-{code}" for code in changed}
    return sum((replaced(place, ready / name, f"{DOCX}/{name}") for name in sorted(names)), Room())


def replacing_drafts(place: Place, ready: Path, changed: Collection[str]) -> Room:
    """Return the moves that bring the drafts of `ready` and take away those of the `changed` DSDEN.

    One of which the journal knows nothing goes too: whoever sends it would send an outdated bundle.
    """
    return replaced(
        place, ready, DRAFTS,
        lambda path: is_draft(path.name) and dsden_of(path.name) in changed,
    )  # fmt: skip


def without_drafts(known: Mapping[str, Publie], dsden: Collection[str]) -> dict[str, Publie]:
    """Return the files that the journal knows but for the drafts of some DSDEN: those are kept in `anciens/`.

    Somebody may have sent them.
    """
    return {
        name: one
        for name, one in known.items()
        if not (is_draft(Path(name).name) and dsden_of(Path(name).name) in dsden)
    }


def is_draft(name: str) -> bool:
    """Tell whether a file is called as the program's drafts are."""
    return name.startswith("DSDEN-") and name.endswith(".eml")


def outdated_notices(docx: Room, drafts: Room) -> Iterator[str]:
    """Say in French what was removed because its bundle has changed."""
    if docx.left:
        yield (
            f"{pluriel(docx.left, 'lettre Word périmée retirée', 'lettres Word périmées retirées')} de « docx/ » : "
            "le lot a changé. « mlds produire --garder-docx » en écrit de nouvelles."
        )
    if drafts.left:
        yield (
            f"{pluriel(drafts.left, 'brouillon périmé retiré', 'brouillons périmés retirés')} de « brouillons/ » : "
            "le lot a changé. « mlds envoyer --brouillons » en écrit de nouveaux."
        )
