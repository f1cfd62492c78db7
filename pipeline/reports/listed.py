"""The letters as rapport.html lists them, each with its PDF."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipeline.french.words import fold
from pipeline.model import Letter
from pipeline.names import LETTERS
from pipeline.reports.overview import taux_of
from pipeline.summarize.summary import Summary, file_names


@dataclass(frozen=True, slots=True)
class Line:
    """One letter of the list; `pdf` is its address from the results folder, "" when there is none."""

    nom: str
    etablissement: str
    commune: str
    uai: str
    dsden: str
    taux: str
    montant: Decimal
    pdf: str


def lines_of(summary: Summary) -> tuple[tuple[Line, Path | None], ...]:
    """Return the letters by DSDEN, commune, school and name, each with its PDF where it was made."""
    names = file_names(summary.lots)
    pdfs = {document.letter.row: document.pdf for lot in summary.lots for document in lot.documents}
    letters = sorted(summary.verdict.letters, key=_order)
    return tuple((_line(letter, names.get(letter.row, "")), pdfs.get(letter.row)) for letter in letters)


def _order(letter: Letter) -> tuple[str, ...]:
    school, referent = letter.etablissement, letter.referent
    return (letter.dsden, fold(school.commune), fold(school.nom), fold(referent.nom), fold(referent.prenom))


def _line(letter: Letter, member: str) -> Line:
    school, referent = letter.etablissement, letter.referent
    nom = f"{referent.civilite} {referent.nom_complet}".strip()
    pdf = f"{LETTERS}DSDEN-{letter.dsden}/{member.removeprefix(LETTERS)}" if member else ""
    return Line(nom, school.nom, school.commune, school.uai, letter.dsden, taux_of(letter), letter.montant, pdf)
