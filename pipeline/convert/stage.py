"""Convert Word letters with an engine and finish each PDF as soon as it is there."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.convert.engine import Engine
from pipeline.convert.process import Write
from pipeline.errors import ConversionError

if TYPE_CHECKING:
    from pipeline.convert.embedded import EmbeddedFont

OnDone = Callable[[Path, Path, "frozenset[EmbeddedFont]"], None]
"""Called with a letter, its finished PDF and the fonts of that."""


def convert(sources: Sequence[Path], engine: Engine, out: Path, on_done: OnDone, write: Write) -> dict[Path, Path]:
    """Convert Word letters to finished PDFs, `out/<stem>.pdf`; return the PDF of each letter that has one.

    `write` is called with each letter that is not there yet before the engine comes to it, and `on_done` with each that
    is finished, while the engine makes the next ones: what they do costs hardly any time. A letter that fails is
    tried again, alone, in a fresh profile; if it is not returned it has failed. Raises ConversionError when there is
    not one PDF.
    """
    made: dict[Path, Path] = {}

    def accept(source: Path, raw: Path) -> bool:
        # Imported here, as it is slow to load: the engine is at work by then.
        from pipeline.convert.finish import DamagedPdfError, finish

        target = out / raw.name
        try:
            fonts = finish(raw, target)
        except DamagedPdfError:
            return False
        raw.unlink()
        made[source] = target
        on_done(source, target, fonts)
        return True

    with tempfile.TemporaryDirectory(dir=out) as raws:
        engine.convert(sources, Path(raws), accept, write)
    if sources and not made:
        raise ConversionError(
            f"{engine.version} n’a fabriqué aucun PDF ({len(sources)} à faire). Vérifiez qu’il s’ouvre à la main sur "
            "cet ordinateur, réinstallez-le au besoin, puis recommencez."
        )
    return made
