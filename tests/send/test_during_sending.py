"""What happens around a sending that is under way: a full disk, a clock that goes back, a text or a bundle that changes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from pathlib import Path

import pytest

from pipeline.errors import ExitCode, MailError, OutputError
from pipeline.journal.sendings import Etat
from support.mail_servers.faulty import HOST, FaultyServer
from support.mail_servers.scripted import Conversation, ScriptedServer
from support.ready_campaign import WHEN, Sending, settings, write_campaign

if sys.platform != "win32":
    import resource

DOMAIN = "academie.example"


def ready(project: Path, port: int) -> Sending:
    """Return a campaign of one bundle, ready to be sent to a server in clear."""
    config = settings(project, DOMAIN, serveur=HOST, port=port, securite="aucune")
    write_campaign(config, {"77": (2000, 3000)})
    return Sending(config)


def again(one: Sending, project: Path) -> FaultyServer:
    """Send what remains through a server in good order, and return it."""
    with FaultyServer(tls="aucune") as server:
        one.config = settings(project, DOMAIN, serveur=HOST, port=server.port, securite="aucune")
        one.run()
    return server


@pytest.fixture
def fill() -> Iterator[Callable[[], None]]:
    """Return what fills the disk, as far as this process can tell: none of its files can grow any more."""
    if sys.platform == "win32":
        pytest.skip("this system cannot be told to refuse a write")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def room() -> Callable[[], None]:
    """Return what makes room again."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def until(place: str, then: Callable[[], None]) -> Callable[[Conversation], None]:
    """Return a script that takes a message, and does something once the client has come so far."""

    def script(client: Conversation) -> None:
        client.open()
        for command in (b"MAIL", b"RCPT", b"DATA"):
            client.hear()
            if place == command.decode():
                then()
            client.say(b"354 OK\r\n" if command == b"DATA" else b"250 OK\r\n")
        if client.hear(b"\r\n.\r\n").endswith(b"\r\n.\r\n"):
            then()
            client.say(b"250 2.0.0 pris\r\n")

    return script


@pytest.mark.parametrize(
    ("place", "said", "left", "then"),
    [
        ("DATA", "ce message n’est pas parti, ni ceux qui le suivent.", Etat.PREPARE, Etat.ENVOYE),
        (
            "dot",
            "le serveur a pris ce message, mais le journal le dira incertain : ne le renvoyez pas",
            Etat.INCERTAIN,
            Etat.INCERTAIN,
        ),
    ],
)
def test_a_disk_that_fills_up_in_the_middle_loses_nothing_and_sends_nothing_twice(
    project: Path, fill: Callable[[], None], room: Callable[[], None], place: str, said: str, left: Etat, then: Etat
) -> None:
    with ScriptedServer(until(place, fill)) as server:
        one = ready(project, server.port)
        with pytest.raises(OutputError) as caught:
            one.run()
        room()
    assert f"DSDEN 77 : {said}" in str(caught.value)
    assert "Vérifiez l’espace libre" in str(caught.value)
    assert [envoi.etat for envoi in one.journal] == [left]
    next_time = again(one, project)
    assert [envoi.etat for envoi in one.journal][-1] == then
    assert len(next_time.received) == (1 if then is Etat.ENVOYE else 0)


def test_a_disk_that_is_full_before_the_first_byte_stops_everything(
    project: Path, fill: Callable[[], None], room: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultyServer(tls="aucune") as server:
        one = ready(project, server.port)
        monkeypatch.setattr("pipeline.cli.envoyer.agreed", lambda _: fill() or True)
        with pytest.raises(OutputError, match="ce message n’est pas parti, ni ceux qui le suivent"):
            one.run()
        room()
        assert sum(server.seen.values()) == 0
    assert one.journal == ()


def test_a_text_that_changes_after_the_table_was_shown_is_not_sent(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit(_: str) -> bool:
        text = project / "templates" / "courriel.txt"
        text.write_text(text.read_text(encoding="utf-8").replace("Objet : ", "Objet : Autre, "), encoding="utf-8")
        return True

    with FaultyServer(tls="aucune") as server:
        one = ready(project, server.port)
        monkeypatch.setattr("pipeline.cli.envoyer.agreed", edit)
        with pytest.raises(MailError, match="DSDEN 77 : le texte des messages vient de changer"):
            one.run()
    assert (sum(server.seen.values()), one.journal) == (0, ())


def test_a_bundle_that_is_swapped_after_it_was_proved_is_not_sent(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swap(_: str) -> bool:
        (bundle,) = one.config.dossier_lots.glob("*.zip")
        bundle.write_bytes(bundle.read_bytes()[::-1])
        return True

    with FaultyServer(tls="aucune") as server:
        one = ready(project, server.port)
        monkeypatch.setattr("pipeline.cli.envoyer.agreed", swap)
        with pytest.raises(MailError, match="ce lot vient de changer"):
            one.run()
    assert (sum(server.seen.values()), one.journal) == (0, ())


WINTER, SUMMER = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(WHEN - timedelta(days=400), id="the clock went back"),
        pytest.param(WHEN, id="the clock stands still"),
        pytest.param(datetime(2026, 10, 25, 2, 10, tzinfo=WINTER), id="summer time ends"),
    ],
)
def test_the_order_of_what_was_sent_is_not_that_of_the_clock(project: Path, later: datetime) -> None:
    with FaultyServer(tls="aucune") as server:
        one = ready(project, server.port)
        one.now = datetime(2026, 10, 25, 2, 30, tzinfo=SUMMER) if later.tzinfo is WINTER else WHEN
        assert one.run() == ExitCode.OK
        write_campaign(one.config, {"77": (2000, 3000)}, edition=1)
        one.now = later
        assert one.run(complet=True) == ExitCode.OK
        assert one.run(complet=True) == ExitCode.OK
        assert "tout est déjà parti" in one.said
    first, second = (message_from_bytes(message.data) for message in server.received)
    assert "Correction" not in str(first["Subject"])
    assert "Correction" in str(second["Subject"])
    assert second["Date"].endswith("+0100" if later.tzinfo is WINTER else "+0200")
