"""The bundles that made room for others, told by their bytes; `mlds` alone looks too, so this imports little."""

from __future__ import annotations

from pathlib import Path

from pipeline.files import sha256_of
from pipeline.journal.published import Produced
from pipeline.names import set_aside


def is_set_aside(folder: Path, produced: Produced) -> bool:
    """Tell whether a bundle was set aside though the journal does not say so: a run was killed right then."""
    former = [path for path in set_aside(folder) if path.name.startswith(Path(produced.fichier).stem)]
    return any(sha256_of(path) == produced.sha256 for path in former)
