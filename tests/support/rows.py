"""Rows of a workbook as dicts of roles, and the table that loading makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter

from pipeline.table import LINE, OTHER, SHEET, Column, Table

HEADERS = {
    "uai": "RNE",
    "etablissement": "Établissement",
    "commune": "Commune",
    "chef_civilite": "Civ. chef",
    "chef": "Chef d'établissement",
    "chef_fonction": "Qualité",
    "referent_civilite": "Civilité",
    "referent_nom": "NOM référent",
    "referent_prenom": "Prénom",
    "referent_fonction": "Fonction",
    "imp": "Nb IMP",
    "montant": "Montant IMP",
}
GOOD = {
    "uai": "0779999A",
    "etablissement": "Collège des Tilleuls",
    "commune": "Villeneuve",
    "chef_civilite": "M.",
    "chef": "Paul Modèle",
    "chef_fonction": "Principal",
    "referent_civilite": "Mme",
    "referent_nom": "Exemple",
    "referent_prenom": "Anne",
    "referent_fonction": "CPE",
    "imp": "1/2",
    "montant": 625,
}


def table_of(rows: Sequence[dict[str, Any]], sheet: str = "Référents") -> Table:
    """Make a table as loading gives it: one row a dict of roles, the first one in Excel's line 5."""
    names = list(dict.fromkeys([*HEADERS, *(name for row in rows for name in row)]))
    frame = pd.DataFrame([[row.get(name, "") for name in names] for row in rows], columns=names, dtype=object)
    frame.insert(0, LINE, range(5, 5 + len(rows)))
    frame.insert(0, SHEET, sheet)
    columns = {
        name: Column(HEADERS.get(name, name.removeprefix(OTHER)), get_column_letter(index + 1))
        for index, name in enumerate(names)
    }
    return Table(frame, {sheet: columns})
