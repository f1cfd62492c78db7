"""`mlds journal`: what the campaign went through, or what became of one school's letters. It only reads."""

from __future__ import annotations

import sqlite3

from pipeline.campaign.folder import looking_at
from pipeline.cli.usage import short, tell
from pipeline.errors import CommandError, ExitCode, JournalError
from pipeline.journal.beginning import is_lost
from pipeline.journal.history import Ecole, ecole, envois_connus, lots_connus, named, near, passages
from pipeline.journal.opening import consulted, standing
from pipeline.journal.witness import MISSING, NOTHING_YET, unfit
from pipeline.settings.config import Config
from pipeline.terminal import journal as show
from pipeline.uai import has_form, is_valid, key_of

_SCHOOLS_SHOWN = 8
"""Schools of one name that are listed."""


def show_journal(config: Config, uai: str | None) -> ExitCode:
    """Print the journal of a campaign, or of one school of it; another run may be at work meanwhile.

    A journal that is not to be believed is shown all the same, after the sentence that says so, and ends in
    `ExitCode.OUTPUT`. Raises CommandError for what is no UAI, JournalError for what cannot be read.
    """
    is_name = uai is not None and not any(sign.isdigit() for sign in uai)
    uai = checked_uai(uai) if uai and not is_name else uai
    path = config.journal
    if is_lost(path):
        raise JournalError(f"{path} : {MISSING}")
    if not path.exists():
        tell(f"{config.dossier_annee} : {NOTHING_YET}")
        return ExitCode.OK
    with looking_at(config.dossier_annee) as alone:
        doubt = unfit(standing(path)) if alone else ""  # between two writes of another command, nothing can be told
    with consulted(path) as journal, show.on_stdout() as terminal:
        if doubt:
            tell(f"{path} : {doubt}")
        if uai is None:
            show.show_passages(passages(journal), terminal)
            show.show_lots(lots_connus(journal), terminal)
            show.show_envois(envois_connus(journal), terminal)
            show.show_purges(journal.execute("SELECT * FROM purge ORDER BY quand").fetchall(), terminal)
        elif is_name:
            show.show_ecole(_school_named(journal, uai, config), terminal)
        elif found := ecole(journal, uai):
            show.show_ecole(found, terminal)
        else:
            like = near(journal, uai)
            hint = f" Voulez-vous dire {' ou '.join(like)} ?" if like else ""
            tell(f"{uai} : aucune lettre pour cet établissement dans cette campagne.{hint}")
    return ExitCode.OUTPUT if doubt else ExitCode.OK


def _school_named(journal: sqlite3.Connection, written: str, config: Config) -> Ecole:
    """Return the one school of that name. Raises CommandError, with their numbers, for none or several."""
    schools = named(journal, written)
    if len(schools) == 1 and (only := ecole(journal, next(iter(schools)))):
        return only
    wrong = f"« {written} » n’est pas un numéro UAI"
    if schools:
        listed = " ; ".join(f"{uai}, {nom}" for uai, nom in list(schools.items())[:_SCHOOLS_SHOWN])
        more = " ; …" if len(schools) > _SCHOOLS_SHOWN else ""
        raise CommandError(f"{wrong}, et plusieurs établissements ont ce nom : {listed}{more}. Tapez le numéro.")
    report = short(config.dossier_annee / "rapport.html")
    raise CommandError(
        f"{wrong}, et aucun établissement du journal n’a ce nom. Pour trouver une personne, servez-vous de la "
        f"recherche de « {report} » ; « mlds journal » prend ensuite le numéro de son établissement."
    )


def checked_uai(written: str) -> str:
    """Return a UAI as the journal writes it. Raises CommandError for what is none, with what is wrong."""
    uai = "".join(written.split()).upper()
    if not has_form(uai):
        raise CommandError(f"« {written} » n’est pas un numéro UAI : il faut sept chiffres et une lettre (0770002J).")
    if not is_valid(uai):
        raise CommandError(
            f"« {written} » n’est pas un numéro UAI : avec ces chiffres, la lettre serait {key_of(uai[:7])}. Un "
            "chiffre, ou la lettre, est mal tapé."
        )
    return uai
