"""The published files held against the journal, byte for byte; what is not the program's is named."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from pipeline.bundle.checking import Constat, Groupe, checked_lot
from pipeline.journal.mending import ASIDE
from pipeline.journal.published import Publie, measured
from pipeline.xlsx.parts import BROKEN

_RERUN = "Relancez « mlds produire »."
_GROUPS = {
    "lots/": "Lots",
    "lettres/": "Lettres",
    "docx/": "Lettres Word",
    "brouillons/": "Brouillons",
    "gabarits/": "Gabarits",
}
_REPORTS, _STRANGERS = "Rapports", "Autres fichiers"
_ANOMALIES = "anomalies.xlsx"
_OUR_OWN = re.compile(
    rf"\.verrou(-par)?|\.reserve|\.en-cours-[^/]*|journal\.(sqlite(-journal)?|temoin(-partiel)?|sauvegarde\.\w+)"
    rf"|{ASIDE}[^/]*|[^/]*-annote\.docx"
)
"""What is in the results folder besides what is published; the journal and the store have checks of their own."""
_OF_SYSTEMS = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


def checked_files(folder: Path, known: Mapping[str, Publie], advance: Callable[[], None]) -> tuple[Groupe, ...]:
    """Check every file of a results folder against what the journal says was published.

    `advance` is called once a file that is there.
    """
    found: dict[str, list[Constat]] = {}
    counts: dict[str, int] = {}
    here = dict(walked(folder))
    for name in sorted(known.keys() | here.keys()):
        group = _group_of(name, name in known)
        counts[group] = counts.get(group, 0) + (name in here)
        told = found.setdefault(group, [])
        if name not in here:
            told.append(_missing(name))
        elif name not in known:
            told.append(_stranger(name))
        elif constat := _fault(here[name], known[name]):
            told.append(constat)
        if name in here:
            advance()
    order = (*_GROUPS.values(), _REPORTS, _STRANGERS)
    return tuple(Groupe(name, counts[name], tuple(found[name])) for name in order if name in counts)


def walked(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give the files of a results folder that are, or may be taken for, published ones; no link is followed."""
    for where, folders, files in os.walk(folder):
        here = Path(where)
        if here == folder:
            folders[:] = [name for name in folders if not _OUR_OWN.fullmatch(name)]
        linked = [name for name in folders if (here / name).is_symlink()]
        for name in (*files, *linked):
            path = here / name
            inside = path.relative_to(folder).as_posix()
            if not _OUR_OWN.fullmatch(inside) and name.casefold() not in _OF_SYSTEMS:
                yield inside, path


def _group_of(name: str, known: bool) -> str:
    group = next((group for prefix, group in _GROUPS.items() if name.startswith(prefix)), "")
    return group or (_REPORTS if known else _STRANGERS)


def _missing(name: str) -> Constat:
    # A draft that was sent by hand is of no more use.
    gone = name.startswith("brouillons/")
    return Constat(name, "ce fichier n’est plus là", "" if gone else f"Remettez-le. Sinon : {_RERUN}", not gone)


def _stranger(name: str) -> Constat:
    if name.startswith("lots/") and name.casefold().endswith(".zip"):
        return Constat(
            name, "ce lot n’est pas connu du journal", "Retirez-le de ce dossier : il n’a pas été produit ici."
        )
    return Constat(name, "ce fichier n’est pas du programme", "Il n’est pas contrôlé.", faute=False)


def _fault(path: Path, known: Publie) -> Constat | None:
    """Return what is wrong with a published file; a bundle that is right is also held against its own manifest."""
    name = known.nom
    if path.is_symlink() or not path.is_file():
        return Constat(name, "un lien a pris la place de ce fichier", f"Retirez-le. {_RERUN}")
    try:
        now = measured(path, name)
    except OSError:
        return Constat(name, "impossible de le lire", "Vérifiez que vous avez le droit d’ouvrir ce fichier.")
    is_lot = name.startswith("lots/")
    inside = checked_lot(path).constats if is_lot else ()
    if now == known and not inside:
        return None
    if name == _ANOMALIES and _is_sound(path):
        return Constat(name, "modifié par vous depuis", "C’est permis : rien à faire.", faute=False)
    size = "sa taille a changé" if now.octets != known.octets else "même taille, autre contenu"
    where = f" ; {inside[0].quoi}" if inside else ""
    remedy = "Ne l’envoyez pas. Remettez-le depuis une sauvegarde, ou relancez « mlds produire »." if is_lot else _RERUN
    return Constat(name, f"ce n’est plus ce qui a été publié ({size}{where})", remedy)


def _is_sound(path: Path) -> bool:
    """Tell whether a workbook is whole: someone saved it, no disk damaged it."""
    try:
        with ZipFile(path) as archive:
            return archive.testzip() is None
    except (*BROKEN, BadZipFile):
        return False
