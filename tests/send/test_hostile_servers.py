"""Servers that answer what none should: no message is taken for sent, nothing grows or waits for ever, no secret is told."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable
from itertools import repeat
from typing import TYPE_CHECKING

import pytest

from pipeline.journal.sendings import Etat
from pipeline.send.delivery import Delivery, Patience, deliver
from pipeline.send.faults import Faute, Issue
from pipeline.send.smtp import Line, connect
from pipeline.settings.sections import Courrier
from support.deliveries import PASSWORD, QUICK, USER, Time, message_for
from support.mail_servers.faulty import FaultyServer
from support.mail_servers.scripted import Conversation, ScriptedServer

if TYPE_CHECKING:
    from support.mail_servers.certificates import Certificates

Script = Callable[[Conversation], None]
SENT = (Etat.ENVOYE, 1, [])


@pytest.fixture
def time() -> Time:
    return Time()


def handed(
    script: Script, time: Time, count: int = 1, patience: Patience = QUICK, **courrier: object
) -> tuple[list[Delivery], list[str]]:
    """Hand messages over to a scripted server, in clear unless told otherwise; return what became of them, and notes."""
    notes: list[str] = []
    with ScriptedServer(script) as server:
        settings = Courrier.model_validate(
            {"serveur": server.host, "port": server.port, "securite": "aucune", **courrier}
        )
        with Line(settings, PASSWORD, patience) as line:
            note = lambda _message, _etat, _tries, words="": notes.append(words)  # noqa: E731
            return list(deliver([message_for()] * count, line, note, time.clock(), patience, lambda _: None)), notes


def verdict(answer: bytes) -> Script:
    """Return a script that takes a message in good order and answers it with these bytes, then hangs up."""

    def script(client: Conversation) -> None:
        client.open()
        client.take()
        client.say(answer)

    return script


def test_signs_that_nobody_expects_in_an_answer_are_shown_as_they_can_be(time: Time) -> None:
    answer = b"250-pris \xe9\xff\x1b[31m\x00\r\n250-[bold]\xe2\x80\xae\r\n250 2.0.0 fin\r\n"
    (one,), notes = handed(verdict(answer), time)
    assert (one.etat, one.essais, time.slept) == SENT
    assert notes[-1] == "250 pris \ufffd\ufffd [31m [bold] 2.0.0 fin"


def test_an_answer_in_pieces_is_one_answer(time: Time) -> None:
    def script(client: Conversation) -> None:
        client.say(b"2", b"20 ", b"essai\r", b"\n")
        client.hear()
        client.say(b"250-", b"essai\r\n2", b"50 SIZE", b" 1000000\r\n")
        client.take()
        client.say(*(bytes([one]) for one in b"250 2.0.0 pris\r\n"))

    (one,), notes = handed(script, time)
    assert (one.etat, one.essais, time.slept) == SENT
    assert notes[-1] == "250 2.0.0 pris"


def _drip(client: Conversation) -> None:
    while True:
        client.say(b"2")
        client.sock.settimeout(0.1)
        try:
            if not client.sock.recv(1):
                return
        except TimeoutError:
            pass


def _endless(line: bytes) -> Script:
    def script(client: Conversation) -> None:
        for piece in repeat(line * 1000):
            client.say(piece)

    return script


@pytest.mark.parametrize(
    "endless", [_drip, _endless(b"250-encore\r\n"), _endless(b"250 x")], ids=["drip", "lines", "line"]
)
def test_an_answer_without_end_is_cut_off(endless: Script, time: Time) -> None:
    (one,), _ = handed(endless, time)
    assert (one.etat, one.essais) == (Etat.REFUSE, 2)
    assert one.faute is not None
    assert one.faute.issue is Issue.PASSAGERE


@pytest.mark.parametrize(
    "endless", [_drip, _endless(b"250-encore\r\n"), _endless(b"250 x")], ids=["drip", "lines", "line"]
)
def test_a_verdict_without_end_is_none(endless: Script, time: Time) -> None:
    def script(client: Conversation) -> None:
        client.open()
        client.take()
        endless(client)

    (one,), _ = handed(script, time)
    assert (one.etat, one.essais) == (Etat.INCERTAIN, 1)


def test_a_farewell_without_end_keeps_nobody(time: Time) -> None:
    def script(client: Conversation) -> None:
        client.open()
        client.take()
        client.say(b"250 pris\r\n")
        client.hear()
        _endless(b"221-encore\r\n")(client)

    (one,), _ = handed(script, time)
    assert (one.etat, one.essais, time.slept) == SENT


@pytest.mark.parametrize("answer", [b"250", b"250 2.0.0 pri", b"250-pris\r\n", b"25\r\n", b"354 encore\r\n", b"\r\n"])
def test_half_an_answer_or_one_that_says_nothing_is_no_verdict(answer: bytes, time: Time) -> None:
    (one,), _ = handed(verdict(answer), time)
    assert (one.etat, one.essais) == (Etat.INCERTAIN, 1)


@pytest.mark.parametrize(
    ("early", "etat", "issue"),
    [
        (b"354 OK\r\n250 2.0.0 pris\r\n", Etat.REFUSE, Issue.SERVEUR),
        (b"354 OK\r\n552 5.3.4 trop gros\r\n", Etat.REFUSE, Issue.LOT),
        (b"354 OK\r\n421 4.3.2 on ferme\r\n", Etat.REFUSE, Issue.PASSAGERE),
        (b"250 2.0.0 pris\r\n", Etat.REFUSE, Issue.SERVEUR),
    ],
)
def test_an_answer_before_the_last_byte_is_no_answer_to_the_message(
    early: bytes, etat: Etat, issue: Issue, time: Time
) -> None:
    heard = []

    def script(client: Conversation) -> None:
        client.open()
        for answer in (b"250 OK\r\n", b"250 OK\r\n", early):
            client.hear()
            client.say(answer)
        heard.append(client.hear(b"\r\n.\r\n"))

    (one,), _ = handed(script, time)
    assert one.faute is not None
    assert (one.etat, one.faute.issue) == (etat, issue)
    assert not any(message.endswith(b"\r\n.\r\n") for message in heard), "the message was ended all the same"


def test_a_server_that_hangs_up_after_each_message_is_called_again_at_once(time: Time) -> None:
    def script(client: Conversation) -> None:
        client.open()
        client.take()
        client.say(b"250 2.0.0 pris\r\n421 4.4.2 au revoir\r\n")

    deliveries, _ = handed(script, time, count=3)
    assert [(one.etat, one.essais, time.slept) for one in deliveries] == [SENT] * 3


@pytest.mark.parametrize("size", [b"SIZE " + b"9" * 6000, b"SIZE \xb2", b"SIZE -1", b"SIZE"])
def test_a_size_that_is_none_refuses_no_message(size: bytes, time: Time) -> None:
    def script(client: Conversation) -> None:
        client.open(size)
        client.take()
        client.say(b"250 pris\r\n")

    (one,), _ = handed(script, time)
    assert (one.etat, one.essais, time.slept) == SENT


def test_what_is_said_before_tls_is_forgotten(certificates: Certificates, time: Time) -> None:
    """Anyone on the way may have said it: a way to log in, a greater size, or the answer to what comes next."""
    heard = []

    def script(client: Conversation) -> None:
        client.open(b"STARTTLS", b"AUTH LOGIN", b"SIZE 1")
        client.hear()
        client.say(b"220 OK\r\n250-faux\r\n250-SIZE 1\r\n250 AUTH LOGIN\r\n235 entrez\r\n")
        client.protect(certificates.good)
        heard.append(client.hear())
        client.say(b"250-vrai\r\n250 AUTH PLAIN\r\n")
        heard.append(client.hear())
        client.say(b"535 non\r\n")

    (one,), _ = handed(script, time, securite="starttls", autorite=certificates.authority, utilisateur=USER)
    assert [line.split()[:2] for line in heard] == [[b"ehlo", b"[127.0.0.1]"], [b"AUTH", b"PLAIN"]]
    assert one.faute is not None
    assert (one.etat, one.faute.reponse) == (Etat.REFUSE, "535 non")


def test_a_server_that_says_the_password_again_later_is_not_quoted(certificates: Certificates, time: Time) -> None:
    token = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode())

    def script(client: Conversation) -> None:
        client.open(b"STARTTLS")
        client.hear()
        client.say(b"220 OK\r\n")
        client.protect(certificates.good)
        client.hear()
        client.say(b"250-essai\r\n250 AUTH PLAIN\r\n")
        client.hear()
        client.say(b"235 OK\r\n")
        client.take()
        client.say(b"250 pris de " + token + b"\r\n")
        client.take()
        client.say(b"554 refus de " + PASSWORD.encode() + b"\r\n")

    settings = {"securite": "starttls", "autorite": certificates.authority, "utilisateur": USER}
    (first, second), notes = handed(script, time, count=2, **settings)
    assert (first.etat, second.etat) == (Etat.ENVOYE, Etat.REFUSE)
    assert [words for words in notes if words] == ["250", "554"]


# --- TLS, names and addresses ------------------------------------------------------------------------------


def test_an_outdated_protection_is_said_and_not_taken(certificates: Certificates, time: Time) -> None:
    (one,), _ = handed(
        lambda client: client.protect(certificates.outdated), time, securite="tls", autorite=certificates.authority
    )
    assert one.faute is not None
    assert (one.essais, one.faute.issue) == (1, Issue.SERVEUR)
    assert one.faute.quoi.startswith("127.0.0.1 ne propose qu’une protection dépassée")


@pytest.mark.parametrize("name", ["*.localhost", "*.0.0.1", "localhost.exemple.fr"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_no_wildcard_is_wide_enough_for_another_name(name: str, host: str, certificates: Certificates) -> None:
    with FaultyServer(context=certificates.named(name)) as server:
        settings = {"serveur": host, "port": server.port, "autorite": certificates.authority}
        with pytest.raises(Faute, match=r"porte (un autre nom|une autre adresse)"):
            connect(Courrier.model_validate(settings), "", 5)


@pytest.fixture
def ipv6() -> str:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no loopback in IPv6")
    return "::1"


def test_the_loopback_in_ipv6(ipv6: str, certificates: Certificates) -> None:
    def script(client: Conversation) -> None:
        client.open(b"STARTTLS")
        client.hear()
        client.say(b"220 OK\r\n")
        client.protect(certificates.named(ipv6))
        client.hear()
        client.say(b"250 OK\r\n")

    with ScriptedServer(script, ipv6) as server:
        settings = {"serveur": ipv6, "port": server.port, "autorite": certificates.authority}
        connect(Courrier.model_validate(settings), "", 5).close()


def test_proxies_are_for_the_web(time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTPS_PROXY", "ALL_PROXY", "SOCKS_PROXY"):
        monkeypatch.setenv(name, "socks5://127.0.0.1:1")
    (one,), _ = handed(verdict(b"250 pris\r\n"), time)
    assert (one.etat, one.essais, time.slept) == SENT


@pytest.mark.parametrize(
    "host", ["introuvable.invalid", "a" * 63 + ".invalid", ".".join(["a"] * 200), "999.1.1.1", "::::"]
)
def test_a_name_that_leads_nowhere_is_said(host: str) -> None:
    with pytest.raises(Faute) as caught:
        connect(Courrier(serveur=host, port=2525), "", 5)
    assert caught.value.quoi == f"le serveur {host} est introuvable"


def test_what_the_system_says_is_said_in_french() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Faute, match=r"\(connexion refusée\)"):
            connect(Courrier(serveur="127.0.0.1", port=taken.getsockname()[1]), "", 5)
