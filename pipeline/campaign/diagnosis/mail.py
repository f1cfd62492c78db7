"""The mail: what the settings lack to send, and the server as far as a message goes before its first byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from pipeline.campaign.diagnosis import Finding, right, unset, wrong
from pipeline.errors import MailError, PipelineError
from pipeline.french.words import pluriel
from pipeline.send.access import check_settings
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
