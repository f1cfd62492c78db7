"""What a sending can meet: whether another try is worth it, and the one French sentence that says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from pipeline.french.words import octets
from pipeline.settings.fields import one_line

PLUS_TARD = "relancez la commande plus tard"
REGLAGES = "« serveur », « port » et « securite » dans config.toml"
PORT_TLS = 465
_PORTS = "« starttls » va avec le port 587, « tls » avec le port 465"


class Issue(Enum):
    """What a fault means for the message and for those after it."""

    PASSAGERE = auto()
    """Nothing was taken, and another try may go well."""
    MESSAGE = auto()
    """Nothing was taken, nor would be: this message is refused, others may not be."""
    LOT = auto()
    """Nothing was taken, nor would be as the bundle is split: its other parts stay here, other bundles may leave."""
    SERVEUR = auto()
    """Nothing was taken, nor would any other message be."""
    INCERTAINE = auto()
    """The whole message left and no answer came back: nobody can know."""


@dataclass(eq=False)
class Faute(Exception):  # noqa: N818 — the noun says it
    """A fault: what it means, what happened, what to do, and the server's own words where it said some.

    `muette`: the server said nothing in the time that it had.
    """

    issue: Issue
    quoi: str
    remede: str
    reponse: str = ""
    muette: bool = False

    @property
    def phrase(self) -> str:
        """Return the sentence, without capital nor full stop: where it happened is said before it."""
        words = f" (réponse du serveur : « {self.reponse} »)" if self.reponse else ""
        return f"{self.quoi}{words} ; {self.remede}"

    @property
    def trace(self) -> str:
        """Return what the journal keeps: the server's words, else what happened."""
        return self.reponse or self.quoi

    def with_remedy(self, remede: str) -> Faute:
        """Return the same fault with another thing to do."""
        return Faute(self.issue, self.quoi, remede, self.reponse, self.muette)


def coupure(late: bool) -> Faute:
    """Return the fault of a connection cut, or silent for too long, before the last byte of the message."""
    what = "le serveur n’a pas répondu à temps" if late else "la connexion avec le serveur s’est coupée"
    return Faute(Issue.PASSAGERE, what, f"{PLUS_TARD} et, si cela dure, vérifiez {REGLAGES}", muette=late)


def sans_accueil(host: str, port: int) -> Faute:
    """Return the fault of a server that takes a connection and never speaks: it may wait for TLS to come first."""
    what = f"{host}, port {port}, accepte la connexion mais ne dit rien"
    if port == PORT_TLS:
        return Faute(
            Issue.SERVEUR, what, "écrivez « tls » dans « securite » : c’est ce que le port 465 attend", muette=True
        )
    return Faute(Issue.PASSAGERE, what, f"vérifiez {REGLAGES} : {_PORTS}", muette=True)


def sans_reponse(dsden: str, words: str = "", *, late: bool = False) -> Faute:
    """Return the fault that nobody can judge: no answer, or one that says nothing, after the last byte."""
    what = "le message est parti en entier, mais le serveur n’a pas dit s’il l’a pris"
    return Faute(Issue.INCERTAINE, what, a_demander(dsden), words, late)


def a_demander(dsden: str) -> str:
    """Return what to do about a message that may have arrived."""
    return (
        "demandez à la DSDEN si elle l’a reçu et, si elle ne l’a pas, lancez "
        f"« mlds envoyer --confirmer --renvoyer {dsden} »"
    )


def injoignable(host: str, port: int, cause: str) -> Faute:
    """Return the fault of a server that cannot be reached; `cause` is the system's own words, "" for silence."""
    what = f"impossible de joindre {host}, port {port} ({one_line(cause) or 'pas de réponse'})"
    return Faute(Issue.PASSAGERE, what, f"vérifiez votre réseau, puis {REGLAGES}", muette=not cause)


def inconnu(host: str) -> Faute:
    """Return the fault of a server whose name leads nowhere."""
    remedy = "vérifiez votre réseau, puis « serveur » dans config.toml"
    return Faute(Issue.PASSAGERE, f"le serveur {host} est introuvable", remedy)


def sans_tls(host: str) -> Faute:
    """Return the fault of a server that offers no STARTTLS."""
    what = f"{host} ne propose pas de connexion protégée (STARTTLS), et rien ne part en clair"
    remedy = (
        "essayez « tls » dans « securite » avec le port 465, ou demandez le bon serveur à votre service informatique"
    )
    return Faute(Issue.SERVEUR, what, remedy)


def tls_impossible(host: str, cause: str) -> Faute:
    """Return the fault of a TLS conversation that fails for another reason than the certificate."""
    what = f"la connexion protégée avec {host} est impossible ({one_line(cause)})"
    return Faute(Issue.SERVEUR, what, f"vérifiez {REGLAGES} : {_PORTS}")


def pas_tls(host: str, port: int) -> Faute:
    """Return the fault of a server that does not speak TLS from the first byte, as « tls » would have it."""
    what = f"{host}, port {port}, ne parle pas « tls » dès le début de la connexion, et rien n’est parti"
    return Faute(Issue.SERVEUR, what, f"vérifiez « securite » et « port » : {_PORTS}")


def tls_trop_ancien(host: str) -> Faute:
    """Return the fault of a server whose protection no longer protects."""
    what = f"{host} ne propose qu’une protection dépassée (il faut TLS 1.2 au moins), et rien n’est parti"
    return Faute(Issue.SERVEUR, what, "prévenez le service informatique qui tient ce serveur")


_CERTIFICATS = {
    9: ("n’est pas encore valable", "vérifiez la date et l’heure de cette machine"),
    10: ("a expiré", "prévenez le service informatique qui tient ce serveur"),
    62: ("porte un autre nom", "vérifiez « serveur » dans config.toml : c’est peut-être un autre qui répond"),
    64: ("porte une autre adresse", "écrivez dans « serveur » le nom du serveur, et non son adresse"),
}
"""What OpenSSL's verification codes mean (x509_vfy.h); with any other, the chain leads to no known authority."""
_SANS_AUTORITE = (
    "n’est signé par aucune autorité connue",
    "si c’est celle de votre académie, indiquez son certificat dans « autorite » (config.toml)",
)


def certificat(host: str, code: int) -> Faute:
    """Return the fault of a certificate that proves nothing, so that nothing was sent, not even a password."""
    what, remedy = _CERTIFICATS.get(code, _SANS_AUTORITE)
    return Faute(Issue.SERVEUR, f"le certificat de {host} {what}, et rien n’est parti", remedy)


def autorite_illisible(path: object) -> Faute:
    """Return the fault of a private authority that cannot be read."""
    what = f"le certificat « {path} » ne peut pas être lu"
    return Faute(Issue.SERVEUR, what, "vérifiez « autorite » dans config.toml : il faut un fichier au format PEM")


def mot_de_passe_en_clair(host: str) -> Faute:
    """Return the fault of settings that would have a password go in clear."""
    what = f"un mot de passe ne part jamais en clair, même vers {host}"
    return Faute(Issue.SERVEUR, what, "écrivez « starttls » ou « tls » dans « securite », ou videz « utilisateur »")


def sans_authentification(host: str) -> Faute:
    """Return the fault of a server with which a password cannot be used."""
    what = f"{host} ne prend pas de mot de passe sous une forme que ce programme connaît (PLAIN ou LOGIN)"
    remedy = "demandez le bon serveur à votre service informatique, ou préparez des brouillons (--brouillons)"
    return Faute(Issue.SERVEUR, what, remedy)


_WORDS_MAX = 200
_TOLD = 8
"""Signs in a row that tell too much of a secret; a shorter one is told by all of it."""
_A_TRANSMETTRE = "transmettez cette réponse à votre service informatique"
_PLUS_PETIT = "baissez « limite_mo » dans config.toml, puis relancez la commande : le lot partira en plusieurs parties"
_QUI_ENVOIE = (
    "vérifiez « expediteur » et « utilisateur » dans config.toml : ce compte n’a peut-être pas le droit d’écrire au "
    "nom de cette adresse"
)
_ENHANCED = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")
"""The second code of an answer (RFC 3463): it says what the refusal is about, where the server gives one."""
_OF_SENDER = re.compile(r"[45]\.(7\.\d+|1\.[78])")
"""Codes of rights (7) and of the sender's address."""
_OF_RECIPIENT = re.compile(r"[45]\.(1\.([1236]|10)|2\.[0-4]|4\.1)")
"""Codes of the recipient's address and mailbox (4.1: what Exchange Online says of a mailbox that does not exist)."""
_OF_RIGHTS = re.compile(
    r"not owned|not logged in|sendasdenied|client host (?:\S+ )?(?:rejected|blocked)"
    r"|sender (?:address |domain )?(?:rejected|denied|verify failed|(?:is )?not (?:allowed|authori|permitted))"
    r"|(?:permi\w+|allowed|authori\w+|rights?|able) to send (?:(?:e-?mails?|mails?|messages?) )?(?:as|from|on behalf)\b"
    r"|relay(?:ing)? (?:access )?(?:is )?(?:denied|prohibited|not (?:allowed|permitted))"
    r"|(?:unable|permitted|allowed) to relay",
    re.IGNORECASE,
)
"""How servers say that this account, or this machine, may not send so: filters of contents name the sender as well."""
_OF_MAILBOX = re.compile(
    r"\bmailbox\b|no such|unknown (?:user|recipient|address)"
    r"|\b(?:user|recipient|account)\b.*(?:unknown|not exist|disabled|inactive)",
    re.IGNORECASE,
)
_TOO_LARGE = ("5.2.3", "5.3.4")
"""Codes of a message above what the mailbox, or the server, takes: not every server says 552 with them."""
_NO_MORE_PASSWORDS = re.compile(r"\b5\.7\.(139|30)\b|basic auth|oauth|modern auth", re.IGNORECASE)
"""Microsoft's, once a server wants OAuth2."""
_DRAFTS = "mlds envoyer --brouillons"
_PIECE_REFUSEE = f"{_A_TRANSMETTRE} : il n’accepte peut-être pas les fichiers .zip, ou pas ceux qui sont chiffrés"
_RIGHTS_FOR_GOOD = re.compile(r"relay(?:ing)? (?:access )?denied|not owned", re.IGNORECASE)
"""What no wait changes, though some servers call it temporary (Postfix: « 454 4.7.1 Relay access denied »)."""


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
    line = one_line(f"{code} {said}" if code > 0 else said)  # -1 is smtplib's, for what is no answer
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
    if 400 <= code < 600 and _is_about_sender(etape, words) and (code >= 500 or _RIGHTS_FOR_GOOD.search(words)):
        return _droits(etape, adresse, words)
    if 400 <= code < 500:
        return Faute(Issue.PASSAGERE, *_passager(etape, code, adresse, words), words)
    if 500 <= code < 600:
        return Faute(*_definitif(etape, code, adresse, words), words)
    return Faute(Issue.SERVEUR, "ce qui répond n’est pas un serveur d’envoi", f"vérifiez {REGLAGES}", words)


def _enhanced(words: str) -> str:
    found = _ENHANCED.search(words)
    return found[0] if found else ""


def _is_about_sender(etape: Etape, words: str) -> bool:
    """Return whether a refusal at a recipient, or of the message, is in truth of who sends.

    At a recipient a code of rights is enough; of a message, it is also what a filter of contents answers.
    """
    if _OF_RIGHTS.search(words):
        return etape in (Etape.DESTINATAIRE, Etape.MESSAGE)
    code = _enhanced(words)
    if etape is not Etape.DESTINATAIRE or _OF_RECIPIENT.fullmatch(code) or _OF_MAILBOX.search(words):
        return False
    return bool(_OF_SENDER.fullmatch(code)) or "access denied" in words.casefold()


def _droits(etape: Etape, adresse: str, words: str) -> Faute:
    whom = f" pour {adresse}" if etape is Etape.DESTINATAIRE else ""
    what = f"le serveur ne laisse pas ce compte envoyer de message{whom} : c’est l’expéditeur qu’il refuse"
    return Faute(Issue.SERVEUR, what, _QUI_ENVOIE, words)


def _passager(etape: Etape, code: int, adresse: str, words: str) -> tuple[str, str]:
    match etape, code:
        case _, 421:
            return "le serveur est occupé et met fin à la conversation", PLUS_TARD
        case Etape.AUTHENTIFICATION, _:
            return "le serveur ne peut pas vérifier le mot de passe en ce moment", PLUS_TARD
        case _, 452:
            return "le serveur, ou la boîte, n’a pas de place en ce moment", PLUS_TARD
        case Etape.DESTINATAIRE, _ if "sender address" in words.casefold():
            return "le serveur refuse en ce moment l’adresse de l’expéditeur", f"{_QUI_ENVOIE} ; sinon, {PLUS_TARD}"
        case Etape.DESTINATAIRE, _:
            return f"le serveur ne prend pas en ce moment de message pour {adresse}", PLUS_TARD
    return "le serveur remet le message à plus tard", PLUS_TARD


def _definitif(etape: Etape, code: int, adresse: str, words: str) -> tuple[Issue, str, str]:
    detail = _enhanced(words)
    match etape, code:
        case Etape.CONNEXION, _:
            return Issue.SERVEUR, "le serveur refuse la connexion", _A_TRANSMETTRE
        case Etape.AUTHENTIFICATION, _:
            return Issue.SERVEUR, *_authentification(code, words)
        case _, 530:
            return Issue.SERVEUR, "le serveur demande un mot de passe", "remplissez « utilisateur » dans config.toml"
        case _ if detail == "5.2.2" or (code == 552 and etape is Etape.DESTINATAIRE):
            whose = adresse or "du destinataire"
            return Issue.MESSAGE, f"la boîte {whose} est pleine", f"prévenez la DSDEN, puis {PLUS_TARD}"
        case _, 552 if detail.startswith(
            "5.7."
        ):  # of policy (RFC 3463), and not of size: Google's, for a file it fears
            return Issue.MESSAGE, "le serveur refuse la pièce jointe de ce message, par prudence", _PIECE_REFUSEE
        case _ if code == 552 or detail in _TOO_LARGE:
            return Issue.LOT, "le serveur trouve ce message trop gros", _PLUS_PETIT
        case Etape.EXPEDITEUR, _:
            return Issue.SERVEUR, f"le serveur refuse l’expéditeur {adresse}", _QUI_ENVOIE
        case Etape.DESTINATAIRE, _:
            remedy = "vérifiez « courriel » (et « copie ») de cette DSDEN dans config.toml, puis relancez la commande"
            return Issue.MESSAGE, f"le serveur refuse l’adresse {adresse}", remedy
    return Issue.MESSAGE, "le serveur refuse ce message", _A_TRANSMETTRE


def _authentification(code: int, words: str) -> tuple[str, str]:
    """Return what a refused password means, and what to do; each is tried once, so that no account gets locked."""
    if _NO_MORE_PASSWORDS.search(words):
        what = "ce serveur n’accepte plus de mot de passe d’un programme (il veut OAuth2)"
        return what, f"préparez les messages avec « {_DRAFTS} », ou {_A_TRANSMETTRE}"
    if code == 534:  # not in this manner (RFC 4954, 6); Google's, for want of a password made for a program
        return (
            "ce compte n’accepte pas d’un programme son mot de passe habituel",
            "créez dans les réglages de ce compte un « mot de passe d’application » et donnez-le au programme, ou "
            f"préparez les messages avec « {_DRAFTS} »",
        )
    remedy = "vérifiez « utilisateur » dans config.toml et le mot de passe, puis relancez la commande"
    return "le serveur refuse l’utilisateur ou le mot de passe", remedy


def au_dela(size: int, limit: int) -> Faute:
    """Return the fault of a bundle with a message above the size that the server announces; nothing of it was sent."""
    what = f"un message de ce lot fait {octets(size)} et le serveur n’en prend que {octets(limit)}"
    tenths = limit // 100_000
    lower = f"écrivez « limite_mo = {tenths / 10:.1f} »" if tenths else "baissez « limite_mo »"
    return Faute(Issue.LOT, what, _PLUS_PETIT.replace("baissez « limite_mo »", lower))


def retenue(faute: Faute) -> Faute:
    """Return the fault of the parts that stay here because another one of their bundle is too large."""
    return Faute(Issue.LOT, "une autre partie de ce lot est trop grosse, et celle-ci reste ici", faute.remede)


def plus_petit(faute: Faute, dsden: str) -> Faute:
    """Return the fault of a bundle of which parts left already: smaller ones are sent with a whole that begins anew."""
    again = (
        f", puis lancez « mlds envoyer --confirmer --renvoyer {dsden} » : tout le lot repart, en parties plus petites"
    )
    return faute.with_remedy(faute.remede.partition(", puis ")[0] + again)
