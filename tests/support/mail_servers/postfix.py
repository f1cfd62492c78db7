"""A real Postfix, with Dovecot to authenticate and to read the mailboxes back: an instance of its own, gone at the end."""

from __future__ import annotations

import imaplib
import os
import secrets
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.mail_servers.certificates import Certificates
from support.mail_servers.postfix_conf import Settings, write_settings

HOST = "127.0.0.1"
# Debian keeps daemons where not everybody's PATH looks.
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
_START_LIMIT = 20.0
_DELIVERY_LIMIT = 20.0


@dataclass(frozen=True, slots=True)
class MailServer:
    """The running server: SENDER may send, and every mailbox is read with the same password."""

    settings: Settings
    authority: Path

    @property
    def password(self) -> str:
        """Return the password of all its accounts, made for this run."""
        return self.settings.password

    @property
    def log(self) -> str:
        """Return what Postfix has written to its log so far."""
        return (self.settings.folder / "postfix.log").read_text()

    def messages(self, mailbox: str, count: int, folder: str = "INBOX") -> list[bytes]:
        """Return the messages of a mailbox, read over IMAP once there are at least so many; it is emptied.

        `folder` is named as IMAP writes it.
        """
        deadline = time.monotonic() + _DELIVERY_LIMIT
        context = ssl.create_default_context(cafile=self.authority)
        with imaplib.IMAP4_SSL(HOST, self.settings.imaps, ssl_context=context, timeout=10) as imap:
            imap.login(mailbox, self.password)
            while int(imap.select(f'"{folder}"')[1][0] or b"0") < count:
                assert time.monotonic() < deadline, f"the messages do not arrive\n{self.log}"
                time.sleep(0.05)
            numbers = imap.search(None, "ALL")[1][0].split()
            messages = [imap.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in numbers]
            for number in numbers:
                imap.store(number, "+FLAGS", r"\Deleted")
            imap.expunge()
        return messages


def why_not() -> str:
    """Return why the server cannot run here, in a sentence; empty when it can."""
    missing = [name for name in ("postfix", "dovecot", "doveadm") if not shutil.which(name, path=_PATH)]
    if missing:
        return f"the real mail server needs {', '.join(missing)} (Debian: postfix dovecot-core dovecot-imapd)"
    if os.geteuid() != 0:
        return "the real mail server needs root, as Postfix does"
    version = _dovecot_version()
    if not version.startswith(("2.3.", "2.4.")):
        return f"the real mail server is set up for Dovecot 2.3 and 2.4, not {version}"
    return ""


def _dovecot_version() -> str:
    return _ran("dovecot", "--version").stdout.strip()


@contextmanager
def running(certificates: Certificates) -> Iterator[MailServer]:
    """Start the server, ports and password its own; stop it at the end and leave nothing."""
    # Not pytest's own folder: Postfix runs under accounts that may not enter it, and sockets want short paths.
    folder = Path(tempfile.mkdtemp(prefix="mlds-courrier-", dir="/tmp"))
    folder.chmod(0o755)
    certificate = certificates.write_good(folder / "serveur.pem")
    certificate.chmod(0o600)
    settings = Settings(folder, secrets.token_hex(12), certificate, *_free_ports(3))
    dovecot = None
    try:
        write_settings(settings, _dovecot_version())
        dovecot = subprocess.Popen([_which("dovecot"), "-F", "-c", settings.dovecot], stdin=subprocess.DEVNULL)
        _postfix(settings, "start")
        _wait_for(settings)
        yield MailServer(settings, certificates.authority)
    finally:
        _postfix(settings, "stop")
        if dovecot:
            dovecot.terminate()
            dovecot.wait(_START_LIMIT)
        shutil.rmtree(folder)


def _postfix(settings: Settings, order: str) -> None:
    done = _ran("postfix", "-c", str(settings.postfix), order)
    if order == "start":
        assert done.returncode == 0, f"Postfix does not start\n{done.stderr}\n{_logs(settings)}"


def _wait_for(settings: Settings) -> None:
    """Wait until each port takes connections and the socket for passwords is there."""
    deadline = time.monotonic() + _START_LIMIT
    for port in (settings.smtp, settings.smtps, settings.imaps):
        while True:
            try:
                socket.create_connection((HOST, port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, f"nothing listens on port {port}\n{_logs(settings)}"
                time.sleep(0.02)
    while not settings.socket.exists():
        assert time.monotonic() < deadline, f"Dovecot does not open its socket\n{_logs(settings)}"
        time.sleep(0.02)


def _logs(settings: Settings) -> str:
    return "\n".join(log.read_text() for log in sorted(settings.folder.glob("*.log")))


def _free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on, all held at once so that they differ."""
    held = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def _which(program: str) -> str:
    return shutil.which(program, path=_PATH) or program


def _ran(program: str, *args: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": _PATH}
    return subprocess.run(
        [_which(program), *args], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
