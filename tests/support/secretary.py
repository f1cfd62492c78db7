"""A secretary's gestures: what she types as the program tells her to, what she corrects, a folder that was copied."""

from __future__ import annotations

import os
import pty
import select
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import openpyxl

from support.program import ROOT, mlds

CHECKED = Path("sortie/verification/2026-2027/anomalies.xlsx")
MADE = Path("sortie/2026-2027/anomalies.xlsx")


def typed(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Type a command exactly as the program has written it: « mlds produire "sortie/…/anomalies.xlsx" »."""
    name, *words = shlex.split(command.replace("\u00a0", " "))
    assert name == "mlds", command
    return mlds(*words, cwd=folder)


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the last line that a command has said."""
    return done.stderr.rstrip().splitlines()[-1]


def correct(path: Path, cells: dict[str, object], sheet: str = "Référents") -> None:
    """Correct cells of a workbook where it lies, as a spreadsheet program saves it."""
    book = openpyxl.load_workbook(path)
    for cell, value in cells.items():
        book[sheet][cell] = value
    book.save(path)


def copied_folder(folder: Path, first: Sequence[str] = ()) -> Path:
    """Copy a working folder to a new place, as an explorer does: every file has a new date, `first` the oldest."""
    copy = folder.with_name("copie")
    shutil.copytree(folder, copy)
    names = sorted((path for path in copy.rglob("*") if path.is_file()), key=lambda path: path.name not in first)
    for second, path in enumerate(names):
        os.utime(path, (1_800_000_000 + second, 1_800_000_000 + second))
    return copy


def at_terminal(folder: Path, answers: Sequence[str], *words: str, columns: int = 80) -> tuple[int, str]:
    """Run a command at a terminal, answer what it asks one answer after the other; return its code and all it shows."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": str(columns), "TERM": "dumb"}
    program = subprocess.Popen(
        [sys.executable, "-m", "pipeline", *words], cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    shown, end = b"", time.monotonic() + 120
    while time.monotonic() < end:
        if select.select([ours], [], [], 0.2)[0]:
            try:
                shown += os.read(ours, 65536)
            except OSError:  # how a terminal that nobody holds any more says that it has ended
                break
        elif program.poll() is not None:
            break
    os.close(ours)
    return program.wait(10), shown.decode().replace("\r\n", "\n").replace("\u00a0", " ")
