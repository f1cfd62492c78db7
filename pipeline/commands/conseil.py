"""What `mlds` alone says, in five lines: where the campaign of this folder stands, and the one thing to do next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.commands.suite import Depart, Situation, situation_of
from pipeline.config import Config, read_config
from pipeline.errors import ConfigError
from pipeline.french import listed, moment, pluriel
from pipeline.journal.phrases import brouillon_a_dire
from pipeline.output.corrected import Corrected
from pipeline.terminal.usage import short

_HELP = "« mlds --help » : toutes les commandes."
_NO_SETTINGS = (
    "Ce dossier n’a pas de config.toml : ce n’est pas un dossier de travail.",
    "À faire : si vous en avez déjà un, allez-y (« cd … ») et tapez « mlds ».",
    "Sinon, « mlds init Lettres » en prépare un neuf, du nom de « Lettres » ; « mlds init . » prépare celui-ci.",
    _HELP,
)
_WRONG_SETTINGS = f"À faire : corriger config.toml, puis taper « mlds » de nouveau. {_HELP}"


def next_step(config_path: Path) -> tuple[str, ...]:
    """Return what to tell whoever types `mlds` alone in a folder; nothing is changed there, and nothing is raised."""
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
    return (*facts, *drafts, *(f"✘ {fault}" for fault in now.faults), f"À faire : {_todo(now)}")


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


def _todo(now: Situation) -> str:
    """Return the next step: the first thing that holds up the others."""
    if now.faults:
        return "ce que dit la ligne au-dessus. Rien d’autre n’est perdu."
    if now.corrected and not _is_produced(now, now.corrected):
        return _todo_with_corrected(now.corrected)
    if now.book.path and not now.book.produced and not now.corrected:
        return _todo_with_workbook(now)
    if now.run is None:
        return f"déposer votre classeur dans « {short(now.config.classeur.dossier)} », puis taper « mlds » de nouveau."
    if unsure := _codes(now, Depart.UNSURE):
        again = " ".join(f"--renvoyer {code}" for code in unsure)
        whom = f"demander à la DSDEN {listed(unsure)} si le message est arrivé"
        return f"{whom} ; sinon, « mlds envoyer --confirmer {again} »."
    if drafts := _codes(now, Depart.DRAFT):
        return _todo_with_drafts(now.config.dossier_annee / "brouillons", drafts)
    if outdated := _codes(now, Depart.OUTDATED):
        return f"« mlds produire », qui refait le lot de la DSDEN {listed(outdated)} : il date d’avant votre réponse."
    if lost := _codes(now, Depart.LOST):
        return f"« mlds produire », qui refait le lot de la DSDEN {listed(lost)}, supprimé de « lots »."
    due = _codes(now, Depart.DUE)
    if now.run.rejetees:
        ready = " Les lots prêts peuvent partir sans attendre : « mlds envoyer »." if due else ""
        return _correct(now.run.rejetees, now.config, now.config.dossier_annee) + ready
    if due:
        by_hand = "" if now.config.courrier.serveur else " ; sans serveur d’envoi, « mlds envoyer --brouillons »"
        return f"« mlds envoyer » montre ce qui partirait, et n’envoie rien{by_hand}."
    if now.corrected:
        place = f"prend la place de « {now.corrected.origine} » dans « {short(now.config.classeur.dossier)} »"
        return f'« mlds produire "{short(now.corrected.path)}" --remettre » : ce classeur corrigé {place}.'
    return f"rien. Un classeur corrigé se dépose dans « {short(now.config.classeur.dossier)} »."


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
    return _correct(now.book.checked, now.config, now.config.dossier_verification) + others


def _is_produced(now: Situation, corrected: Corrected) -> bool:
    """Return whether letters were made from a corrected copy, and none of its rows awaits a correction."""
    return corrected.rejetees == 0 and corrected.path.parent == now.config.dossier_annee


def _todo_with_corrected(corrected: Corrected) -> str:
    """Return the next step with an anomalies.xlsx that someone corrected: not with the workbook that it corrects."""
    marked = short(corrected.path)
    if corrected.rejetees is None:
        return f'« mlds verifier "{marked}" », qui lit ce que vous y avez corrigé.'
    if corrected.rejetees:
        return f'corriger {pluriel(corrected.rejetees, "ligne")} dans « {marked} », puis « mlds verifier "{marked}" ».'
    return f'« mlds produire "{marked}" » : la vérification n’y a trouvé aucune ligne à corriger.'


def _correct(count: int, config: Config, folder: Path) -> str:
    named = f"{'nommée' if count == 1 else 'nommées'} dans « {short(folder / 'anomalies.xlsx')} »"
    back = f"déposer le classeur dans « {short(config.classeur.dossier)} »"
    return f"corriger {pluriel(count, 'ligne')}, {named}, et {back}."
