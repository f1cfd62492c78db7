"""5. convert    .docx -> .pdf              an engine takes a LIST of files; what it does not return has failed"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.engines import Engine
from pipeline.errors import ConversionError
from pipeline.output.memory import quick_folder
from pipeline.pdf.embedded import EmbeddedFont
from pipeline.pdf.finish import DamagedPdfError, finish


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

    with quick_folder(out) as raws:
        engine.convert(sources, raws, accept)
    if sources and not made:
        raise ConversionError(
            f"{engine.version} n’a fabriqué aucun PDF ({len(sources)} à faire). Vérifiez qu’il s’ouvre à la main sur "
            "cet ordinateur, réinstallez-le au besoin, puis recommencez."
        )
    return made
