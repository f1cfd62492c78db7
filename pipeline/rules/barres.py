"""Rules on cells that are struck through: a letter would print their words without the line that crosses them out."""

from __future__ import annotations

from pipeline.model import Anomaly
from pipeline.table import NEEDED
from pipeline.validate.row import Row


def check_struck(row: Row) -> list[Anomaly]:
    """Point at the struck cells of a row: an error where a letter prints them; one remark where the whole row is."""
    if not row.struck:
        return []
    cells: dict[str, str] = {}
    for role in row.columns:
        cells.setdefault(row.cell(role), role)  # a cell that was split plays several
    struck = {cell: partly for cell in cells if (partly := row.struck.get((row.ref.sheet, cell))) is not None}
    printed = {row.cell(role) for role in row.columns if role in NEEDED and row.text(role)}
    if printed and all(struck.get(cell) is False for cell in printed):
        message = "Toute cette ligne est barrée, et elle est lue comme les autres. Supprimez-la si elle ne sert plus."
        return [row.warning(cells[min(printed)], "ligne_barree", message)]
    return [
        (row.error if cell in printed else row.warning)(
            cells[cell], "texte_barre", _said(row.shown(cells[cell]), partly)
        )
        for cell, partly in struck.items()
    ]


def _said(shown: str, partly: bool) -> str:
    what = "des mots de cette cellule sont barrés" if partly else "cette cellule est barrée"
    return f"« {shown} » : {what}. Effacez ce qui ne vaut plus, ou ôtez la barre."
