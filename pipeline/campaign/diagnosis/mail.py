"""The mail: what the settings lack to send, and the server as far as a message goes before its first byte."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from pipeline.campaign.diagnosis import Finding, right, unset, wrong
from pipeline.errors import MailError, PipelineError
from pipeline.french.words import pluriel
from pipeline.send.access import check_settings, kept_lots_password
from pipeline.send.attachments import check_password, encrypted
from pipeline.send.delivery import Patience
from pipeline.send.faults import Faute, Issue
from pipeline.send.imap import keep_copies
from pipeline.send.smtp import Line
from pipeline.settings.config import Config
from pipeline.settings.sections import Courrier

_SUBJECT, _SERVER, _MAILBOXES = "Courrier", "Serveur d’envoi", "Destinataires"
_SENT = "Messages envoyés"
_UNSET = "aucun serveur d’envoi dans la rubrique [courrier] de config.toml : « mlds envoyer » ne pourrait rien envoyer"
_PATIENCE = Patience(answer=20)


def mail(config: Config, password_of: Callable[[str], str]) -> Iterator[Finding]:
    """Look at the settings and try the server; where none is named, say so: one may well send by other means."""
    if not config.courrier.serveur:
        yield unset(_SUBJECT, _UNSET)
        return
    try:
        check_settings(config)
    except PipelineError as error:
        yield wrong(_SUBJECT, error)
    else:
        yield right(_SUBJECT, "la rubrique [courrier] dit tout ce qu’il faut pour envoyer")
    password_of = cache(password_of)
    yield from server(config.courrier, password_of, [box for one in config.dsden for box in one.adresses])
    if config.courrier.copie_pour_vous == "envoyes" and config.courrier.serveur_imap and config.courrier.utilisateur:
        yield _sent_folder(config.courrier, password_of)


def server(
    courrier: Courrier, password_of: Callable[[str], str], boites: Sequence[str] = (), patience: Patience = _PATIENCE
) -> Iterator[Finding]:
    """Connect to the server, prove it and ourselves, give the envelope of a message to all mailboxes, and hang up."""
    subject = _SERVER
    try:
        password = password_of(courrier.utilisateur) if courrier.utilisateur else ""
        with Line(courrier, password, patience) as line:
            line.open()
            yield right(subject, _reached(courrier))
            if courrier.expediteur and boites:
                subject = _MAILBOXES
                yield from _mailboxes(line.rehearse(courrier.expediteur, boites), courrier.expediteur, len(boites))
    except Faute as faute:
        yield _refused(subject, faute)
    except PipelineError as error:
        yield wrong(subject, error)


def _sent_folder(courrier: Courrier, password_of: Callable[[str], str]) -> Finding:
    """Go as far as the folder where copies of what leaves are put."""
    try:
        _, fault = keep_copies(courrier, password_of(courrier.utilisateur), ())
    except PipelineError as error:
        return wrong(_SENT, error)
    if fault:
        remedy = "vérifiez « serveur_imap », « port_imap » et « dossier_envoyes » dans config.toml"
        return wrong(_SENT, MailError(f"Pas de copie possible ({fault}) ; {remedy}. L’envoi, lui, n’en dépend pas."))
    return right(_SENT, "trouvé ; les copies de ce qui part y seront mises")


def _reached(courrier: Courrier) -> str:
    tls = "sans protection" if courrier.securite == "aucune" else "connexion protégée, certificat vérifié"
    user = "utilisateur et mot de passe acceptés" if courrier.utilisateur else "sans mot de passe"
    return f"{courrier.serveur}, port {courrier.port} : {tls}, {user} ; rien n’a été envoyé"


def _mailboxes(refused: Sequence[Faute], sender: str, count: int) -> Iterator[Finding]:
    """Tell which mailboxes the server takes messages for; one that it puts off may pass when messages are sent."""
    for faute in refused:
        if faute.issue is Issue.PASSAGERE:
            yield unset(_MAILBOXES, f"{faute.quoi} ; l’envoi réessaie pendant plus de cinq minutes")
        else:
            yield _refused(_MAILBOXES, faute)
    if not refused:
        taken = pluriel(count, "destinataire accepté", "destinataires acceptés")
        yield right(_MAILBOXES, f"{sender} comme expéditeur, {taken} par le serveur ; rien n’a été envoyé")


def _refused(subject: str, faute: Faute) -> Finding:
    return wrong(subject, MailError(f"{faute.phrase[:1].upper()}{faute.phrase[1:]}."))


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
