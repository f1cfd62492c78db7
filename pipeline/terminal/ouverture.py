"""Show the report in the browser, where there is a screen to show it on."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path


def open_report(report: Path) -> None:
    """Open a report as a double click would; say nothing where no screen or no browser is.

    Without a screen Linux would open a browser of the terminal, in the middle of what the command says.
    """
    seen = sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if seen and report.is_file():
        webbrowser.open(report.resolve().as_uri())
