"""What the commands tell at their end, in French: what was made, what awaits a correction, and where to look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.bundle.differences import Comparaison, Depuis
from pipeline.cli.screen import Terminal
from pipeline.cli.usage import command_for, production_of
from pipeline.errors import ExitCode
from pipeline.files import short
from pipeline.french.words import euros, octets, pluriel
from pipeline.model import Severity, montant_total
from pipeline.summarize.remarks import groups_of
from pipeline.table import NAMES, OTHER, Column, Table

if TYPE_CHECKING:
    from pipeline.summarize.summary import Summary


_REMEDY = (
    "Une colonne mal comprise ou oubliée ? Indiquez-la dans config.toml, sous [classeur.colonnes], par exemple : "
    'referent_nom = "Patronyme". Les clés possibles y sont listées.'
)


def show_production(summary: Summary, strict: bool, terminal: Terminal, trial: bool = False) -> None:
    """Tell the end of `mlds produire`: the bundles, then the rows that have no letter; a trial takes nobody's place."""
    if summary.lots:
        rows = [
            [lot.dsden, str(len(lot.documents)), euros(lot.montant_total), lot.path.name, octets(lot.size)]
            for lot in summary.lots
        ]
        total = montant_total(document.letter for document in summary.documents)
        rows.append(
            ["Total", str(len(summary.documents)), euros(total), "", octets(sum(lot.size for lot in summary.lots))]
        )
        terminal.table(["DSDEN", "Lettres", "Montant", "Lot", "Taille"], rows, right=(1, 2, 4))
        terminal.say(f"Les lots sont dans « {short(summary.lots[0].path.parent)} ».")
    elif strict and summary.verdict.rejected:
        terminal.say("Aucun lot n’a été fait : l’option --strict l’interdit tant qu’il reste une ligne à corriger.")
    else:
        terminal.say("Aucune lettre à produire.")
    _show_heavy_lots(summary, terminal)
    _show_differences(summary.differences, terminal)
    if not trial:
        _show_place(summary, terminal)
    _show_rest(summary, terminal)


def _show_differences(comparisons: Sequence[Comparaison], terminal: Terminal) -> None:
    """Tell what changed, a line each DSDEN: since its sending, and since the last run where that is something else."""
    sent = {one.dsden: one.differences for one in comparisons if one.depuis is Depuis.ENVOI}
    for one in comparisons:
        if one.depuis is Depuis.ENVOI or (one.differences and one.differences != sent.get(one.dsden)):
            terminal.say(f"{one.phrase}.")


def show_verification(summary: Summary, ensuite: str, detail: bool, terminal: Terminal) -> None:
    """Tell the end of `mlds verifier`: the rows to correct, what is to be looked at, what to type next.

    `ensuite` is the command that makes the letters, for when nothing is left to correct; `detail` asks for each remark.
    """
    _show_remarks(summary, detail, terminal)
    terminal.say(f"{pluriel(len(summary.verdict.letters), 'lettre')} à produire.")
    _show_rest(summary, terminal)
    if summary.exit_code is ExitCode.OK:
        show_next(ensuite, terminal)


def show_next(command: str, terminal: Terminal) -> None:
    """Tell the whole next command, on the last line."""
    terminal.say("Ensuite, tapez :")
    terminal.typed(command)


def show_columns(table: Table, known: bool, terminal: Terminal) -> None:
    """Tell what was understood of the headers, once for the sheets that have the same, and how to mend it.

    `known`: the last check has shown the same, which a line recalls.
    """
    if known:
        terminal.say("Colonnes comprises comme à la vérification précédente (« --detail » les montre).")
        return
    sheets: dict[tuple[tuple[str, Column], ...], list[str]] = {}
    for sheet, columns in table.columns.items():
        sheets.setdefault(tuple(columns.items()), []).append(f"« {sheet} »")
    for mapping, names in sheets.items():
        where = f"Feuille {names[0]}" if len(names) == 1 else f"Feuilles {', '.join(names[:-1])} et {names[-1]}"
        understood = [[one.letter, one.header, NAMES[role]] for role, one in mapping if not role.startswith(OTHER)]
        terminal.say(f"{where}, colonnes comprises :")
        terminal.table(["", "Colonne", "Comprise comme"], understood)
    terminal.say(_REMEDY)


def _show_remarks(summary: Summary, detail: bool, terminal: Terminal) -> None:
    """Tell the errors, then the warnings, by kind; many of a kind as one, unless `detail` asks for each."""
    folded = False
    for severity, mark in ((Severity.ERREUR, "✘"), (Severity.AVERTISSEMENT, "▲")):
        for group in groups_of(summary, severity):
            first = group.remarques[0]
            if detail or not group.pliee:
                for one in group.remarques:
                    terminal.say(f"{mark} {one.lieu} : {one.anomaly.message}")
                continue
            folded = True
            terminal.say(f"{mark} {group.resume}. Par exemple : {first.lieu} : {first.anomaly.message}")
    if folded:
        terminal.say("Pour voir chaque ligne, ajoutez « --detail » à la commande.")


def _show_rest(summary: Summary, terminal: Terminal) -> None:
    verdict, folder = summary.verdict, summary.config.dossier_annee
    terminal.facts(summary.facts)
    for warning in summary.warnings:
        terminal.say(warning, "yellow")
    if verdict.vacancies:
        terminal.say(f"{pluriel(len(verdict.vacancies), 'poste')} à pourvoir, sans lettre.")
    if warnings := len(summary.of(Severity.AVERTISSEMENT)):
        terminal.say(f"{pluriel(warnings, 'point')} à vérifier : voir « {short(folder / 'rapport.html')} ».")
    if verdict.rejected:
        verb = "attend" if len(verdict.rejected) == 1 else "attendent"
        marked = folder / "anomalies.xlsx"
        terminal.say_to_type(
            f"{pluriel(len(verdict.rejected), 'ligne')} {verb} une correction : ouvrez « {short(marked)} », corrigez-y "
            "les cellules en couleur et enregistrez-le, puis tapez :",
            command_for(marked),
        )
    elif verdict.rows_read:
        terminal.say("Aucune ligne n’attend de correction.")
    else:
        terminal.say(
            "Ce classeur n’a aucune ligne sous ses en-têtes. Vérifiez que c’est le bon, et qu’il est enregistré."
        )


def _show_place(summary: Summary, terminal: Terminal) -> None:
    """Tell how a corrected copy, from which letters were just made, takes its place in the input folder."""
    folder = summary.config.classeur.dossier
    if summary.origine not in ("", summary.workbook.name):
        marked = summary.config.dossier_annee / "anomalies.xlsx"
        terminal.say_to_type(
            f"Ces lettres viennent de « {summary.workbook.name} », qui corrige « {summary.origine} ». Pour qu’il "
            f"prenne sa place dans « {short(folder)} » (l’ancien sera gardé), ajoutez « --remettre » :",
            f"{production_of(marked)} --remettre",
        )


def _show_heavy_lots(summary: Summary, terminal: Terminal) -> None:
    """Say which bundles no mailbox would take in one message; base64 adds 37 %."""
    limit = summary.config.courrier.limite_mo
    for lot in summary.lots:
        if lot.size * 1.37 > limit * 1_000_000:
            terminal.say(
                f"{lot.path.name} dépasse les {limit:g} Mo d’un message (« limite_mo » dans config.toml) : "
                "« mlds envoyer » l’enverra en plusieurs parties."
            )
