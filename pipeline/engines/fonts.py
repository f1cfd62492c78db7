"""The fonts of this machine, as the converters will find them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

from pipeline.convert.process import without_passwords
from pipeline.render.check.typeface import folded

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
