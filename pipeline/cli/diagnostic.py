"""What works on this machine and what does not, a line a check with its remedy. Nothing is kept, nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from pipeline.campaign.diagnosis import Finding, right, wrong
from pipeline.campaign.diagnosis.letter import letter
from pipeline.campaign.diagnosis.machine import clock, converters, folders, programme, register
from pipeline.campaign.diagnosis.mail import encryption, mail
from pipeline.cli.screen import Terminal
from pipeline.errors import ExitCode, PipelineError
from pipeline.french.words import pluriel
from pipeline.settings.config import read_config


def diagnose(config_path: Path, now: datetime, password_of: Callable[[str], str]) -> Iterator[Finding]:
    """Give each finding as soon as it is known; `password_of` is asked only when the mail server wants a password.

    Without settings that can be read there is nothing more to look at.
    """
    yield from programme()
    try:
        config = read_config(config_path)
    except PipelineError as error:
        yield wrong("Réglages", error)
        return
    campaign = f"campagne {config.campagne.annee_scolaire}, {pluriel(len(config.dsden), 'DSDEN', 'DSDEN')}"
    yield right("Réglages", f"« {config_path} », {campaign}")
    yield clock(config, config_path, now)
    yield from folders(config)
    yield from register(config)
    yield from converters()
    yield from letter(config)
    yield from mail(config, password_of)
    yield from encryption(config.courrier)


def show_findings(findings: Iterable[Finding], terminal: Terminal) -> ExitCode:
    """Tell each finding of `mlds diagnostic` as it comes; return the exit code of the first that is wrong."""
    code = ExitCode.OK
    for finding in findings:
        terminal.say(f"{finding.mark} {finding.subject} : {finding.text}")
        code = code or finding.exit_code
    return code
