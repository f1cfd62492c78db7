"""What `mlds modele` says of a template: its faults one under the other, and where the annotated copy is."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

from pipeline.campaign.templates import (
    Examined,
    Previews,
    Request,
    Source,
    examined,
    fields_shown,
    previews_of,
    source_of,
    templates_of,
    write_annotated,
)
from pipeline.cli.screen import Terminal
from pipeline.cli.usage import bound
from pipeline.files import short
from pipeline.french.words import pluriel
from pipeline.model import Fields
from pipeline.render.catalogue import groups_of
from pipeline.render.check.faults import Fault, shortened
from pipeline.settings.config import Config

_MARKS = {"erreur": "✘ Erreur", "avertissement": "▲ À revoir"}
_INDENT = "  "
_SEVERAL = (
    "Il y a plusieurs versions de votre classeur : ajoutez « --classeur » et le nom de celle dont montrer les valeurs."
)


def look_at_templates(config: Config, request: Request, terminal: Terminal) -> bool:
    """Do what `mlds modele` is asked; return whether letters can be made with the templates it looked at.

    The fields alone are listed without any check: one needs them to repair a template.
    """
    modeles, source = templates_of(config, request), source_of(config, request, terminal)
    if source.several:
        terminal.say(_SEVERAL)
    if request.champs:
        show_fields(fields_shown(config, source), source, terminal)
        if not request.apercu:
            return True
    sound = True
    for one in examined(config, modeles, source):
        show_faults(one.path, one.faults, terminal)  # before the copy is written: its file may be open in Word
        show_copy(one, write_annotated(one.path, one.faults, one.copy), terminal)
        sound &= one.sound
    if sound and request.apercu:
        previews = previews_of(config, modeles, source, terminal)
        show_previews(previews, source.name, terminal)
        return previews.sound
    return sound


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


def show_copy(one: Examined, written: Path | None, terminal: Terminal) -> None:
    """Tell where the annotated copy is, or that an old one shows faults since mended; it stays, with what it holds."""
    if written:
        terminal.say(
            f"Chaque défaut est aussi un commentaire Word, à sa place, dans « {short(written)} ». Corrigez votre "
            "gabarit, pas cette copie : la prochaine vérification la remplace."
        )
    elif not one.faults and one.copy.exists():
        terminal.say(
            f"« {short(one.copy)} » montre des défauts qui n’y sont plus : vous pouvez supprimer cette ancienne copie."
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


def show_fields(fields: Fields, source: Source, terminal: Terminal) -> None:
    """Show the fields that a template may use, by group: how they are written, what they mean, what they say."""
    said = "Exemple inventé"
    if source.example:
        row = source.example.row
        said = f"Première ligne valable ({source.name}, feuille « {row.sheet} », ligne {row.line})"
    terminal.say(f"Champs que le gabarit peut employer. {said} :")
    for title, champs in groups_of(fields).items():
        terminal.say(f"\n{title}")
        terminal.table(
            ["Champ", "Sens", "Valeur"], [[one.written, one.meaning, one.value] for one in champs], whole=(0,)
        )


def show_previews(previews: Previews, workbook: str, terminal: Terminal) -> None:
    """Tell where the previews are, who is named in them, and what proofreading found; `workbook` is "" without one."""
    for name, faults in previews.found.items():
        for fault in faults:
            terminal.say(f"✘ {name} : {fault}")
    people = f"personnes inventées, sauf les noms longs, pris dans {workbook}" if workbook else "personnes inventées"
    terminal.say(f"Aperçus, en PDF et en images ({people}) : « {short(previews.folder)} ».")
    for name in previews.found:
        terminal.say(f"  {name}.pdf")
