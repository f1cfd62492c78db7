"""What a mail server's refusals mean, by the part of the conversation that they end (RFC 5321, RFC 4954)."""

from __future__ import annotations

from enum import Enum, auto

from pipeline.courrier.fautes import PLUS_TARD, REGLAGES, Faute, Issue
from pipeline.courrier.texte import one_line
from pipeline.french import octets

_WORDS_MAX = 200
_TOLD = 8
"""Signs in a row that tell too much of a secret; a shorter one is told by all of it."""
_A_TRANSMETTRE = "transmettez cette réponse à votre service informatique"
_MOINS_GROS = "baissez « limite_mo » dans config.toml, puis relancez la commande : le lot partira en plusieurs parties"


class Etape(Enum):
    """The part of the conversation that an answer ends."""

    CONNEXION = auto()
    AUTHENTIFICATION = auto()
    EXPEDITEUR = auto()
    DESTINATAIRE = auto()
    MESSAGE = auto()


def words_of(code: int, text: bytes | str) -> str:
    """Return a server's answer on one line that a terminal can show, cut when it is long."""
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    line = one_line(f"{code} {said}")
    return line if len(line) <= _WORDS_MAX else f"{line[: _WORDS_MAX - 1]}…"


def without(text: bytes, *secrets: str) -> bytes:
    """Return a server's words, none at all when they say a secret again, be it cut, folded or in other capitals.

    Some servers quote the command that they refuse, and what they say is shown and kept.
    """
    said = _bare(text.decode("utf-8", "replace"))
    held = filter(None, map(_bare, secrets))
    told = any(one[start : start + _TOLD] in said for one in held for start in range(max(1, len(one) - _TOLD + 1)))
    return b"" if told else text


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()


def refus(etape: Etape, code: int, text: bytes | str, adresse: str = "") -> Faute:
    """Return what a refusal means: 4xx may pass, 5xx will not, and anything else is no answer of a mail server."""
    words = words_of(code, text)
    if 400 <= code < 500:
        return Faute(Issue.PASSAGERE, _passager(etape, code, adresse), PLUS_TARD, words)
    if 500 <= code < 600:
        return Faute(*_definitif(etape, code, adresse, words), words)
    return Faute(Issue.SERVEUR, "ce qui répond n’est pas un serveur d’envoi", f"vérifiez {REGLAGES}", words)


def _passager(etape: Etape, code: int, adresse: str) -> str:
    if code == 421:
        return "le serveur est occupé et met fin à la conversation"
    if etape is Etape.AUTHENTIFICATION:
        return "le serveur ne peut pas vérifier le mot de passe en ce moment"
    if code == 452:
        return "le serveur, ou la boîte, n’a pas de place en ce moment"
    if etape is Etape.DESTINATAIRE:
        return f"le serveur ne prend pas en ce moment de message pour {adresse}"
    return "le serveur remet le message à plus tard"


def _definitif(etape: Etape, code: int, adresse: str, words: str) -> tuple[Issue, str, str]:
    match etape, code:
        case Etape.CONNEXION, _:
            return Issue.SERVEUR, "le serveur refuse la connexion", _A_TRANSMETTRE
        case Etape.AUTHENTIFICATION, _:
            return (
                Issue.SERVEUR, "le serveur refuse l’utilisateur ou le mot de passe",
                "vérifiez « utilisateur » dans config.toml et le mot de passe, puis relancez la commande",
            )  # fmt: skip
        case _, 530:
            return Issue.SERVEUR, "le serveur demande un mot de passe", "remplissez « utilisateur » dans config.toml"
        case _, 552 if etape is Etape.DESTINATAIRE or "5.2.2" in words:  # RFC 3463: full, and not too large
            return (
                Issue.MESSAGE,
                f"la boîte {adresse or 'du destinataire'} est pleine",
                f"prévenez la DSDEN, puis {PLUS_TARD}",
            )
        case _, 552:
            return Issue.MESSAGE, "le serveur trouve ce message trop gros", _MOINS_GROS
        case Etape.EXPEDITEUR, _:
            return (
                Issue.MESSAGE, f"le serveur refuse l’expéditeur {adresse}",
                "vérifiez « expediteur » et « utilisateur » dans config.toml, puis relancez la commande",
            )  # fmt: skip
        case Etape.DESTINATAIRE, _:
            return (
                Issue.MESSAGE, f"le serveur refuse l’adresse {adresse}",
                "vérifiez « courriel » de cette DSDEN dans config.toml, puis relancez la commande",
            )  # fmt: skip
    return Issue.MESSAGE, "le serveur refuse ce message", _A_TRANSMETTRE


def au_dela(size: int, limit: int) -> Faute:
    """Return the fault of a message above the size that the server announces; nothing of it was sent."""
    what = f"ce message fait {octets(size)} et le serveur n’en prend que {octets(limit)}"
    return Faute(Issue.MESSAGE, what, _MOINS_GROS)
