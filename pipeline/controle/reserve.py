"""The store: each finished PDF against the digest in its note, each note against its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.bundle.checking import Constat, Groupe
from pipeline.printing.store import is_whole, read_note

_REMAKE = "Relancez « mlds produire » : cette lettre est refaite."
_LEFT = "Le prochain « mlds produire » le retire."


def checked_store(folder: Path, advance: Callable[[], None]) -> Groupe:
    """Check every file of the store; what a killed run left there harms nobody, and is told."""
    found = []
    files = sorted(path for path in folder.glob("*"))
    for path in files:
        if constat := _constat(path):
            found.append(constat)
        advance()
    return Groupe("Réserve", len(files), tuple(found))


def _constat(path: Path) -> Constat | None:
    name, note = f"{path.parent.name}/{path.name}", path.with_suffix(".json")
    if path.is_symlink() or not path.is_file():
        return Constat(name, "ce n’est pas un fichier de la réserve", "Retirez-le.")
    if path.suffix == ".json":
        if read_note(path) is None:
            return Constat(name, "la fiche de cette lettre est abîmée", _REMAKE)
        return (
            None if path.with_suffix(".pdf").exists() else Constat(name, "le PDF de cette fiche n’est plus là", _REMAKE)
        )
    if path.suffix != ".pdf" or not note.exists():
        return Constat(name, "reste d’un passage interrompu", _LEFT, faute=False)
    entry = read_note(note)
    # A note that is damaged is told by itself; its PDF cannot be judged then.
    if entry is None or is_whole(entry):
        return None
    return Constat(name, "ce PDF n’est plus celui qui a été relu", _REMAKE)
