"""A whole campaign: the journal, every published file, the store."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from pipeline.bundle.checking import Constat, Groupe, checked_lot
from pipeline.french.words import pluriel
from pipeline.journal.mending import ASIDE, copy_serves
from pipeline.journal.opening import consulted, standing
from pipeline.journal.published import Publie, known_files, measured
from pipeline.journal.witness import Tenue, copy_of, read_witness, state_of, unfit, witness_of
from pipeline.names import set_aside
from pipeline.printing.store import is_whole, read_note
from pipeline.progress import Progress
from pipeline.settings.config import Config
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
    """Return whether a workbook is whole: someone saved it, no disk damaged it."""
    try:
        with ZipFile(path) as archive:
            return archive.testzip() is None
    except (*BROKEN, BadZipFile):
        return False


_NEXT = "Le prochain « mlds produire » le refait."


def checked_journal(path: Path) -> Groupe:
    """Check the journal, its witness and its copy."""
    tenue = standing(path)
    found = [Constat(path.name, said.rstrip("."), "")] if (said := unfit(tenue)) else []
    if tenue is Tenue.JAMAIS_VUE:
        found.append(Constat(path.name, "il vient d’une version précédente, sans témoin", _NEXT, faute=False))
        return Groupe("Journal", 1, tuple(found))
    if tenue is Tenue.EN_AVANCE:
        found.append(Constat(path.name, "un passage a été interrompu juste après l’avoir écrit", _NEXT, faute=False))
    if read_witness(path) is None:
        found.append(Constat(witness_of(path).name, "le témoin du journal manque ou est abîmé", _NEXT))
    found += _faults_of_copy(path, tenue)
    return Groupe("Journal", sum(one.exists() for one in (path, witness_of(path), copy_of(path))), tuple(found))


def readable(path: Path) -> Path | None:
    """Return what can be believed: the journal, else its copy where that is up to date, else nothing."""
    if not unfit(standing(path)):
        return path
    return copy_of(path) if copy_serves(path) else None


def _faults_of_copy(path: Path, tenue: Tenue) -> list[Constat]:
    """Hold the copy against what the witness told, else against the journal; ahead of both, its run was killed."""
    copy = copy_of(path)
    if not copy.is_file():
        return [Constat(copy.name, "la copie de sauvegarde du journal n’est plus là", _NEXT)]
    now, told = state_of(copy, ""), read_witness(path) or state_of(path, "")
    if now is None:
        return [Constat(copy.name, "la copie de sauvegarde du journal est abîmée", _NEXT)]
    if told is None or (now.compteur, now.sha256) == (told.compteur, told.sha256):
        return []
    if tenue is Tenue.EN_AVANCE and now == state_of(path, ""):
        return []
    return [Constat(copy.name, "la copie de sauvegarde n’est pas celle du dernier état du journal", _NEXT)]


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
    # A damaged note is a fault of its own; its PDF cannot be judged then.
    if entry is None or is_whole(entry):
        return None
    return Constat(name, "ce PDF n’est plus celui qui a été relu", _REMAKE)


_BLIND = Groupe(
    "Fichiers publiés", 0,
    (Constat("journal", "sans journal, les fichiers publiés ne peuvent être comparés à rien", "Reprenez-le d’abord."),),
)  # fmt: skip


def checked_campaign(config: Config, progress: Progress) -> tuple[Groupe, ...]:
    """Check every file of a campaign. The caller holds the folder, so that nothing is being written meanwhile."""
    folder, store = config.dossier_annee, config.dossier_annee / ".reserve"
    progress.start("Contrôle", sum(1 for _ in walked(folder)) + sum(1 for _ in store.glob("*")))
    journal = checked_journal(config.journal)
    source = readable(config.journal)
    files = checked_files(folder, _known(source, config), progress.advance) if source else (_BLIND,)
    groups = (journal, *files, checked_store(store, progress.advance))
    progress.done(pluriel(sum(group.fichiers for group in groups), "fichier lu", "fichiers lus"))
    return groups


def _known(source: Path, config: Config) -> Mapping[str, Publie]:
    """Return the published files by name, bundles that were set aside among them."""
    with consulted(source) as journal:
        known = {**_of_lots(journal), **known_files(journal)}
        digests = {sha256 for (sha256,) in journal.execute("SELECT sha256 FROM lot")}
    aside = [path for path in set_aside(config.dossier_lots) if _name(path, config) not in known]
    return {**known, **_of_killed_runs([measured(path, _name(path, config)) for path in aside], digests)}


def _of_killed_runs(aside: Sequence[Publie], digests: Collection[str]) -> dict[str, Publie]:
    """Return the bundles that a run set aside and could not write down, killed right then: their bytes tell them."""
    return {one.nom: one for one in aside if one.sha256 in digests}


def _name(path: Path, config: Config) -> str:
    return path.relative_to(config.dossier_annee).as_posix()


def _of_lots(journal: sqlite3.Connection) -> dict[str, Publie]:
    """Return the bundles that were set aside: they are kept until the year is purged."""
    rows = journal.execute("SELECT rangement, octets, sha256 FROM lot WHERE rangement <> '' ORDER BY id")
    return {f"lots/{name}": Publie(f"lots/{name}", size, sha256) for name, size, sha256 in rows}
