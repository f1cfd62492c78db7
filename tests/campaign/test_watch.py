"""`mlds surveiller`: one run a saved workbook, whole; what goes wrong ends neither the watch nor the next run."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.campaign.watching import LOOK, inbox_of, watch
from pipeline.cli.screen import Terminal
from pipeline.errors import BusyError, ExitCode, InputError, OutputError
from pipeline.load.inbox import SETTLED
from pipeline.progress import Clock
from support.program import ROOT
from support.rows import GOOD, HEADERS

Steps = dict[float, Callable[[], object]]
"""What someone does to the folder, and after how many seconds."""


class Watch:
    """A watch of a folder whose clock nobody waits for; it is ended ten seconds after the last step."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.produced: list[tuple[float, str]] = []
        self.time = 0.0
        self.said = io.StringIO()
        self.faults: list[BaseException] = []

    def run(self, steps: Steps, awaiting: Path | None = None) -> None:
        waiting, end = sorted(steps.items()), self.time + max(steps, default=0.0) + 10

        def sleep(seconds: float) -> None:
            self.time += seconds
            while waiting and waiting[0][0] <= self.time:
                waiting.pop(0)[1]()
            if self.time > end:
                raise KeyboardInterrupt

        clock = Clock(lambda: datetime(2026, 9, 3, 14, 5), sleep, lambda: self.time)
        with Terminal(Console(file=self.said, width=200, highlight=False)) as terminal:
            watch(inbox_of(self.folder, awaiting), self._produce, clock, terminal.say)

    def _produce(self, workbook: Path) -> None:
        self.produced.append((self.time, workbook.name))
        if self.faults:
            raise self.faults.pop(0)

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.produced]

    def save(self, name: str, content: str = "un") -> Callable[[], object]:
        """Return what saves a file under a name."""
        return lambda: (self.folder / name).write_text(content, encoding="utf-8")


@pytest.fixture
def watched(tmp_path: Path) -> Watch:
    return Watch(tmp_path / "entree")


def test_a_workbook_that_is_copied_in_pieces_gives_one_run_once_it_is_whole(watched: Watch) -> None:
    path = watched.folder / "a.xlsx"

    def grow() -> None:
        with path.open("ab") as file:
            file.write(b"un morceau")

    watched.run(dict.fromkeys((1.0, 3.0, 5.5, 8.0), grow))
    ((when, name),) = watched.produced
    assert name == "a.xlsx"
    assert 8.0 + SETTLED <= when <= 8.0 + SETTLED + 2 * LOOK
    assert "14\u00a0h\u00a005 : « a.xlsx » vient d’être enregistré." in watched.said.getvalue()
    assert watched.said.getvalue().endswith("Surveillance arrêtée.\n")


def test_what_lies_there_is_left_but_for_what_awaits_its_letters(watched: Watch) -> None:
    for name in ("ancien.xlsx", "neuf.xlsx"):
        watched.save(name)()
    watched.run({})
    assert watched.names == []
    watched.run({}, awaiting=watched.folder / "neuf.xlsx")
    assert watched.names == ["neuf.xlsx"]


@pytest.mark.parametrize(
    "name", ["~$a.xlsx", ".~lock.a.xlsx#", "~WRL0001.xlsx", "A1B2C3D4", "a.tmp", "a.xlsx.crdownload", ".a.xlsx.f3Gh2k"]
)
def test_locks_and_temporary_files_are_no_workbooks(watched: Watch, name: str) -> None:
    watched.run({1.0: watched.save(name)})
    assert watched.names == []


def test_a_document_that_is_no_workbook_is_told_once(watched: Watch) -> None:
    watched.save("ancien.docx")()
    watched.run({1: watched.save("lettre.docx"), 3: watched.save("lettre.docx", "deux"), 4: watched.save("~$x.docx")})
    assert watched.names == []
    assert watched.said.getvalue().count("« lettre.docx » n’est pas un classeur : il n’est pas lu.") == 1
    assert watched.said.getvalue().count("n’est pas un classeur") == 1


def test_what_is_saved_as_excel_does_is_one_save(watched: Watch) -> None:
    """Written under another name, the former one set aside, then renamed."""
    watched.save("a.xlsx")()

    def rename() -> None:
        os.replace(watched.folder / "a.xlsx", watched.folder / "B3C4.tmp")
        os.replace(watched.folder / "A1B2C3D4", watched.folder / "a.xlsx")
        (watched.folder / "B3C4.tmp").unlink()

    watched.run({1.0: watched.save("A1B2C3D4", "deux"), 1.5: rename})
    assert watched.names == ["a.xlsx"]


def test_what_is_saved_again_is_produced_again(watched: Watch) -> None:
    watched.run({1.0: watched.save("a.xlsx"), 10.0: watched.save("a.xlsx", "autre chose")})
    assert watched.names == ["a.xlsx", "a.xlsx"]


def test_what_is_saved_during_a_run_waits_for_its_end(watched: Watch) -> None:
    produce = watched._produce

    def slow(workbook: Path) -> None:
        produce(workbook)
        if len(watched.produced) == 1:
            watched.save("a.xlsx", "enregistré pendant le passage")()
            watched.time += 60

    watched._produce = slow  # type: ignore[method-assign]
    watched.run({1.0: watched.save("a.xlsx"), 70.0: lambda: None})
    assert watched.names == ["a.xlsx", "a.xlsx"]
    assert watched.produced[1][0] >= watched.produced[0][0] + 60 + SETTLED


def test_of_several_at_once_the_newest_counts(watched: Watch) -> None:
    def both() -> None:
        for rank, name in enumerate(("neuf.xlsx", "ancien.xlsx")):
            watched.save(name)()
            os.utime(watched.folder / name, (2000 - rank, 2000 - rank))

    watched.run({1.0: both})
    assert watched.names == ["neuf.xlsx"]
    assert "« ancien.xlsx » : laissé de côté, car moins récent." in watched.said.getvalue()


def test_a_run_that_fails_is_told_and_the_watch_goes_on(watched: Watch) -> None:
    watched.faults = [InputError("a.xlsx : ce classeur est abîmé."), OutputError("un autre passage est en cours.")]
    watched.run({at: watched.save("a.xlsx", str(at)) for at in (1.0, 10.0, 20.0)})
    assert len(watched.produced) == 3
    said = watched.said.getvalue()
    assert "✘ a.xlsx : ce classeur est abîmé.\nLa surveillance continue" in said
    assert "✘ un autre passage est en cours.\nLa surveillance continue" in said


def test_a_workbook_whose_folder_was_held_is_produced_once_it_is_free(watched: Watch) -> None:
    held = "sortie : un autre passage est en cours dans ce dossier."
    watched.faults = [BusyError(held), BusyError(held), InputError("a.xlsx : ce classeur est abîmé.")]
    watched.run({1.0: watched.save("a.xlsx"), 20.0: lambda: None})
    assert watched.names == ["a.xlsx"] * 3
    said = watched.said.getvalue()
    assert (said.count("vient d’être enregistré"), said.count(held)) == (1, 1), "told once"
    assert "ce classeur sera produit dès que le dossier sera libre" in said


def test_a_folder_that_goes_away_and_comes_back_makes_nothing_again(watched: Watch) -> None:
    """As a network folder does; what was saved to it meanwhile is seen."""
    watched.save("a.xlsx")()
    watched.save("b.xlsx")()
    away = watched.folder.with_name("ailleurs")

    def change() -> None:
        (away / "b.xlsx").write_text("changé", encoding="utf-8")
        away.rename(watched.folder)

    watched.run({1.0: lambda: watched.folder.rename(away), 20.0: change})
    assert watched.names == ["b.xlsx"]


def test_ctrl_c_during_a_run_is_that_of_the_run(watched: Watch) -> None:
    watched.faults = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        watched.run({1.0: watched.save("a.xlsx")})


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ce dossier n’existe pas"):
        inbox_of(tmp_path / "absent", None)


# --- The command, with a folder, files and time that are real ------------------------------------------------


@contextmanager
def watching(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[str], str]]]:
    """Start the command; give its process, and what waits for a text to be said and returns all that was."""
    said = folder / "dit.txt"
    with said.open("wb") as out:
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen([sys.executable, "-m", "pipeline", "surveiller"], cwd=folder, env=env, stderr=out)

    def until(text: str) -> str:
        deadline = time.monotonic() + 60
        while text not in said.read_text(encoding="utf-8"):
            assert time.monotonic() < deadline, said.read_text(encoding="utf-8")
            time.sleep(0.05)
        return said.read_text(encoding="utf-8")

    try:
        yield process, until
    finally:
        process.kill()
        process.wait()


def runs(folder: Path) -> Sequence[tuple[str, int]]:
    with closing(sqlite3.connect(folder / "sortie/2026-2027/journal.sqlite")) as journal:
        return journal.execute("SELECT classeur, lettres FROM passage").fetchall()


def test_the_command_makes_one_run_of_a_workbook_copied_in_pieces(
    project: Path, make_workbook: Callable[..., Path]
) -> None:
    (project / "entree").mkdir()
    content = make_workbook([[HEADERS[role] for role in GOOD], list(GOOD.values())]).read_bytes()
    with watching(project) as (process, until):
        until("Surveillance de « entree »")
        shutil.copy(ROOT / "LICENSE", project / "entree/abîmé.xlsx")
        with (project / "entree/référents.xlsx").open("wb", buffering=0) as file:
            for start in range(0, len(content), len(content) // 4):
                file.write(content[start : start + len(content) // 4])
                time.sleep(0.3)
        until("La surveillance continue")
        until("en attente")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == ExitCode.OK
        assert until("Surveillance arrêtée.").count("vient d’être enregistré") == 2
    assert runs(project) == [("référents.xlsx", 1)]
