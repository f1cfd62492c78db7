"""5. convert    .docx -> .pdf              an engine takes a LIST of files; what it does not return has failed"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.embedded import EmbeddedFont
from pipeline.engines import Engine
from pipeline.errors import ConversionError
from pipeline.pdf import DamagedPdfError, finish

_MEMORY = Path("/dev/shm")
"""A folder that Linux keeps in memory; other systems have none."""
_ENOUGH = 256 * 1024 * 1024
_PREFIX = "mlds-"


def convert(
    sources: Sequence[Path], engine: Engine, out: Path, on_done: Callable[[Path, Path, frozenset[EmbeddedFont]], None]
) -> dict[Path, Path]:
    """Convert Word letters to finished PDFs, `out/<stem>.pdf`; return the PDF of each letter that has one.

    `on_done` is called with a letter, its finished PDF and the fonts of that, while the engine makes the next ones:
    what it does costs hardly any time of its own. A letter that fails is tried again, alone, in a
    fresh profile; if it is not returned it has failed. Raises ConversionError when there is not one PDF.
    """
    made: dict[Path, Path] = {}

    def accept(source: Path, raw: Path) -> bool:
        target = out / raw.name
        try:
            fonts = finish(raw, target)
        except DamagedPdfError:
            return False
        raw.unlink()
        made[source] = target
        on_done(source, target, fonts)
        return True

    with _quick_folder(out) as raws:
        engine.convert(sources, raws, accept)
    if sources and not made:
        raise ConversionError(
            f"{engine.version} n’a fabriqué aucun PDF ({len(sources)} à faire). Vérifiez qu’il s’ouvre à la main sur "
            "cet ordinateur, réinstallez-le au besoin, puis recommencez."
        )
    return made


@contextmanager
def _quick_folder(out: Path) -> Iterator[Path]:
    """Give a folder to work in, in memory where that is possible, else inside `out`; it is gone at the end.

    LibreOffice flushes three files to disk for each letter, which would take a quarter of the time. What a killed
    run left in memory is removed first.
    """
    parent = out
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH:
        parent = _MEMORY
        for folder in _MEMORY.glob(f"{_PREFIX}*"):
            if not _is_held(folder):
                shutil.rmtree(folder, ignore_errors=True)
    prefix = f"{_PREFIX}{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=parent, ignore_cleanup_errors=True) as folder_name:
        yield Path(folder_name)


def _is_held(folder: Path) -> bool:
    """Return whether the process that made a folder is still alive."""
    owner = re.match(rf"{_PREFIX}(\d+)-", folder.name)
    return owner is not None and Path("/proc", owner[1]).exists()
