"""Passwords: from the environment, the keyring or a question; never from a file of ours nor an argument."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from pipeline.errors import ConfigError, MailError
from pipeline.settings.config import Config
from pipeline.settings.fields import box, domain

SERVICE = "mlds"
"""What the keyring files the passwords under."""
LOTS = "lots"
"""The user under which it files that of the bundles."""


Hidden = Callable[[str], str | None]
"""Ask for a password that is not shown while it is typed; return None when nobody answers."""


def smtp_password(utilisateur: str, hidden: Hidden) -> str:
    """Return the password of the mail server's user; raise MailError when nobody can give it."""
    return _password("MLDS_MOT_DE_PASSE_SMTP", utilisateur, f"mot de passe de messagerie de « {utilisateur} »", hidden)


def lots_password(hidden: Hidden) -> str:
    """Return the password that encrypts the bundles; raise MailError when nobody can give it.

    It is typed twice: no server would say that it is wrong, and nobody could open what it closed.
    """
    return _password("MLDS_MOT_DE_PASSE_LOTS", LOTS, "mot de passe des lots", hidden, times=2)


def kept_lots_password() -> tuple[str, str]:
    """Return the password of the bundles that needs no typing, and where it is kept; ("", "") when there is none."""
    return _kept("MLDS_MOT_DE_PASSE_LOTS", LOTS)


def _kept(variable: str, user: str) -> tuple[str, str]:
    """Return a password and where it is kept: the environment, which is set for this very command, else the keyring."""
    if found := os.environ.get(variable):
        return found, f"la variable {variable}"
    found = _in_keyring(user)
    return (found, "le trousseau du système") if found else ("", "")


def _password(variable: str, user: str, label: str, hidden: Hidden, times: int = 1) -> str:
    """Return the one that is kept, else what is typed, `times` over."""
    found = _kept(variable, user)[0] or _typed(label, times, hidden)
    if not found:
        raise MailError(
            f"Le {label} manque. Rien n’a été envoyé. Rangez-le dans le trousseau du système (« keyring set {SERVICE} "
            f"{user} ») ou dans la variable {variable}, ou lancez la commande dans un terminal, où elle le demande."
        )
    if any("\ud800" <= sign <= "\udfff" for sign in found):
        raise MailError(
            f"Le {label} n’est pas écrit en UTF-8 dans {variable}. Rien n’a été envoyé. Écrivez-l’y de nouveau."
        )
    return found


def _in_keyring(user: str) -> str:
    """Return what the system's keyring holds for a user; "" without keyring, or when it cannot be opened."""
    try:
        import keyring

        return keyring.get_password(SERVICE, user) or ""
    except Exception:  # whichever keyring was set up is another's code, and the prompt is still there
        return ""


def _typed(label: str, times: int, hidden: Hidden) -> str:
    """Return what is typed; "" when nobody answers. Raises MailError when it is not the same each time."""
    prompts = [f"{label[0].upper()}{label[1:]} : ", f"Encore une fois, le {label} : "][:times]
    typed: list[str] = []
    for prompt in prompts:
        if (said := hidden(prompt)) is None:
            return ""
        typed.append(said)
    if len(set(typed)) > 1:
        raise MailError(f"Ce n’est pas deux fois le même {label}. Rien n’a été envoyé. Relancez la commande.")
    return typed[0]


def check_settings(config: Config, *, essai: str | None = None, drafts: bool = False) -> None:
    """Raise ConfigError with all that the settings lack to send, one a line.

    Drafts need no server. A trial to an address of the sender's own domain needs no decision to send in clear: only
    there is it certain to stay in the house, whatever was typed.
    """
    missing = list(_missing(config, essai=essai, drafts=drafts))
    if missing:
        faults = "\n".join(f"  - {fault}" for fault in missing)
        raise ConfigError(f"config.toml : la rubrique [courrier] est à compléter. Rien n’a été envoyé.\n{faults}")


def _missing(config: Config, *, essai: str | None, drafts: bool) -> Iterator[str]:
    courrier = config.courrier
    inside = essai is not None and domain(essai) == domain(courrier.expediteur)
    if not courrier.serveur and not drafts:
        yield "« serveur » : écrivez le nom du serveur d’envoi de votre académie"
    if courrier.autorite and not courrier.autorite.is_file() and not drafts:
        yield f"« autorite » : le fichier « {courrier.autorite} » n’existe pas"
    if not courrier.expediteur:
        yield "« expediteur » : écrivez l’adresse qui envoie les lettres"
    if courrier.copie_pour_vous == "envoyes" and not drafts and not (courrier.serveur_imap and courrier.utilisateur):
        yield "« copie_pour_vous » : pour une copie dans « Envoyés », remplissez « serveur_imap » et « utilisateur »"
    mailboxes = {box(address): one.code for one in config.dsden for address in one.adresses}
    if courrier.copie_pour_vous == "expediteur" and not drafts and (owner := mailboxes.get(box(courrier.expediteur))):
        yield (
            f"« copie_pour_vous » : l’expéditeur est une adresse de la DSDEN {owner}, qui recevrait les lettres des "
            "autres. Écrivez « aucune » ou « envoyes »"
        )
    if not courrier.chiffrement and not courrier.envoi_en_clair_decide_par and not inside:
        yield (
            "« chiffrement » : les lettres contiennent des données personnelles. Écrivez « chiffrement = true », ou "
            "dites dans « envoi_en_clair_decide_par » qui a décidé de les envoyer en clair, et quand"
        )
        if essai is not None:
            yield f"ou bien essayez avec une adresse du même domaine que « expediteur » : {essai} n’en est pas une"
