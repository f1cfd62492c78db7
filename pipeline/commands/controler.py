"""`mlds controler`: prove that files are what was produced."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.controle.lot import checked_lot
from pipeline.errors import ExitCode
from pipeline.terminal.controle import show_lots


def check_lots(paths: Sequence[Path]) -> ExitCode:
    """Check bundles from anywhere, each by its own manifest: neither settings nor journal are needed."""
    return show_lots((path.name, checked_lot(path)) for path in paths)
