"""Handing messages to a real server, in order and out of it: what is tried again, what is not, what the journal has."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.journal.sendings import Etat
from pipeline.send.delivery import Delivery, Patience, deliver
from pipeline.send.faults import Etape, Faute, Issue, refus
from pipeline.send.message import Message
from pipeline.send.smtp import Line, connect
from pipeline.send.written import dotted
from pipeline.settings.sections import Courrier
from support.deliveries import PASSWORD, QUICK, USER, Time, message_for
from support.mail_servers.certificates import Certificates
from support.mail_servers.faults import DROP, STALL, Fault, Place
from support.mail_servers.faulty import HOST, FaultyServer


def settings(server: FaultyServer, certificates: Certificates, **others: object) -> Courrier:
    """Return the settings that reach a server of the tests."""
    return Courrier.model_validate({
        "serveur": "127.0.0.1", "port": server.port, "securite": server.tls, "autorite": certificates.authority,
        "utilisateur": "" if server.account is None else USER, "expediteur": "ce.mlds@exemple.fr",
    } | others)  # fmt: skip


def sent(
    server: FaultyServer, certificates: Certificates, messages: Sequence[Message], time: Time, **options: object
) -> tuple[list[Delivery], list[tuple[str, str, int]]]:
    """Send, and return what became of each message and the states that were noted, in order."""
    noted: list[tuple[str, str, int]] = []

    def note(message: Message, etat: Etat, essais: int, reponse: str = "") -> None:
        noted.append((message.dsden, str(etat), essais))

    patience = options.pop("patience", QUICK)
    assert isinstance(patience, Patience)
    with Line(settings(server, certificates, **options), PASSWORD, patience) as line:
        return list(deliver(messages, line, note, time.clock(), patience, lambda _: None)), noted


@pytest.fixture
def time() -> Time:
    return Time()


def test_a_message_arrives_as_it_was_made_over_one_proved_connection(certificates: Certificates, time: Time) -> None:
    first, second = message_for(), message_for(dsden="93")
    with FaultyServer(context=certificates.good, account=(USER, PASSWORD)) as server:
        deliveries, noted = sent(server, certificates, [first, second], time)
    assert [(one.sender, one.recipients, one.data) for one in server.received] == [
        (one.sender, one.recipients, one.data) for one in (first, second)
    ]
    assert [(one.etat, one.essais, one.faute) for one in deliveries] == [(Etat.ENVOYE, 1, None)] * 2
    assert noted == [(d, e, 1) for d in ("77", "93") for e in ("prepare", "en_cours", "envoye")]
    assert server.seen[Place.CONNECT] == 1
    assert time.slept == []


def test_a_message_of_many_chunks_arrives_whole(certificates: Certificates, time: Time) -> None:
    data = b"Subject: x\r\n\r\n" + b"".join(b".%d\r\n" % number for number in range(100_000))
    with FaultyServer(context=certificates.good, tls="tls", size_limit=2_000_000) as server:
        # Large enough for a busy machine to take more than the hurried half second.
        sent(server, certificates, [message_for(data=data)], time, patience=Patience())
    assert [one.data for one in server.received] == [data]


@pytest.mark.parametrize(
    ("fault", "states"),
    [
        (Fault(Place.CONNECT, DROP, times=1), []),
        (Fault(Place.CONNECT, "421 4.3.2 Too busy", times=1), []),
        (Fault(Place.AUTH, "454 4.7.0 Temporary authentication failure", times=1), []),
        (Fault(Place.MAIL, "450 4.7.1 Too fast", times=1), []),
        (Fault(Place.RCPT, "451 4.7.1 Greylisted", times=1), []),
        (Fault(Place.DATA, DROP, times=1), []),
        (Fault(Place.DATA, STALL, times=1), []),
        (Fault(Place.CONTENT, DROP, times=1), []),
        (Fault(Place.END, "452 4.3.1 Insufficient storage", times=1), [("77", "en_cours", 1)]),
    ],
)
def test_what_may_pass_is_tried_again_and_delivered_once(
    certificates: Certificates, time: Time, fault: Fault, states: list[tuple[str, str, int]]
) -> None:
    # Larger than what sockets hold, so that a cut in the middle is one.
    large = b"Subject: x\r\n\r\n" + (b"x" * 70 + b"\r\n") * 60_000
    data = large if fault.place is Place.CONTENT else message_for().data
    with FaultyServer(fault, context=certificates.good, account=(USER, PASSWORD)) as server:
        (delivery,), noted = sent(server, certificates, [message_for(data=data)], time)
    assert (delivery.etat, delivery.essais, len(server.received)) == (Etat.ENVOYE, 2, 1)
    # Before it waits, a message that was being sent is one that is about to be again: nothing of it was taken.
    assert noted == [("77", "prepare", 1), *states, ("77", "prepare", 2), ("77", "en_cours", 2), ("77", "envoye", 2)]
    assert time.slept == [5]


def test_patience_has_an_end_in_tries(certificates: Certificates, time: Time) -> None:
    with FaultyServer(Fault(Place.RCPT, "451 4.7.1 Later"), context=certificates.good) as server:
        (delivery,), _ = sent(server, certificates, [message_for()], time)
    assert (delivery.etat, delivery.essais, time.slept) == (Etat.REFUSE, 4, [5, 20, 60])
    assert delivery.faute is not None
    assert "« 451 4.7.1 Later »" in delivery.faute.phrase


def test_patience_has_an_end_in_time(certificates: Certificates, time: Time) -> None:
    short = Patience(answer=0.5, verdict=0.5, waits=(5, 20, 60), total=30)
    with FaultyServer(Fault(Place.MAIL, "450 4.7.1 Later"), context=certificates.good) as server:
        (delivery,), _ = sent(server, certificates, [message_for()], time, patience=short)
    assert (delivery.etat, time.slept) == (Etat.REFUSE, [5, 20])


@pytest.mark.parametrize(("answer", "others"), [(DROP, [Etat.ENVOYE]), (STALL, [])])
def test_without_an_answer_after_the_last_byte_nobody_can_know(
    certificates: Certificates, time: Time, answer: str, others: list[Etat]
) -> None:
    """A server that fell silent would leave the next messages uncertain too: they stay here."""
    fault = Fault(Place.END, answer, times=1, kept=True)
    with FaultyServer(fault, context=certificates.good) as server:
        (first, *rest), noted = sent(server, certificates, [message_for(), message_for(dsden="93")], time)
    assert (first.etat, [one.etat for one in rest]) == (Etat.INCERTAIN, others)
    assert noted[:3] == [("77", "prepare", 1), ("77", "en_cours", 1), ("77", "incertain", 1)]
    assert len(server.received) == 1 + len(others)
    assert time.slept == []
    assert first.faute is not None
    assert "« mlds envoyer --confirmer --renvoyer 77 »" in first.faute.phrase


def test_one_refused_recipient_is_a_failure_and_nothing_is_sent(certificates: Certificates, time: Time) -> None:
    two = message_for("bon@exemple.fr", "mauvais@exemple.fr")
    fault = Fault(Place.RCPT, "550 5.1.1 No such user", recipient="mauvais@exemple.fr")
    with FaultyServer(fault, context=certificates.good) as server:
        deliveries, noted = sent(server, certificates, [two, message_for(dsden="93")], time)
    assert [one.etat for one in deliveries] == [Etat.REFUSE, Etat.ENVOYE]
    assert [one.recipients for one in server.received] == [("ce.93mlds@exemple.fr",)]
    assert ("77", "en_cours", 1) not in noted
    assert deliveries[0].faute is not None
    assert deliveries[0].faute.quoi == "le serveur refuse l’adresse mauvais@exemple.fr"


def test_a_message_above_the_size_that_the_server_announces_is_not_even_begun(
    certificates: Certificates, time: Time
) -> None:
    with FaultyServer(context=certificates.good, size_limit=1000) as server:
        (delivery,), _ = sent(server, certificates, [message_for(data=b"x" * 1001)], time)
    assert delivery.etat is Etat.REFUSE
    assert server.seen[Place.MAIL] == 0
    assert delivery.faute is not None
    assert "limite_mo" in delivery.faute.phrase


@pytest.mark.parametrize("faults", [(), (Fault(Place.AUTH, "535 5.7.8 Error: authentication failed"),)])
def test_a_wrong_password_is_tried_once_and_stops_everything(
    certificates: Certificates, time: Time, faults: tuple[Fault, ...]
) -> None:
    with FaultyServer(*faults, context=certificates.good, account=(USER, "un autre")) as server:
        deliveries, noted = sent(server, certificates, [message_for(), message_for(dsden="93")], time)
    assert [one.etat for one in deliveries] == [Etat.REFUSE]
    assert noted == [("77", "prepare", 1), ("77", "refuse", 1)]
    assert (server.seen[Place.AUTH], time.slept) == (1, [])
    assert deliveries[0].faute is not None
    assert deliveries[0].faute.reponse.startswith("535 5.7.8 ")
    assert PASSWORD not in deliveries[0].faute.phrase


TOKEN = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()


@pytest.mark.parametrize(
    "words",
    [
        f'unrecognized "AUTH PLAIN {TOKEN}"',
        f'unrecognized "AUTH PLAIN {TOKEN[:30]}..."',
        f"auth plain {TOKEN.lower()} ?",
        f"bad password: {PASSWORD[:11]}...",
        f"bad password: {base64.b64encode(PASSWORD.encode()).decode()}",
    ],
)
def test_a_password_that_the_server_says_again_is_quoted_nowhere(
    certificates: Certificates, time: Time, words: str
) -> None:
    fault = Fault(Place.AUTH, f"500 5.5.2 {words}")
    with FaultyServer(fault, context=certificates.good, account=(USER, PASSWORD)) as server:
        (delivery,), _ = sent(server, certificates, [message_for()], time)
    assert delivery.faute is not None
    assert (delivery.faute.issue, delivery.faute.reponse, delivery.faute.trace) == (Issue.SERVEUR, "500", "500")


def test_only_235_proves_who_we_are(certificates: Certificates, time: Time) -> None:
    fault = Fault(Place.AUTH, "503 5.5.1 Bad sequence of commands")
    with FaultyServer(fault, context=certificates.good) as server:
        (delivery,), _ = sent(server, certificates, [message_for()], time, utilisateur=USER)
    assert (delivery.etat, delivery.essais, server.received) == (Etat.REFUSE, 1, [])


def test_no_password_ever_goes_in_clear(certificates: Certificates, time: Time) -> None:
    with FaultyServer(tls="aucune") as server:
        for securite in ("starttls", "aucune"):
            others = {"securite": securite, "utilisateur": USER}
            deliveries, _ = sent(server, certificates, [message_for()], time, **others)
            assert [one.etat for one in deliveries] == [Etat.REFUSE]
    assert (server.passwords_in_clear, server.received) == (0, [])


@pytest.mark.parametrize(
    ("which", "words"), [("self_signed", "aucune autorité"), ("wrong_name", "autre"), ("expired", "a expiré")]
)
@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_that_proves_nothing_is_left_without_a_word(
    certificates: Certificates, time: Time, which: str, words: str, tls: str
) -> None:
    with FaultyServer(context=getattr(certificates, which), tls=tls, account=(USER, PASSWORD)) as server:
        deliveries, _ = sent(server, certificates, [message_for(), message_for(dsden="93")], time)
    assert [one.etat for one in deliveries] == [Etat.REFUSE]
    assert server.seen[Place.AUTH] == 0
    assert deliveries[0].faute is not None
    assert words in deliveries[0].faute.quoi


def test_a_server_that_is_down_is_tried_once_more_and_stops_everything(time: Time) -> None:
    noted: list[Etat] = []
    with socket.socket() as taken:  # a port of ours where nobody listens
        taken.bind(("127.0.0.1", 0))
        line = Line(Courrier(serveur="127.0.0.1", port=taken.getsockname()[1]), "", QUICK)
        both = [message_for(), message_for(dsden="93")]
        (delivery,) = deliver(both, line, lambda *given: noted.append(given[1]), time.clock(), QUICK, lambda _: None)
    assert delivery.etat is Etat.REFUSE
    assert (noted, time.slept) == ([Etat.PREPARE, Etat.PREPARE, Etat.REFUSE], [5])
    assert delivery.faute is not None
    assert "(connexion refusée)" in delivery.faute.quoi


def test_a_port_that_a_firewall_keeps_silent_is_tried_once_more(time: Time) -> None:
    with socket.create_server((HOST, 0), backlog=0) as door, ExitStack() as waiting:
        for _ in range(4):  # nobody opens: once its queue is full, the system drops whoever knocks
            knocking = waiting.enter_context(socket.socket())
            knocking.setblocking(False)
            knocking.connect_ex(door.getsockname())
        line = Line(Courrier(serveur=HOST, port=door.getsockname()[1]), "", QUICK)
        (delivery,) = deliver([message_for()] * 2, line, lambda *_: None, time.clock(), QUICK, lambda _: None)
    assert (delivery.etat, delivery.essais, time.slept) == (Etat.REFUSE, 2, [5])
    assert delivery.faute is not None
    assert "(pas de réponse)" in delivery.faute.quoi


def test_a_server_that_goes_down_in_the_middle_is_waited_for(certificates: Certificates, time: Time) -> None:
    with FaultyServer(context=certificates.good) as server:
        kept = settings(server, certificates)
        line = Line(kept, "", QUICK)
        line.open()
        line.cut()
    (delivery,) = deliver([message_for()], line, lambda *_: None, time.clock(), QUICK, lambda _: None)
    assert (delivery.etat, time.slept) == (Etat.REFUSE, [5])


def test_what_speaks_no_smtp_is_said(time: Time, certificates: Certificates) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            connection.sendall(b"\x1b[31mSSH-2.0-OpenSSH\r\n")
            connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(Faute) as caught:
            connect(Courrier(serveur="127.0.0.1", port=listening.getsockname()[1]), "", 2)
        thread.join()
    assert caught.value.issue is Issue.SERVEUR
    assert "\x1b" not in caught.value.phrase


def test_an_authority_that_is_no_certificate_is_said(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("rien")
    with pytest.raises(Faute) as caught:
        connect(Courrier(serveur="127.0.0.1", autorite=tmp_path / "ca.pem"), "", 2)
    assert "« autorite » dans config.toml" in caught.value.phrase


@given(st.integers(0, 999), st.binary(max_size=400), st.sampled_from(Etape))
def test_any_answer_gives_one_line_that_a_terminal_can_show(code: int, text: bytes, etape: Etape) -> None:
    faute = refus(etape, code, text, "a@b.fr")
    assert faute.phrase.isprintable() or all(sign.isprintable() or sign in " \u202f" for sign in faute.phrase)
    assert len(faute.reponse) <= 200
    assert (faute.issue is Issue.PASSAGERE) == (400 <= code < 500)


@given(st.lists(st.sampled_from([b".", b"..", b"a", b"", b".a", b"a."])))
def test_dots_are_doubled_and_come_back(lines: list[bytes]) -> None:
    data = b"\r\n".join([*lines, b""])
    wire = dotted(data)
    assert b"\r\n.\r\n" not in b"\r\n" + wire
    undone = [line[1:] if line.startswith(b".") else line for line in wire.split(b"\r\n")]
    assert b"\r\n".join(undone) == (data or b"\r\n")
