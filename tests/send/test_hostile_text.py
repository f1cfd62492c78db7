"""Text that would steer a message: in settings, cells and names of files it gives no header, no recipient, no body."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.bundle.ready import Bundle
from pipeline.errors import MailError, OutputError, TemplateError
from pipeline.send.delivery import draft, write_drafts
from pipeline.send.message import Message, compose
from pipeline.send.written import FORM, Meant, check_form, head_fields, headers, prove, write
from pipeline.settings.config import Config
from pipeline.settings.fields import mailbox, one_line
from pipeline.settings.sections import Courrier, Dsden
from support.ready_campaign import WHEN, attached, bundle_of, message_id, read, sending, text_of

STEERING = (
    "\r\nBcc: pirate@exemple.fr", "\nBcc: pirate@exemple.fr\n\nAutre corps", "=?utf-8?q?a=0ABcc:_pirate@exemple.fr?=",
    "=?utf-8?b?YQpCY2M6IHBpcmF0ZUBleGVtcGxlLmZy?=", "=?utf-8?q?=0D=0ATo:_pirate@exemple.fr?= fin", "a, pirate@exemple.fr",
    "<pirate@exemple.fr>", '"', '\\"', "(commentaire)", "a;b:c", "\u202egpj.exe\u202c", "\u2028Bcc: x", "\x0bBcc: x",
    "\x85Bcc: x", "\0", "\ud800", "\u200b", "\t", "é" * 40, "=?", "?=", "=?x?=", " ", "\xa0", ".", "--=_", "\r", "{{ x }}",
    "{% raw %}", "Objet : autre",
)  # fmt: skip
nasty = st.lists(st.one_of(st.sampled_from(STEERING), st.text(max_size=12)), min_size=1, max_size=3).map("".join)


@pytest.fixture(scope="module")
def bundle(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle of two letters, of a référent whose name would steer."""
    return bundle_of(tmp_path_factory.mktemp("lot"), config, [900, 900], nom='Zywnosc\nBcc: pirate@exemple.fr, "=?x?=')


def made(bundle: Bundle, config: Config, essai: str | None = None) -> Message:
    (message,) = compose(bundle, config, when=WHEN, message_ids=message_id, essai=essai)
    return message


def name_of(data: bytes) -> str:
    """Return the sender's name as mail programs join it: no space between two encoded words (RFC 2047, 6.2)."""
    written = message_from_bytes(data)["From"]
    return (
        str(make_header(decode_header(written.replace("\r\n", "").replace("\n", ""))))
        .rpartition("<")[0]
        .removesuffix(" ")
    )


def with_texts(config: Config, text: str) -> Config:
    """Return settings where every text that reaches a message is this one, as if nothing had checked them."""
    dsden = tuple(Dsden.model_construct(**{**one.__dict__, "intitule": text, "nom": text}) for one in config.dsden)
    campagne = config.campagne.model_copy(update={"academie": text})
    return config.model_copy(update={"dsden": dsden, "campagne": campagne})


@settings(max_examples=60)
@given(text=nasty)
def test_no_text_of_the_settings_steers_a_message(bundle: Bundle, config: Config, text: str) -> None:
    message = made(bundle, with_texts(sending(config), text))
    head = read(message.data)
    assert sorted(head.keys()) == sorted([*FORM, *headers(())])
    assert [one.addr_spec for one in head["To"].addresses] == ["ce.77mlds@ac-creteil.fr"] == list(message.recipients)
    assert [one.addr_spec for one in head["From"].addresses] == ["ce.daasen@ac-exemple.fr"]
    assert str(head["Subject"]) == message.subject
    assert message.subject.endswith(f"2026-2027 – {one_line(text)}".rstrip())
    assert attached(message.data) == bundle.path.read_bytes()
    # No more lines than any text gives: what is written in it begins no line of its own.
    assert text_of(message.data).count("\n") <= text_of(made(bundle, sending(config)).data).count("\n")
    assert not re.search(r"(?m)^(Bcc|To|Autre)", text_of(message.data).rstrip().rpartition("\n")[0])


@given(name=nasty)
def test_a_sender_s_name_is_refused_or_shown_as_it_is(bundle: Bundle, config: Config, name: str) -> None:
    try:
        kept = Courrier(nom_expediteur=name).nom_expediteur
    except ValidationError:
        unseen = any(unicodedata.category(sign)[0] == "C" or sign in "\u2028\u2029" for sign in name)
        assert unseen or "=?" in name
        return
    data = made(bundle, sending(config, nom_expediteur=kept)).data
    head = read(data)
    assert [one.addr_spec for one in head["From"].addresses] == ["ce.daasen@ac-exemple.fr"]
    assert name_of(data) == kept
    assert sorted(head.keys()) == sorted([*FORM, *headers(())])


@pytest.mark.parametrize("name", STEERING)
def test_a_sender_s_name_that_nothing_checked_never_leaves_otherwise(bundle: Bundle, config: Config, name: str) -> None:
    try:
        message = made(bundle, sending(config, nom_expediteur=name))
    except (MailError, MessageError, TemplateError, ValueError):
        return
    assert [one.addr_spec for one in read(message.data)["From"].addresses] == ["ce.daasen@ac-exemple.fr"]
    assert name_of(message.data) == name


@pytest.mark.parametrize(
    "name",
    [
        "Rectorat",
        "Rectorat de l’académie de Créteil – Délégation académique à l’action pédagogique et éducative",
        "É" * 150,
        "",
    ],
)
def test_a_long_name_is_shown_whole(bundle: Bundle, config: Config, name: str) -> None:
    assert name_of(made(bundle, sending(config, nom_expediteur=name)).data) == name


@settings(max_examples=60)
@given(text=st.one_of(nasty, st.emails(), st.emails().map(lambda one: f"{one}, pirate@exemple.fr")))
def test_an_address_is_one_address_or_none(bundle: Bundle, config: Config, text: str) -> None:
    try:
        address = mailbox(text)
    except ValueError:
        return
    assert re.fullmatch(r"[^\s@<>,;:\"()\[\]\\]+@[A-Za-z0-9.-]+", address)
    message = made(bundle, sending(config, repondre_a=address), essai=address)
    assert message.recipients == (address,)
    assert [one.addr_spec for one in read(message.data)["To"].addresses] == [address]


def test_cells_reach_neither_head_nor_text(bundle: Bundle, config: Config) -> None:
    message = made(bundle, sending(config))
    before_the_file = message.data.partition(b"Content-Type: application/zip")[0]
    for word in (b"Zywnosc", b"pirate", b"Tilleuls", b"Bcc"):
        assert word not in before_the_file


@given(st.text())
def test_one_line_is_one_line_and_stays_it(text: str) -> None:
    line = one_line(text)
    assert one_line(line) == line
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert not any(unicodedata.category(sign)[0] == "C" for sign in line)


# --- the proof: what is not what was meant never passes ---

MEANT = Meant(
    sender_name="Rectorat, DAASEN", sender="ce.daasen@ac-exemple.fr", reply_to="mlds@ac-exemple.fr",
    recipients=("ce.77mlds@ac-creteil.fr",), copies=(), subject="Lettres – DSDEN de l’Yonne", when=WHEN,
    message_id="<77.1@ac-exemple.fr>", body="Été.\n\nTexte =?x?= fin.\n", attachment="DSDEN-77_2026-2027.zip",
    data=bytes(range(256)) * 9,
)  # fmt: skip


def replaced(before: bytes, after: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert before in data
        return data.replace(before, after, 1)

    return change


TAMPERED = {
    "a header more": replaced(b"To: ", b"Bcc: pirate@exemple.fr\r\nTo: "),
    "a header twice": replaced(b"To: ", b"To: pirate@exemple.fr\r\nTo: "),
    "a header less": replaced(b"Auto-Submitted: auto-generated\r\n", b""),
    "a recipient more": replaced(b"ce.77mlds@ac-creteil.fr", b"ce.77mlds@ac-creteil.fr,\r\n pirate@exemple.fr"),
    "another recipient": replaced(b"ce.77mlds@", b"ce.93mlds@"),
    "a recipient's name": replaced(b"To: ce.77mlds@ac-creteil.fr", b"To: X <ce.77mlds@ac-creteil.fr>"),
    "another sender": replaced(b"<ce.daasen@", b"<ce.autre@"),
    "another sender's name": replaced(b"DAASEN", b"AUTRES"),
    "another reply": replaced(b"Reply-To: mlds@", b"Reply-To: autre@"),
    "another subject": replaced(b"Subject: ", b"Subject: Autre "),
    "another date": replaced(b"14:05:07", b"14:05:08"),
    "another zone": replaced(b"14:05:07 +0200", b"14:05:07 +0100"),
    "another identifier": replaced(b"<77.1@", b"<77.2@"),
    "not automatic": replaced(b"auto-generated", b"no"),
    "another text": replaced(b"Texte", b"Textes"),
    "a line in the text": replaced(b"Texte", b"Texte=0D=0AAutre"),
    "another name of file": replaced(b'filename="DSDEN-77', b'filename="DSDEN-93'),
    "another file": replaced(b"AAECAwQF", b"AAECAwQG"),
    "shown inside": replaced(b"Disposition: attachment", b"Disposition: inline"),
    "another type": replaced(b"application/zip", b"application/pdf"),
    "text as html": replaced(b"text/plain", b"text/html"),
    "a bare line feed": replaced(b"Texte", b"Texte\n"),
    "a bare carriage return": replaced(b"Texte", b"Texte\r"),
    "a sign beyond ASCII": replaced(b"Texte", "Té".encode()),
    "a long line": replaced(b"Texte", b"T" * 1000),
    "cut": lambda data: data[:-40],
    "a part more": lambda data: data.replace(
        (data.split(b"\r\n--")[-1][:-4]), data.split(b"\r\n--")[-1][:-4] + b"\r\nContent-Type: text/plain\r\n\r\nx", 1
    ),
}


def test_what_was_meant_passes() -> None:
    prove(write(MEANT), MEANT, "DSDEN 77")


@pytest.mark.parametrize("fault", TAMPERED)
def test_anything_else_does_not(fault: str) -> None:
    data = TAMPERED[fault](write(MEANT))
    assert data != write(MEANT)
    with pytest.raises(MailError, match="DSDEN 77 : le message composé n’est pas celui"):
        prove(data, MEANT, "DSDEN 77")


@settings(max_examples=60)
@given(nasty)
def test_what_is_written_is_proved_or_refused_whatever_the_texts(text: str) -> None:
    """No cleaning before: each text goes into every place that takes one, and the proof alone stands guard."""
    for meant in (replace(MEANT, subject=text), replace(MEANT, sender_name=text), replace(MEANT, attachment=text)):
        try:
            data = write(meant)
            prove(data, meant, "DSDEN 77")
        except (MailError, MessageError, ValueError):
            continue
        names, _, _ = head_fields(data)
        assert sorted(names) == sorted([*FORM, *headers(())])
        assert [one.addr_spec for one in read(data)["To"].addresses] == ["ce.77mlds@ac-creteil.fr"]


# --- drafts ---


def test_a_draft_is_the_message_but_for_what_a_mail_program_writes(bundle: Bundle, config: Config) -> None:
    message = made(bundle, sending(config))
    data = draft(message)
    head = read(data)
    assert data.startswith(b"X-Unsent: 1\r\n")
    assert sorted(head.keys()) == sorted(["X-Unsent", *FORM, "From", "Reply-To", "To", "Subject"])
    assert str(head["To"]) == "ce.77mlds@ac-creteil.fr"
    assert str(head["Subject"]) == message.subject
    assert text_of(data) == text_of(message.data)
    assert attached(data) == bundle.path.read_bytes()
    check_form(data, head.keys(), "")


def test_a_draft_to_somebody_else_is_never_written(bundle: Bundle, config: Config, tmp_path: Path) -> None:
    message = made(bundle, sending(config))
    other = replace(message, data=message.data.replace(b"To: ce.77mlds@", b"To: ce.93mlds@"))
    with pytest.raises(MailError, match="destinataires"):
        write_drafts([message, other], tmp_path / "brouillons")
    steered = replace(message, data=message.data.replace(b"To: ", b"Bcc: pirate@exemple.fr\r\nTo: "))
    with pytest.raises(MailError, match="en-têtes"):
        write_drafts([steered], tmp_path / "brouillons")
    assert not (tmp_path / "brouillons").exists()


def test_drafts_are_named_after_their_bundles(bundle: Bundle, config: Config, tmp_path: Path) -> None:
    messages = compose(bundle, sending(config, limite_mo=0.0257), when=WHEN, message_ids=message_id)
    assert len(messages) == 2
    written = write_drafts(messages, tmp_path / "brouillons")
    assert sorted((tmp_path / "brouillons").iterdir()) == sorted(written)
    assert [path.name for path in written] == [f"DSDEN-77_2026-2027_partie-{part}-sur-2.eml" for part in (1, 2)]
    assert [path.read_bytes() for path in written] == [draft(message) for message in messages]


def test_drafts_that_cannot_be_written_are_said(bundle: Bundle, config: Config, tmp_path: Path) -> None:
    (tmp_path / "brouillons").write_text("x")
    with pytest.raises(OutputError, match="brouillons"):
        write_drafts([made(bundle, sending(config))], tmp_path / "brouillons")
