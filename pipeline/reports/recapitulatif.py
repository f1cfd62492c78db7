"""recapitulatif.xlsx: one line a letter, totals a DSDEN, what is missing; and the same for the bundle of one DSDEN."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipeline.config import Config
from pipeline.french import fold
from pipeline.model import Anomaly, Document, Letter, RowRef, Severity, Vacancy, montant_total
from pipeline.reports.sheets import Column, Sheet, workbook
from pipeline.reports.summary import Row, Summary, file_names, rows_of

_UNKNOWN = "inconnue"

_SYNTHESE = (
    Column("DSDEN"),
    Column("Intitulé"),
    Column("Lettres", "entier", total=True),
    Column("Montant annuel brut", "euros", total=True),
    Column("Postes à pourvoir", "entier", total=True),
    Column("Lignes à corriger", "entier", total=True),
)
_LETTRES = (
    Column("DSDEN"),
    Column("UAI"),
    Column("Établissement", "nom"),
    Column("Commune"),
    Column("Civilité"),
    Column("Nom"),
    Column("Prénom"),
    Column("Fonction", "nom"),
    Column("Chef d’établissement", "nom"),
    Column("Nombre d’IMP", "fraction"),
    Column("Montant annuel brut", "euros", total=True),
    Column("Fichier"),
)
_A_POURVOIR = (
    Column("DSDEN"),
    Column("UAI"),
    Column("Établissement", "nom"),
    Column("Commune"),
    Column("Feuille"),
    Column("Ligne", "ligne"),
)
_A_CORRIGER = (
    Column("DSDEN"),
    Column("Feuille"),
    Column("Ligne", "ligne"),
    Column("UAI"),
    Column("Établissement", "nom"),
    Column("Colonnes"),
    Column("À corriger", "long"),
)


def recapitulatif(summary: Summary) -> bytes:
    """Return the bytes of recapitulatif.xlsx: « Synthèse », « Lettres », « À pourvoir », « À corriger »."""
    campagne = summary.config.campagne
    heading = f"Référents décrochage scolaire, {campagne.annee_scolaire}, {campagne.academie}"
    rejected = rows_of(summary, summary.verdict.rejected)
    sheets = (
        Sheet("Synthèse", heading, _SYNTHESE, _totals(summary, rejected), "Aucune DSDEN n’a de lettre."),
        _letters_sheet(heading, summary.verdict.letters, file_names(summary.lots)),
        _vacancies_sheet(heading, summary.verdict.vacancies),
        Sheet(
            "À corriger", heading, _A_CORRIGER, _corrections(summary.anomalies, rejected), "Aucune ligne à corriger."
        ),
    )
    return workbook(sheets, "Récapitulatif des lettres de mission", campagne.rentree)


def lot_sheet(
    config: Config, dsden: str, named: Sequence[tuple[str, Document]], vacancies: Sequence[Vacancy] = ()
) -> bytes:
    """Return the bytes of the summary sheet of one bundle: its letters with their total, its vacant posts.

    `named` gives each document with its name inside the bundle.
    """
    known = config.dsden_of(dsden)
    intitule = known.intitule if known else f"DSDEN {dsden}"
    heading = f"Référents décrochage scolaire, {config.campagne.annee_scolaire}, {intitule}"
    letters = [document.letter for _, document in named]
    sheets = (
        _letters_sheet(heading, letters, {document.letter.row: name for name, document in named}),
        _vacancies_sheet(heading, vacancies),
    )
    return workbook(sheets, f"Récapitulatif des lettres de mission, {intitule}", config.campagne.rentree)


def _letters_sheet(heading: str, letters: Sequence[Letter], names: Mapping[RowRef, str]) -> Sheet:
    rows = [_letter_row(letter, names.get(letter.row, "")) for letter in sorted(letters, key=_order)]
    return Sheet("Lettres", heading, _LETTRES, rows, "Aucune lettre.")


def _letter_row(letter: Letter, name: str) -> tuple[object, ...]:
    school, referent, chef = letter.etablissement, letter.referent, letter.chef
    return (
        letter.dsden,
        school.uai,
        school.nom,
        school.commune,
        referent.civilite,
        referent.nom,
        referent.prenom,
        referent.fonction,
        f"{chef.civilite} {chef.nom_complet}".strip(),
        letter.imp.fraction if letter.imp else None,
        letter.montant,
        name.rpartition("/")[2],
    )


def _order(letter: Letter) -> tuple[str, ...]:
    school, referent = letter.etablissement, letter.referent
    return (
        letter.dsden,
        fold(school.commune),
        fold(school.nom),
        school.uai,
        fold(referent.nom),
        fold(referent.prenom),
        letter.row.sheet,
        f"{letter.row.line:08d}",
    )


def _vacancies_sheet(heading: str, vacancies: Sequence[Vacancy]) -> Sheet:
    ordered = sorted(
        vacancies,
        key=lambda one: (
            one.etablissement.departement,
            fold(one.etablissement.commune),
            one.etablissement.uai,
            one.row,
        ),
    )
    rows = [
        (
            one.etablissement.departement,
            one.etablissement.uai,
            one.etablissement.nom,
            one.etablissement.commune,
            one.row.sheet,
            one.row.line,
        )
        for one in ordered
    ]
    return Sheet("À pourvoir", heading, _A_POURVOIR, rows, "Aucun poste à pourvoir.")


def _corrections(anomalies: Sequence[Anomaly], rejected: Sequence[Row]) -> list[tuple[object, ...]]:
    """Return one line a rejected row, with all that is said of it, its errors first."""
    said: dict[RowRef, list[Anomaly]] = defaultdict(list)
    for anomaly in anomalies:
        if anomaly.severity is not Severity.INFORMATION:
            said[anomaly.row].append(anomaly)
    lines: list[tuple[object, ...]] = []
    for row in rejected:
        faults = sorted(said[row.ref], key=lambda one: one.severity is not Severity.ERREUR)
        columns = ", ".join(dict.fromkeys(one.column for one in faults if one.column))
        messages = "\n".join(one.message for one in faults)
        lines.append((row.dsden, row.ref.sheet, row.ref.line, row.uai, row.etablissement, columns, messages))
    return lines


def _totals(summary: Summary, rejected: Sequence[Row]) -> list[tuple[object, ...]]:
    """Return one line a DSDEN of the run, then one for the rows whose DSDEN cannot be told, if there are any."""
    letters, verdict = summary.verdict.letters, summary.verdict
    codes = [dsden.code for dsden in summary.covered]
    elsewhere = [row for row in rejected if row.dsden not in codes]
    lines: list[tuple[object, ...]] = []
    for dsden in summary.covered:
        own = [letter for letter in letters if letter.dsden == dsden.code]
        lines.append(
            (
                dsden.code,
                dsden.intitule,
                len(own),
                montant_total(own),
                sum(one.etablissement.departement == dsden.code for one in verdict.vacancies),
                sum(row.dsden == dsden.code for row in rejected),
            )
        )
    return [*lines, (_UNKNOWN, "UAI à corriger", 0, Decimal(0), 0, len(elsewhere))] if elsewhere else lines
