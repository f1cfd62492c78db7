"""The section [courrier] of config.toml: the mail server, who writes, what mailboxes accept, what was decided."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, model_validator

from pipeline.courrier.adresses import mailbox
from pipeline.courrier.texte import one_line, seen
from pipeline.settings.fields import Fichier, Section

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""The only servers that may be spoken to in clear: what is sent there does not leave the machine."""

_NAME = r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*"
"""A name, or an address of IPv4; an empty or longer label cannot even be looked up (RFC 1035, 2.3.4)."""
_IPV6 = r"[0-9A-Fa-f]*(:[0-9A-Fa-f.]*){2,}"
"""Two colons at least: after a single one stands a port, which has its own key."""


def _written_as_shown(value: str) -> str:
    """Refuse line feeds and what nobody sees: this text stands in the head of every message."""
    if value != seen(value):
        raise ValueError("écrivez ce texte sur une seule ligne, sans signe invisible ni « =? »")
    return one_line(value)


def _none_or_mailbox(value: str) -> str:
    return mailbox(value) if value else ""


def _each(value: object) -> object:
    """Read one address as a list of one, and none as an empty list."""
    if isinstance(value, str):
        return (mailbox(value),) if value else ()
    return value


Adresses = Annotated[tuple[Annotated[str, AfterValidator(mailbox)], ...], BeforeValidator(_each)]
AdresseFacultative = Annotated[str, AfterValidator(_none_or_mailbox)]
Ligne = Annotated[str, AfterValidator(_written_as_shown)]


class Courrier(Section):
    """Everything may stay as it is until one sends: `courrier/reglages.py` says what is missing then."""

    limite_mo: float = Field(
        default=10,
        gt=0,
        le=150,
        description="La taille d’un message, pièce jointe encodée comprise, en mégaoctets. Au-delà, le lot part en "
        "plusieurs parties.",
    )
    serveur: str = Field(
        default="", pattern=rf"^({_NAME}|{_IPV6})?$", description="Le serveur d’envoi (SMTP) de l’académie."
    )
    port: int = Field(default=587, ge=1, le=65535, description="587 avec « starttls », 465 avec « tls ».")
    securite: Literal["starttls", "tls", "aucune"] = Field(
        default="starttls",
        description="La protection de la connexion. « aucune » n’est permis que vers cet ordinateur lui-même.",
    )
    utilisateur: Ligne = Field(
        default="",
        description="L’identifiant de messagerie. Vide : sans identification. Le mot de passe ne s’écrit jamais ici.",
    )
    autorite: Fichier = Field(
        default=None,
        description="Le certificat de l’autorité de l’académie (.pem), si elle a la sienne. Vide : celles du système.",
    )
    expediteur: AdresseFacultative = Field(default="", description="L’adresse de qui écrit.")
    nom_expediteur: Ligne = Field(default="", description="Son nom, tel que les messages le montrent.")
    repondre_a: AdresseFacultative = Field(default="", description="Où vont les réponses. Vide : à l’expéditeur.")
    modele: Path = Field(default=Path("templates/courriel.txt"), description="L’objet et le texte des messages.")
    chiffrement: StrictBool = Field(
        default=False,
        description="true : les lots partent chiffrés (AES-256), le mot de passe étant donné par un autre moyen.",
    )
    envoi_en_clair_decide_par: Ligne = Field(
        default="",
        description="Si les lots partent en clair, qui l’a décidé et quand. Sans cela, rien ne part en clair.",
    )

    copie_pour_vous: Literal["aucune", "expediteur", "envoyes"] = Field(
        default="aucune",
        description="Une copie de ce qui part : « expediteur », dans la boîte de l’expéditeur ; « envoyes », dans son "
        "dossier « Envoyés », par IMAP, avec le même identifiant et le même mot de passe.",
    )
    serveur_imap: str = Field(
        default="", pattern=rf"^({_NAME}|{_IPV6})?$", description="Pour « envoyes » : le serveur de réception (IMAP)."
    )
    port_imap: int = Field(default=993, ge=1, le=65535, description="Son port, protégé (TLS) dès le début.")
    dossier_envoyes: Ligne = Field(
        default="", description="Le nom de ce dossier. Vide : celui que le serveur dit être celui des envois."
    )

    @model_validator(mode="after")
    def _never_in_clear(self) -> Self:
        if self.securite == "aucune" and self.serveur not in LOOPBACK:
            raise ValueError(
                "« securite » ne peut être « aucune » que si le serveur est cette machine elle-même : écrivez "
                "« starttls » (port 587) ou « tls » (port 465)"
            )
        return self

    @property
    def limite_octets(self) -> int:
        """Return the size that a message may have, encoded, in bytes."""
        return int(self.limite_mo * 1_000_000)
