"""The machine: versions, the folders of config.toml and its register of schools, free space, the clock."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pipeline import __version__
from pipeline.campaign.diagnosis import Finding, right, unset, wrong
from pipeline.campaign.diagnosis.libraries import versions
from pipeline.convert import libreoffice, word
from pipeline.errors import ConfigError, OutputError, PipelineError
from pipeline.files import output_error
from pipeline.french.words import jour, moment, octets, pluriel
from pipeline.load.inbox import workbooks_in
from pipeline.progress import saved_at
from pipeline.settings.config import Config
from pipeline.validate.register_file import read_annuaire

_ENOUGH = 300_000_000
"""Bytes: 2 000 letters of 34 KB, kept four times at the worst (reserve, two bundles, the run's own folder)."""


def programme() -> Iterator[Finding]:
    """Give the versions: what a maintainer asks for first."""
    yield right("Programme", ", ".join([f"mlds {__version__}", *versions()]))
    yield right("Python", f"{platform.python_version()} (« {sys.executable} »), {platform.platform()}")


def folders(config: Config) -> Iterator[Finding]:
    """Look at the folder of the workbooks, and whether results can be written, and how many."""
    inbox = config.classeur.dossier
    if inbox.is_dir():
        yield right("Classeurs", f"« {inbox} »")
    else:
        advice = "Créez-le, ou indiquez-en un autre dans la rubrique [classeur] de config.toml."
        yield wrong("Classeurs", ConfigError(f"{inbox} : ce dossier n’existe pas. {advice}"))
    yield _results(config.dossier_annee)


def register(config: Config) -> Iterator[Finding]:
    """Read the register of schools as a run does, where config.toml names one."""
    path = config.annuaire.fichier
    if path is None:
        return
    try:
        annuaire = read_annuaire(path, [dsden.code for dsden in config.dsden])
    except PipelineError as error:
        yield wrong("Annuaire", error)
    else:
        yield right("Annuaire", f"« {path} », {pluriel(len(annuaire.fiches), 'établissement')}")


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
    """Judge the clock, which dates the messages and the reports, by the campaign and by the files on the disk.

    A campaign is worked on from the January before it to the December after it. No file was saved later than now.
    """
    first = config.campagne.rentree.year
    shown = moment(now)
    day, last = max((saved_at(path), path) for path in _files(config, config_path))
    if day > now + timedelta(days=1):
        fault = f"{last.name} a été enregistré le {jour(day.date())}, donc plus tard"
    elif not first <= now.year <= first + 1:
        fault = f"la campagne de config.toml est celle de {config.campagne.annee_scolaire}"
    else:
        return right("Horloge", shown)
    advice = "Vérifiez la date et l’heure de cet ordinateur, et « annee_scolaire » dans config.toml."
    return wrong("Horloge", ConfigError(f"cet ordinateur se croit le {shown}, mais {fault}. {advice}"))


def _files(config: Config, config_path: Path) -> list[Path]:
    """Return the files that tell what day it was when somebody, or the last run, worked here."""
    inbox = config.classeur.dossier
    workbooks = workbooks_in(inbox) if inbox.is_dir() else []
    others = [config.gabarit.fichier, config.journal, *workbooks]
    return [config_path, *(path for path in others if path.is_file())]


def converters() -> Iterator[Finding]:
    """Look for LibreOffice and for Word. One is enough, so a missing one is no fault by itself."""
    office = libreoffice.find()
    if office:
        yield right("LibreOffice", f"{office.version} (« {office.executable} »)")
    else:
        yield unset("LibreOffice", "introuvable sur cet ordinateur")
    place = word.place()
    if place:
        yield right("Word", f"« {place} »")
    elif word.is_possible():
        yield unset("Word", "introuvable sur cet ordinateur")
    else:
        yield unset("Word", "seulement sous Windows et macOS")
