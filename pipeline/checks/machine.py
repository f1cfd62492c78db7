"""The machine: versions, the folders of config.toml, free space, the clock."""

from __future__ import annotations

import platform
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pipeline import __version__
from pipeline.checks import Finding, right, wrong
from pipeline.config import Config
from pipeline.errors import ConfigError, OutputError
from pipeline.french import jour, octets
from pipeline.output.atomic import output_error
from pipeline.terminal.crash import versions

_ENOUGH = 300_000_000
"""Bytes: 2 000 letters of 34 KB, kept four times at the worst (reserve, two bundles, the run's own folder)."""


def programme() -> Finding:
    """Give the versions: what whoever maintains the program asks for first."""
    machine = f"mlds {__version__}, Python {platform.python_version()}, {platform.platform()}"
    return right("Programme", ", ".join([machine, *versions()]))


def folders(config: Config) -> Iterator[Finding]:
    """Look at the folder of the workbooks, and whether results can be written, and how many."""
    inbox = config.classeur.dossier
    if inbox.is_dir():
        yield right("Classeurs", f"« {inbox} »")
    else:
        advice = "Créez-le, ou indiquez-en un autre dans la rubrique [classeur] de config.toml."
        yield wrong("Classeurs", ConfigError(f"{inbox} : ce dossier n’existe pas. {advice}"))
    yield _results(config.dossier_annee)


def _results(folder: Path) -> Finding:
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free
    except OSError as error:
        return wrong("Résultats", output_error(folder, error))
    if free < _ENOUGH:
        need = f"il ne reste que {octets(free)} sur ce disque, et une campagne peut en demander {octets(_ENOUGH)}"
        return wrong("Résultats", OutputError(f"{folder} : {need}. Libérez de la place."))
    return right("Résultats", f"« {folder} », l’écriture est possible, {octets(free)} libres")


def clock(config: Config, config_path: Path, now: datetime) -> Finding:
    """Judge the clock, which dates the messages and the reports, by the campaign and by the settings' own date.

    A campaign is worked on from the January before it to the December after it.
    """
    first = config.campagne.rentree.year
    shown = f"{jour(now.date())}, {now:%H:%M}"
    saved = datetime.fromtimestamp(config_path.stat().st_mtime, now.tzinfo)
    if saved > now + timedelta(days=1):
        fault = f"config.toml a été enregistré le {jour(saved.date())}, donc plus tard"
    elif not first <= now.year <= first + 1:
        fault = f"la campagne de config.toml est celle de {config.campagne.annee_scolaire}"
    else:
        return right("Horloge", shown)
    advice = "Vérifiez la date et l’heure de cet ordinateur, et « annee_scolaire » dans config.toml."
    return wrong("Horloge", ConfigError(f"cet ordinateur se croit le {shown}, mais {fault}. {advice}"))
