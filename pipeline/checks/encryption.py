"""Encryption: whether bundles can be encrypted here, and whether the password that does it is at hand."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from pipeline.campaign.diagnosis import Finding, right, unset, wrong
from pipeline.errors import MailError
from pipeline.send.access import kept_lots_password
from pipeline.send.attachments import check_password, encrypted
from pipeline.settings.sections import Courrier

_DATE = (2026, 9, 1, 0, 0, 0)
_LEAVING = "Départ des lots"
_PASSWORD = "Mot de passe des lots"


def encryption(courrier: Courrier) -> Iterator[Finding]:
    """Encrypt and open again a small file, with a password of the moment; tell what was decided for the bundles.

    Their password is asked of nobody and never shown: only where it is kept.
    """
    yield _trial()
    yield _decision(courrier)
    if courrier.chiffrement:
        yield _password()


def _trial() -> Finding:
    subject = "Chiffrement"
    try:
        encrypted("essai.txt", b"essai", secrets.token_urlsafe(), _DATE)
    except (ImportError, AssertionError, OSError, RuntimeError, ValueError):
        fault = (
            "un fichier d’essai n’a pas pu être chiffré puis rouvert. Réinstallez le programme et ses bibliothèques."
        )
        return wrong(subject, MailError(f"AES-256 : {fault}"))
    return right(subject, "AES-256, un fichier d’essai chiffré puis rouvert")


def _decision(courrier: Courrier) -> Finding:
    """Say how the bundles would leave; without a decision `mlds envoyer` refuses, drafts included."""
    if courrier.chiffrement:
        return right(_LEAVING, "les lots partiront chiffrés (« chiffrement = true » dans config.toml)")
    if courrier.envoi_en_clair_decide_par:
        return right(
            _LEAVING, "les lots partiront en clair, comme « envoi_en_clair_decide_par » le dit dans config.toml"
        )
    return unset(
        _LEAVING,
        "rien n’est décidé, et « mlds envoyer » ne fera rien : dans config.toml, écrivez « chiffrement = true », ou "
        "dites dans « envoi_en_clair_decide_par » qui a décidé l’envoi en clair, et quand",
    )


def _password() -> Finding:
    password, place = kept_lots_password()
    if not password:
        return unset(_PASSWORD, "ni dans le trousseau ni dans l’environnement : « mlds envoyer » le demandera")
    try:
        check_password(password)
    except MailError as error:
        return wrong(_PASSWORD, error)
    return right(_PASSWORD, f"trouvé dans {place}, et convient")
