"""recapitulatif.xlsx: one line a letter, totals a DSDEN, what is missing; and the same for the bundle of one DSDEN."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipeline.bundle.differences import Comparaison
from pipeline.bundle.sheets import Lists, letters_sheet, synthese, vacancies_sheet
from pipeline.french.words import fold
from pipeline.model import Anomaly, RowRef, Severity
from pipeline.summarize.summary import Row, Summary, file_names, rows_of
from pipeline.xlsx.sheets import Sheet, workbook
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


_A_CORRIGER = (
    Column("DSDEN"),
    Column("UAI"),
    Column("Établissement", "nom"),
    Column("Commune"),
    Column("Référent", "nom"),
    Column("Feuille"),
    Column("Ligne", "ligne"),
    Column("Colonnes", "nom"),
    Column("À corriger", "long"),
)


def recapitulatif(summary: Summary) -> bytes:
    """Return the bytes of recapitulatif.xlsx: totals, letters, vacant posts, rows to correct, what changed."""
    campagne = summary.config.campagne
    heading = f"Référents décrochage scolaire, {campagne.annee_scolaire}, {campagne.academie}"
    letters = summary.verdict.letters
    lettres = letters_sheet(heading, letters, file_names(summary.lots))
    a_pourvoir = vacancies_sheet(heading, summary.verdict.vacancies)
    a_corriger = _corrections_sheet(heading, summary.anomalies, rows_of(summary, summary.verdict.rejected))
    dsden = {one.code: one.intitule for one in summary.covered}
    lists = Lists(lettres, a_pourvoir, a_corriger)
    first = synthese(heading, dsden, letters, summary.config.imp.pairs, lists)
    sheets = (first, lettres, a_pourvoir, a_corriger, differences_sheet(heading, summary.differences))
    return workbook(sheets, "Récapitulatif des lettres de mission", campagne.rentree)


def _order_to_correct(row: Row) -> tuple[object, ...]:
    """Put last the rows whose DSDEN is unknown; rows that are otherwise equal keep the order of the workbook."""
    return (not row.dsden, row.dsden, fold(row.commune), fold(row.etablissement), row.uai)


def _corrections_sheet(heading: str, anomalies: Sequence[Anomaly], rejected: Sequence[Row]) -> Sheet:
    """Return one line a rejected row, with all that is said of it, its errors first."""
    said: dict[RowRef, list[Anomaly]] = defaultdict(list)
    for anomaly in anomalies:
        if anomaly.severity is not Severity.INFORMATION:
            said[anomaly.row].append(anomaly)
    lines: list[tuple[object, ...]] = []
    for row in sorted(rejected, key=_order_to_correct):
        faults = sorted(said[row.ref], key=lambda one: one.severity is not Severity.ERREUR)
        columns = ", ".join(dict.fromkeys(one.column for one in faults if one.column))
        messages = "\n".join(one.message for one in faults)
        who = (row.dsden, row.uai, row.etablissement, row.commune, row.referent)
        lines.append((*who, row.ref.sheet, row.ref.line, columns, messages))
    return Sheet("À corriger", heading, _A_CORRIGER, lines, "Aucune ligne à corriger.")
