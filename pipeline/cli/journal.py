"""`mlds journal`: show what the campaign went through or the life of one school's letters; mend a lost journal."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console

from pipeline.campaign.folder import looking_at
from pipeline.campaign.recovery import Mended, Outcome, counted, mend
from pipeline.cli.screen import Terminal
from pipeline.cli.usage import confirmed, tell
from pipeline.errors import CommandError, ExitCode, JournalError
from pipeline.files import short
from pipeline.french.signs import NBSP
from pipeline.french.words import euros, heure, jour, octets, pluriel
from pipeline.journal.beginning import is_lost
from pipeline.journal.history import (
    Depart,
    Ecole,
    EnvoiConnu,
    LotConnu,
    Passage,
    Version,
    ecole,
    envois_connus,
    lots_connus,
    named,
    near,
    passages,
)
from pipeline.journal.opening import consulted, standing
from pipeline.journal.sendings import BROUILLON, PAS_ENVOYE, Etat
from pipeline.journal.tables import moment_of
from pipeline.journal.witness import MISSING, NOTHING_YET, unfit
from pipeline.settings.config import Config
from pipeline.uai import has_form, is_valid, key_of

_WIDE = 240
"""Columns of a table where no terminal says how wide it is."""
_DIGITS_SHOWN = 12
"""Signs of a digest: enough to tell two workbooks apart."""


def on_stdout() -> Terminal:
    """Return what prints data: on stdout, where a file or another program may take it."""
    width = None if sys.stdout.isatty() else _WIDE
    return Terminal(Console(file=sys.stdout, highlight=False, soft_wrap=True, width=width))


def show_passages(passages: Sequence[Passage], terminal: Terminal) -> None:
    """Print the runs, oldest first."""
    terminal.say(f"Passages : {len(passages)}")
    rows = [
        [
            _moment(one.quand), _workbook(one), str(one.lettres), str(one.rejetees),
            "" if one.anomalies is None else str(one.anomalies), _made(one), " ".join(one.moteur.split()[:2]),
        ]
        for one in passages
    ]  # fmt: skip
    headers = ["Quand", "Classeur, empreinte", "Lettres", "À corriger", "Signalées", "Refaites, pourquoi", "Moteur"]
    if rows:
        terminal.records("{0}", headers, rows, right=(2, 3, 4))


def show_lots(lots: Sequence[LotConnu], terminal: Terminal) -> None:
    """Print the bundles: current, sent, set aside, replaced."""
    terminal.say(f"Lots : {len(lots)}")
    rows = [
        [
            one.dsden, _label(one.numero), str(one.lettres), euros(one.montant), octets(one.octets), _made_when(one),
            one.place or "remplacé",
        ]
        for one in lots
    ]  # fmt: skip
    headers = ["DSDEN", "Lot", "Lettres", "Montant", "Taille", "Produit", "Fichier"]
    if rows:
        terminal.records("DSDEN {0}, {1}", headers, rows, right=(2, 3, 4))


def show_envois(envois: Sequence[EnvoiConnu], terminal: Terminal) -> None:
    """Print the sendings with their states; no name of a person is among them."""
    terminal.say(f"Envois : {len(envois)}")
    rows = [[one.dsden, _sent(one), one.adresse, _state(one)] for one in envois]
    if rows:
        terminal.records("DSDEN {0}, {1}", ["DSDEN", "Lot", "Adresse", "État, numéro du message"], rows, right=())


def show_purges(purges: Sequence[tuple[str, int, int, int, int]], terminal: Terminal) -> None:
    """Print when personal data were removed."""
    for when, _, files, letters, size in purges:
        terminal.say(
            f"Données personnelles retirées le {jour(moment_of(when))} : {pluriel(files, 'fichier')}, "
            f"{pluriel(letters, 'lettre')}, {octets(size)}."
        )


def show_ecole(ecole: Ecole, terminal: Terminal) -> None:
    """Print the life of one school's letters, with the names of the people."""
    terminal.say(f"{ecole.uai}, {ecole.nom or 'nom retiré'} : {pluriel(len(ecole.versions), 'lettre')}")
    rows = [
        [
            one.referent or "nom retiré", euros(one.montant), f"{_moment(one.depuis)}\n{one.classeur}",
            "\n".join(map(_label, one.lots)), "\n".join(map(_departure, one.departs)) or "jamais envoyée", _end(one),
        ]
        for one in ecole.versions
    ]  # fmt: skip
    if rows:
        headers = ["Référent", "Montant", "Faite le", "Lots", "Envois", "Ensuite"]
        terminal.records("{0}, {1}", headers, rows, right=(1,))
    if ecole.vacances:
        terminal.say(f"Poste à pourvoir : {', '.join(jour(one) for one in dict.fromkeys(ecole.vacances))}.")


def state_of(etat: Etat, when: datetime, reponse: str = "") -> str:
    """Return in French how far a message came; the server's own words where it refused."""
    if reponse in (BROUILLON, PAS_ENVOYE):
        return f"{reponse}, du {_moment(when)}" + ("" if reponse == PAS_ENVOYE else " : envoyé ou non ?")
    said = f" : {reponse}" if reponse and etat is not Etat.ENVOYE else ""
    words = {
        Etat.ENVOYE: f"envoyé le {_moment(when)}",
        Etat.REFUSE: f"refusé le {_moment(when)}",
        Etat.PREPARE: f"préparé le {_moment(when)}, pas parti",
    }
    return words.get(etat, f"incertain depuis le {_moment(when)}") + said


def _state(one: EnvoiConnu) -> str:
    return f"{state_of(one.etat, one.etat_le, one.reponse)}\n{one.message_id}".rstrip()


def _departure(one: Depart) -> str:
    return state_of(one.etat, one.etat_le, one.reponse if one.reponse in (BROUILLON, PAS_ENVOYE) else "")


def _end(one: Version) -> str:
    return f"{one.fin} le {jour(one.fin_le)}" if one.fin_le else "toujours valable"


def _workbook(one: Passage) -> str:
    if not one.classeur_sha256:
        return "journal refait d’après les lots"
    only = f"\nDSDEN {one.dsden} seulement" if one.dsden else ""
    return f"{one.classeur}\n{one.classeur_sha256[:_DIGITS_SHOWN]}{only}"


def _made(one: Passage) -> str:
    if one.faites is None:
        return ""
    return f"{one.faites} : {one.causes}" if one.causes else str(one.faites)


def _made_when(one: LotConnu) -> str:
    first, last = jour(one.premier), jour(one.dernier)
    return first if first == last else f"{first}, encore le {last}"


def _sent(one: EnvoiConnu) -> str:
    part = f", partie {one.part}/{one.parts}" if one.parts > 1 else ""
    return f"{'inconnu ici' if one.numero is None else _label(one.numero)}{part}"


def _label(numero: int) -> str:
    return f"rectificatif{NBSP}{numero}" if numero else "entier"


def _moment(when: datetime) -> str:
    return f"{jour(when)},{NBSP}{heure(when)}"


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
    with consulted(path) as journal, on_stdout() as terminal:
        if doubt:
            tell(f"{path} : {doubt}")
        if uai is None:
            show_passages(passages(journal), terminal)
            show_lots(lots_connus(journal), terminal)
            show_envois(envois_connus(journal), terminal)
            show_purges(journal.execute("SELECT * FROM purge ORDER BY quand").fetchall(), terminal)
        elif is_name:
            show_ecole(_school_named(journal, uai, config), terminal)
        elif found := ecole(journal, uai):
            show_ecole(found, terminal)
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


def mend_journal(config: Config, now: datetime, confirmer: bool) -> ExitCode:
    """Mend a journal that is lost or damaged, once somebody agreed, and tell what was done."""
    done = mend(config, now, lambda question: confirmed(question, confirmer))
    if done.outcome is Outcome.DECLINED:
        return ExitCode.OUTPUT
    tell(_told(done, config))
    return ExitCode.OK


def _told(done: Mended, config: Config) -> str:
    kept = ", ".join(f"« {name} »" for name in done.kept)
    kept = f"L’ancien est gardé : {kept}." if kept else "Il n’y avait rien à garder de l’ancien."
    if done.outcome is Outcome.NONE_YET:
        return f"{config.dossier_annee} : {NOTHING_YET}"
    if done.outcome is Outcome.SOUND:
        return "Le journal est en bon état : il n’y a rien à reprendre."
    if done.outcome is Outcome.PUT_BACK:
        return f"Le journal est remis. {kept}"
    return (
        f"Un journal est refait, avec {counted(done.lots)}. {kept} Demandez à chaque DSDEN ce qu’elle a reçu : « mlds "
        "envoyer » montre ce qui est incertain, et --renvoyer l’envoie."
    )
