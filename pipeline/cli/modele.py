"""What `mlds modele` tells of a template: its faults one under the other, and where the annotated copy is."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.cli.screen import Terminal
from pipeline.cli.usage import bound
from pipeline.files import short
from pipeline.french.words import pluriel
from pipeline.render.catalogue import groups_of
from pipeline.render.check.faults import Fault, shortened

_MARKS = {"erreur": "✘ Erreur", "avertissement": "▲ À revoir"}
_INDENT = "  "


def show_faults(path: Path, faults: Sequence[Fault], terminal: Terminal) -> None:
    """Tell the faults of a template, the errors first, then what they come to: the last line is what is read."""
    errors = sum(fault.fatal for fault in faults)
    count = [pluriel(errors, "erreur")] if errors else []
    if len(faults) > errors:
        count.append(pluriel(len(faults) - errors, "point à revoir", "points à revoir"))
    for fault in faults:
        _show(fault, terminal)
    if faults:
        terminal.say("")
    terminal.say(f"« {short(path)} » : {', '.join(count) or 'aucun défaut'}.")
    if errors:
        terminal.say("Aucune lettre ne peut être faite avec ce gabarit tant qu’il reste une erreur.")


def show_copy(copy: Path, terminal: Terminal) -> None:
    """Tell where the annotated copy is."""
    terminal.say(
        f"Chaque défaut est aussi un commentaire Word, à sa place, dans « {short(copy)} ». Corrigez votre gabarit, pas "
        "cette copie : la prochaine vérification la remplace."
    )


def show_old_copy(copy: Path, terminal: Terminal) -> None:
    """Tell that an annotated copy is about faults that are no more: someone may have written into it, so it stays."""
    terminal.say(
        f"« {short(copy)} » montre des défauts qui n’y sont plus : vous pouvez supprimer cette ancienne copie."
    )


def _show(fault: Fault, terminal: Terminal) -> None:
    where = f"{fault.place.part}, {fault.place.position}" if fault.place.position else fault.place.part
    terminal.say(f"\n{_MARKS[fault.severity]} : {where}")
    said = [f"« {shortened(fault.place.text)} »"] if fault.place.text else []
    if fault.tag and fault.tag != fault.place.text:
        said.append(f"Balise : {shortened(fault.tag)}")
    for line in (*said, fault.sentence, fault.remedy):
        # One line where nothing wraps, as in a file; on a terminal what is cut is set in, and never inside « ».
        width = terminal.console.width if terminal.console.is_terminal else 10_000
        terminal.say(textwrap.fill(bound(line), width, initial_indent=_INDENT, subsequent_indent=_INDENT))


def show_fields(fields: Mapping[str, Any], source: str, terminal: Terminal) -> None:
    """Show the fields that a template may use, by group: how they are written, what they mean, what they say."""
    terminal.say(f"Champs que le gabarit peut employer. {source} :")
    for title, champs in groups_of(fields).items():
        terminal.say(f"\n{title}")
        terminal.table(
            ["Champ", "Sens", "Valeur"], [[one.written, one.meaning, one.value] for one in champs], whole=(0,)
        )


def show_previews(previews: Mapping[str, Sequence[str]], folder: Path, workbook: str, terminal: Terminal) -> None:
    """Tell where the previews are, who is named in them, and what proofreading found; `workbook` is "" without one."""
    for name, faults in previews.items():
        for fault in faults:
            terminal.say(f"✘ {name} : {fault}")
    people = f"personnes inventées, sauf les noms longs, pris dans {workbook}" if workbook else "personnes inventées"
    terminal.say(f"Aperçus, en PDF et en images ({people}) : « {short(folder)} ».")
    for name in previews:
        terminal.say(f"  {name}.pdf")
