"""Several recipients and copies a DSDEN, and the sender's own copy: all accepted or nothing sent, nobody else's letters."""

from __future__ import annotations

import base64
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ConfigError, ExitCode
from pipeline.journal.sendings import Etat
from pipeline.send.delivery import draft
from pipeline.send.imap import keep_copies
from pipeline.send.message import compose
from pipeline.settings.config import Config, read_config
from pipeline.settings.sections import Courrier
from support.deliveries import message_for
from support.faulty_sendings import ACCOUNT, BOX, Start, states
from support.mail_servers.faults import Fault, Place
from support.mail_servers.faulty import FaultyServer
from support.mail_servers.scripted import Conversation, ScriptedServer
from support.ready_campaign import WHEN, addressed, bundle_of, message_id, read
from support.ready_campaign import sending as complete

if TYPE_CHECKING:
    from support.mail_servers.certificates import Certificates

SECOND, COPY, ME = "rue-des-essais@academie.example", "secretariat@academie.example", "mlds@academie.example"


@pytest.fixture
def written(project: Path) -> Callable[[str, str], Config]:
    """Return a function that changes config.toml as a user would, and reads it."""

    def write(before: str, after: str) -> Config:
        file = project / "config.toml"
        text = file.read_text(encoding="utf-8")
        assert before in text
        file.write_text(text.replace(before, after), encoding="utf-8")
        return read_config(file)

    return write


# --- config.toml -------------------------------------------------------------------------------------------

LINE = 'courriel = "ce.77mlds@ac-creteil.fr"'
NOBODY = f'{LINE}\ncopie = ""'


def test_one_address_or_a_list_and_copies(written: Callable[[str, str], Config]) -> None:
    one = written(NOBODY, 'courriel = ["ce.77mlds@ac-creteil.fr", "b@ac-creteil.fr"]\ncopie = "c@ac-creteil.fr"').dsden[
        0
    ]
    assert one.courriel == ("ce.77mlds@ac-creteil.fr", "b@ac-creteil.fr")
    assert (one.copie, one.boite) == (("c@ac-creteil.fr",), "ce.77mlds@ac-creteil.fr, b@ac-creteil.fr")


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ("courriel = []", "« courriel »"),
        ('courriel = ""', "« courriel »"),
        ('courriel = ["a@b.fr", "pas une adresse"]', "écrivez une seule adresse"),
        ("courriel = 5", "« courriel »"),
        (f'{LINE}\ncopie = ["a@b.fr", 5]', "« copie »"),
        (f'{LINE}\ncopie = "ce.93mlds@ac-creteil.fr"', "les DSDEN « 77 » et « 93 » ont la même adresse"),
        (f'{LINE}\ncopie = "CE.93mlds+suivi@ac-creteil.fr"', "les DSDEN « 77 » et « 93 » ont la même adresse"),
        (f'{LINE}\ncopie = ["ce.77mlds+x@ac-creteil.fr"]', "est écrite deux fois pour la DSDEN « 77 »"),
    ],
)
def test_addresses_that_cannot_serve_are_said(written: Callable[[str, str], Config], after: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        written(NOBODY, after)
    assert said in str(caught.value)


def test_no_dsden_may_be_the_sender_who_receives_all_the_copies(certificates: Certificates, sending: Start) -> None:
    with FaultyServer(context=certificates.good, account=ACCOUNT) as server:
        one = sending(server, copie_pour_vous="expediteur")
        one.config = addressed(one.config, "93", copie=(ME.replace("@", "+tout@"),))
        with pytest.raises(ConfigError, match="est une adresse de la DSDEN 93"):
            one.run()
    assert server.received == []


# --- The message -------------------------------------------------------------------------------------------


def test_copies_are_shown_and_no_other_address_is_in_a_message(tmp_path: Path, project: Path) -> None:
    config = addressed(complete(read_config(project / "config.toml")), "77", courriel=("a@b.fr", SECOND), copie=(COPY,))
    config = complete(config, copie_pour_vous="expediteur", expediteur=ME)
    (message,) = compose(bundle_of(tmp_path, config, (500,)), config, when=WHEN, message_ids=message_id)
    for data in (message.data, draft(message)):
        head = read(data)
        assert (head["To"], head["Cc"]) == (f"a@b.fr, {SECOND}", COPY)
        assert head["Bcc"] is None
        assert b"ce.93mlds" not in data
    assert (message.everybody, message.cachee) == (("a@b.fr", SECOND, COPY), ME)
    (trial,) = compose(bundle_of(tmp_path, config, (500,)), config, when=WHEN, message_ids=message_id, essai=ME)
    assert (trial.everybody, trial.cachee, read(trial.data)["Cc"]) == ((ME,), "", None)
    assert f"Le vrai ira à a@b.fr, {SECOND}, {COPY}." in read(trial.data).get_body().get_content()  # type: ignore[union-attr]


# --- The sending -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("refused", [BOX["77"], SECOND, COPY])
def test_a_message_of_which_one_recipient_is_refused_is_not_sent(
    refused: str, certificates: Certificates, sending: Start
) -> None:
    fault = Fault(Place.RCPT, "550 5.1.1 User unknown", recipient=refused)
    with FaultyServer(fault, context=certificates.good, account=ACCOUNT) as server:
        one = sending(server)
        one.config = addressed(one.config, "77", courriel=(BOX["77"], SECOND), copie=(COPY,))
        assert one.run() == ExitCode.MAIL
        assert [message.recipients for message in server.received] == [(BOX["93"],), (BOX["94"],)]
    assert states(one)["77"] is Etat.REFUSE
    assert f"le serveur refuse l’adresse {refused}" in one.said


def test_all_receive_one_message_and_a_copy_added_later_sends_nothing_again(
    certificates: Certificates, sending: Start
) -> None:
    with FaultyServer(context=certificates.good, account=ACCOUNT) as server:
        one = sending(server)
        one.config = addressed(one.config, "77", courriel=(BOX["77"], SECOND), copie=(COPY,))
        assert one.run() == ExitCode.OK, one.said
        assert server.received[0].recipients == (BOX["77"], SECOND, COPY)
        assert f"pris par le serveur pour {BOX['77']}, {SECOND}, copie à {COPY}." in one.said
        assert one.journal[0].adresse == f"{BOX['77']}, {SECOND}, {COPY}"
        for changes in ({"copie": ()}, {"copie": (COPY, "d@b.fr")}, {"courriel": (SECOND,)}, {"courriel": (COPY,)}):
            one.config = addressed(one.config, "77", **{"copie": (), **changes})
            assert one.run() == ExitCode.OK
            assert "tout est déjà parti" in one.said
        one.config = addressed(one.config, "77", courriel=(BOX["77"], "nouvelle@b.fr"))
        assert one.run() == ExitCode.OK
    assert len(server.received) == 4
    assert "parti à une autre adresse," in one.said


# --- The sender's own copy ---------------------------------------------------------------------------------


def test_the_sender_receives_a_copy_that_nobody_sees(certificates: Certificates, sending: Start) -> None:
    with FaultyServer(context=certificates.good, account=ACCOUNT) as server:
        one = sending(server, copie_pour_vous="expediteur")
        assert one.run() == ExitCode.OK, one.said
        assert [message.recipients for message in server.received] == [(box, ME) for box in BOX.values()]
        for message in server.received:
            head = message_from_bytes(message.data, policy=default)
            assert [one.addr_spec for one in head["To"].addresses] == [message.recipients[0]]
            assert (head["Cc"], head["Bcc"]) == (None, None)
        assert "3\u00a0copies dans votre boîte." in one.said
        assert {envoi.adresse for envoi in one.journal} == set(BOX.values())
        assert one.run(confirmer=False, essai="moi@academie.example") == ExitCode.OK
        assert server.received[-1].recipients == ("moi@academie.example",)


@pytest.mark.parametrize(
    "answer", ["550 5.1.1 User unknown", "553 5.7.1 not owned", "451 4.7.1 Later", "421 4.3.2 Bye", "drop"]
)
def test_a_refused_copy_is_no_reason_to_call_a_message_unsent(
    answer: str, certificates: Certificates, sending: Start
) -> None:
    with FaultyServer(Fault(Place.RCPT, answer, recipient=ME), context=certificates.good, account=ACCOUNT) as server:
        one = sending(server, copie_pour_vous="expediteur")
        assert one.run() == ExitCode.OK, one.said
    assert sorted(message.recipients for message in server.received) == [(box,) for box in BOX.values()]
    assert set(states(one).values()) == {Etat.ENVOYE}
    assert "Les messages sont partis, mais sans copie dans votre boîte : " in one.said
    assert server.seen[Place.RCPT] <= 5


def test_a_copy_refused_after_others_is_told_with_how_many_there_are(
    certificates: Certificates, sending: Start
) -> None:
    fault = Fault(Place.RCPT, "452 4.5.3 Too many copies", recipient=ME, after=2)
    with FaultyServer(fault, context=certificates.good, account=ACCOUNT) as server:
        one = sending(server, copie_pour_vous="expediteur")
        assert one.run() == ExitCode.OK, one.said
    assert [message.recipients[1:] for message in server.received] == [(ME,), (ME,), ()]
    assert (
        "Les messages sont partis, mais 2\u00a0copies seulement sur 3 dans votre boîte : 452 4.5.3 Too many" in one.said
    )
    assert "sans copie" not in one.said


def test_copies_that_an_imap_server_stops_taking_are_counted(certificates: Certificates) -> None:
    def script(client: Conversation) -> None:
        client.protect(certificates.good)
        client.say(b"* OK ready\r\n")
        appended = 0
        while line := client.hear():
            tag, command = line.split()[:2]
            if command == b"CAPABILITY":
                client.say(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n")
            elif command in (b"AUTHENTICATE", b"APPEND"):
                client.say(b"+ \r\n")
                heard = client.hear()
                while command == b"APPEND" and b"fin" not in heard:
                    heard = client.hear()
                appended += command == b"APPEND"
                client.say(tag + (b" NO full\r\n" if appended > 1 else b" OK done\r\n"))
            else:
                client.say(tag + b" OK done\r\n")

    courrier = {"utilisateur": ACCOUNT[0], "copie_pour_vous": "envoyes", "dossier_envoyes": "Sent"}
    with ScriptedServer(script) as server:
        reached = {"serveur_imap": server.host, "port_imap": server.port, "autorite": certificates.authority}
        message = message_for(data=b"Subject: essai\r\n\r\nfin")
        kept = keep_copies(Courrier.model_validate(courrier | reached), ACCOUNT[1], [message] * 3)
    assert kept == (1, "full")


def test_a_copy_by_imap_needs_its_server_and_fails_alone(
    project: Path, certificates: Certificates, sending: Start
) -> None:
    with FaultyServer(context=certificates.good, account=ACCOUNT) as server:
        one = sending(server, copie_pour_vous="envoyes")
        with pytest.raises(ConfigError, match="remplissez « serveur_imap » et « utilisateur »"):
            one.run()
        courrier = one.config.courrier.model_copy(update={"serveur_imap": "127.0.0.1", "port_imap": server.port})
        one.config = one.config.model_copy(update={"courrier": courrier})
        assert one.run() == ExitCode.OK, one.said
    assert set(states(one).values()) == {Etat.ENVOYE}
    assert "Les messages sont partis, mais sans copie dans votre dossier des messages envoyés : " in one.said


@pytest.mark.parametrize(
    ("login", "listing"),
    [
        (b"TAG NO you said SECRET\r\n", b""),
        (b"TAG OK\r\n", b'* LIST (\\Sent) "/" {99999999999}\r\n'),
        (b"TAG OK\r\n", b"* LIST garbage \xff\x00\r\nTAG OK\r\n"),
        (b"TAG OK\r\n", b'* LIST (\\Sent) "/" "a b"\r\nTAG OK\r\n'),
        (b"TAG OK\r\n", b"\x00\xff\r\n"),
    ],
)
def test_whatever_an_imap_server_answers_nothing_is_raised_and_no_password_is_said(
    login: bytes, listing: bytes, certificates: Certificates
) -> None:
    def script(client: Conversation) -> None:
        client.protect(certificates.good)
        client.say(b"* OK hello\r\n")
        while heard := client.hear():
            tag, _, words = heard.partition(b" ")
            if words.startswith(b"CAPABILITY"):
                client.say(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n")
            elif words.startswith(b"AUTHENTICATE"):
                client.say(b"+ \r\n")
                client.say(login.replace(b"SECRET", client.hear().strip()).replace(b"TAG", tag))
            elif words.startswith(b"LIST"):
                client.say(listing.replace(b"TAG", tag))
                if b"TAG" not in listing:
                    return
            else:
                client.say(tag + b" NO what\r\n")

    with ScriptedServer(script) as server:
        courrier = Courrier.model_validate(
            {"serveur_imap": server.host, "port_imap": server.port, "utilisateur": ACCOUNT[0],
             "autorite": certificates.authority, "copie_pour_vous": "envoyes"}
        )  # fmt: skip
        _, fault = keep_copies(courrier, ACCOUNT[1], ())
    assert fault
    assert base64.b64encode(f"\0{ACCOUNT[0]}\0{ACCOUNT[1]}".encode()).decode() not in fault
