"""What [courrier] must say before anything leaves, said all at once."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import ConfigError
from pipeline.settings.config import Config
from pipeline.settings.fields import box, domain


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
