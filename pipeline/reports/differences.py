"""Sheets on what changed: « Différences » for the rectorat, the column and the sheet of a corrective bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.corrections.differences import Comparaison
from pipeline.model import Retrait
from pipeline.reports.sheets import Sheet
from pipeline.reports.tables import Column

_COLUMNS = (
    Column("Depuis"),
    Column("DSDEN"),
    Column("UAI"),
    Column("Établissement", "nom"),
    Column("Changement"),
    Column("Référent avant", "nom"),
    Column("Référent", "nom"),
    Column("Détail", "long"),
)
_RETIREES = (
    Column("Fichier", "nom"),
    Column("UAI"),
    Column("Établissement", "nom"),
    Column("Référent", "nom"),
    Column("Motif", "nom"),
    Column("Lettre qui la remplace", "nom"),
)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a corrective bundle changes: what became of each letter by its file, and the letters that it withdraws."""

    changes: Mapping[str, str]
    retraits: Sequence[Retrait]


def differences_sheet(heading: str, comparisons: Sequence[Comparaison]) -> Sheet:
    """Return one line a letter that changed."""
    lines = [
        (
            comparison.since.removeprefix("depuis "),
            comparison.dsden,
            one.uai,
            one.etablissement,
            one.genre.value,
            one.avant,
            one.apres,
            one.phrase,
        )
        for comparison in comparisons
        for one in comparison.differences
    ]
    return Sheet("Différences", heading, _COLUMNS, lines, "Aucune différence.")


def with_changes(letters: Sheet, corrected: Corrected) -> Sheet:
    """Return the list of letters with what became of each; nothing where it is the one that was sent."""
    changes = {_base(name): changement for name, changement in corrected.changes.items()}
    rows = [(*row, changes.get(str(fichier), ""), fichier) for *row, fichier in letters.rows]
    *columns, fichier = letters.columns  # last, since nobody needs it on paper
    return replace(letters, columns=(*columns, Column("Changement", "nom"), fichier), rows=rows)


def withdrawn_sheet(heading: str, corrected: Corrected) -> Sheet:
    """Return the list of the letters that must not be used any more."""
    rows = [
        (_base(one.fichier), one.uai, one.etablissement, one.referent, one.motif, _base(one.remplacee_par))
        for one in corrected.retraits
    ]
    return Sheet("Lettres retirées", heading, _RETIREES, rows, "Aucune lettre retirée.")


def _base(name: str) -> str:
    return name.rpartition("/")[2]
