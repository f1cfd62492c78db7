"""The command to type once a workbook is corrected: the one that is running, with its options and that workbook."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.usage import short

_CHECKS = ("verifier", "produire")
_KEPT = {"config_path": "--config", "sortie": "--sortie"}
"""The options without which the command would look elsewhere."""


def production_of(workbook: Path | None) -> str:
    """Return what to type to have letters made from `workbook`, None for the one that is read without a name."""
    named = f' "{short(workbook)}"' if workbook else ""
    return f"mlds produire{named}{options_typed()}"


def command_for(workbook: Path, name: str = "") -> str:
    """Return what to type to have `workbook` read: « mlds verifier "sortie/…/anomalies.xlsx" ».

    `name` is the command, by default the one that is running.
    """
    context = click.get_current_context(silent=True)
    name = name or (context.info_name if context and context.info_name in _CHECKS else "") or "produire"
    return f'mlds {name} "{short(workbook)}"{options_typed()}'


def options_typed() -> str:
    """Return the options of the running command that say where the campaign is, as they are typed again."""
    context = click.get_current_context(silent=True)
    if context is None:
        return ""
    given = (
        (option, context.params.get(param))
        for param, option in _KEPT.items()
        if context.get_parameter_source(param) is click.core.ParameterSource.COMMANDLINE
    )
    return "".join(f' {option} "{value}"' for option, value in given)
