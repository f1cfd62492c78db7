"""Remarks as reports and terminal list them: what is written in the cell, whose row it is, folded by kind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.files import sha256
from pipeline.french.words import fold, pluriel
from pipeline.model import Anomaly, Letter, RowRef, Severity
from pipeline.summarize.kinds import KINDS, changes_letter, title_of
from pipeline.summarize.summary import Row, Summary, rows_of, written_at

_OTHER_ROW = re.compile(r"\bligne \d")
"""How a message names another row than its own: what is as wanted then depends on both."""
FOLDED_FROM = 4
"""Remarks of one kind that are shown as one: « 18 lignes : … »."""


@dataclass(frozen=True, slots=True)
class Remark:
    """An anomaly, what the user wrote in its cell, and the school and the person of its row."""

    anomaly: Anomaly
    ecrit: str
    row: Row

    @property
    def lieu(self) -> str:
        """Return where it is, and whose row: « Référents, K7 (Nb IMP), Collège des Tilleuls, Anne Exemple »."""
        place = f"{self.anomaly.row.sheet}, {self.anomaly.cell or f'ligne {self.anomaly.row.line}'}"
        column = f" ({self.anomaly.column})" if self.anomaly.column else ""
        return f"{place}{column}{f', {self.row.qui}' if self.row.qui else ''}"


@dataclass(frozen=True, slots=True)
class Group:
    """The remarks of one kind and one severity, in the order of the workbook."""

    titre: str
    remarques: tuple[Remark, ...]

    @property
    def pliee(self) -> bool:
        """Return whether they are shown as one."""
        return len(self.remarques) >= FOLDED_FROM

    @property
    def resume(self) -> str:
        """Return the line that stands for them: « 18 lignes : civilité absente »."""
        rows = {one.anomaly.row for one in self.remarques}
        return f"{pluriel(len(rows), 'ligne')} : {self.titre}"

    @property
    def remede(self) -> str:
        """Return what to do about any of them; "" for a kind that has no word of its own."""
        kind = KINDS.get(self.remarques[0].anomaly.code)
        return kind.remede if kind else ""


def remarks_of(summary: Summary, anomalies: Sequence[Anomaly]) -> list[Remark]:
    """Return anomalies with what was written and whose row it is, in the same order."""
    written = written_at(summary)
    rows: dict[RowRef, Row] = {row.ref: row for row in rows_of(summary, (one.row for one in anomalies))}
    return [
        Remark(one, written.get((one.row, one.cell), ""), rows.get(one.row, Row(one.row))) for one in anomalies
    ]  # fmt: skip


def reperes_of(summary: Summary) -> dict[Anomaly, str]:
    """Return the sign by which each warning is known again, and its code: another person or value gives another sign.

    Neither its line nor its sheet counts: a workbook that was sorted or cut again says the same things. A remark that
    names another row changes with all the letters of its school and of its person.
    """
    year = summary.config.campagne.annee_scolaire
    warnings = [one for one in summary.anomalies if one.severity is Severity.AVERTISSEMENT]
    near = _near(summary.verdict.letters)
    signs = {}
    for one in remarks_of(summary, warnings):
        who, code = fold(one.row.referent), one.anomaly.code
        others = near[one.row.uai] | near[who] if _OTHER_ROW.search(one.anomaly.message) else ()
        signs[one.anomaly] = f"{_digest(year, one.row.uai, who, code, one.ecrit, *sorted(others))} {code}"
    return signs


def _near(letters: Iterable[Letter]) -> defaultdict[str, set[str]]:
    """Return what letters say, without their rows, by school and by person."""
    near: defaultdict[str, set[str]] = defaultdict(set)
    for letter in letters:
        said = repr((letter.etablissement, letter.referent, letter.chef, letter.montant))
        near[letter.etablissement.uai].add(said)
        near[fold(letter.referent.nom_complet)].add(said)
    return near


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "replace"))[:16]


def groups_of(summary: Summary, severity: Severity) -> list[Group]:
    """Return the remarks of one severity by kind: those that may change a letter first, then the most frequent."""
    return grouped(remarks_of(summary, summary.of(severity)))


def grouped(remarks: Iterable[Remark]) -> list[Group]:
    """Return remarks by kind, in the same order of kinds."""
    kinds: dict[str, list[Remark]] = {}
    for one in remarks:
        kinds.setdefault(title_of(one.anomaly), []).append(one)
    groups = [Group(title, tuple(own)) for title, own in kinds.items()]
    return sorted(
        groups, key=lambda one: (not changes_letter(one.remarques[0].anomaly), -len(one.remarques), one.titre)
    )
