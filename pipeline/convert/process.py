"""Run a batch converter without trusting it: chunks, deadlines, process groups; only a whole PDF counts as made."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

Accept = Callable[[Path, Path], bool]
"""Called with a Word file and its PDF as soon as that is whole; False says that the PDF is no good."""
Write = Callable[[Path], None]
"""Called with a Word file that is not there yet, before the command that takes it starts, or while it does."""

FEW = 10
"""Letters under which one more process costs more than it brings: a start weighs as much as five letters."""
POLL = 0.02
STRIKES = 20
HUNG = 5

_MALLOC = (("tcache_max", 8192), ("tcache_count", 2000), ("trim_threshold", 1 << 30), ("mmap_threshold", 1 << 30))
"""Settings of glibc's allocator: what a letter took is kept for the next one, which saves LibreOffice a twentieth."""

# The shell stays the head of the group. Its watcher reads a pipe that this program holds open: when this program
# ends, however it ends (even kill -9), the pipe closes and the whole group is killed. Nothing can be left over.
_LEASH = (
    'exec 3<&0 </dev/null; { read -r _ <&3; rm -f -- "$MLDS_TRACE"; kill -KILL 0; } & watcher=$!; exec 3<&-; '
    '"$@"; status=$?; kill -KILL $watcher; wait $watcher; exit $status'
)


@dataclass(frozen=True)
class Batch:
    """How a converter is run.

    `command(files, folder)` may prepare the new, empty `folder` and returns a command that leaves `<stem>.pdf` in
    `folder / "pdf"` for each file, in the order of the files. `chunk` is the number of files of one command.
    The command is killed when it has made nothing for `start_limit` seconds, or nothing more for `letter_limit`:
    its time grows with its files, yet a hung one is seen at once. `trace(folder)` names the one file that a killed
    command leaves elsewhere, to be removed. A command that takes its files one by one starts as soon as `ahead` of
    them are there, and the others are written faster than it comes to them; one that is late is tried again. None
    means that all must be there.
    """

    command: Callable[[Sequence[Path], Path], list[str]]
    workers: int
    chunk: int
    start_limit: float = 60.0
    letter_limit: float = 20.0
    trace: Callable[[Path], Path | None] = lambda _folder: None
    ahead: int | None = None


def run_batch(files: Sequence[Path], out: Path, batch: Batch, accept: Accept, write: Write) -> dict[Path, Path]:
    """Convert files to `out/<stem>.pdf`; return the PDF of each file that came back whole and was accepted.

    Files are written chunk by chunk, so that the first command starts long before the last file is there; where
    `ahead` says so, most of a chunk is written while its command starts.
    A file that was being converted when its command died, or that its command left out, is tried once more, alone;
    the files behind it go on without it. When commands keep making nothing the rest is given up. All that is
    written besides the PDFs lives in a folder inside `out` that is removed, whatever happens.
    """
    if len({file.stem for file in files}) != len(files):
        raise ValueError("two files of one batch share their name")
    queue = deque(share_out(files, batch.workers, batch.chunk))
    suspected: set[Path] = set()
    made: dict[Path, Path] = {}
    running: list[_Attempt] = []
    strikes = 0
    scratch = Path(tempfile.mkdtemp(prefix="lots-", dir=out))
    try:
        while running or queue:
            while queue and len(running) < batch.workers:
                running.append(_Attempt(queue.popleft(), scratch, batch, write))
            for attempt in running:
                attempt.write(write, batch.ahead)
            for attempt in list(running):
                over = attempt.is_over()
                made.update(_accepted(attempt.collect(out), accept))
                if over:
                    running.remove(attempt)
                    attempt.close()
                    strikes = 0 if attempt.whole else strikes + (STRIKES // HUNG if attempt.hung else 1)
                    queue.extend(_next_attempts(attempt, made, suspected))
                    break  # to start the next command before the PDFs of the others are read
            if strikes >= STRIKES:
                queue.clear()
            if running and not _has_more(queue, running, batch.workers):
                time.sleep(POLL)
    finally:
        for attempt in running:
            attempt.close()
        _remove(scratch)
    return made


def _has_more(queue: Sequence[object], running: Sequence[_Attempt], workers: int) -> bool:
    """Return whether there is anything to do but wait: a command to start, files to write."""
    return bool(queue and len(running) < workers) or any(attempt.unwritten for attempt in running)


def _accepted(arrived: Iterator[tuple[Path, Path]], accept: Accept) -> Iterator[tuple[Path, Path]]:
    for file, pdf in arrived:
        if accept(file, pdf):
            yield file, pdf
        else:
            pdf.unlink(missing_ok=True)


def share_out(files: Sequence[Path], workers: int, size: int) -> list[tuple[Path, ...]]:
    """Cut files into chunks of at most `size`, equal within one, as many for each of the processes worth starting."""
    if not files:
        return []
    useful = max(1, min(workers, len(files) // FEW))
    count = min(len(files), useful * -(-len(files) // (useful * size)))
    edges = [index * len(files) // count for index in range(count + 1)]
    return [tuple(files[start:end]) for start, end in pairwise(edges)]


class _Attempt:
    """One command over one chunk, from its start to its end."""

    def __init__(self, files: tuple[Path, ...], scratch: Path, batch: Batch, write: Write) -> None:
        self.files = files
        self.unwritten = [file for file in files if not file.exists()]
        self.write(write, batch.ahead)
        self._expected = {file.stem: file for file in files}
        self.whole: set[Path] = set()
        self.hung = False
        self._letter_limit = batch.letter_limit
        self._folder = Path(tempfile.mkdtemp(dir=scratch))
        self._pdfs = self._folder / "pdf"
        self._pdfs.mkdir()
        self._trace = batch.trace(self._folder)
        self._process = start(batch.command(files, self._folder), self._folder, self._trace)
        self._deadline = time.monotonic() + batch.start_limit

    def write(self, write: Write, ahead: int | None) -> None:
        """Write the next `ahead` files that are not there yet, so that each command has its turn; None means all."""
        for file in self.unwritten[:ahead]:
            write(file)
        del self.unwritten[:ahead]

    def is_over(self) -> bool:
        """Return whether the command has ended; end it when it made no progress in time."""
        if self._process.poll() is not None:
            return True
        if time.monotonic() > self._deadline and not any(is_whole(pdf) for pdf in self._pdfs.glob("*.pdf")):
            self.hung = True
            stop(self._process)
        return self.hung

    def collect(self, out: Path) -> Iterator[tuple[Path, Path]]:
        """Move each PDF that is whole to `out`, and yield its file and itself."""
        for name in sorted(os.listdir(self._pdfs)):  # asked very often: quicker than a glob
            pdf = self._pdfs / name
            file = self._expected.get(pdf.stem) if pdf.suffix == ".pdf" else None
            if file is None or not is_whole(pdf):
                continue
            target = out / pdf.name
            try:
                os.replace(pdf, target)
            except PermissionError:  # Windows: the command still holds it open; it will be there next time
                continue
            self.whole.add(file)
            self._deadline = time.monotonic() + self._letter_limit
            yield file, target

    def close(self) -> None:
        """End the command and all it started, and remove its folder."""
        stop(self._process)
        if self._trace:
            self._trace.unlink(missing_ok=True)
        _remove(self._folder)


def _next_attempts(attempt: _Attempt, made: dict[Path, Path], suspected: set[Path]) -> list[tuple[Path, ...]]:
    """Return what to try again: each file that failed by itself, alone and once; the files never reached, together."""
    reached = max((index for index, file in enumerate(attempt.files) if file in attempt.whole), default=-1)
    failed = [file for file in attempt.files[: reached + 2] if file not in made]
    again = [(file,) for file in failed if file not in suspected]
    suspected.update(failed)
    beyond = attempt.files[reached + 2 :]
    return [beyond, *again] if beyond else [*again]


def is_whole(pdf: Path) -> bool:
    """Return whether a file begins and ends as a PDF does."""
    try:
        with pdf.open("rb") as stream:
            head = stream.read(5)
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - 16))
            return head == b"%PDF-" and stream.read().rstrip().endswith(b"%%EOF")
    except OSError:
        return False


def without_passwords() -> dict[str, str]:
    """Return the environment of other programs: ours may hold the passwords of the mail, which are none of theirs."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith("MLDS_MOT_DE_PASSE")}


def start(command: Sequence[str], folder: Path, trace: Path | None = None) -> subprocess.Popen[bytes]:
    """Start a command in its own process group, without input or output, its temporary files inside `folder`."""
    environment = {**without_passwords(), "TMPDIR": str(folder), "TMP": str(folder), "TEMP": str(folder)}
    environment["MLDS_TRACE"] = str(trace or folder / "trace")
    environment["GLIBC_TUNABLES"] = ":".join(f"glibc.malloc.{name}={value}" for name, value in _MALLOC)
    null = subprocess.DEVNULL
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        return subprocess.Popen(
            command, stdin=null, stdout=null, stderr=null, cwd=folder, env=environment, creationflags=flags
        )
    leash = ["/bin/sh", "-c", _LEASH, "sh", *command]
    return subprocess.Popen(
        leash, stdin=subprocess.PIPE, stdout=null, stderr=null, cwd=folder, env=environment, start_new_session=True
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Kill a command of `start` and every process it started, stopped ones too; wait until it is gone."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/PID", str(process.pid), "/T", "/F"], capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()


def _remove(folder: Path) -> None:
    """Remove a folder; what just ended may take a moment to let go of its files."""
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(POLL)
