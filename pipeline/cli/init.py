"""What `mlds init` asks, and what it says at its end: what it laid, what it left alone, and how to begin."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.campaign.starter.settings import CHIFFRES, CLAIR, Reponses, annee_of, known_academie, known_annee
from pipeline.cli.usage import is_somebody_there, tell
from pipeline.errors import CommandError
from pipeline.settings.academies import titled

if TYPE_CHECKING:
    from pipeline.campaign.starter import Laid

_SHIPPED = "Créteil"
_TIMES = 3
"""How often a question is asked whose answer is not understood."""
_NEXT = """Ensuite, dans ce dossier{where} :
  1. ouvrez config.toml et vérifiez l’année scolaire, les visas et les adresses des DSDEN ;
  2. déposez votre classeur dans « entree » ;
  3. tapez « mlds » : il dit quoi faire, maintenant et à chaque étape.
L’aide-mémoire (une page) et le guide s’ouvrent d’un double clic : « aide-memoire.html », « aide/guide.html »."""
_TRY = "Pour essayer d’abord sur des personnes inventées : « mlds produire exemple.xlsx --sortie sortie/exemple »."


def answers(given: Reponses, settled: bool, now: datetime) -> Reponses:
    """Return what the settings of a new folder are to say: the options, else what is answered, else as shipped.

    Nothing is asked where nobody is there, nor where settings are there already. Raises CommandError for a wrong one.
    """
    said = replace(
        given,
        academie=given.academie and known_academie(given.academie),
        annee=given.annee and known_annee(given.annee),
    )
    if settled and said != Reponses():
        raise CommandError("config.toml existe déjà dans ce dossier et n’est jamais remplacé : modifiez-le vous-même.")
    if is_somebody_there() and not settled:
        said = _asked(said, now)
    if said.depart == CLAIR and not said.decide_par:
        raise CommandError(
            'Qui a décidé de l’envoi en clair, et quand ? Ajoutez --decide-par "la secrétaire générale, …".'
        )
    return said


def _asked(said: Reponses, now: datetime) -> Reponses:
    academie = said.academie or _understood("Votre académie", _SHIPPED, known_academie)
    annee = said.annee or _understood("L’année scolaire", annee_of(now), known_annee)
    depart, decide_par = said.depart, said.decide_par
    if not depart:
        answer = _answer("Les lots partent-ils « chiffrés » (par un mot de passe) ou en « clair » ?", "plus tard")
        depart = {"ch": CHIFFRES, "cl": CLAIR, "en": CLAIR}.get(answer.casefold()[:2], "")
    if depart == CLAIR and not decide_par:
        decide_par = _answer("Qui l’a décidé, et quand ?", "")
    return Reponses(academie, annee, depart, decide_par)


def _understood(question: str, otherwise: str, read: Callable[[str], str]) -> str:
    """Ask until `read` understands the answer, three times at most. Raises CommandError for the last one."""
    for _ in range(_TIMES - 1):
        try:
            return read(_answer(question, otherwise))
        except CommandError as error:
            tell(str(error))
    return read(_answer(question, otherwise))


def _answer(question: str, otherwise: str) -> str:
    """Ask on the terminal, once; nothing typed is the answer proposed."""
    click.echo(f"{question}{f' [Entrée : {otherwise}]' if otherwise else ''} : ", nl=False, err=True)
    return sys.stdin.readline().strip() or otherwise


def show_laid(laid: Laid, said: Reponses) -> None:
    """Tell what `mlds init` wrote, what it left alone, what it took for granted, and how to begin."""
    names = dict.fromkeys("aide" if name.startswith("aide/") else name for name in laid.written)
    written = f"Écrits : {', '.join(names)}." if names else "Rien n’a été écrit."
    tell(f"Dossier de travail : « {laid.folder} ». {written}")
    if laid.kept:
        tell(f"Laissés tels quels, car ils existaient déjà : {', '.join(laid.kept)}.")
    if "config.toml" in laid.written:
        _show_settings(laid.folder, said)
    elsewhere = laid.folder.resolve() != Path.cwd()
    tell(_NEXT.format(where=f' (« cd "{laid.folder}" »)' if elsewhere else ""))
    if _is_of_example(laid.folder / "config.toml"):
        tell(_TRY)


def _is_of_example(settings: Path) -> bool:
    """Return whether settings are for the académie whose référents exemple.xlsx invents."""
    with suppress(OSError):
        return titled(_SHIPPED) in settings.read_text(encoding="utf-8", errors="replace")
    return False


def _show_settings(folder: Path, said: Reponses) -> None:
    """Tell what config.toml says where nobody said otherwise, and what stays to be written."""
    campagne = tomllib.loads((folder / "config.toml").read_text(encoding="utf-8"))["campagne"]
    shipped = [
        str(campagne[key]) for key, value in (("academie", said.academie), ("annee_scolaire", said.annee)) if not value
    ]
    if shipped:
        tell(f"Faute de réponse, config.toml dit : {', '.join(shipped)}.")
    if said.academie not in ("", _SHIPPED):
        tell(
            "Écrivez dans config.toml, pour chaque DSDEN, son adresse là où il est écrit « à compléter », et dans "
            "« intitule » son nom entier, que les lettres et les messages impriment."
        )
    if not said.depart:
        tell("Le départ des lots, chiffrés ou en clair, reste à décider dans config.toml, avant le premier envoi.")
