"""The engines: the programs that turn Word letters into PDF. A module *is* an engine; a literal dict names them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from pipeline.convert import libreoffice, word
from pipeline.convert.process import Accept, Write, without_passwords
from pipeline.errors import ConversionError
from pipeline.render.check.typeface import folded


class Engine(Protocol):
    """A converter found on this machine, ready to use."""

    @property
    def name(self) -> str:
        """Return its name in config.toml."""

    @property
    def version(self) -> str:
        """Return its name and version, for reports and to know when letters must be made again."""

    def convert(self, files: Sequence[Path], out: Path, accept: Accept, write: Write) -> dict[Path, Path]:
        """Convert .docx files, whose names all differ, to `out/<stem>.pdf`; what is not returned has failed.

        `accept` is called in this thread with a file and its PDF as soon as that is whole, while the others are
        still being made. A PDF that it refuses is tried once more. `write` is called in this thread with each file
        that is not there yet, before its turn comes.
        """


class EngineModule(Protocol):
    """What a module must offer to be an engine."""

    @property
    def INSTALL(self) -> str:  # noqa: N802 - a constant of the module
        """Return a French sentence: what to install."""

    def find(self, processes: int = 0) -> Engine | None:
        """Return the engine if this machine has it; 0 processes means one a core."""


ENGINES: Mapping[str, EngineModule] = {"libreoffice": libreoffice, "word": word}


def find_engine(moteur: str, processes: int = 0) -> Engine:
    """Return the engine that config.toml names, or the first that this machine has for « auto ».

    Raises ConversionError, which says what to install.
    """
    modules = ENGINES if moteur == "auto" else {moteur: ENGINES[moteur]}
    for module in modules.values():
        engine = module.find(processes)
        if engine is not None:
            return engine
    if moteur == "auto":
        raise ConversionError(f"Aucun logiciel ne peut fabriquer les PDF sur cet ordinateur. {libreoffice.INSTALL}")
    raise ConversionError(
        f"Le logiciel de conversion « {moteur} » n’est pas utilisable sur cet ordinateur. {ENGINES[moteur].INSTALL}"
    )


_SECONDS = 20


def installed_fonts() -> frozenset[str] | None:
    """Return the families of fonts of this machine, without case or spaces; None where it cannot tell."""
    names = _of_windows() or _of_fontconfig()
    return frozenset(folded(name) for name in names) or None


def _of_fontconfig() -> list[str]:
    command = shutil.which("fc-list")
    if command is None:
        return []
    try:
        told = subprocess.run(
            [command, ":", "family"], capture_output=True, timeout=_SECONDS, check=True, env=without_passwords()
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return re.split(r"[,\n]", told.stdout.decode("utf-8", "replace"))


def _of_windows() -> list[str]:
    """Return what the registry says: « Cambria & Cambria Math (TrueType) » is two fonts."""
    if sys.platform != "win32":
        return []
    import winreg

    names: list[str] = []
    for root in (winreg.HKEY_LOCAL_MACHINE, winreg.HKEY_CURRENT_USER):
        try:
            with winreg.OpenKey(root, r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Fonts") as key:
                for rank in range(winreg.QueryInfoKey(key)[1]):
                    full = re.sub(r"\s*\(.*?\)$", "", winreg.EnumValue(key, rank)[0])
                    names += re.split(r"\s*&\s*", full)
        except OSError:
            continue
    return names
