"""The sheet « Synthèse »: letters and euros a DSDEN and an IMP rate, worked out from the lists of the same workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.model import Imp, Letter, montant_total
from pipeline.reports.charts import Chart
from pipeline.reports.sheets import Overview, Sheet
from pipeline.reports.tables import Column, Formula, Table, table_name

_EUROS = "[$-40C]#,##0.00"  # no sign: the chart's title says euros, and a label that is too long is cut in two

_DSDEN = Column("DSDEN")
_LETTRES = Column("Lettres", "entier", total=True)
_MONTANT = Column("Montant annuel brut", "euros", total=True)
_NOMBRE = Column("Nombre d’IMP", "fraction")
_TAUX = Column("Taux")
_UNITAIRE = Column("Montant d’une lettre", "euros")


@dataclass(frozen=True, slots=True)
class Lists:
    """The other sheets of the workbook, to be counted; `a_corriger` is None where the workbook has none."""

    lettres: Sheet
    a_pourvoir: Sheet
    a_corriger: Sheet | None = None


def synthese(
    heading: str, dsden: Mapping[str, str], letters: Sequence[Letter], scale: Sequence[Imp], lists: Lists
) -> Overview:
    """Return the sheet: a table by DSDEN, another by rate of the IMP scale, and charts of them.

    `dsden` gives the name of each DSDEN by its code; `lists.lettres` holds the rows of `letters`. A workbook of one
    DSDEN has no chart that compares them.
    """
    by_dsden, by_rate = _by_dsden(dsden, letters, lists), _by_rate(letters, scale, lists.lettres)
    rates = len(by_rate.rows)
    charts = [
        Chart("Lettres par DSDEN", by_dsden, _DSDEN.header, _LETTRES.header, len(dsden)),
        Chart("Euros par DSDEN", by_dsden, _DSDEN.header, _MONTANT.header, len(dsden), _EUROS),
        Chart("Lettres par taux", by_rate, _TAUX.header, _LETTRES.header, rates),
        Chart("Euros par taux", by_rate, _TAUX.header, _MONTANT.header, rates, _EUROS),
    ]
    shown = charts[:3] if len(dsden) > 1 else charts[2:]
    tables = (("Par DSDEN", by_dsden), ("Par taux d’IMP", by_rate))
    return Overview("Synthèse", heading, tables, shown if letters else ())


def _by_dsden(dsden: Mapping[str, str], letters: Sequence[Letter], lists: Lists) -> Table:
    """Return one line a DSDEN, then one for the rows to correct whose DSDEN cannot be told, if there are any."""
    name = "Par_DSDEN"
    keys = {_DSDEN: f"{name}[[#This Row],[{_DSDEN.header}]]"}
    columns = [_DSDEN, Column("Intitulé"), _LETTRES, _MONTANT, Column("Postes à pourvoir", "entier", total=True)]
    others = [lists.a_pourvoir]
    if lists.a_corriger:
        columns.append(Column("Lignes à corriger", "entier", total=True))
        others.append(lists.a_corriger)
    rows: list[tuple[object, ...]] = []
    for code, intitule in dsden.items():
        own = [letter for letter in letters if letter.dsden == code]
        rows.append((
            code,
            intitule,
            _counted(lists.lettres, keys, len(own)),
            _added_up(lists.lettres, keys, montant_total(own)),
            *(_counted(sheet, keys, sheet.column(_DSDEN.header).count(code)) for sheet in others),
        ))  # fmt: skip
    if lists.a_corriger and (left := _elsewhere(lists.a_corriger, dsden, name)):
        rows.append(("inconnue", "UAI à corriger", 0, Decimal(0), 0, left))
    return Table(name, columns, rows)


def _by_rate(letters: Sequence[Letter], scale: Sequence[Imp], lettres: Sheet) -> Table:
    """Return one line a rate of the scale, used or not, then one for the letters without an IMP, if there are any."""
    name = "Par_taux"
    keys = {
        _NOMBRE: f"{name}[[#This Row],[{_NOMBRE.header}]]",
        _MONTANT: f"{name}[[#This Row],[{_UNITAIRE.header}]]",
    }
    rows: list[tuple[object, ...]] = []
    for imp in scale:
        own = [letter for letter in letters if letter.imp == imp]
        count, euros = _counted(lettres, keys, len(own)), _added_up(lettres, keys, montant_total(own))
        rows.append((imp.fraction, imp.libelle, count, euros, imp.montant))
    if without := sum(letter.imp is None for letter in letters):
        blank = Formula(f"COUNTBLANK({table_name(lettres.title)}[{_NOMBRE.header}])", without)
        rows.append((None, "sans IMP", blank, Decimal(0), Decimal(0)))
    return Table(name, (_NOMBRE, _TAUX, _LETTRES, _MONTANT, _UNITAIRE), rows)


def _counted(sheet: Sheet, keys: Mapping[Column, str], found: int) -> Formula | int:
    """Return how many rows of a list match: `keys` gives what each of its columns must be equal to."""
    return Formula(f"COUNTIFS({_criteria(sheet, keys)})", found) if sheet.rows else 0


def _added_up(sheet: Sheet, keys: Mapping[Column, str], found: Decimal) -> Formula | Decimal:
    """Return the euros of the rows that match."""
    amounts = f"{table_name(sheet.title)}[{_MONTANT.header}]"
    return Formula(f"SUMIFS({amounts},{_criteria(sheet, keys)})", found) if sheet.rows else Decimal(0)


def _criteria(sheet: Sheet, keys: Mapping[Column, str]) -> str:
    return ",".join(f"{table_name(sheet.title)}[{column.header}],{wanted}" for column, wanted in keys.items())


def _elsewhere(sheet: Sheet, dsden: Mapping[str, str], table: str) -> Formula | None:
    """Return how many rows of a list are of no DSDEN of the table: a UAI is missing, wrong, or of another académie."""
    found = sum(code not in dsden for code in sheet.column(_DSDEN.header))
    listed = f"{table_name(sheet.title)}[{_DSDEN.header}]"
    text = f"ROWS({listed})-SUMPRODUCT(COUNTIF({listed},{table}[{_DSDEN.header}]))"
    return Formula(text, found) if found else None
