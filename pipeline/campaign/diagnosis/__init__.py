"""What `mlds diagnostic` looks at, one module a subject, each yielding findings as soon as it has them.

The checks use the very code that prints, sends and encrypts, up to the envelope of a message; they keep and send
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.errors import ExitCode, PipelineError


class Mark(StrEnum):
    """How a finding is shown."""

    RIGHT = "✔"
    WRONG = "✘"
    UNSET = "–"
    """Nothing is set up, which is no fault."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the diagnosis: what was looked at, what was found and, where that is wrong, what to do."""

    mark: Mark
    subject: str
    text: str
    exit_code: ExitCode = ExitCode.OK


def right(subject: str, text: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(Mark.RIGHT, subject, text)


def unset(subject: str, text: str) -> Finding:
    """Return a finding that there is nothing to look at."""
    return Finding(Mark.UNSET, subject, text)


def wrong(subject: str, error: PipelineError) -> Finding:
    """Return a finding that something does not work, in the words and with the exit code of what stops a run."""
    return Finding(Mark.WRONG, subject, str(error), ExitCode(error.exit_code))
