"""Rules on a row that names a second référent in columns of its own: that person would have no letter."""

from __future__ import annotations

from pipeline.clean.no_names import is_nobody
from pipeline.load.header_words import is_of_second
from pipeline.model import Anomaly
from pipeline.table import OTHER
from pipeline.validate.row import Row


def check_seconds(row: Row) -> list[Anomaly]:
    """Ask for a row of its own for whom the columns of a second référent name (« Référent 2 »)."""
    for name, column in row.columns.items():
        text = row.text(name)
        if name.startswith(OTHER) and is_of_second(column.header) and text and not is_nobody(text):
            message = (
                f"« {text[:80]} » : un second référent sur la même ligne n’aurait pas de lettre. Écrivez une ligne par "
                "personne, chacune avec son IMP, et videz cette cellule."
            )
            return [row.error(name, "second_referent", message)]
    return []
