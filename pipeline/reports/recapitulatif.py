"""recapitulatif.xlsx: one line a letter, totals a DSDEN, what is missing; and the same for the bundle of one DSDEN."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.config import Config
from pipeline.french import fold
from pipeline.model import Anomaly, Document, Letter, RowRef, Severity, Vacancy
from pipeline.reports.differences import Corrected, differences_sheet, with_changes, withdrawn_sheet
from pipeline.reports.sheets import Sheet, workbook
from pipeline.reports.summary import Row, Summary, file_names, rows_of
from pipeline.reports.synthese import Lists, synthese
from pipeline.reports.tables import Column

_LETTER_COLUMNS = (
    Column("DSDEN"),
    Column("UAI"),
    Column("Établissement", "nom"),
    Column("Commune", "nom"),
    Column("Civilité"),
    Column("Nom", "nom"),
    Column("Prénom", "nom"),
    Column("Fonction", "nom"),
    Column("Chef d’établissement", "nom"),
    Column("Nombre d’IMP", "fraction"),
    Column("Montant annuel brut", "euros", total=True),
    Column("Fichier", printed=False),
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


def lot_sheet(
    config: Config,
    dsden: str,
    named: Sequence[tuple[str, Document]],
    vacancies: Sequence[Vacancy] = (),
    corrected: Corrected | None = None,
) -> bytes:
    """Return the bytes of the summary sheet of one bundle: « Synthèse », « Lettres », « À pourvoir ».

    `named` gives each document with its name inside the bundle. That of a corrective one is about the whole, and tells
    what changed and what is withdrawn.
    """
    known = config.dsden_of(dsden)
    intitule = known.intitule if known else f"DSDEN {dsden}"
    heading = f"Référents décrochage scolaire, {config.campagne.annee_scolaire}, {intitule}"
    letters = [document.letter for _, document in named]
    lettres = letters_sheet(heading, letters, {document.letter.row: name for name, document in named})
    withdrawn: tuple[Sheet, ...] = ()
    if corrected:
        lettres, withdrawn = with_changes(lettres, corrected), (withdrawn_sheet(heading, corrected),)
    a_pourvoir = vacancies_sheet(heading, vacancies)
    first = synthese(heading, {dsden: intitule}, letters, config.imp.pairs, Lists(lettres, a_pourvoir))
    title = f"Récapitulatif des lettres de mission, {intitule}"
    return workbook((first, lettres, *withdrawn, a_pourvoir), title, config.campagne.rentree)


def letters_sheet(heading: str, letters: Sequence[Letter], names: Mapping[RowRef, str]) -> Sheet:
    rows = [_letter_row(letter, names.get(letter.row, "")) for letter in sorted(letters, key=_order)]
    return Sheet("Lettres", heading, _LETTER_COLUMNS, rows, "Aucune lettre.")


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


def vacancies_sheet(heading: str, vacancies: Sequence[Vacancy]) -> Sheet:
    def order(vacancy: Vacancy) -> tuple[str, str, str, str, RowRef]:
        school = vacancy.etablissement
        return (school.departement, fold(school.commune), fold(school.nom), school.uai, vacancy.row)

    rows = [
        (school.departement, school.uai, school.nom, school.commune, *row)
        for row, school in ((one.row, one.etablissement) for one in sorted(vacancies, key=order))
    ]
    return Sheet("À pourvoir", heading, _A_POURVOIR, rows, "Aucun poste à pourvoir.")


def _order_to_correct(row: Row) -> tuple[object, ...]:
    """Put last the rows whose DSDEN cannot be told; the order of the workbook stands where all else is equal."""
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
