"""A user's folder with its campaign, and the mail server of its académie."""

from __future__ import annotations

import re
import subprocess
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.settings.config import Config, read_config
from support.mail_servers.faults import Fault
from support.mail_servers.faulty import FaultyServer
from support.ready_campaign import settings, write_campaign

ALL = ["77", "93", "94"]
SIZES = {"77": (3000, 2000), "93": (4000,), "94": (1000, 1000, 1000)}


class Rectorat:
    """A user's folder with its campaign, and the mail server of its académie."""

    def __init__(self, project: Path, certificates: Any) -> None:
        self.project, self.certificates = project, certificates
        self.courrier: dict[str, object] = {}
        self.set()
        write_campaign(self.config, SIZES)

    @property
    def config(self) -> Config:
        return read_config(self.project / "config.toml")

    @property
    def lots(self) -> dict[str, bytes]:
        return {
            path.name.split("_")[0].removeprefix("DSDEN-"): path.read_bytes()
            for path in self.config.dossier_lots.glob("*.zip")
        }

    def set(self, **courrier: object) -> None:
        """Change settings of [courrier]."""
        self.courrier |= courrier
        settings(self.project, "ac-creteil.fr", **self.courrier)

    def serve(self, *faults: Fault, **options: Any) -> FaultyServer:
        """Return a server, for a `with`, that the settings name once it runs."""
        return _Named(self, *faults, context=self.certificates.good, **options)

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run the command in this very process, as if nobody were at a terminal: it starts in no time."""
        command = ["envoyer", *args, "--config", str(self.project / "config.toml")]
        said = StringIO()
        with redirect_stderr(said), pytest.raises(SystemExit) as ended:
            main(command)
        return subprocess.CompletedProcess(command, int(ended.value.code or 0), "", said.getvalue())


class _Named(FaultyServer):
    def __init__(self, rectorat: Rectorat, *faults: Fault, **options: Any) -> None:
        super().__init__(*faults, **options)
        self._rectorat = rectorat

    def __enter__(self) -> FaultyServer:
        super().__enter__()
        self._rectorat.set(serveur="127.0.0.1", port=self.port, autorite=str(self._rectorat.certificates.authority))
        return self


@pytest.fixture
def rectorat(project: Path, certificates: Any) -> Rectorat:
    return Rectorat(project, certificates)


def to(server: FaultyServer) -> list[str]:
    """Return the DSDEN that each message taken was for; anyone else would be seen."""
    return [
        re.fullmatch(r"ce\.(\d\d)mlds@ac-creteil\.fr", one)[1]
        for message in server.received
        for one in message.recipients
    ]  # type: ignore[index]


def told(done: subprocess.CompletedProcess[str]) -> str:
    """Return what was said, no-break spaces made plain, tables undone into lines of words."""
    return " ".join(re.sub(r"[│┃━┏┓└┘├┤┼┬┴─]", " ", done.stderr).split())
