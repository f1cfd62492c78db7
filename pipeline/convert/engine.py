"""The engines: the programs that turn Word letters into PDF. A module *is* an engine; a literal dict names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from pipeline.convert import libreoffice, word
from pipeline.convert.process import Accept, Write
from pipeline.errors import ConversionError


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
