"""The mail: what the settings lack to send, and the server as far as a sending goes before its first message."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.checks import Finding, right, unset, wrong
from pipeline.config import Config
from pipeline.courrier.fautes import Faute
from pipeline.courrier.reglages import check_settings
from pipeline.courrier.remise import Patience
from pipeline.errors import MailError, PipelineError
from pipeline.send import Line
from pipeline.settings.courrier import Courrier

_SUBJECT = "Courrier"
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
    yield server(config.courrier, password_of)


def server(courrier: Courrier, password_of: Callable[[str], str], patience: Patience = _PATIENCE) -> Finding:
    """Connect to the server, prove it and ourselves, and hang up."""
    subject = "Serveur d’envoi"
    try:
        password = password_of(courrier.utilisateur) if courrier.utilisateur else ""
        with Line(courrier, password, patience) as line:
            line.open()
    except Faute as faute:
        return wrong(subject, MailError(f"{faute.phrase[:1].upper()}{faute.phrase[1:]}."))
    except PipelineError as error:
        return wrong(subject, error)
    tls = "sans protection" if courrier.securite == "aucune" else "connexion protégée, certificat vérifié"
    user = "utilisateur et mot de passe acceptés" if courrier.utilisateur else "sans mot de passe"
    return right(subject, f"{courrier.serveur}, port {courrier.port} : {tls}, {user} ; rien n’a été envoyé")
