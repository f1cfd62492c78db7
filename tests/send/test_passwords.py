"""Passwords are told to nobody: no file, no argument, no other program, nothing that is shown, even when a bug strikes."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.cli import main
from pipeline.convert.process import start
from pipeline.errors import ConfigError, ExitCode
from pipeline.send.smtp import Line
from pipeline.settings.config import read_config
from support.mail_servers.faults import STALL, Fault, Place
from support.mail_servers.faulty import HOST, FaultyServer
from support.program import ROOT
from support.ready_campaign import settings, write_campaign

if TYPE_CHECKING:
    from support.mail_servers.certificates import Certificates

USER, SMTP, LOTS = "ce.daasen", "Sésame-ouvre-toi-1", "quatre mots sans rapport"
TOKENS = [base64.b64encode(one.encode()).decode().rstrip("=") for one in (SMTP, LOTS, f"\0{USER}\0{SMTP}")]
SECRETS = [one.encode() for one in (SMTP, LOTS, *TOKENS)]


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLDS_MOT_DE_PASSE_SMTP", SMTP)
    monkeypatch.setenv("MLDS_MOT_DE_PASSE_LOTS", LOTS)


@pytest.fixture
def folder(project: Path, secret: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a user's folder, where the command runs; a bug leaves its file there."""
    monkeypatch.chdir(project)
    return project


def ready(folder: Path, server: FaultyServer, certificates: Certificates, domain: str = "academie.example") -> None:
    """Make a campaign ready to be sent, encrypted, through a server that wants a password."""
    settings(
        folder, domain, serveur=HOST, port=server.port, utilisateur=USER, autorite=str(certificates.authority),
        chiffrement=True,
    )  # fmt: skip
    write_campaign(read_config(folder / "config.toml"))


def files_that_tell(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file() and any(secret in path.read_bytes() for secret in SECRETS):
            yield path.name


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["envoyer", *args])
    return int(ended.value.code or 0)


def test_no_file_and_nothing_shown_holds_a_password(
    folder: Path, certificates: Certificates, capfd: pytest.CaptureFixture[str]
) -> None:
    refusal = Fault(Place.END, f"554 5.7.1 {SMTP} {TOKENS[2]}", times=1)
    with FaultyServer(refusal, context=certificates.good, account=(USER, SMTP)) as server:
        ready(folder, server, certificates)
        assert [
            run(*args.split())
            for args in ("", "--brouillons", "--pas-envoye --confirmer", "--confirmer", "--confirmer")
        ] == [0, 0, 0, 7, 0]
    assert len(server.received) == 3
    assert not any(secret in message.data for message in server.received for secret in SECRETS)
    assert list(files_that_tell(folder)) == []
    shown = "".join(capfd.readouterr()).encode()
    assert not any(secret in shown for secret in SECRETS)


def test_what_a_bug_leaves_holds_no_password(
    folder: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def struck(line: Line, *_: object) -> str:
        raise RuntimeError(f"{line._password} {TOKENS}") from ValueError(SMTP)

    monkeypatch.setattr(Line, "hand_over", struck)
    with FaultyServer(context=certificates.good, account=(USER, SMTP)) as server:
        ready(folder, server, certificates)
        assert run("--confirmer") == ExitCode.BUG
    (left,) = folder.glob("mlds-erreur-*.txt")
    assert "RuntimeError" in left.read_text(encoding="utf-8")
    assert list(files_that_tell(folder)) == []
    assert SMTP not in "".join(capfd.readouterr())


def test_what_would_undo_tls_is_written_nowhere(
    folder: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = folder / "cles.txt"
    with FaultyServer(context=certificates.good, account=(USER, SMTP)) as server:
        ready(folder, server, certificates)
        monkeypatch.setenv("SSLKEYLOGFILE", str(keys))
        assert run("--confirmer") == ExitCode.OK
    assert len(server.received) == 3
    assert not keys.exists() or b"SECRET" not in keys.read_bytes()


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="this system has no /proc")
def test_the_list_of_processes_tells_no_password(folder: Path, certificates: Certificates) -> None:
    with FaultyServer(Fault(Place.END, STALL), context=certificates.good, account=(USER, SMTP)) as server:
        ready(folder, server, certificates)
        command = [sys.executable, "-m", "pipeline", "envoyer", "--confirmer", "--dsden", "77"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            limit = time.monotonic() + 60
            while not server.seen[Place.END] and process.poll() is None and time.monotonic() < limit:
                time.sleep(0.01)
            lists = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.parent.is_dir()]
            process.kill()
    assert server.seen[Place.END] == 1
    assert b"envoyer\0--confirmer" in b" ".join(lists)
    assert not any(secret in one for one in lists for secret in SECRETS)


@pytest.mark.skipif(sys.platform == "win32", reason="the command is one of Unix")
@pytest.mark.usefixtures("secret")
def test_other_programs_are_told_no_password(tmp_path: Path) -> None:
    process = start(["/bin/sh", "-c", "env > told.txt"], tmp_path)
    assert process.wait(30) == 0
    assert process.stdin
    process.stdin.close()
    told = (tmp_path / "told.txt").read_text(encoding="utf-8", errors="surrogateescape")
    assert "TMPDIR=" in told
    assert "MOT_DE_PASSE" not in told


@pytest.mark.parametrize(
    "line",
    [f'mot_de_passe = "{SMTP}"', f'serveur = "{USER}:{SMTP}@smtp.exemple.fr"', f'utilisateur = "{USER}\\n{SMTP}"'],
)
def test_a_password_written_into_the_settings_is_not_said_again(project: Path, line: str) -> None:
    file = project / "config.toml"
    shipped = file.read_text(encoding="utf-8").split("\n[courrier]")[0]
    file.write_text(f"{shipped}\n[courrier]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(file)
    assert line.split()[0] in str(caught.value)
    assert SMTP not in str(caught.value)
