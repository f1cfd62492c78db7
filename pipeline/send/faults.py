"""What a sending can meet: whether another try is worth it, and the one French sentence that tells it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

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
