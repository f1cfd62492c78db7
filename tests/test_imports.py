"""Modules are imported one way: the contracts of pyproject.toml, which `make lint` checks too."""

from __future__ import annotations

import subprocess
import sys

from support.program import ROOT


def test_the_contracts_hold() -> None:
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "6 kept, 0 broken" in done.stdout
