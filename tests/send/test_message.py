"""A bundle made into messages: what they say, to whom, in which bytes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pathvalidate
import pytest
from pyzipper import AESZipFile

from pipeline.bundle.ready import Bundle
from pipeline.errors import ConfigError, MailError, TemplateError
from pipeline.french.signs import NBSP
from pipeline.french.words import euros
from pipeline.send.message import Message, Outline, compose, preview
from pipeline.send.written import FORM, headers
from pipeline.settings.config import Config
from support.program import ROOT
from support.ready_campaign import WHEN, attached, bundle_of, message_id, read, sending, text_of

PASSWORD = "cheval pomme lampe"


@pytest.fixture(scope="module")
def bundle(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle of three letters."""
    return bundle_of(tmp_path_factory.mktemp("lot"), config, [4000, 4000, 4000])


def made(bundle: Bundle, config: Config, **options: object) -> tuple[Message, ...]:
    return compose(bundle, config, when=WHEN, message_ids=message_id, **options)  # type: ignore[arg-type]


def test_one_message_for_one_bundle(bundle: Bundle, config: Config) -> None:
    (message,) = made(bundle, sending(config))
    assert (message.dsden, message.part, message.parts) == ("77", 1, 1)
    assert (message.letters, message.montant) == (3, Decimal("2187.50"))
    assert message.bundle_sha256 == bundle.sha256
    assert (message.sender, message.recipients) == ("ce.daasen@ac-exemple.fr", ("ce.77mlds@ac-creteil.fr",))
    assert message.attachment == "DSDEN-77_2026-2027.zip"
    assert attached(message.data) == bundle.path.read_bytes()


def test_the_head_says_who_to_whom_when_and_nothing_else(bundle: Bundle, config: Config) -> None:
    (message,) = made(bundle, sending(config))
    head = read(message.data)
    assert sorted(head.keys()) == sorted([*FORM, *headers(())])
    assert str(head["From"]) == '"Rectorat, DAASEN" <ce.daasen@ac-exemple.fr>'
    assert str(head["To"]) == "ce.77mlds@ac-creteil.fr"
    assert str(head["Reply-To"]) == "ce.daasen@ac-exemple.fr"
    assert str(head["Date"]) == "Sat, 03 Oct 2026 14:05:07 +0200"
    assert str(head["Message-ID"]) == "<77.1@ac-exemple.fr>" == message.message_id
    assert str(head["Auto-Submitted"]) == "auto-generated"
    assert str(head["Subject"]) == message.subject
    assert message.subject == (
        "Lettres de mission des référents décrochage scolaire 2026-2027 – DSDEN de Seine-et-Marne"
    )


def test_answers_go_where_the_settings_say(bundle: Bundle, config: Config) -> None:
    (message,) = made(bundle, sending(config, repondre_a="mlds@ac-exemple.fr"))
    assert str(read(message.data)["Reply-To"]) == "mlds@ac-exemple.fr"


def test_the_text_gives_the_counts_the_total_and_no_name_of_a_person(config: Config, tmp_path: Path) -> None:
    (message,) = made(bundle_of(tmp_path, config, [500] * 2, nom="Zywnosc"), sending(config))
    text = text_of(message.data)
    assert f"2{NBSP}lettres" in text
    assert euros(Decimal("937.50")) in text
    assert "DSDEN-77_2026-2027.zip" in text
    for word in ("Zywnosc", "Anne", "Modèle", "Tilleuls"):
        assert word not in text + message.subject
    assert "partie" not in text
    assert "correction" not in text.casefold()
    assert "\n\n\n" not in text
    assert not re.search(r"[{}%]", text)


def test_the_bytes_pass_everywhere(bundle: Bundle, config: Config) -> None:
    (message,) = made(bundle, sending(config))
    assert message.data.isascii()
    assert b"\n" not in message.data.replace(b"\r\n", b"")
    assert b"\r" not in message.data.replace(b"\r\n", b"")
    assert max(map(len, message.data.split(b"\r\n"))) <= 78
    assert message.data.endswith(b"\r\n")


def test_the_same_bundle_gives_the_same_bytes(bundle: Bundle, config: Config) -> None:
    small = sending(config, limite_mo=0.0335)
    assert made(bundle, sending(config)) == made(bundle, sending(config))
    assert made(bundle, small) == made(bundle, small)


def test_a_correction_says_so_and_since_when(bundle: Bundle, config: Config) -> None:
    (message,) = made(bundle, sending(config), correction=date(2026, 10, 1))
    assert message.subject.startswith("Correction – Lettres de mission")
    assert f"il remplace celui du 1er{NBSP}octobre{NBSP}2026" in text_of(message.data)


def test_a_trial_goes_to_oneself_alone_and_says_so(bundle: Bundle, config: Config) -> None:
    for message in made(bundle, sending(config, limite_mo=0.0335), essai="moi@ac-exemple.fr"):
        assert message.recipients == ("moi@ac-exemple.fr",)
        assert str(read(message.data)["To"]) == "moi@ac-exemple.fr"
        assert message.subject.startswith("[ESSAI] ")
        assert text_of(message.data).startswith(
            "ESSAI : ce message n’est parti que vers moi@ac-exemple.fr. Le vrai ira"
        )
        head = message.data.split(b"\r\n\r\n")[0]
        assert b"ce.77mlds" not in head


@pytest.mark.parametrize("essai", ["", "moi", "moi@ac-exemple.fr, toi@ac-exemple.fr", "moi@ac-exemple.fr\nBcc: x@y.fr"])
def test_a_trial_to_what_is_no_address_makes_no_message(bundle: Bundle, config: Config, essai: str) -> None:
    with pytest.raises(ValueError, match="une seule adresse"):
        made(bundle, sending(config), essai=essai)


def test_an_encrypted_bundle_shows_no_name_and_gives_the_bundle_back(bundle: Bundle, config: Config) -> None:
    (message,) = made(bundle, sending(config, chiffrement=True), password=PASSWORD)
    data = attached(message.data)
    assert message.attachment == "DSDEN-77_2026-2027_chiffre.zip"
    with AESZipFile(BytesIO(data)) as archive:
        assert archive.namelist() == ["DSDEN-77_2026-2027.zip"]
        (info,) = archive.infolist()
        assert (info.flag_bits & 1, info.wz_aes_strength, info.CRC) == (1, 3, 0)
        assert archive.read(info, pwd=PASSWORD.encode()) == bundle.path.read_bytes()
        with pytest.raises(RuntimeError, match="Bad password"):
            archive.read(info, pwd=b"cheval pomme lampd")
    assert b"Exemple" not in data
    assert "est chiffrée" in text_of(message.data)
    assert PASSWORD.encode() not in message.data


def test_an_encrypted_bundle_in_parts(bundle: Bundle, config: Config) -> None:
    settings = sending(config, chiffrement=True, limite_mo=0.0345)
    messages = made(bundle, settings, password=PASSWORD)
    assert len(messages) > 1
    assert all(len(message.data) <= 34_500 for message in messages)
    held = []
    for message in messages:
        with AESZipFile(BytesIO(attached(message.data))) as outer:
            (name,) = outer.namelist()
            assert name == f"DSDEN-77_2026-2027_partie-{message.part}-sur-{message.parts}.zip"
            with ZipFile(BytesIO(outer.read(name, pwd=PASSWORD.encode()))) as inner:
                held += [one for one in inner.namelist() if one.startswith("lettres/")]
    with ZipFile(bundle.path) as whole:
        assert held == [one for one in whole.namelist() if one.startswith("lettres/")]


@pytest.mark.parametrize("password", ["", "court", "x" * 100, "mot de passé trop accentué", "douze\nsignes et plus"])
def test_a_password_that_programs_would_not_read_alike_is_refused(
    bundle: Bundle, config: Config, password: str
) -> None:
    with pytest.raises(MailError, match="Rien n’a été envoyé") as caught:
        made(bundle, sending(config, chiffrement=True), password=password)
    assert not password or password not in str(caught.value)


def test_a_password_never_travels_with_what_it_opens(bundle: Bundle, config: Config) -> None:
    settings = sending(config, chiffrement=True)
    with pytest.raises(MailError, match="contient le mot de passe"):
        made(bundle, settings, password="Seine-et-Marne")


def test_encryption_and_password_go_together(bundle: Bundle, config: Config) -> None:
    with pytest.raises(ValueError, match="encryption"):
        made(bundle, sending(config, chiffrement=True))
    with pytest.raises(ValueError, match="encryption"):
        made(bundle, sending(config), password=PASSWORD)


def test_a_bundle_that_changed_on_disk_is_not_sent(config: Config, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path, config, [500])
    bundle.path.write_bytes(bundle.path.read_bytes() + b"\0")
    with pytest.raises(MailError, match="vient de changer"):
        made(bundle, sending(config))
    bundle.path.unlink()
    with pytest.raises(MailError, match="ne se lit pas"):
        made(bundle, sending(config))


def test_without_a_mailbox_or_a_sender_there_is_no_message(bundle: Bundle, config: Config) -> None:
    with pytest.raises(MailError, match=r"DSDEN 75 .*ne donne pas son adresse"):
        made(replace(bundle, dsden="75"), sending(config))
    with pytest.raises(ConfigError, match=r"courrier\.expediteur"):
        made(bundle, sending(config, expediteur=""))


@pytest.mark.parametrize("wrong", ["77.1@ac-exemple.fr", "<a@b>\r\nBcc: x@y.fr", "<a b@c.fr>", f"<{'x' * 300}@a.fr>"])
def test_a_message_id_is_one(bundle: Bundle, config: Config, wrong: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        compose(bundle, sending(config), when=WHEN, message_ids=lambda *_: wrong)


def test_a_date_without_its_zone_is_refused(bundle: Bundle, config: Config) -> None:
    with pytest.raises(ValueError, match="time zone"):
        compose(bundle, sending(config), when=datetime(2026, 10, 3), message_ids=message_id)


def test_the_table_needs_neither_sender_nor_password(bundle: Bundle, config: Config) -> None:
    (shown,) = preview(bundle, config, when=WHEN)
    assert shown.recipients == ("ce.77mlds@ac-creteil.fr",)
    assert len(preview(bundle, sending(config, chiffrement=True), when=WHEN)) == 1


@pytest.mark.parametrize("password", [None, PASSWORD])
@pytest.mark.parametrize("limite_mo", [10, 0.0345])
def test_the_table_tells_what_will_leave_to_the_byte(
    bundle: Bundle, config: Config, password: str | None, limite_mo: float
) -> None:
    settings = sending(config, chiffrement=password is not None, limite_mo=limite_mo)
    sent = compose(bundle, settings, when=WHEN, password=password, message_ids=lambda *_: f"<{uuid4()}@ac-exemple.fr>")
    assert (len(sent) > 1) == (limite_mo < 1)
    assert preview(bundle, settings, when=WHEN) == tuple(
        Outline(one.part, one.letters, one.montant, one.recipients, one.subject, len(one.data)) for one in sent
    )


def test_the_names_of_files_are_legal_everywhere(bundle: Bundle, config: Config) -> None:
    for settings, password in (
        (sending(config, limite_mo=0.0335), None),
        (sending(config, chiffrement=True), PASSWORD),
    ):
        for message in made(bundle, settings, password=password):
            assert re.fullmatch(r"[A-Za-z0-9_-]+\.zip", message.attachment)
            pathvalidate.validate_filename(message.attachment, platform="universal")


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("Bonjour\n\nTexte", "la première ligne doit être « Objet : »"),
        ("Objet : x\n\n", "le texte vient après"),
        ("", "la première ligne doit être « Objet : »"),
        ("Objet : a\nBonjour,\n\nTexte", "est collé à l’objet"),
        ("Objet : a,\nsuite de l’objet\n\nTexte", "est collé à l’objet"),
        ("Objet : a{% if fichier %} b{% endif %}\nBonjour,\n\nTexte", "est collé à l’objet"),
        ("Objet : a\n{%- if fichier %}Bonjour,{% endif %}\n\nTexte", "est collé à l’objet"),
        ("Objet : a {{ fichier -}}\n\nBonjour,\n", "ne dit pas «"),
        ("Objet : a\n\nObjet : b\n\nTexte", "la première ligne doit être « Objet : »"),
        ("Objet : {{ '' }}\n\nTexte", "la première ligne doit être « Objet : »"),
        ("Objet : x\n\n{{ lettre }}", "ligne 3 : le champ « lettre » n’existe pas ; vouliez-vous écrire « lettres » ?"),
        ("Objet : x\n\n{{ zzz }}", "ligne 3 : le champ « zzz » n’existe pas ; champs possibles : dsden, nom,"),
        ("Objet : x\n\n{% if false %}{{ zzz }}{% endif %}", "le champ « zzz » n’existe pas"),
        ("Objet : x\n\n{{ lettres.zzz }}", "ce champ n’a pas de partie « zzz »"),
        ("Objet : x\n\n{% for une in parties %}{{ une.zzz }}{% endfor %}", "ce champ n’a pas de partie « zzz »"),
        ("Objet : x\n\n{% for une in parties %}{% endfor %}{{ une }}", "le champ « une » n’existe pas"),
        ("Objet : x\n\n{% for une in lettres %}{% endfor %}", "une boucle « for » parcourt une liste de champs"),
        ("Objet : x\n\n{% for a, b in parties %}{% endfor %}", "une boucle « for » parcourt une liste de champs"),
        ("Objet : x\n\n{{ lettres|repeat }}", "le filtre « repeat » n’existe pas ici"),
        ("Objet : x\n\n{{ lettres|center(1000000000) }}", "le filtre « center » n’existe pas ici"),
        ("Objet : x\n\n{{ ''.__class__ }}", "n’est pas permise"),
        ("Objet : x\n\n{{ lettres.__class__.__mro__ }}", "n’est pas permise"),
        ("Objet : x\n\n{{ lettres.upper() }}", "n’est pas permise"),
        ("Objet : x\n\n{{ 1 / 0 }}", "n’est pas permise"),
        ("Objet : x\n\n{{ 10 ** 10 ** 10 }}", "n’est pas permise"),
        ("Objet : x\n\n{{ 'x' * 10000000000 }}", "n’est pas permise"),
        ("Objet : x\n\n{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "n’est pas permise"),
        ("Objet : x\n\n{% include '/etc/passwd' %}", "n’est pas permise"),
        ("Objet : x\n\n{% set a = lettres %}{{ a }}", "n’est pas permise"),
        (
            "Objet : x\n\n" + "{% for a in parties %}" * 3 + "{% endfor %}" * 3,
            "ces boucles sont prises l’une dans l’autre",
        ),
        ("Objet : x\n\n{% for a in parties recursive %}{{ loop(a) }}{% endfor %}", "prises l’une dans l’autre"),
        ("Objet : x\n\n{% for a in range(9) %}{% endfor %}", "une boucle « for » parcourt une liste de champs"),
        ("Objet : x\n\n" + "{% if lettres %}" * 200 + "{% endif %}" * 200, "trop imbriquées"),
        ("Objet : x\n\n{{ " + "(" * 2000 + "lettres" + ")" * 2000 + " }}", "trop imbriquées"),
        ("Objet : x\n\n{% if lettres > 3 %}{% endif %}", "compare ou assemble"),
        ("Objet : x\n\n{% if %}", "ligne 3 : cette balise est mal écrite"),
        ("Objet : x\n\n" + "é" * 50_001, "dépasse 100"),
        ("Objet : x\n\n{{ lettres }}, {{ fichier }}", "ne dit pas «"),
        ("Objet : x\n\n{{ montant }}, {{ fichier }}", "ne dit pas « 3"),
        (f"Objet : {'x' * 260}\n\n{{{{ lettres }}}}", "dépasse 250 signes"),
    ],
)
def test_a_template_that_cannot_serve_is_said(
    bundle: Bundle, config: Config, tmp_path: Path, template: str, words: str
) -> None:
    path = tmp_path / "courriel.txt"
    path.write_text(template, encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        made(bundle, sending(config, modele=path))
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))


def test_a_template_that_leaves_out_the_parts_or_the_correction_is_said(
    bundle: Bundle, config: Config, tmp_path: Path
) -> None:
    path = tmp_path / "courriel.txt"
    path.write_text("Objet : lettres\n\n{{ total_lettres }}, {{ total_montant }}, {{ fichier }}", encoding="utf-8")
    assert made(bundle, sending(config, modele=path))
    with pytest.raises(TemplateError, match=r"l’objet ne dit pas « partie \d/\d »"):
        made(bundle, sending(config, modele=path, limite_mo=0.0335))
    with pytest.raises(TemplateError, match="l’objet ne dit pas « correction »"):
        made(bundle, sending(config, modele=path), correction=date(2026, 10, 1))


def test_a_template_that_cannot_be_read_is_said(bundle: Bundle, config: Config, tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="n’existe pas"):
        made(bundle, sending(config, modele=tmp_path / "absent.txt"))
    (tmp_path / "latin.txt").write_bytes("Objet : référents\nx".encode("cp1252"))
    with pytest.raises(TemplateError, match="UTF-8"):
        made(bundle, sending(config, modele=tmp_path / "latin.txt"))
    with pytest.raises(TemplateError, match="impossible de lire"):
        made(bundle, sending(config, modele=tmp_path))


def test_a_template_written_on_windows_gives_the_same_message(bundle: Bundle, config: Config, tmp_path: Path) -> None:
    shipped = (ROOT / "templates/courriel.txt").read_bytes()
    path = tmp_path / "courriel.txt"
    path.write_bytes(b"\xef\xbb\xbf" + shipped.replace(b"\n", b"\r\n"))
    assert made(bundle, sending(config, modele=path)) == made(bundle, sending(config))


def test_the_sha256_of_what_is_attached_is_that_of_the_bundle(bundle: Bundle, config: Config) -> None:
    (message,) = made(bundle, sending(config))
    assert hashlib.sha256(attached(message.data)).hexdigest() == message.bundle_sha256
