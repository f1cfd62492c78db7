"""What [courrier] must say before anything leaves, and where the passwords come from."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from pipeline.cli.usage import hidden
from pipeline.errors import ConfigError, MailError
from pipeline.send.access import check_settings, lots_password, smtp_password
from pipeline.settings.config import Config
from pipeline.settings.fields import domain, mailbox
from support.ready_campaign import sending

WHO = "la secrétaire générale adjointe, le 3 septembre 2026"


def test_the_shipped_settings_say_all_that_is_missing_at_once(config: Config) -> None:
    with pytest.raises(ConfigError) as caught:
        check_settings(config)
    assert str(caught.value).count("\n  - ") == 3
    for key in ("« serveur »", "« expediteur »", "« envoi_en_clair_decide_par »", "Rien n’a été envoyé"):
        assert key in str(caught.value)


def test_sending_in_clear_was_decided_by_somebody(config: Config) -> None:
    with pytest.raises(ConfigError, match="qui a décidé"):
        check_settings(sending(config))
    with pytest.raises(ConfigError, match="qui a décidé"):
        check_settings(sending(config), drafts=True)
    check_settings(sending(config, envoi_en_clair_decide_par=WHO))
    check_settings(sending(config, chiffrement=True))


def test_a_trial_in_clear_stays_in_the_house_unless_somebody_decided(config: Config) -> None:
    check_settings(sending(config), essai="moi@ac-exemple.fr")
    for elsewhere in ("moi@exemple.fr", "moi@ac-exemple.fr.exemple.com", "moi@sous.ac-exemple.fr"):
        with pytest.raises(ConfigError, match=f"qui a décidé.*\n.*{elsewhere} n’en est pas une"):
            check_settings(sending(config), essai=elsewhere)
        check_settings(sending(config, envoi_en_clair_decide_par=WHO), essai=elsewhere)
        check_settings(sending(config, chiffrement=True), essai=elsewhere)


def test_drafts_need_no_server_and_trials_do(config: Config) -> None:
    settings = sending(config, serveur="", envoi_en_clair_decide_par=WHO)
    check_settings(settings, drafts=True)
    with pytest.raises(ConfigError, match="« serveur »"):
        check_settings(settings, essai="moi@ac-exemple.fr")
    with pytest.raises(ConfigError, match="« expediteur »"):
        check_settings(sending(config, expediteur="", envoi_en_clair_decide_par=WHO), drafts=True)


def test_the_authority_is_a_file(config: Config, tmp_path: Path) -> None:
    settings = sending(config, envoi_en_clair_decide_par=WHO, autorite=tmp_path / "ac.pem")
    with pytest.raises(ConfigError, match="« autorite »"):
        check_settings(settings)
    (tmp_path / "ac.pem").write_text("x")
    check_settings(settings)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ce.77mlds@ac-creteil.fr", "ce.77mlds@ac-creteil.fr"),
        ("a+b@exemple.fr", "a+b@exemple.fr"),
        ("ce@académie.fr", "ce@xn--acadmie-eya.fr"),
    ],
)
def test_a_mailbox(text: str, address: str) -> None:
    assert mailbox(text) == address
    assert domain(address) == address.partition("@")[2]


@pytest.mark.parametrize(
    "text",
    ["", "x", "@exemple.fr", "a@", "a@b", "a b@exemple.fr", "é@exemple.fr", "<a@exemple.fr>", "A <a@exemple.fr>",
     "a@exemple.fr;b@exemple.fr", "a@exemple.fr ", " a@exemple.fr", "a@exemple.fr\n", '"a b"@exemple.fr', "a@[127.0.0.1]",
     "moi@exemple.fr, a@exemple.fr", "moi: a@exemple.fr, b@exemple.fr;", "moi:;", "a@exemple.fr (b@exemple.fr)",
     "a(b)@exemple.fr", "@b.fr,@c.fr:a@exemple.fr", '"a@b.fr,c"@exemple.fr', "a@exemple.fr\u2028b@exemple.fr",
     "a\u202e@exemple.fr", "a\0@exemple.fr", "=?utf-8?q?a?=@exemple.fr,b@exemple.fr", "a@exemple.fr>", "a@exemple.fr?cc=b",
     "a@ex\u200bemple.fr", "a@b@exemple.fr", "mailto:a@exemple.fr", "a%b.fr@exemple.fr", "b.fr!a@exemple.fr",
     "a..b@exemple.fr", "a@exemple..fr", "a@-exemple.fr", "a@localhost", "a@exemple.invalid", f"{'a' * 65}@exemple.fr",
     "-oQ@exemple.fr", "ce.77mlds@\u0430c-creteil.fr", "ce.77mlds@xn--c-creteil-zyh.fr", "ce@παράδειγμα.gr"],
)  # fmt: skip
def test_what_is_no_mailbox(text: str) -> None:
    with pytest.raises(ValueError, match="écrivez une seule adresse"):
        mailbox(text)


class Memory(KeyringBackend):
    """A keyring that holds what it is given, in memory; a locked one says nothing."""

    priority = 0.1

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password


@pytest.fixture
def trousseau(monkeypatch: pytest.MonkeyPatch) -> Iterator[Memory]:
    """A keyring in memory, nobody at the terminal, nothing in the environment."""
    monkeypatch.setattr(sys, "stdin", None)
    for name in ("MLDS_MOT_DE_PASSE_SMTP", "MLDS_MOT_DE_PASSE_LOTS"):
        monkeypatch.delenv(name, raising=False)
    before, memory = keyring.get_keyring(), Memory()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, prompt: Callable[[str], str]) -> None:
    monkeypatch.setattr(getpass, "getpass", prompt)
    monkeypatch.setattr(sys, "stdin", type("Terminal", (), {"isatty": lambda self: True})())


def test_the_environment_then_the_keyring_then_the_prompt(trousseau: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []

    def typed(prompt: str) -> str:
        shown.append(prompt)
        return "tapé"

    at_a_terminal(monkeypatch, typed)
    assert (smtp_password("ce.daasen", hidden), lots_password(hidden)) == ("tapé", "tapé")
    assert shown == [
        "Mot de passe de messagerie de « ce.daasen » : ", "Mot de passe des lots : ",
        "Encore une fois, le mot de passe des lots : ",
    ]  # fmt: skip
    keyring.set_password("mlds", "ce.daasen", "trousseau")
    keyring.set_password("mlds", "lots", "trousseau des lots")
    assert (smtp_password("ce.daasen", hidden), lots_password(hidden)) == ("trousseau", "trousseau des lots")
    monkeypatch.setenv("MLDS_MOT_DE_PASSE_SMTP", "environnement")
    monkeypatch.setenv("MLDS_MOT_DE_PASSE_LOTS", "environnement des lots")
    assert (smtp_password("ce.daasen", hidden), lots_password(hidden)) == ("environnement", "environnement des lots")
    assert len(shown) == 3


@pytest.mark.usefixtures("trousseau")
def test_no_password_anywhere_is_a_sentence() -> None:
    with pytest.raises(MailError, match=r"messagerie de « ce » manque.*keyring set mlds ce.*MLDS_MOT_DE_PASSE_SMTP"):
        smtp_password("ce", hidden)
    with pytest.raises(MailError, match=r"des lots manque.*keyring set mlds lots.*MLDS_MOT_DE_PASSE_LOTS"):
        lots_password(hidden)


@pytest.mark.usefixtures("trousseau")
def test_ctrl_d_at_the_prompt_is_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(_: str) -> str:
        raise EOFError

    at_a_terminal(monkeypatch, ended)
    with pytest.raises(MailError, match="manque"):
        lots_password(hidden)


@pytest.mark.usefixtures("trousseau")
def test_a_slip_in_what_encrypts_the_bundles_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """No server tells that it is wrong: the DSDEN could open nothing."""
    typed = iter(["quatre mots sans rapport", "quatre mots sans raport"])
    at_a_terminal(monkeypatch, lambda _: next(typed))
    with pytest.raises(MailError, match="pas deux fois le même mot de passe des lots"):
        lots_password(hidden)


@pytest.mark.usefixtures("trousseau")
def test_a_password_that_is_no_utf_8_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLDS_MOT_DE_PASSE_SMTP", "caf\udce9")
    with pytest.raises(MailError, match="n’est pas écrit en UTF-8 dans MLDS_MOT_DE_PASSE_SMTP"):
        smtp_password("ce", hidden)


def test_without_keyring_or_with_a_locked_one_the_rest_still_serves(
    trousseau: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.set_password("mlds", "lots", "trousseau des lots")
    assert lots_password(hidden) == "trousseau des lots"
    trousseau.locked = True
    with pytest.raises(MailError, match="manque"):
        lots_password(hidden)
    trousseau.locked = False
    monkeypatch.setattr(trousseau, "get_password", lambda *_: 1 / 0)
    with pytest.raises(MailError, match="manque"):
        lots_password(hidden)
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(MailError, match="manque"):
        lots_password(hidden)
