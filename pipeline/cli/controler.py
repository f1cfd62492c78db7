"""`mlds controler`: prove that files are what was produced."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.bundle.checking import checked_lot
from pipeline.campaign.folder import workspace
from pipeline.campaign.proof import checked_campaign
from pipeline.cli.screen import Terminal
from pipeline.cli.usage import tell
from pipeline.errors import ExitCode, JournalError
from pipeline.journal.beginning import is_lost
from pipeline.journal.witness import MISSING, NOTHING_YET
from pipeline.settings.config import Config
from pipeline.terminal.controle import show_groups, show_lots


def check_campaign(config: Config, terminal: Terminal) -> ExitCode:
    """Check every file of a campaign, and change none. Raises JournalError when its journal is lost."""
    if is_lost(config.journal):
        raise JournalError(f"{config.journal} : {MISSING}")
    if not config.journal.exists():
        tell(f"{config.dossier_annee} : {NOTHING_YET}")
        return ExitCode.OK
    with workspace(config.dossier_annee, "mlds controler"):
        groups = checked_campaign(config, terminal)
    return show_groups(groups)


def check_lots(paths: Sequence[Path]) -> ExitCode:
    """Check bundles from anywhere, each by its own manifest: neither settings nor journal are needed."""
    return show_lots((path.name, checked_lot(path)) for path in paths)
