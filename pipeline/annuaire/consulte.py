"""The register of schools that a run consults: the one that config.toml names, held against the workbook."""

from __future__ import annotations

from pipeline.french.words import pluriel
from pipeline.progress import Progress
from pipeline.settings.config import Config
from pipeline.table import Table
from pipeline.validate.register import NO_ANNUAIRE, Annuaire
from pipeline.validate.register_file import read_annuaire, require_fitting


def annuaire_of(config: Config, table: Table, progress: Progress) -> Annuaire:
    """Return the register that config.toml names, one without schools where it names none.

    Raises ConfigError when it cannot be read, or knows hardly any school of the workbook.
    """
    path = config.annuaire.fichier
    if path is None:
        return NO_ANNUAIRE
    progress.start("Annuaire")
    annuaire = read_annuaire(path, [dsden.code for dsden in config.dsden])
    require_fitting(path, annuaire, table.rows["uai"])
    progress.done(pluriel(len(annuaire.fiches), "établissement"))
    return annuaire
