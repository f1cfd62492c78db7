"""One run at a time in a folder: the second one says who holds it, whatever the note beside the lock has become."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Timer

import pytest

from pipeline.campaign import folder as occupied
from pipeline.campaign.folder import holder_of, looking_at, workspace
from pipeline.errors import OutputError
from support.program import ROOT

_HOLD = (
    "import sys\nfrom pathlib import Path\nfrom pipeline.campaign.folder import workspace\n"
    "with workspace(Path(sys.argv[1]), 'mlds produire'):\n    print('tenu', flush=True)\n    sys.stdin.read()\n"
)


def test_the_second_one_says_who_holds_the_folder(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "tenu\n"
        with pytest.raises(OutputError) as caught, workspace(tmp_path, "mlds envoyer"):
            pytest.fail("held twice")
        other.communicate()
    said = str(caught.value).replace("\N{NO-BREAK SPACE}", " ")
    assert "en cours dans ce dossier, « mlds produire », depuis le " in said
    assert re.search(rf"\d{{4}} à \d+ h \d\d \(processus {other.pid}, ordinateur [\w.-]+\)\. Attendez", said)
    with workspace(tmp_path, "mlds envoyer"):
        assert "« mlds envoyer »" in holder_of(tmp_path)
    assert (list(tmp_path.glob(".verrou-par")), holder_of(tmp_path)) == ([], "")


def test_a_look_at_the_folder_makes_no_command_fail(tmp_path: Path) -> None:
    with workspace(tmp_path, "mlds produire"):
        pass
    with ExitStack() as look:
        assert look.enter_context(looking_at(tmp_path))
        ending = Timer(0.5, look.close)
        ending.start()
        with workspace(tmp_path, "mlds produire"):
            assert "« mlds produire »" in holder_of(tmp_path)
        ending.join()


def _link(note: Path) -> None:
    note.symlink_to("/etc/hostname")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note: note.write_text('{"commande": "mlds prod'),
        lambda note: note.write_text(""),
        lambda note: note.write_bytes(b"\xff" * 50),
        lambda note: note.write_text("[" * 5000),
        lambda note: note.write_text('{"commande": "\\u001b[2J", "processus": 1, "ordinateur": "x"}'),
        lambda note: note.write_text('{"commande": "mlds produire", "processus": 1e400, "ordinateur": "x"}'),
        lambda note: note.write_text('{"commande": "mlds produire", "processus": 1, "ordinateur": ["x"]}'),
        lambda note: note.mkdir(),
        lambda note: os.mkfifo(note),
        _link,
    ],
)
def test_a_note_that_cannot_be_believed_names_nobody(
    tmp_path: Path, spoil: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(occupied, "PATIENCE", 0.0)
    with workspace(tmp_path, "mlds produire"):
        (tmp_path / ".verrou-par").unlink()
        spoil(tmp_path / ".verrou-par")
        with pytest.raises(OutputError, match=r"en cours dans ce dossier\. Attendez"), workspace(tmp_path, "mlds x"):
            pytest.fail("held twice")


def test_a_note_is_never_written_through_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "ailleurs.txt"
    victim.write_text("à garder")
    (tmp_path / "ici").mkdir()
    (tmp_path / "ici/.verrou-par").symlink_to(victim)
    with workspace(tmp_path / "ici", "mlds produire"):
        pass
    assert victim.read_text() == "à garder"
