"""Publishing: all the files or none, whatever goes wrong and whenever Ctrl-C falls."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import files
from pipeline.campaign.folder import workspace
from pipeline.errors import OutputError
from pipeline.files import Move, published
from support.program import ROOT


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def moves(tmp_path: Path) -> list[Move]:
    """Moves of every kind: a file and a folder that replace others, a new file, a file that goes aside."""
    for name in ("la/a", "la/vieux", "la/docx/ancien", "pret/a", "pret/b", "pret/docx/nouveau"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    la, pret = tmp_path / "la", tmp_path / "pret"
    return [
        (la / "vieux", la / "anciens/vieux"),
        (pret / "a", la / "a"),
        (pret / "b", la / "b"),
        (pret / "docx", la / "docx"),
    ]


AFTER = {"a": "pret/a", "anciens/vieux": "la/vieux", "b": "pret/b", "docx/nouveau": "pret/docx/nouveau"}


def test_all_is_published_at_once(moves: list[Move], tmp_path: Path) -> None:
    with published(moves, tmp_path / "coin"):
        assert contents(tmp_path / "la") == AFTER
    assert contents(tmp_path / "la") == AFTER
    assert contents(tmp_path / "pret") == {}


@pytest.mark.parametrize("error", [PermissionError(errno.EACCES, "denied"), KeyboardInterrupt(), MemoryError()])
@pytest.mark.parametrize("moment", range(5))
def test_what_fails_at_any_moment_leaves_everything_as_it_was(
    moves: list[Move], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, moment: int
) -> None:
    before = contents(tmp_path / "la"), contents(tmp_path / "pret")
    left = moment

    def replace(source: Path, target: Path, really: Callable[..., None] = os.replace) -> None:
        nonlocal left
        left -= 1
        if left == -1:
            raise error
        really(source, target)

    monkeypatch.setattr(files.os, "replace", replace)
    with pytest.raises(OutputError if isinstance(error, OSError) else type(error)), published(moves, tmp_path / "coin"):
        pytest.fail("nothing may be recorded of what was not published")
    assert (contents(tmp_path / "la"), contents(tmp_path / "pret")) == before


def test_what_cannot_be_recorded_is_not_published(moves: list[Move], tmp_path: Path) -> None:
    before = contents(tmp_path / "la")
    with pytest.raises(ZeroDivisionError), published(moves, tmp_path / "coin"):
        raise ZeroDivisionError
    assert contents(tmp_path / "la") == before


def test_a_disk_without_links_keeps_a_copy(moves: list[Move], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(files.os, "link", refuse)
    before = contents(tmp_path / "la")
    with pytest.raises(ZeroDivisionError), published(moves, tmp_path / "coin"):
        raise ZeroDivisionError
    assert contents(tmp_path / "la") == before


_ON_A_FULL_DISK = """
import errno, os, resource, signal, sys
from pathlib import Path
from pipeline.files import published

def refuse(*_):
    raise OSError(errno.EPERM, "no links here")

os.link = refuse
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
here = Path(sys.argv[1])
with published([(here / "neuf.zip", here / "lots/DSDEN-77.zip")], here / "coin"):
    pass
"""


@pytest.mark.skipif(sys.platform == "win32", reason="this system sets no limit on the size of files")
def test_a_copy_that_a_full_disk_cuts_off_never_replaces_the_file_it_is_of(tmp_path: Path) -> None:
    target = tmp_path / "lots/DSDEN-77.zip"
    target.parent.mkdir()
    target.write_bytes(b"A" * 500_000)
    (tmp_path / "neuf.zip").write_bytes(b"B")
    done = subprocess.run(
        [sys.executable, "-c", _ON_A_FULL_DISK, tmp_path], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    assert "OutputError: Impossible d’écrire" in done.stderr
    assert target.read_bytes() == b"A" * 500_000


def test_ctrl_c_waits_for_the_end(moves: list[Move], tmp_path: Path) -> None:
    recorded = []

    def publish() -> None:
        with published(moves, tmp_path / "coin"):
            os.kill(os.getpid(), signal.SIGINT)
            recorded.append(True)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        publish()
    assert recorded == [True]
    assert contents(tmp_path / "la") == AFTER
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("name", "words"), [("a", "un dossier porte déjà le nom de ce fichier"), ("docx", "un fichier porte")]
)
def test_a_folder_and_a_file_never_replace_each_other(moves: list[Move], tmp_path: Path, name: str, words: str) -> None:
    target = tmp_path / "la" / name
    if target.is_dir():
        (target / "ancien").unlink()
        target.rmdir()
        target.write_text("un fichier")
    else:
        target.unlink()
        target.mkdir()
    before = contents(tmp_path / "la")
    with pytest.raises(OutputError, match=words), published(moves, tmp_path / "coin"):
        pytest.fail("published all the same")
    assert contents(tmp_path / "la") == before


def test_a_file_in_the_place_of_a_folder_is_said_in_french(moves: list[Move], tmp_path: Path) -> None:
    (tmp_path / "la/anciens").write_text("un fichier")
    before = contents(tmp_path / "la")
    with pytest.raises(OutputError, match="un fichier porte déjà le nom"), published(moves, tmp_path / "coin"):
        pytest.fail("published all the same")
    assert contents(tmp_path / "la") == before


def test_what_a_killed_run_left_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / ".en-cours-tué/pret").mkdir(parents=True)
    (tmp_path / ".en-cours-tué/pret/DSDEN-77.zip").write_text("la moitié")
    with workspace(tmp_path, "mlds produire") as work:
        assert list(tmp_path.glob(".en-cours-*")) == [work]
        assert contents(work) == {}
    assert list(tmp_path.glob(".en-cours-*")) == []
