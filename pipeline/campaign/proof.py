"""A whole campaign: the journal, every published file, the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from pipeline.bundle.checking import Constat, Groupe
from pipeline.controle.fichiers import checked_files, walked
from pipeline.controle.registre import checked_journal, readable
from pipeline.controle.reserve import checked_store
from pipeline.french.words import pluriel
from pipeline.journal.opening import consulted
from pipeline.journal.published import Publie, known_files, measured
from pipeline.names import set_aside
from pipeline.progress import Progress
from pipeline.settings.config import Config

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
