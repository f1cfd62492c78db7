"""What a mail server can do wrong, or one's own settings: the faults that `fautes_courrier.py` shows."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(RACINE), str(RACINE / "tests")]

from support.mail_servers.faults import DROP, STALL, Fault, Place  # noqa: E402
from support.mail_servers.faulty import HOST  # noqa: E402
from support.mail_servers.scripted import Conversation  # noqa: E402

CODES = ("75", "77", "78", "91", "92", "93", "94", "95")
DOMAINE = "academie.example"
COMPTE = ("mlds", "un mot de passe")
MOI = f"mlds@{DOMAINE}"
PETIT = dict.fromkeys(CODES, (2000, 3000))
GROS = {**PETIT, "75": (700_000,)}
PARTIES = {**PETIT, "75": (30_000,) * 6}


def boite(code: str) -> str:
    """Return the mailbox of a DSDEN."""
    return f"ce.{code}mlds@{DOMAINE}"


@dataclass(frozen=True)
class Cas:
    """One fault: its name, where it strikes or how its server talks, and the settings that it takes."""

    nom: str
    fautes: tuple[Fault, ...] = ()
    serveur: dict[str, Any] = field(default_factory=dict)
    reglages: dict[str, Any] = field(default_factory=dict)
    tailles: dict[str, Any] = field(default_factory=lambda: PETIT)
    script: Callable[[Conversation], None] | None = None
    certificat: str = "good"
    dsden: dict[str, Any] = field(default_factory=dict)


def _dit(ligne: bytes) -> Callable[[Conversation], None]:
    """Return a script whose greeting is a line."""

    def script(client: Conversation) -> None:
        client.say(ligne)
        client.hear()

    return script


def _421_a_ehlo(client: Conversation) -> None:
    client.say(b"220 essai\r\n")
    client.hear()
    client.say(b"421 4.3.2 Too busy\r\n")


def _goutte_a_goutte(client: Conversation) -> None:
    while True:
        client.say(b"2")
        time.sleep(0.05)


def _raccroche(client: Conversation) -> None:
    client.open()
    client.take()
    client.say(b"250 2.0.0 pris\r\n421 4.4.2 au revoir\r\n")


def _trop_tot(client: Conversation) -> None:
    client.open()
    for answer in (b"250 OK\r\n", b"250 OK\r\n", b"354 OK\r\n250 2.0.0 pris\r\n"):
        client.hear()
        client.say(answer)
    client.hear(b"\r\n.\r\n")


EN_CLAIR = {"securite": "aucune", "utilisateur": ""}
UNE = boite("75")
COPIES = (f"copie@{DOMAINE}", f"autre@{DOMAINE}")
CAS = (
    Cas("421 à l’accueil, une fois", (Fault(Place.CONNECT, "421 4.3.2 Too busy", times=1),)),
    Cas("421 à l’accueil, toujours", (Fault(Place.CONNECT, "421 4.3.2 Too busy"),)),
    Cas("554 à l’accueil", (Fault(Place.CONNECT, "554 5.7.1 You are not welcome"),)),
    Cas("connexion coupée à l’accueil, une fois", (Fault(Place.CONNECT, DROP, times=1),)),
    Cas("connexion coupée à l’accueil, toujours", (Fault(Place.CONNECT, DROP),)),
    Cas("silence à l’accueil", (Fault(Place.CONNECT, STALL),)),
    Cas("421 à EHLO", script=_421_a_ehlo, reglages=EN_CLAIR),
    Cas("ce n’est pas un serveur d’envoi", script=_dit(b"SSH-2.0-OpenSSH_9.2\r\n"), reglages=EN_CLAIR),
    Cas("réponse sans fin, octet par octet", script=_goutte_a_goutte, reglages=EN_CLAIR),
    Cas("serveur éteint", reglages={"port": 1}),
    Cas("nom de serveur inconnu", reglages={"serveur": "introuvable.invalid"}),
    Cas("pas de STARTTLS", serveur={"tls": "aucune", "context": None}),
    Cas("certificat que personne n’a signé", certificat="self_signed"),
    Cas("certificat d’un autre serveur", certificat="wrong_name"),
    Cas("certificat expiré", certificat="expired"),
    Cas("« starttls » sur un port qui attend « tls »", serveur={"tls": "tls"}),
    Cas("« tls » sur un port qui attend « starttls »", reglages={"securite": "tls"}),
    Cas("454 au mot de passe, une fois", (Fault(Place.AUTH, "454 4.7.0 Try later", times=1),)),
    Cas("535 5.7.8, mot de passe faux", (Fault(Place.AUTH, "535 5.7.8 Bad credentials"),)),
    Cas("535 5.7.139, OAuth2", (Fault(Place.AUTH, "535 5.7.139 Authentication unsuccessful, basic auth disabled"),)),
    Cas("534 5.7.9, mot de passe d’application", (Fault(Place.AUTH, "534 5.7.9 App password required"),)),
    Cas("silence au mot de passe", (Fault(Place.AUTH, STALL),)),
    Cas("553 à MAIL, expéditeur refusé", (Fault(Place.MAIL, "553 5.7.1 Sender address rejected: not owned by user"),)),
    Cas("450 à MAIL, trop de messages", (Fault(Place.MAIL, "450 4.7.1 Too many messages", after=4, times=4),)),
    Cas("421 à MAIL après deux messages", (Fault(Place.MAIL, "421 4.7.0 Too many messages", after=2, times=1),)),
    Cas("silence à MAIL", (Fault(Place.MAIL, STALL),)),
    Cas("550 5.1.1 pour une DSDEN", (Fault(Place.RCPT, "550 5.1.1 User unknown", recipient=UNE),)),
    Cas("553 5.7.1 au destinataire, « not owned »", (Fault(Place.RCPT, "553 5.7.1 Sender: not owned by user"),)),
    Cas("554 5.7.1 au destinataire, relais refusé", (Fault(Place.RCPT, "554 5.7.1 Relay access denied"),)),
    Cas("454 4.7.1 au destinataire, relais refusé", (Fault(Place.RCPT, "454 4.7.1 Relay access denied"),)),
    Cas("451, liste grise de cinq minutes pour toutes", (Fault(Place.RCPT, "451 4.7.1 Greylisted", times=32),)),
    Cas("451 sans fin pour une DSDEN", (Fault(Place.RCPT, "451 4.7.1 Greylisted", recipient=UNE),)),
    Cas("452, boîte pleine, pour une DSDEN", (Fault(Place.RCPT, "452 4.2.2 Mailbox full", recipient=UNE),)),
    Cas("connexion coupée au destinataire, pour une DSDEN", (Fault(Place.RCPT, DROP, recipient=UNE),)),
    Cas("silence au destinataire, pour une DSDEN", (Fault(Place.RCPT, STALL, recipient=UNE),)),
    Cas("silence au destinataire, pour toutes", (Fault(Place.RCPT, STALL),)),
    Cas("une copie refusée parmi trois adresses", (Fault(Place.RCPT, "550 5.1.1 Unknown", recipient=COPIES[0]),),
        dsden={"copie": COPIES}),
    Cas("554 à DATA", (Fault(Place.DATA, "554 5.5.1 No valid recipients", times=1),)),
    Cas("connexion coupée à DATA", (Fault(Place.DATA, DROP, times=1),)),
    Cas("coupure au milieu d’un petit message", (Fault(Place.CONTENT, DROP, times=1),)),
    Cas("coupure au milieu d’un gros message", (Fault(Place.CONTENT, DROP, times=1),), tailles=GROS),
    Cas("silence au milieu d’un gros message", (Fault(Place.CONTENT, STALL, times=1),), tailles=GROS),
    Cas("« pris » dit avant la fin du message", script=_trop_tot, reglages=EN_CLAIR),
    Cas("SIZE annoncé, une partie trop grosse", serveur={"size_limit": 110_000}, tailles=PARTIES,
        reglages={"limite_mo": 0.2}),
    Cas("552 5.3.4 après le point, à la deuxième partie", (Fault(Place.END, "552 5.3.4 Too big", times=1, after=1),),
        tailles=PARTIES, reglages={"limite_mo": 0.11}),
    Cas("552 5.7.0 après le point, pièce jointe refusée", (Fault(Place.END, "552 5.7.0 Blocked: security", times=1),)),
    Cas("554 5.7.1 après le point, indésirable", (Fault(Place.END, "554 5.7.1 Spam", times=1),)),
    Cas("451 après le point, une fois", (Fault(Place.END, "451 4.3.0 Later", times=1),)),
    Cas("coupure après le point, message pris", (Fault(Place.END, DROP, times=1, kept=True),)),
    Cas("coupure après le point, message perdu", (Fault(Place.END, DROP, times=1),)),
    Cas("silence après le point", (Fault(Place.END, STALL),)),
    Cas("le serveur raccroche après chaque message", script=_raccroche, reglages=EN_CLAIR),
    Cas("copie pour l’expéditeur refusée", (Fault(Place.RCPT, "550 5.1.1 Unknown", recipient=MOI),),
        reglages={"copie_pour_vous": "expediteur"}),
    Cas("« Envoyés » injoignable (IMAP)",
        reglages={"copie_pour_vous": "envoyes", "serveur_imap": HOST, "port_imap": 1}),
)  # fmt: skip
