"""The journal is opened to be written, hence proved whole, once a command; what only looks reads a copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.settings.config import Config
from support.mail_servers.faulty import FaultyServer
from support.ready_campaign import Sending, sending, write_campaign
from support.rows import GOOD, HEADERS


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each opening of a journal: to be written (« rw ») or only read (« ro »)."""
    seen: list[str] = []
    connect = sqlite3.connect

    def counted(database: Any, *args: Any, **options: Any) -> sqlite3.Connection:
        if "journal.sqlite" in str(database):
            seen.append("ro" if "mode=ro" in str(database) else "rw")
        return connect(database, *args, **options)

    monkeypatch.setattr(sqlite3, "connect", counted)
    return seen


def run(*command: str | Path) -> int:
    """Run a command in this process, and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(list(map(str, command)), prog_name="mlds")
    return int(ended.value.code or 0)


def test_produire_opens_it_once_and_what_only_looks_never(
    project: Path, make_workbook: Callable[..., Path], openings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    workbook = make_workbook([[HEADERS[role] for role in GOOD], list(GOOD.values())])
    for _ in range(2):
        openings.clear()
        assert run("produire", workbook) == 0
        assert openings.count("rw") == 1
    for command in (["journal"], []):
        openings.clear()
        assert run(*command) == 0
        assert openings
        assert set(openings) == {"ro"}


@pytest.mark.parametrize("asked", [{}, {"confirmer": False}, {"confirmer": False, "brouillons": True}])
def test_envoyer_opens_it_once(config: Config, tmp_path: Path, openings: list[str], asked: dict[str, bool]) -> None:
    with FaultyServer(tls="aucune") as server:
        ready = sending(config, port=server.port, securite="aucune", envoi_en_clair_decide_par="x")
        one = Sending(ready.with_output(tmp_path))
        write_campaign(one.config)
        openings.clear()
        assert one.run(**asked) == 0
        assert len(server.received) == (0 if asked else 3)
    assert openings.count("rw") == 1
    openings.clear()
    assert one.run(deja_envoye=("77",), confirmer=True) == 0
    assert openings.count("rw") == 1
