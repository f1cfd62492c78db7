"""`mlds journal --reprendre`: a journal that is lost or damaged is put back, else made again from the bundles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pipeline.campaign.folder import workspace
from pipeline.campaign.recovery import bundles_found
from pipeline.cli.usage import confirmed, tell
from pipeline.errors import ExitCode
from pipeline.files import Move, published
from pipeline.french.words import pluriel
from pipeline.journal.beginning import begin, is_lost, is_unaware
from pipeline.journal.mending import copy_serves, parts_of, put_back, set_aside, write_again
from pipeline.journal.opening import standing
from pipeline.journal.witness import NOTHING_YET, copy_of, unfit
from pipeline.settings.config import Config

_PUT_BACK = (
    "La copie de sauvegarde du journal est à jour : rien n’est perdu. La remettre à la place du journal, que le "
    "programme garde à part ?"
)


def mend(config: Config, now: datetime, confirmer: bool) -> ExitCode:
    """Put the copy of the journal back when it is up to date; else make a journal from the bundles. Asks first.

    What was there is kept under a dated name. Raises OutputError, JournalError when a bundle is not exact.
    """
    path = config.journal
    if not is_lost(path) and not path.exists():
        tell(f"{config.dossier_annee} : {NOTHING_YET}")
        return ExitCode.OK
    if not is_lost(path) and not unfit(standing(path)) and not is_unaware(path):
        tell("Le journal est en bon état : il n’y a rien à reprendre.")
        return ExitCode.OK
    with workspace(config.dossier_annee, "mlds journal") as work:
        serves = copy_serves(path) and not is_unaware(copy_of(path))
        done = _put_back(path, work, now, confirmer) if serves else _again(config, work, now, confirmer)
        if done:
            begin(path)
    return ExitCode.OK if done else ExitCode.OUTPUT


def _put_back(path: Path, work: Path, now: datetime, confirmer: bool) -> bool:
    if not confirmed(_PUT_BACK, confirmer):
        return False
    aside = put_back(path, work, now)
    tell(f"Le journal est remis. {_kept(aside)}")
    return True


def _again(config: Config, work: Path, now: datetime, confirmer: bool) -> bool:
    """Make a journal of the bundles that are there; nobody knows which were sent, so none leaves by itself."""
    path, lots = config.journal, bundles_found(config)
    question = (
        f"La copie de sauvegarde n’est pas à jour, ou manque aussi. Refaire un journal d’après {_count(len(lots))} de "
        f"« {config.dossier_lots.name} » ? Chaque lot y sera noté comme peut-être envoyé, et ne repartira pas sans "
        "votre accord ; l’histoire de la campagne, elle, est perdue."
    )
    if not confirmed(question, confirmer):
        return False
    write_again(work / path.name, lots, now)
    aside = set_aside(parts_of(path), now)
    new: Sequence[Move] = [(work / one.name, one) for one in parts_of(path)]
    with published([*aside, *new], work / "remplace"):
        pass
    tell(
        f"Un journal est refait, avec {_count(len(lots))}. {_kept(aside)} Demandez à chaque DSDEN ce qu’elle a reçu : "
        "« mlds envoyer » montre ce qui est incertain, et --renvoyer l’envoie."
    )
    return True


def _count(lots: int) -> str:
    return "aucun lot" if not lots else "le lot" if lots == 1 else f"les {pluriel(lots, 'lot')}"


def _kept(aside: Sequence[Move]) -> str:
    names = ", ".join(f"« {target.name} »" for _, target in aside)
    return f"L’ancien est gardé : {names}." if names else "Il n’y avait rien à garder de l’ancien."
