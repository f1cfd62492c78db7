"""Each thing that a mail server can do wrong: the right state in the journal, the right sentence, exit 7."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from email import message_from_bytes
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ExitCode
from pipeline.journal.sendings import Etat
from pipeline.progress import Clock
from pipeline.send.delivery import Patience, deliver
from pipeline.send.message import Message
from pipeline.send.smtp import Line
from pipeline.send.stage import Demande, compose_all, plis_of
from support.faulty_sendings import ACCOUNT, BOX, Start, delivered, states
from support.journal_at import noting, opened, read_envois
from support.mail_servers.faults import DROP, STALL, Fault, Place
from support.mail_servers.faulty import HOST, FaultyServer
from support.ready_campaign import HURRIED, SMALL, WHEN, Sending

if TYPE_CHECKING:
    from support.mail_servers.certificates import Certificates

ENVOYE, REFUSE, INCERTAIN = Etat.ENVOYE, Etat.REFUSE, Etat.INCERTAIN
OTHERS_LEAVE = {"93": ENVOYE, "94": ENVOYE}


def patience_for(fault: Fault) -> Patience:
    return HURRIED if fault.answer == STALL else Patience()


# --- What passes: tried again, and sent once ---------------------------------------------------------------

PASSING = [
    pytest.param(Fault(Place.RCPT, "450 4.2.1 Mailbox busy", times=1), [5], id="450 once"),
    pytest.param(Fault(Place.RCPT, "451 4.7.1 Greylisted", recipient=BOX["77"], times=2), [5, 20], id="451 twice"),
    pytest.param(Fault(Place.END, "452 4.3.1 Out of space", times=1), [5], id="452 once"),
    pytest.param(Fault(Place.MAIL, "421 4.3.2 Shutting down", times=1), [5], id="421 once"),
    pytest.param(Fault(Place.CONNECT, "421 4.3.2 Too busy", times=1), [5], id="421 in the place of a greeting"),
    pytest.param(Fault(Place.AUTH, "454 4.7.0 Try later", times=1), [5], id="454 to the password"),
    pytest.param(Fault(Place.CONNECT, DROP, times=1), [5], id="drop at connect"),
    pytest.param(Fault(Place.DATA, DROP, times=1), [5], id="drop at DATA"),
    pytest.param(Fault(Place.RCPT, STALL, times=1), [5], id="stall"),
    pytest.param(Fault(Place.MAIL, "450 4.7.1 Too many messages", after=2, times=1), [5], id="rate limit"),
    pytest.param(Fault(Place.MAIL, "421 4.7.0 Too many messages", after=1, times=1), [5], id="rate limit, hung up"),
]


@pytest.mark.parametrize(("fault", "waits"), PASSING)
def test_what_passes_is_tried_again_and_sent_once(
    fault: Fault, waits: list[float], certificates: Certificates, sending: Start
) -> None:
    with FaultyServer(fault, context=certificates.good, account=ACCOUNT) as server:
        one = sending(server)
        one.patience = patience_for(fault)
        assert one.run() == ExitCode.OK, one.said
    assert states(one) == {"77": ENVOYE} | OTHERS_LEAVE
    assert sorted(delivered(server)) == sorted(BOX.values())
    assert one.waits == waits
    assert f"Nouvel essai dans {waits[0]}\u00a0secondes (DSDEN " in one.said


@pytest.mark.parametrize(("answer", "size"), [(DROP, 2000), (DROP, 60_000), (DROP, 700_000), (STALL, 700_000)])
def test_what_breaks_off_inside_a_message_is_tried_again(
    answer: str, size: int, certificates: Certificates, sending: Start
) -> None:
    """A cut is heard before the last byte, whatever the size; silence as soon as the system takes no more in."""
    with FaultyServer(Fault(Place.CONTENT, answer, times=1), context=certificates.good, account=ACCOUNT) as server:
        one = sending(server, {**SMALL, "77": (size,)})
        one.patience = Patience(answer=1)
        assert one.run() == ExitCode.OK, one.said
    assert one.waits == [5]
    assert sorted(delivered(server)) == sorted(BOX.values())


# --- What does not pass: refused, nothing taken ------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A fault that strikes the first DSDEN alone: its state, what is said of it, and how many times it was tried."""

    fault: Fault
    state: Etat
    said: str
    tries: int = 1


REFUSED = {
    "450 for ever": Case(
        Fault(Place.RCPT, "450 4.2.1 Mailbox busy", recipient=BOX["77"]), REFUSE,
        f"le serveur ne prend pas en ce moment de message pour {BOX['77']} (réponse du serveur : « 450 4.2.1", 5,
    ),
    "451 for ever": Case(
        Fault(Place.RCPT, "451 4.7.1 Greylisted", recipient=BOX["77"]), REFUSE,
        f"après 5 essais, le serveur ne prend pas en ce moment de message pour {BOX['77']}", 5,
    ),
    "452 for ever": Case(
        Fault(Place.RCPT, "452 4.2.2 Mailbox full", recipient=BOX["77"]), REFUSE,
        "le serveur, ou la boîte, n’a pas de place en ce moment (réponse du serveur : « 452 4.2.2 Mailbox full »)", 5,
    ),
    "550": Case(
        Fault(Place.RCPT, "550 5.1.1 User unknown", recipient=BOX["77"]), REFUSE,
        f"le serveur refuse l’adresse {BOX['77']} (réponse du serveur : « 550 5.1.1 User unknown ») ; vérifiez "
        "« courriel » (et « copie ») de cette DSDEN dans config.toml",
    ),
    "552 after the dot": Case(
        Fault(Place.END, "552 5.3.4 Message too big", times=1), REFUSE,
        "le serveur trouve ce message trop gros (réponse du serveur : « 552 5.3.4 Message too big ») ; baissez « limite_mo »",
    ),
    "552 after the dot, for want of room": Case(
        Fault(Place.END, "552 5.2.2 Mailbox full", times=1), REFUSE, "la boîte du destinataire est pleine (réponse du",
    ),
    "554 after the dot": Case(
        Fault(Place.END, "554 5.7.1 Message refused", times=1), REFUSE,
        "le serveur refuse ce message (réponse du serveur : « 554 5.7.1 Message refused »)",
    ),
    "554 at DATA": Case(Fault(Place.DATA, "554 5.5.1 No valid recipients", times=1), REFUSE, "le serveur refuse ce message"),
    "drop for ever": Case(
        Fault(Place.RCPT, DROP, recipient=BOX["77"]), REFUSE,
        "après 5 essais, la connexion avec le serveur s’est coupée", 5,
    ),
    "stall for ever": Case(
        Fault(Place.RCPT, STALL, recipient=BOX["77"]), REFUSE, "après 2 essais, le serveur n’a pas répondu à temps", 2,
    ),
    "drop after the dot, not taken": Case(
        Fault(Place.END, DROP, times=1), INCERTAIN,
        "le message est parti en entier, mais le serveur n’a pas dit s’il l’a pris ; demandez à la DSDEN",
    ),
    "drop after the dot, taken": Case(
        Fault(Place.END, DROP, times=1, kept=True), INCERTAIN, "« mlds envoyer --confirmer --renvoyer 77 »",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_one_message_that_fails_is_said_and_the_others_leave(
    case: Case, certificates: Certificates, sending: Start
) -> None:
    with FaultyServer(case.fault, context=certificates.good, account=ACCOUNT) as server:
        one = sending(server)
        one.patience = patience_for(case.fault)
        code = one.run()
    assert code == ExitCode.MAIL
    assert states(one) == {"77": case.state} | OTHERS_LEAVE
    assert f"✘ DSDEN 77 : {f'après {case.tries} essais, ' if case.tries > 1 else ''}" in one.said
    assert case.said in one.said
    assert re.search(r"\. \[M\d+\]$", fault_line(one)), "the row of docs/messages.md that explains it"
    assert len(one.waits) == case.tries - 1
    kept = [BOX["77"]] if case.fault.kept else []
    assert delivered(server) == [*kept, BOX["93"], BOX["94"]]
    if case.fault.answer not in (DROP, STALL):
        assert one.journal[0].reponse == case.fault.answer


def test_what_was_refused_leaves_with_the_next_run_alone(certificates: Certificates, sending: Start) -> None:
    with FaultyServer(Fault(Place.END, "554 5.7.1 No", times=1), context=certificates.good, account=ACCOUNT) as server:
        one = sending(server)
        assert one.run() == ExitCode.MAIL
        assert one.run() == ExitCode.OK
        assert delivered(server) == [BOX["93"], BOX["94"], BOX["77"]]
        assert one.run() == ExitCode.OK
        assert "Rien n’est à envoyer : tout est déjà parti." in one.said
    assert len(server.received) == 3


@pytest.mark.parametrize("answer", [DROP, STALL])
@pytest.mark.parametrize("kept", [True, False])
def test_what_is_uncertain_never_leaves_again_unless_asked_and_then_as_the_same_message(
    answer: str, kept: bool, certificates: Certificates, sending: Start
) -> None:
    fault = Fault(Place.END, answer, times=1, kept=kept)
    with FaultyServer(fault, context=certificates.good, account=ACCOUNT) as server:
        one = sending(server)
        one.patience = patience_for(fault)
        assert one.run() == ExitCode.MAIL
        before = delivered(server).count(BOX["77"])
        assert one.run() == ExitCode.MAIL
        assert "DSDEN 77 : un message est peut-être arrivé, et ne repartira pas de lui-même" in one.said
        assert delivered(server).count(BOX["77"]) == before
        first = one.journal[0].message_id
        assert one.run(renvoyer=("77",)) == ExitCode.OK, one.said
    again = server.received[-1]
    assert again.recipients == (BOX["77"],)
    assert message_from_bytes(again.data)["Message-ID"] == first
    assert [envoi.message_id for envoi in one.journal if envoi.dsden == "77"] == [first, first]
    assert len({message_from_bytes(message.data)["Message-ID"] for message in server.received}) == 3


def test_one_refused_recipient_among_two_is_a_failure_of_the_message(
    certificates: Certificates, sending: Start
) -> None:
    """smtplib's own sendmail would have said nothing, and the server taken it for the other one."""
    fault = Fault(Place.RCPT, "550 5.1.1 User unknown", recipient=BOX["93"])
    with FaultyServer(fault, context=certificates.good, account=ACCOUNT) as server:
        config = sending(server).config
        clock = Clock(lambda: WHEN, lambda _: None, lambda: 0.0)
        demande = Demande(dsden=("77",), confirmer=True)
        with opened(config.journal) as journal:
            plis = plis_of(config, journal, demande, clock)
        (message,) = compose_all(plis, config, demande, clock, None)
        to_two: Message = replace(message, recipients=(BOX["77"], BOX["93"]))
        with (
            noting(config.journal, {"77": "2"}, clock.now) as note,
            Line(config.courrier, ACCOUNT[1], HURRIED) as line,
        ):
            (delivery,) = deliver([to_two], line, note, clock, HURRIED, lambda _: None)
    assert delivery.etat is REFUSE
    assert delivery.faute is not None
    assert f"le serveur refuse l’adresse {BOX['93']}" in delivery.faute.phrase
    assert [envoi.etat for envoi in read_envois(config.journal)] == [REFUSE]
    assert server.received == []
    assert server.seen[Place.DATA] == 0


# --- What no message would pass: nothing more is tried -----------------------------------------------------


def fault_line(one: Sending) -> str:
    (line,) = [line for line in one.said.splitlines() if line.startswith("✘ DSDEN")]
    return line


def stopped(one: Sending, said: str) -> None:
    """Check that the run stopped at the first message, said why in one sentence, and marked nothing as sent."""
    assert one.run() == ExitCode.MAIL
    assert states(one) == {"77": REFUSE}
    assert said in (line := fault_line(one))
    assert re.search(r"\. \[M\d+\]$", line), line
    assert "Pas tenté, car le serveur ne prend plus rien : 2\u00a0messages." in one.said
    assert "Traceback" not in one.said


def test_a_wrong_password(certificates: Certificates, sending: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultyServer(context=certificates.good, account=ACCOUNT) as server:
        one = sending(server)
        monkeypatch.setenv("MLDS_MOT_DE_PASSE_SMTP", "un autre")
        stopped(one, "le serveur refuse l’utilisateur ou le mot de passe (réponse du serveur : « 535 ")
    assert "un autre" not in one.said
    assert server.seen[Place.AUTH] == 1, "a wrong password tried again can lock an account"


def test_a_server_that_takes_nobody(certificates: Certificates, sending: Start) -> None:
    fault = Fault(Place.CONNECT, "554 5.7.1 You are not welcome here")
    with FaultyServer(fault, context=certificates.good, account=ACCOUNT) as server:
        stopped(sending(server), "le serveur refuse la connexion (réponse du serveur : « 554 5.7.1 You are not")


def test_no_starttls_gets_no_password(sending: Start) -> None:
    with FaultyServer(tls="aucune", account=ACCOUNT) as server:
        stopped(sending(server), "ne propose pas de connexion protégée (STARTTLS), et rien ne part en clair")
    assert server.passwords_in_clear == 0
    assert server.seen[Place.MAIL] == 0


@pytest.mark.parametrize("securite", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("context", "said"),
    [
        ("self_signed", f"le certificat de {HOST} n’est signé par aucune autorité connue, et rien n’est parti"),
        ("wrong_name", f"le certificat de {HOST} porte une autre adresse, et rien n’est parti"),
        ("expired", f"le certificat de {HOST} a expiré, et rien n’est parti"),
    ],
)
def test_a_certificate_that_proves_nothing(
    context: str, said: str, securite: str, certificates: Certificates, sending: Start
) -> None:
    with FaultyServer(context=getattr(certificates, context), tls=securite, account=ACCOUNT) as server:
        stopped(sending(server, securite=securite), said)
    assert server.seen[Place.AUTH] == server.seen[Place.MAIL] == 0


def test_an_authority_that_the_system_does_not_know_has_to_be_named(certificates: Certificates, sending: Start) -> None:
    with FaultyServer(context=certificates.good, account=ACCOUNT) as server:
        stopped(sending(server, autorite=""), "n’est signé par aucune autorité connue")
    assert server.seen[Place.AUTH] == 0


def test_the_two_ways_to_tls_are_not_one_another(certificates: Certificates, sending: Start) -> None:
    with FaultyServer(context=certificates.good, tls="starttls", account=ACCOUNT) as server:
        stopped(
            sending(server, securite="tls"),
            f"{HOST}, port {server.port}, ne parle pas « tls » dès le début de la connexion, et rien n’est parti ; "
            "vérifiez « securite » et « port » : « starttls » va avec le port 587",
        )


def test_a_server_that_is_down(certificates: Certificates, sending: Start) -> None:
    with FaultyServer(context=certificates.good) as server:
        pass
    one = sending(server)
    stopped(one, f"impossible de joindre {HOST}, port {server.port}")
    assert len(one.waits) == 1, "it may be starting again"


def test_a_size_that_the_server_does_not_take_is_said_before_a_byte_leaves(
    certificates: Certificates, sending: Start
) -> None:
    with FaultyServer(context=certificates.good, account=ACCOUNT, size_limit=5000) as server:
        one = sending(server)
        assert one.run() == ExitCode.MAIL
    assert set(states(one).values()) == {REFUSE}
    assert "et le serveur n’en prend que 5\u00a0Ko ; baissez « limite_mo »" in one.said
    assert server.seen[Place.MAIL] == 0
