"""What `mlds` alone says, in a few lines: where the campaign of this folder stands, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.campaign.corrected_copies import Corrected
from pipeline.campaign.situation import Depart, Situation, situation_of
from pipeline.cli.usage import command_for, options_typed, production_of
from pipeline.errors import ConfigError
from pipeline.files import short
from pipeline.french.words import listed, moment, pluriel
from pipeline.journal.history import Passage
from pipeline.journal.witness import brouillon_a_dire
from pipeline.settings.config import Config, read_config

_HELP = "« mlds --help » : toutes les commandes."
_NO_SETTINGS = (
    "Ce dossier n’a pas de config.toml : ce n’est pas un dossier de travail.",
    "À faire : si vous en avez déjà un, allez-y (« cd … ») et tapez « mlds ».",
    "Sinon, « mlds init Lettres » en prépare un neuf, du nom de « Lettres » ; « mlds init . » prépare celui-ci.",
    _HELP,
)
_WRONG_SETTINGS = f"À faire : corriger config.toml, puis taper « mlds » de nouveau. {_HELP}"


def next_step(config_path: Path) -> tuple[str, ...]:
    """Return what `mlds` alone says in a folder; nothing is changed there, and nothing is raised."""
    if not config_path.exists():
        return _NO_SETTINGS
    try:
        config = read_config(config_path)
    except ConfigError as error:
        return str(error), _WRONG_SETTINGS
    return lines_of(situation_of(config))


def lines_of(now: Situation) -> tuple[str, ...]:
    """Return the campaign, the workbook, the last run, the sendings, what could not be read, what to do."""
    campaign = f"Campagne {now.config.campagne.annee_scolaire}. {_HELP}"
    if now.busy:
        return campaign, f"À faire : attendre. Une commande travaille dans ce dossier : {now.busy}."
    facts = (campaign, f"Classeur : {_workbook(now)}", f"Dernier passage : {_run(now)}", f"Envois : {_departs(now)}")
    drafts = [f"Brouillons (DSDEN {listed(now.drafts)}) : {brouillon_a_dire(now.drafts)}."] if now.drafts else []
    nothing = f"rien. Un classeur corrigé se dépose dans « {short(now.config.classeur.dossier)} »."
    first, *then = tuple(_todos(now)) or (nothing,)
    todo = (f"À faire : {first}", *(f"Ensuite : {step}" for step in then))
    return (*facts, *drafts, *(f"✘ {fault}" for fault in now.faults), *todo)


def sending_after(config: Config) -> str:
    """Return the command that comes after letters were made: to send, or « mlds » where more is to do; "" for none."""
    now = situation_of(config)
    steps = tuple(_todos(now))
    if not steps:
        return ""
    sends = len(steps) == 1 and _codes(now, Depart.DUE)
    return f"mlds envoyer{options_typed()}" if sends else "mlds"


def _workbook(now: Situation) -> str:
    if now.book.path is None:
        return f"aucun dans « {short(now.config.classeur.dossier)} »."
    done = ", déjà produit" if now.book.produced else ""
    others = (
        f" Plus anciens, non lus : {', '.join(f'« {name} »' for name in now.book.others)}." if now.book.others else ""
    )
    return f"« {now.book.path.name} », enregistré le {moment(now.book.saved)}{done}.{others}"


def _run(now: Situation) -> str:
    if now.run is None:
        return "aucun."
    counts = f"{pluriel(now.run.lettres, 'lettre')}, {pluriel(now.run.rejetees, 'ligne')} à corriger"
    only = f", DSDEN {listed(now.run.dsden.split())} seulement" if now.run.dsden else ""
    return f"le {moment(now.run.quand)}, « {now.run.classeur} », {counts}{only}."


def _departs(now: Situation) -> str:
    if not now.departs:
        return "aucun lot prêt."
    states = ((state, _codes(now, state)) for state in Depart)
    return ", ".join(f"{state} ({listed(codes)})" for state, codes in states if codes) + "."


def _codes(now: Situation, state: Depart) -> list[str]:
    return [code for code, one in now.departs if one is state]


def _todos(now: Situation) -> Iterator[str]:
    """Give the steps to do, in the order of doing: what is to be said of messages, then letters, then sendings."""
    if now.faults:
        yield "ce que dit la ligne au-dessus. Rien d’autre n’est perdu."
        return
    if unsure := _codes(now, Depart.UNSURE):
        again = " ".join(f"--renvoyer {code}" for code in unsure)
        whom = f"demander à la DSDEN {listed(unsure)} si le message est arrivé"
        yield f"{whom} ; sinon, « mlds envoyer --confirmer {again} »."
    if now.drafts:
        yield _todo_with_drafts(now.config.dossier_annee / "brouillons", now.drafts)
    if now.corrected and not _is_produced(now, now.corrected):
        yield _todo_with_corrected(now.corrected)
    elif now.book.path and not now.book.produced and not now.corrected:
        yield _todo_with_workbook(now)
    elif now.run is None:
        yield f"déposer votre classeur dans « {short(now.config.classeur.dossier)} », puis taper « mlds » de nouveau."
    else:
        yield from _todos_once_made(now, now.run)


def _todos_once_made(now: Situation, run: Passage) -> Iterator[str]:
    """Give the steps where letters were made from the workbook: bundles to make again, rows to correct, sendings."""
    if outdated := _codes(now, Depart.OUTDATED):
        yield f"« mlds produire », qui refait le lot de la DSDEN {listed(outdated)} : il date d’avant votre réponse."
    if lost := _codes(now, Depart.LOST):
        yield f"« mlds produire », qui refait le lot de la DSDEN {listed(lost)}, supprimé de « lots »."
    if run.rejetees:
        yield _correct(run.rejetees, now.config.dossier_annee, "produire")
    if _codes(now, Depart.DUE):
        by_hand = "" if now.config.courrier.serveur else " ; sans serveur d’envoi, « mlds envoyer --brouillons »"
        early = ", même avant ces corrections" if run.rejetees else ""
        yield f"« mlds envoyer » montre ce qui partirait{early}, et n’envoie rien{by_hand}."
    elif now.corrected:
        place = f"prend la place de « {now.corrected.origine} » dans « {short(now.config.classeur.dossier)} »"
        yield f'« mlds produire "{short(now.corrected.path)}" --remettre » : ce classeur corrigé {place}.'


def _todo_with_drafts(folder: Path, drafts: Sequence[str]) -> str:
    """Return the next step with drafts: to send those that are there, to write anew those that are not."""
    if gone := [code for code in drafts if not any(folder.glob(f"DSDEN-{code}_*.eml"))]:
        return (
            f"dire si le brouillon de la DSDEN {listed(gone)} a été envoyé (ligne « Brouillons ») ; sinon, « mlds "
            "brouillons » le refait."
        )
    return (
        f"envoyer les brouillons de « {short(folder)} » (DSDEN {listed(drafts)}), puis le dire : ligne « Brouillons »."
    )


def _todo_with_workbook(now: Situation) -> str:
    if now.book.checked is None:
        return "« mlds verifier », qui dit quoi corriger, puis « mlds produire »."
    if now.book.checked == 0:
        return "« mlds produire » : la vérification n’a trouvé aucune ligne à corriger."
    others = " « mlds produire » fait déjà les lettres des autres lignes."
    return _correct(now.book.checked, now.config.dossier_verification, "verifier") + others


def _is_produced(now: Situation, corrected: Corrected) -> bool:
    """Return whether letters were made from a corrected copy, and none of its rows awaits a correction."""
    return corrected.rejetees == 0 and corrected.path.parent == now.config.dossier_annee


def _todo_with_corrected(corrected: Corrected) -> str:
    """Return the next step with an anomalies.xlsx that someone corrected: not with the workbook that it corrects."""
    if corrected.rejetees is None:
        return f"« {command_for(corrected.path, 'verifier')} », qui lit ce que vous y avez corrigé."
    if corrected.rejetees:
        return _correct(corrected.rejetees, corrected.path.parent, "verifier")
    return f"« {production_of(corrected.path)} » : la vérification n’y a trouvé aucune ligne à corriger."


def _correct(count: int, folder: Path, name: str) -> str:
    marked = folder / "anomalies.xlsx"
    return f"corriger {pluriel(count, 'ligne')} dans « {short(marked)} », puis « {command_for(marked, name)} »."
