"""What a server's refusals mean: who is refused, whether another try may pass, what to do; and which bundle waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ExitCode
from pipeline.journal.sendings import Etat
from pipeline.send.faults import PORT_TLS, Etape, Faute, Issue, refus, sans_accueil
from pipeline.send.smtp import connect
from pipeline.settings.sections import Courrier
from support.faulty_sendings import ACCOUNT, BOX, Start, delivered, states
from support.mail_servers.faults import Fault, Place
from support.mail_servers.faulty import FaultyServer
from support.mail_servers.scripted import Conversation, ScriptedServer

if TYPE_CHECKING:
    from support.mail_servers.certificates import Certificates
    from support.ready_campaign import Sending

BOX_77 = "ce.77mlds@exemple.fr"
OF_SENDER = [
    "553 5.7.1 <mlds@exemple.fr>: Sender address rejected: not owned by user dupont",
    "554 5.7.1 <ce.77mlds@exemple.fr>: Relay access denied",
    "554 5.7.1 <ce.77mlds@exemple.fr>: Recipient address rejected: Access denied",
    "454 4.7.1 <ce.77mlds@exemple.fr>: Relay access denied",
    "550 5.7.1 Unable to relay",
    "550 relaying denied",
    "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
    "550 5.1.0 <mlds@exemple.fr>: Sender address rejected: User unknown in virtual mailbox table",
    "550 5.1.8 domain of sender address does not exist",
    "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked",
    "554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied",
    "550 Access denied",
    "550 Sender verify failed",
    "550 You are not authorized to send on behalf of mlds@exemple.fr",
    "530 5.7.1 Authentication required for relay",
]
OF_RECIPIENT = [
    "550 5.1.1 <ce.77mlds@exemple.fr>: Recipient address rejected: User unknown in relay recipient table",
    "550 5.1.1 User unknown",
    "550 5.4.1 Recipient address rejected: Access denied",
    "550 No such user here",
    "553 5.1.3 Bad address syntax",
    "550 5.2.1 Mailbox disabled",
    "550 User unknown in relay recipient table",
    "550 Mailbox disabled for this recipient, contact sender support",
    "550 5.7.1 Recipient unknown, sender has been notified",
    "550 Unknown user, access denied",
    "550 This account does not exist; relay of the message stops here",
]
OF_CONTENT = [
    "550 5.7.1 Message contains a forbidden attachment; the sender has been notified",
    "554 Message refused as spam; sender should contact postmaster",
    "554 5.6.0 header relay limit exceeded",
    "550 5.7.1 Access denied: content policy",
    "550 Please send as PDF",
    "550 5.7.0 Rejected on behalf of the recipient’s filter",
    "554 5.7.1 Attachment refused by the relay",
]


@pytest.mark.parametrize("answer", OF_SENDER)
def test_a_refusal_at_a_recipient_that_is_about_who_sends_names_the_sender_and_stops_everything(answer: str) -> None:
    faute = refus(Etape.DESTINATAIRE, int(answer[:3]), answer[4:], BOX_77)
    assert faute.issue is Issue.SERVEUR
    assert "« expediteur » et « utilisateur »" in faute.remede or "« utilisateur »" in faute.remede
    assert "« courriel »" not in faute.phrase


@pytest.mark.parametrize("answer", OF_RECIPIENT)
def test_a_refusal_that_is_about_the_mailbox_names_the_mailbox(answer: str) -> None:
    faute = refus(Etape.DESTINATAIRE, int(answer[:3]), answer[4:], BOX_77)
    assert (faute.issue, faute.quoi) == (Issue.MESSAGE, f"le serveur refuse l’adresse {BOX_77}")
    assert "« courriel »" in faute.remede


@pytest.mark.parametrize("answer", OF_CONTENT)
def test_a_refusal_of_what_a_message_holds_stops_that_message_alone(answer: str) -> None:
    faute = refus(Etape.MESSAGE, int(answer[:3]), answer[4:], BOX_77)
    assert (faute.issue, faute.quoi) == (Issue.MESSAGE, "le serveur refuse ce message")


@pytest.mark.parametrize("answer", ["451 4.7.1 Greylisted, come back later", "450 4.2.1 Mailbox busy, sender wait"])
def test_what_a_server_puts_off_is_no_question_of_rights(answer: str) -> None:
    assert refus(Etape.DESTINATAIRE, int(answer[:3]), answer[4:], BOX_77).issue is Issue.PASSAGERE


@pytest.mark.parametrize(
    ("etape", "answer", "issue", "said"),
    [
        (Etape.MESSAGE, "552 5.7.0 This message was blocked because its content presents a potential security issue",
         Issue.MESSAGE, "refuse la pièce jointe"),
        (Etape.MESSAGE, "552-5.7.0 This message was blocked", Issue.MESSAGE, "refuse la pièce jointe"),
        (Etape.MESSAGE, "552 5.3.4 Message size exceeds limit", Issue.LOT, "trop gros"),
        (Etape.MESSAGE, "550 5.3.4 Message size exceeds limit", Issue.LOT, "trop gros"),
        (Etape.MESSAGE, "554 5.2.3 Message too large for this mailbox", Issue.LOT, "trop gros"),
        (Etape.EXPEDITEUR, "552 5.3.4 Message size exceeds fixed limit", Issue.LOT, "trop gros"),
        (Etape.DESTINATAIRE, "550 5.2.2 Mailbox full", Issue.MESSAGE, "la boîte mlds@exemple.fr est pleine"),
        (Etape.AUTHENTIFICATION, "550 5.7.30 Basic authentication is not supported for Client Submission.",
         Issue.SERVEUR, "il veut OAuth2"),
        (Etape.MESSAGE, "554 5.7.1 Message refused as spam", Issue.MESSAGE, "refuse ce message"),
        (Etape.MESSAGE, "554 5.2.252 SendAsDenied; mlds not allowed to send as ce.mlds", Issue.SERVEUR, "expéditeur"),
        (Etape.MESSAGE, "554 5.7.1 Sender address rejected: not owned by user mlds", Issue.SERVEUR, "expéditeur"),
        (Etape.MESSAGE, "550 5.7.60 Client does not have permissions to send as this sender", Issue.SERVEUR, "expéditeur"),
        (Etape.MESSAGE, "554 5.7.1 Relay access denied", Issue.SERVEUR, "expéditeur"),
        (Etape.MESSAGE, "550 5.7.1 Not allowed to send mail on behalf of mlds", Issue.SERVEUR, "expéditeur"),
        (Etape.AUTHENTIFICATION, "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
         Issue.SERVEUR, "il veut OAuth2"),
        (Etape.AUTHENTIFICATION, "534 5.7.9 Application-specific password required", Issue.SERVEUR, "« mot de passe d’app"),
        (Etape.AUTHENTIFICATION, "535 5.7.8 Bad credentials", Issue.SERVEUR, "refuse l’utilisateur ou le mot de passe"),
        (Etape.EXPEDITEUR, "553 5.7.1 Sender address rejected: not owned by user", Issue.SERVEUR, "« expediteur »"),
        (Etape.CONNEXION, "421 4.7.0 Too many connections", Issue.PASSAGERE, "le serveur est occupé"),
    ],
)  # fmt: skip
def test_each_answer_is_said_for_what_it_is(etape: Etape, answer: str, issue: Issue, said: str) -> None:
    faute = refus(etape, int(answer[:3]), answer[4:], "mlds@exemple.fr")
    assert faute.issue is issue
    assert said in faute.phrase
    if etape is Etape.AUTHENTIFICATION and issue is Issue.SERVEUR and "535 5.7.8" not in answer:
        assert "« mlds envoyer --brouillons »" in faute.remede


def test_a_sender_that_is_not_owned_is_tried_once_and_no_other_message(
    certificates: Certificates, sending: Start
) -> None:
    fault = Fault(Place.RCPT, "553 5.7.1 <mlds@academie.example>: Sender address rejected: not owned by user mlds")
    with FaultyServer(fault, context=certificates.good, account=ACCOUNT) as server:
        one = sending(server)
        assert one.run() == ExitCode.MAIL
    assert (states(one), server.seen[Place.RCPT], one.waits) == ({"77": Etat.REFUSE}, 1, [])
    assert "vérifiez « expediteur » et « utilisateur » dans config.toml" in one.said
    assert "Pas tenté, car le serveur ne prend plus rien : 2\u00a0messages." in one.said


# --- Who speaks first --------------------------------------------------------------------------------------


def test_a_421_to_ehlo_is_a_server_that_is_busy() -> None:
    heard = []

    def script(client: Conversation) -> None:
        client.say(b"220 essai\r\n")
        heard.append(client.hear())
        client.say(b"421 4.3.2 Too busy\r\n")
        heard.append(client.hear())

    with ScriptedServer(script) as server, pytest.raises(Faute) as caught:
        connect(Courrier(serveur=server.host, port=server.port, securite="aucune"), "", 5)
    assert (caught.value.issue, caught.value.reponse) == (Issue.PASSAGERE, "421 4.3.2 Too busy")
    assert caught.value.quoi == "le serveur est occupé et met fin à la conversation"
    assert heard == [b"ehlo [127.0.0.1]\r\n", b""]


def test_a_server_that_knows_no_ehlo_is_greeted_in_the_old_way() -> None:
    def script(client: Conversation) -> None:
        client.say(b"220 essai\r\n")
        client.hear()
        client.say(b"502 5.5.2 unknown\r\n")
        assert client.hear().startswith(b"helo")
        client.say(b"250 essai\r\n")

    with ScriptedServer(script) as server:
        connect(Courrier(serveur=server.host, port=server.port, securite="aucune"), "", 5).close()


def test_a_port_that_waits_for_tls_is_silent_before_starttls_and_its_cause_is_said(certificates: Certificates) -> None:
    with FaultyServer(context=certificates.good, tls="tls") as server, pytest.raises(Faute) as caught:
        connect(Courrier(serveur="127.0.0.1", port=server.port, autorite=certificates.authority), "", 0.5)
    assert caught.value.quoi == f"127.0.0.1, port {server.port}, accepte la connexion mais ne dit rien"
    assert "« starttls » va avec le port 587, « tls » avec le port 465" in caught.value.remede
    known = sans_accueil("smtp.exemple.fr", PORT_TLS)
    assert (known.issue, known.remede[:35]) == (Issue.SERVEUR, "écrivez « tls » dans « securite » :")


# --- The size of all the parts -----------------------------------------------------------------------------

PARTS = {"77": (30_000,) * 6, "93": (1500,)}


def limited(one: Sending, limite_mo: float) -> None:
    """Change « limite_mo » as a user would."""
    courrier = one.config.courrier.model_copy(update={"limite_mo": limite_mo})
    one.config = one.config.model_copy(update={"courrier": courrier})


def test_no_part_leaves_when_one_is_above_what_the_server_takes_and_the_advice_works(
    certificates: Certificates, sending: Start
) -> None:
    with FaultyServer(context=certificates.good, account=ACCOUNT, size_limit=110_000) as server:
        one = sending(server, PARTS, limite_mo=0.2)
        assert one.run() == ExitCode.MAIL
        assert delivered(server) == [BOX["93"]]
        assert {envoi.etat for envoi in one.journal if envoi.dsden == "77"} == {Etat.REFUSE}
        assert "écrivez « limite_mo = 0.1 » dans config.toml, puis relancez la commande" in one.said
        limited(one, 0.1)
        assert one.run() == ExitCode.OK, one.said
    assert server.seen[Place.MAIL] == len(server.received)


def test_a_part_found_too_big_keeps_back_the_others_of_its_bundle_alone_and_the_advice_works(
    certificates: Certificates, sending: Start
) -> None:
    fault = Fault(Place.END, "552 5.3.4 Message too big", times=1, after=1)
    with FaultyServer(fault, context=certificates.good, account=ACCOUNT) as server:
        one = sending(server, PARTS, limite_mo=0.11)
        assert one.run() == ExitCode.MAIL
        assert delivered(server) == [BOX["77"], BOX["93"]]
        advice = "baissez « limite_mo » dans config.toml, puis lancez « mlds envoyer --confirmer --renvoyer 77 »"
        assert advice in one.said
        limited(one, 0.08)
        assert one.run(renvoyer=("77",)) == ExitCode.OK, one.said
    assert delivered(server).count(BOX["93"]) == 1
