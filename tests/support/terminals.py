"""Commands run on a terminal of their own, with someone who types."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.settings.config import Config
from support.program import ROOT


def on_a_terminal(*args: str | Path, cwd: Path, env: dict[str, str], columns: int = 80) -> tuple[int, str]:
    """Run the command on a terminal of its own; return its exit code and everything that was drawn."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", **env}
    command = [sys.executable, "-m", "pipeline", *map(str, args)]
    with subprocess.Popen(command, cwd=cwd, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        drawn = b""
        while True:
            try:
                drawn += (chunk := os.read(ours, 65536))
            except OSError:  # what Linux says when the last writer is gone
                break
            if not chunk:
                break
        code = process.wait(timeout=60)
    os.close(ours)
    return code, drawn.decode()


def mlds_here(config: Config, *args: str) -> subprocess.CompletedProcess[str]:
    """Run a command in this process, in the folder of these settings, as if nobody were at a terminal."""
    words = [*args, "--config", str(config.sortie.dossier.parent / "config.toml")]
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(words)
    return subprocess.CompletedProcess(words, int(ended.value.code or 0), plain(out), plain(err))


def plain(said: StringIO) -> str:
    text = re.sub(r"[│┃━┏┓└┘├┤┼┬┴─┡┩╇┳]", " ", said.getvalue()).replace("\N{NO-BREAK SPACE}", " ")
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def at_a_terminal(config: Config, answer: str, *args: str) -> tuple[int, str]:
    """Run a command with a person at the keyboard, who answers its one question."""
    folder, (ours, theirs) = config.sortie.dossier.parent, pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline", *args], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "400"},
        stdin=theirs, stdout=theirs, stderr=theirs,
    ) as process:  # fmt: skip
        os.close(theirs)
        said = ""
        while select.select([ours], [], [], 30)[0]:
            try:
                said += os.read(ours, 4096).decode()
            except OSError:
                break
            if said.count("(oui ou non)") == 1 and answer:
                os.write(ours, f"{answer}\n".encode())
                answer = ""
    os.close(ours)
    return process.returncode, said
