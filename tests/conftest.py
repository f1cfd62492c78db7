"""What the tests share: the settings of an académie, tables and workbooks made on the spot."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from openpyxl import Workbook

from pipeline.settings.config import Config, read_config

pytest.register_assert_rewrite("support")
from support.outside import needs_a_program  # noqa: E402
from support.program import ROOT, mlds  # noqa: E402 — after the line above, so that their `assert` show what they compare

if TYPE_CHECKING:
    from support.mail_servers.certificates import Certificates
    from support.mail_servers.postfix import MailServer


# A job started in the background may be told to ignore Ctrl-C, and hand that down to what it starts; the tests that
# interrupt the command need it to listen.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The user's own passwords are none of the tests' business, nor may they open a window that asks for them.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

# Where the program is used: two changes of hour a year, and never UTC. What the tests start inherits it. The whole
# suite holds in each of its zones: MLDS_FUSEAU=Pacific/Noumea make test.
os.environ["TZ"] = os.environ.get("MLDS_FUSEAU", "Europe/Paris")
if hasattr(time, "tzset"):
    time.tzset()

# No deadline: how long an example takes says more about the machine than about the code. The examples are the same each
# time, so that a run never fails by chance; `make essai` draws new ones, and what it finds becomes a test.
settings.register_profile("projet", deadline=None, derandomize=True)
settings.register_profile("essai", deadline=None, derandomize=False, max_examples=1000)
settings.register_profile("vite", deadline=None, derandomize=True, max_examples=20)
settings.load_profile("projet")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make vite` leaves out."""
    for item in items:
        if needs_a_program(item):
            item.add_marker("program")


@pytest.fixture(scope="session")
def config() -> Config:
    """The settings that the project ships."""
    return read_config(ROOT / "config.toml")


@pytest.fixture(params=["Europe/Paris", "Pacific/Noumea", "America/Guadeloupe", "UTC"])
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each time zone of the académies, and UTC, for this test and all that it starts."""
    if not hasattr(time, "tzset"):
        pytest.skip("the zone of a process cannot be changed on this system")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """The TLS certificates of the tests' mail servers, and the authority that config.toml would name."""
    from support.mail_servers.certificates import make_certificates

    return make_certificates(tmp_path_factory.mktemp("certificats"))


@pytest.fixture(scope="session")
def mail_server(certificates: Certificates) -> Iterator[MailServer]:
    """A real Postfix and Dovecot, with a mailbox for who sends and one for each DSDEN of `support.mail_servers.postfix_conf`."""
    from support.mail_servers import postfix

    reason = postfix.why_not()
    if reason:
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with postfix.running(certificates) as server:
        yield server


@pytest.fixture
def make_workbook(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes an xlsx of one sheet, its rows given from Excel's line 1."""

    def make(rows: Sequence[Sequence[Any]], name: str = "classeur.xlsx", sheet: str = "Référents") -> Path:
        workbook = Workbook()
        workbook.active.title = sheet
        for row in rows:
            workbook.active.append(list(row))
        path = tmp_path / name
        workbook.save(path)
        return path

    return make


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what a user has: settings, template, an input folder."""
    folder = tmp_path / "projet"
    folder.mkdir()
    shutil.copy(ROOT / "config.toml", folder)
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "data").mkdir()
    shutil.copy(ROOT / "data/sample.xlsx", folder / "data")
    return folder


@pytest.fixture(scope="session")
def produced(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """The shipped sample, produced once for all the tests that look at it."""
    folder = tmp_path_factory.mktemp("exemple")
    done = mlds("produire", ROOT / "data/sample.xlsx", "--sortie", folder, "--garder-docx")
    return done, folder / "2026-2027"
