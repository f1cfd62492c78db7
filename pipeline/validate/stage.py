"""Give each row its fate: a letter, a vacant post, a row to correct, or no row at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.french.words import fold
from pipeline.model import Anomaly, Etablissement, Letter, RowRef, Severity, Vacancy, Verdict
from pipeline.settings.config import Config
from pipeline.table import LINE, OTHER, SHEET, Table, as_text
from pipeline.uai import departement_of, has_form
from pipeline.validate.across import duplicates, own_chef, same_person, several_rows, with_colleagues
from pipeline.validate.imp import merged_sums, read_imp, says_decharge
from pipeline.validate.people import check_fonction, is_vacant, read_chef, read_referent
from pipeline.validate.register import NO_ANNUAIRE, Annuaire
from pipeline.validate.row import Row, band_under, why_ignored
from pipeline.validate.same_school import contradictions, near_twins
from pipeline.validate.school import check_school, read_etablissement
from pipeline.validate.spelling import check_seconds, doubtful_chefs, inverted_names
from pipeline.validate.statuses import check_margins, check_statuts
from pipeline.validate.texts import check_struck


def validate(table: Table, config: Config, annuaire: Annuaire = NO_ANNUAIRE) -> Verdict:
    """Judge every row in one pass: a letter, a vacant post, a row to correct, or a row that is none.

    All the errors of all the rows are given, in the order of the workbook. Each row has exactly one fate. `annuaire` is
    the register of schools to compare them with, where there is one.
    """
    rows = {row.ref: row for row in _rows(table, frozenset(map(fold, config.classeur.noms_admis)))}
    letters: list[Letter] = []
    vacancies: list[Vacancy] = []
    rejected: list[RowRef] = []
    ignored: list[RowRef] = []
    anomalies: list[Anomaly] = []
    for row in rows.values():
        fate, found = judge(row, config, annuaire)
        anomalies += found
        if isinstance(fate, Letter):
            letters.append(fate)
        elif isinstance(fate, Vacancy):
            vacancies.append(fate)
        else:
            (rejected if any(one.severity is Severity.ERREUR for one in found) else ignored).append(row.ref)
    twins = duplicates(letters, rows)
    doubled = {anomaly.row for anomaly in twins}
    ignored += doubled
    anomalies = [one for one in anomalies if one.row not in doubled]
    single = [letter for letter in letters if letter.row not in doubled]
    sums = merged_sums(table.filled, single, rows, config.imp)
    asked = {one.row for one in sums if one.severity is Severity.ERREUR}
    kept = tuple(letter for letter in single if letter.row not in asked)
    anomalies += twins + sums + same_person(kept, rows) + contradictions(kept, rows) + near_twins(kept, rows)
    anomalies += check_margins(table.margins, kept)
    anomalies += several_rows(kept, rows, config.imp) + own_chef(kept, rows)
    anomalies += doubtful_chefs(kept, rows, table.surname_first) + inverted_names(kept, rows)
    order = {ref: index for index, ref in enumerate(rows)}
    return Verdict(
        letters=with_colleagues(kept),
        vacancies=tuple(vacancies),
        rejected=tuple(sorted([*rejected, *asked], key=order.__getitem__)),
        ignored=tuple(sorted(ignored, key=order.__getitem__)),
        anomalies=tuple(sorted(anomalies, key=lambda anomaly: order[anomaly.row])),
        departements={ref: code for ref, row in rows.items() if (code := _departement(row, config))},
    )


def judge(row: Row, config: Config, annuaire: Annuaire = NO_ANNUAIRE) -> tuple[Letter | Vacancy | None, list[Anomaly]]:
    """Give the fate of one row, and everything there is to say about it."""
    if ignored := why_ignored(row):
        return None, [ignored]
    if is_vacant(row):
        faulty = [fault for fault in row.faults() if row.is_faulty("uai") and fault.cell == row.cell("uai")]
        errors = [one for one in faulty + check_school(row, config, annuaire) if one.severity is Severity.ERREUR]
        vacancy = Vacancy(row.ref, Etablissement(row.text("uai"), row.text("etablissement"), row.text("commune")))
        struck = [replace(one, severity=Severity.AVERTISSEMENT) for one in check_struck(row)]  # no letter prints it
        return (None, errors) if errors else (vacancy, [_vacant(row), *struck])
    etablissement, about_school = read_etablissement(row, config, annuaire)
    referent, about_referent = read_referent(row)
    chef, about_chef = read_chef(row)
    imp, about_imp = read_imp(row, config.imp)
    anomalies = row.faults() + about_school + about_referent + about_chef + about_imp + check_fonction(row, imp)
    anomalies += check_seconds(row) + check_statuts(row) + check_struck(row)
    if any(anomaly.severity is Severity.ERREUR for anomaly in anomalies):
        return None, anomalies
    decharge = imp is None and says_decharge(row)
    return Letter(row.ref, etablissement, referent, chef, imp, _autres(row), decharge), anomalies


def select(verdict: Verdict, dsden: tuple[str, ...], limite: int | None) -> Verdict:
    """Keep the letters of some DSDEN, and the first `limite` of them; the rows left out count as ignored, by name.

    A row to correct whose département is unknown stays: nobody can say that it is another's.
    """
    others = {ref for ref, code in verdict.departements.items() if dsden and code not in dsden}
    letters = [letter for letter in verdict.letters if letter.row not in others]
    beyond = {letter.row for letter in letters[limite:]} if limite is not None else set()
    left_out = (others | beyond) - set(verdict.ignored)
    said = [
        Anomaly(ref, "hors_selection", Severity.INFORMATION, "Ligne hors de la sélection demandée : pas de lettre.")
        for ref in sorted(left_out)
    ]
    return replace(
        verdict,
        letters=tuple(letter for letter in letters if letter.row not in beyond),
        vacancies=tuple(vacancy for vacancy in verdict.vacancies if vacancy.row not in left_out),
        rejected=tuple(ref for ref in verdict.rejected if ref not in left_out),
        ignored=tuple(sorted([*verdict.ignored, *left_out])),
        anomalies=tuple([one for one in verdict.anomalies if one.row not in left_out] + said),
    )


def reject(verdict: Verdict, failures: Mapping[RowRef, Anomaly]) -> Verdict:
    """Move the letters that could not be printed, or were not right once printed, to the rejected rows."""
    return replace(
        verdict,
        letters=tuple(letter for letter in verdict.letters if letter.row not in failures),
        rejected=(*verdict.rejected, *failures),
        anomalies=(*verdict.anomalies, *failures.values()),
    )


def remark(verdict: Verdict, doubts: Sequence[Anomaly]) -> Verdict:
    """Add what is worth a look in rows that keep their letter."""
    return replace(verdict, anomalies=(*verdict.anomalies, *doubts))


def _rows(table: Table, admitted: frozenset[str]) -> Iterator[Row]:
    names = [str(name) for name in table.rows.columns if name not in (SHEET, LINE)]
    cells = zip(*(table.rows[name].tolist() for name in names), strict=True)
    bands: dict[str, str] = {}
    for sheet, line, values in zip(table.rows[SHEET].tolist(), table.rows[LINE].tolist(), cells, strict=True):
        held = dict(zip(names, values, strict=True))
        band = bands.get(sheet, "")
        row = Row(RowRef(sheet, line), held, table.columns[sheet], table.held, table.struck, band, admitted)
        bands[sheet] = band_under(row)
        yield row


def _vacant(row: Row) -> Anomaly:
    role = next((role for role in ("referent_nom", "referent") if role in row.columns), "uai")
    return row.anomaly(role, "a_pourvoir", Severity.INFORMATION, "Poste à pourvoir : pas de lettre.")


def _departement(row: Row, config: Config) -> str:
    """Return the DSDEN of a row whose UAI says it, even when the row has other faults."""
    uai = row.text("uai")
    code = departement_of(uai) if has_form(uai) else ""
    return code if config.dsden_of(code) else ""


def _autres(row: Row) -> dict[str, str]:
    return {name.removeprefix(OTHER): as_text(cell) for name, cell in row.values.items() if name.startswith(OTHER)}
