"""Sheets on what changed: « Différences » for the rectorat, the column and the sheet of a corrective bundle."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.bundle.differences import Comparaison
from pipeline.xlsx.sheets import Sheet
from pipeline.xlsx.tables import Column

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
