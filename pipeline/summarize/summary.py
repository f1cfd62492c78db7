"""What the reports are made from: everything that the run found and made, frozen."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.bundle.differences import Comparaison
from pipeline.errors import ExitCode
from pipeline.journal.sendings import Envoi
from pipeline.load.notices import of_reading
from pipeline.model import Anomaly, Change, Document, Fact, Lot, RowRef, Severity, Verdict
from pipeline.settings.config import Config
from pipeline.settings.sections import Dsden
from pipeline.table import LINE, SHEET, CellFault, Table, as_text
from pipeline.validate.across import doubtful_dsden


@dataclass(frozen=True, slots=True)
class Summary:
    """A run as its reports describe it.

    `table` is the cleaned table, `changes` what cleaning did to it; `verdict` is the one after conversion (a letter
    that could not be made is among the rejected rows). `documents` and `lots` are empty after a mere verification.
    `notices` are French sentences about the run as a whole, facts or warnings; `dsden` are the codes it was limited to,
    none for all; `differences` what changed for each DSDEN since its last sending, then since the previous run;
    `rectificatifs` are the corrective bundles, `envois` the journal's sendings. `origine` is the name of the workbook
    that `workbook` corrects, where it is a marked copy given back; `verifiees` are the warnings that someone has said
    are as wanted.
    """

    config: Config
    workbook: Path
    table: Table
    changes: tuple[Change, ...]
    verdict: Verdict
    documents: tuple[Document, ...]
    lots: tuple[Lot, ...]
    engine: str
    generated_at: datetime
    notices: tuple[str, ...] = ()
    dsden: tuple[str, ...] = ()
    differences: tuple[Comparaison, ...] = ()
    envois: tuple[Envoi, ...] = ()
    rectificatifs: tuple[Lot, ...] = ()
    origine: str = ""
    verifiees: frozenset[Anomaly] = frozenset()

    @property
    def covered(self) -> tuple[Dsden, ...]:
        """Return the DSDEN of the settings that the run was about."""
        return tuple(one for one in self.config.dsden if not self.dsden or one.code in self.dsden)

    @property
    def exit_code(self) -> ExitCode:
        """Return how the command ends: well only if the workbook has rows and none of them waits for a correction."""
        return ExitCode.OK if self.verdict.rows_read and not self.verdict.rejected else ExitCode.ROWS_LEFT

    @property
    def facts(self) -> tuple[str, ...]:
        """Return what there is to know of the run as a whole: what it covered, what was read, what became of it."""
        said = (*of_reading(self.table), *self.table.notices, *self.notices)
        told = tuple(one for one in said if isinstance(one, Fact))
        if not self.dsden:
            return told
        codes = " et ".join(one.code for one in self.covered)
        which = f"la DSDEN {codes}" if len(self.covered) == 1 else f"les DSDEN {codes}"
        return (f"Ce passage ne porte que sur {which} : les lots des autres DSDEN restent tels quels.", *told)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what somebody has to look at in the run as a whole."""
        said = (*self.table.notices, *doubtful_dsden(self.table.rows["uai"], self.config), *self.notices)
        return tuple(one for one in said if not isinstance(one, Fact))

    @property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """Return the anomalies in the order of the workbook: its sheets, then its lines."""
        sheets = {sheet: place for place, sheet in enumerate(self.table.columns)}
        return tuple(
            sorted(self.verdict.anomalies, key=lambda one: (sheets.get(one.row.sheet, len(sheets)), one.row.line))
        )

    def of(self, severity: Severity) -> tuple[Anomaly, ...]:
        """Return the anomalies of one severity, in the order of the workbook, but for what is as wanted."""
        return tuple(one for one in self.anomalies if one.severity is severity and one not in self.verifiees)


@dataclass(frozen=True, slots=True)
class Row:
    """What a reader needs to find a row again: its place, its DSDEN where the UAI gives it, its school, its person."""

    ref: RowRef
    dsden: str = ""
    uai: str = ""
    etablissement: str = ""
    commune: str = ""
    referent: str = ""

    @property
    def qui(self) -> str:
        """Return the school and the person: « Collège des Tilleuls, Anne Exemple »."""
        return ", ".join(part for part in (self.etablissement, self.referent) if part)


def rows_of(summary: Summary, refs: Iterable[RowRef]) -> tuple[Row, ...]:
    """Return the wanted rows, in the order of the workbook."""
    wanted, departements = set(refs), summary.verdict.departements
    return tuple(
        _row(ref, departements.get(ref, ""), values) for ref, values in _records(summary.table) if ref in wanted
    )


def _row(ref: RowRef, dsden: str, values: Mapping[Hashable, object]) -> Row:
    uai, etablissement, commune = (as_text(values.get(role)) for role in ("uai", "etablissement", "commune"))
    return Row(ref, dsden, uai, etablissement, commune, _person(values))


def _person(values: Mapping[Hashable, object]) -> str:
    apart = (as_text(values.get(role)) for role in ("referent_prenom", "referent_nom"))
    return " ".join(part for part in apart if part) or as_text(values.get("referent"))


def written_at(summary: Summary) -> dict[tuple[RowRef, str], str]:
    """Return what the user wrote in each cell that an anomaly names, before any cleaning."""
    before = {(change.row, change.cell): change.before for change in summary.changes}
    rows, columns = summary.table.rows, summary.table.columns
    index = {place: at for at, place in enumerate(zip(rows[SHEET], rows[LINE], strict=True))}
    names = {(sheet, column.letter): name for sheet, own in columns.items() for name, column in own.items()}
    cells = {str(name): rows[name].tolist() for name in rows.columns}
    written = {}
    for one in summary.verdict.anomalies:
        name = names.get((one.row.sheet, one.cell.rstrip("0123456789")))
        at = index.get((one.row.sheet, one.row.line))
        if name and at is not None:
            value = cells[name][at] if name in cells else ""
            shown = value.error if isinstance(value, CellFault) else as_text(value)
            written[one.row, one.cell] = before.get((one.row, one.cell), shown)
    return written


def _records(table: Table) -> Iterator[tuple[RowRef, dict[Hashable, object]]]:
    names = [str(name) for name in table.rows.columns]
    for cells in zip(*(table.rows[name].tolist() for name in names), strict=True):
        values: dict[Hashable, Any] = dict(zip(names, cells, strict=True))
        yield RowRef(values[SHEET], values[LINE]), values


def file_names(lots: Iterable[Lot]) -> dict[RowRef, str]:
    """Return the file of each letter inside its bundle."""
    return {
        document.letter.row: name for lot in lots for document, name in zip(lot.documents, lot.members, strict=True)
    }
