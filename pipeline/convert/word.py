"""Microsoft Word as an engine, through docx2pdf in a process of ours; Windows and macOS."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.convert.process import Accept, Batch, Write, run_batch

NAME = "word"
INSTALL = (
    "Word ne convertit que sous Windows et macOS, où il doit être installé, avec le module docx2pdf "
    "(« pip install docx2pdf »). Sinon, installez LibreOffice et mettez moteur = « auto » dans config.toml."
)
_WORD_PATH = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\Winword.exe"
CHUNK = 25
"""Files of one batch: docx2pdf ends a batch at the first bad file, and Word starts again for the rest."""

# docx2pdf has no time-out and leaves the whole process when a file is bad: so it gets one of its own. Without
# keep_active it would close the Word that the user has open.
_SCRIPT = "import sys, docx2pdf; docx2pdf.convert(sys.argv[1], sys.argv[2], keep_active=True)"


@dataclass(frozen=True)
class Word:
    """Word as docx2pdf drives it. One process: there is only one Word, and it may be the user's own."""

    version: str
    chunk: int = CHUNK
    start_limit: float = 120.0
    letter_limit: float = 60.0
    name: str = NAME

    def convert(self, files: Sequence[Path], out: Path, accept: Accept, write: Write) -> dict[Path, Path]:
        """Convert files to `out/<stem>.pdf`; what is not returned has failed. See `run_batch`.

        They go by order of name, as docx2pdf takes them: what it never reached is then known.
        """
        batch = Batch(_command, 1, self.chunk, self.start_limit, self.letter_limit)
        return run_batch(sorted(files, key=lambda file: file.name), out, batch, accept, write)


def find(processes: int = 0) -> Word | None:
    """Return Word when docx2pdf can drive one here; the number of processes does not matter."""
    if importlib.util.find_spec("docx2pdf") is None or place() is None:
        return None
    return Word(f"Microsoft Word (docx2pdf {importlib.metadata.version('docx2pdf')})")


def is_possible() -> bool:
    """Return whether Word can be driven on this kind of system."""
    return sys.platform in ("win32", "darwin")


def place() -> str | None:
    """Return where Word is on this machine, as its registry (Windows) or folder (macOS) says; None without Word."""
    if sys.platform == "win32":
        import winreg

        try:
            winreg.CloseKey(winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, "Word.Application"))  # as docx2pdf asks for it
            return str(winreg.QueryValue(winreg.HKEY_LOCAL_MACHINE, _WORD_PATH))
        except OSError:
            return None
    application = Path("/Applications/Microsoft Word.app")
    return str(application) if sys.platform == "darwin" and application.exists() else None


def _command(files: Sequence[Path], folder: Path) -> list[str]:
    """Gather the files in one folder, because docx2pdf takes one file or a whole folder."""
    batch = folder / "docx"
    batch.mkdir()
    for file in files:
        copy = batch / f"{file.stem}.docx"
        try:
            os.link(file, copy)
        except OSError:  # another disk, or one without links
            shutil.copyfile(file, copy)
    return [sys.executable, "-c", _SCRIPT, str(batch), str(folder / "pdf")]
