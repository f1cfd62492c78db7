"""What `mlds modele` shows besides faults: the fields by group, and where the previews are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.cli.screen import Terminal
from pipeline.cli.usage import short
from pipeline.render.catalogue import groups_of


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
