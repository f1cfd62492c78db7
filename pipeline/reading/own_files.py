"""The files that this program makes, when they are given back to it in the place of the campaign's workbook."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import InputError
from pipeline.reading.invisible import one_clean_line
from pipeline.reading.merged import Grid

ONLY_LISTS = (
    "c’est une liste d’anomalies.xlsx, fichier fait par ce programme, pas le classeur de la campagne : les référents "
    "n’y sont pas. Indiquez votre classeur, ou anomalies.xlsx entier."
)
"""Said of « À corriger » or « Nettoyage » saved alone, as a CSV."""
_OURS = (
    {"DSDEN", "UAI", "Nombre d’IMP", "Montant annuel brut", "Fichier"},
    {"DSDEN", "Intitulé", "Lettres", "Montant annuel brut", "Postes à pourvoir"},
)
"""Headers that stand together, in these very words, in « Lettres » or « Synthèse » of a recapitulatif*.xlsx alone."""
_TOP = 4
"""The rows among which they are: « Synthèse » has its heading above."""


def require_not_ours(path: Path, grids: Iterable[Grid]) -> None:
    """Refuse a summary of letters: its table looks like a campaign's, but holds only those that were made.

    Raises InputError, in French. A copy with the faults marked (anomalies.xlsx) holds the whole campaign: it is read.
    """
    for grid in grids:
        heads = [{one_clean_line(cell) for cell in row} for row in grid[:_TOP]]
        if any(head >= ours for head in heads for ours in _OURS):
            raise InputError(
                f"{path} : c’est un récapitulatif fait par ce programme, pas le classeur de la campagne : les lignes à "
                "corriger et les postes à pourvoir n’y sont pas. Indiquez votre classeur."
            )
