"""What stops a run, and the exit code it stops with. The message says where, what, and what to do, in French."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path


class ExitCode(IntEnum):
    """The exit codes, a public contract: the tables of README and reference are held against this one."""

    OK = 0
    ROWS_LEFT = 1
    USAGE = 2
    CONFIG = 3
    INPUT = 4
    CONVERSION = 5
    OUTPUT = 6
    MAIL = 7
    BUG = 70
    INTERRUPTED = 130

    @property
    def sens(self) -> str:
        """Return what it means, in French."""
        return _SENS[self]


_SENS = {
    ExitCode.OK: "Chaque ligne qui devait avoir une lettre en a une.",
    ExitCode.ROWS_LEFT: "C’est fait, mais des lignes restent sans lettre, ou il n’y en a aucune : le rapport le dit.",
    ExitCode.USAGE: "La commande est mal écrite.",
    ExitCode.CONFIG: "config.toml est à corriger, ou l’annuaire qu’il nomme.",
    ExitCode.INPUT: "Le classeur ou le gabarit ne peut pas servir.",
    ExitCode.CONVERSION: "Aucun logiciel ne peut faire les PDF, ou il n’en a fait aucun.",
    ExitCode.OUTPUT: "Impossible d’écrire les résultats, un autre passage tient le dossier, ou un fichier (journal, "
    "lot…) n’est plus ce qui a été produit.",
    ExitCode.MAIL: "Rien n’est parti, ou pas tout : le journal dit quoi.",
    ExitCode.BUG: "Un défaut du programme : le fichier qu’il laisse est à transmettre.",
    ExitCode.INTERRUPTED: "Interrompu (Ctrl-C).",
}


class PipelineError(Exception):
    """A run that cannot go on; caught once, in `cli/`, and shown as its message alone."""

    exit_code = ExitCode.BUG


class CommandError(PipelineError):
    """The command line asks for something that does not exist."""

    exit_code = ExitCode.USAGE


class ConfigError(PipelineError):
    """config.toml is wrong: unknown key, wrong type, missing file; or the register that it names cannot serve."""

    exit_code = ExitCode.CONFIG


class InputError(PipelineError):
    """The workbook cannot be used."""

    exit_code = ExitCode.INPUT


class TemplateError(PipelineError):
    """The template cannot be used."""

    exit_code = ExitCode.INPUT


class GabaritError(TemplateError):
    """A Word template cannot be opened or filled: `what` is wrong with it, and what is the `remedy`."""

    def __init__(self, path: Path, what: str, remedy: str) -> None:
        super().__init__(f"{path} : {what}. {remedy}")
        self.what, self.remedy = what, remedy


class ConversionError(PipelineError):
    """There is no conversion engine, or it produced nothing."""

    exit_code = ExitCode.CONVERSION


class OutputError(PipelineError):
    """The output cannot be written, or another run holds the folder."""

    exit_code = ExitCode.OUTPUT


class BusyError(OutputError):
    """Another command holds the folder: the same run may be made once that one has ended."""


class JournalError(OutputError):
    """The journal is damaged, missing, an old copy or another campaign's: first it has to be mended."""


class MailError(PipelineError):
    """Nothing was sent, or not all: the journal says which."""

    exit_code = ExitCode.MAIL
