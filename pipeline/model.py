"""The nouns of the field, frozen: what travels from one stage to the next once the table is understood."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pipeline.progress import Ask
from pipeline.uai import departement_of

Fields = Mapping[str, Any]
"""What a letter says, as the fields of its template: texts, groups and lists of them."""
T = TypeVar("T")


class Severity(StrEnum):
    """How much an anomaly weighs. `ERREUR` means exactly that the row has no letter."""

    ERREUR = "erreur"
    AVERTISSEMENT = "avertissement"
    INFORMATION = "information"


class Fact(str):
    """A sentence in French about a whole run that asks for nothing: the other sentences are warnings."""


class RowRef(NamedTuple):
    """A row of the user's workbook: the sheet's name and Excel's own row number (1 is the first).

    A tuple, since rows are looked up by it again and again: of twenty thousand rows, that is seconds.
    """

    sheet: str
    line: int


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something to say about one row; `column` is the header as the user wrote it, `cell` its address (« K391 »)."""

    row: RowRef
    code: str
    severity: Severity
    message: str
    column: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that cleaning rewrote: what it held, what it holds now, and the rule that did it."""

    row: RowRef
    column: str
    cell: str
    before: str
    after: str
    rule: str


@dataclass(frozen=True, slots=True)
class Personne:
    """A référent or a chef d'établissement. `civilite` is « M. », « Mme », or empty when nobody wrote it."""

    civilite: str
    prenom: str
    nom: str
    fonction: str = ""

    @property
    def nom_complet(self) -> str:
        """Return first name and surname, without the civilité."""
        return f"{self.prenom} {self.nom}".strip()


@dataclass(frozen=True, slots=True)
class Etablissement:
    """A school; `nom` is kept as the user wrote it."""

    uai: str
    nom: str
    commune: str = ""

    @property
    def departement(self) -> str:
        """Return the code of the département that the UAI names (« 77 », « 2A », « 974 »)."""
        return departement_of(self.uai)


@dataclass(frozen=True, slots=True)
class Imp:
    """One of the legal pairs of the scale: a number of IMP and its annual gross amount in euros."""

    libelle: str
    fraction: Fraction
    montant: Decimal


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that may be printed: the row was valid. `imp` is None for a « décharge » or a mission without IMP.

    `decharge` says that the row speaks of a « décharge »; `collegues` are the other letters of the same school;
    `remplace` is the day when the letter that this one replaces was sent, in French, "" for a first letter.
    """

    row: RowRef
    etablissement: Etablissement
    referent: Personne
    chef: Personne
    imp: Imp | None
    autres: Mapping[str, str] = field(default_factory=dict)
    decharge: bool = False
    collegues: tuple[Letter, ...] = ()
    remplace: str = ""

    @property
    def dsden(self) -> str:
        """Return the code of the DSDEN this letter goes to, and to no other: that of the UAI."""
        return self.etablissement.departement

    @property
    def montant(self) -> Decimal:
        """Return the annual gross amount in euros, 0 without an IMP."""
        return self.imp.montant if self.imp else Decimal(0)


def montant_total(letters: Iterable[Letter]) -> Decimal:
    """Return the sum of the letters' annual gross amounts, in euros."""
    return sum((letter.montant for letter in letters), Decimal(0))


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A post without a référent: listed, no letter, no error."""

    row: RowRef
    etablissement: Etablissement


@dataclass(frozen=True, slots=True)
class Verdict:
    """What validation found. Every row read is in exactly one of letters, vacancies, rejected and ignored.

    `departements` gives the DSDEN of the rows whose UAI names it, whatever their fate.
    """

    letters: tuple[Letter, ...]
    vacancies: tuple[Vacancy, ...]
    rejected: tuple[RowRef, ...]
    ignored: tuple[RowRef, ...]
    anomalies: tuple[Anomaly, ...]
    departements: Mapping[RowRef, str] = field(default_factory=dict)

    @property
    def rows_read(self) -> int:
        """Return the number of non-blank rows under the header."""
        return len(self.letters) + len(self.vacancies) + len(self.rejected) + len(self.ignored)


def nobody(_: str) -> bool:
    """Agree to nothing: nobody is there to be asked."""
    return False


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks of a run; an empty `dsden` means all of them, `limite` None no limit.

    `agree` asks before letters that were sent are made again for another template.
    """

    workbook: Path
    dsden: tuple[str, ...] = ()
    limite: int | None = None
    strict: bool = False
    keep_docx: bool = False
    refaire: bool = False
    agree: Ask = nobody

    def allowed(self, items: tuple[T, ...], verdict: Verdict) -> tuple[T, ...]:
        """Return nothing where --strict forbids to go on: a row is rejected."""
        return () if self.strict and verdict.rejected else items


@dataclass(frozen=True, slots=True)
class Modele:
    """A Word template, and how many pages a letter made with it may have."""

    fichier: Path
    pages_max: int


@dataclass(frozen=True, slots=True)
class Document:
    """A letter whose PDF was read back and found right; `sha256` is that of the PDF."""

    letter: Letter
    pdf: Path
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Retrait:
    """A letter that a corrective bundle withdraws: its file in an earlier one, whose it was, why, the file instead."""

    fichier: str
    uai: str
    etablissement: str
    referent: str
    motif: str
    remplacee_par: str = ""


@dataclass(frozen=True, slots=True)
class Lot:
    """One bundle on disk: the zip of one DSDEN; `members` names each document inside it, in the same order.

    A corrective one has a `numero` (0: the full one), what it withdraws, and how many letters the whole has.
    """

    dsden: str
    path: Path
    documents: tuple[Document, ...]
    size: int
    sha256: str
    members: tuple[str, ...] = ()
    numero: int = 0
    retraits: tuple[Retrait, ...] = ()
    ensemble: int = 0

    @property
    def montant_total(self) -> Decimal:
        """Return the sum of the letters' annual gross amounts, in euros."""
        return montant_total(document.letter for document in self.documents)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a letter is made with: digests of its template, settings and program, and the engine.

    `contenu` is the digest of what the template says, "" where nobody knows it: no part of the key, since only the file
    itself is sure to give the same bytes.
    """

    gabarit: str
    reglages: str
    moteur: str
    programme: str
    contenu: str = field(default="", compare=False)

    @property
    def says(self) -> str:
        """Return what sets its template apart from others, for a reader of its letters."""
        return self.contenu or self.gabarit

    def key(self, fields: Fields) -> str:
        """Return the name of a letter in the store: the same for the same bytes of PDF, and for no other."""
        return digest_of([{name: value for name, value in asdict(self).items() if name != "contenu"}, fields])


@dataclass(frozen=True, slots=True)
class Made:
    """A letter as a run made it: its recipe, and those of its fields that its template reads."""

    recipe: Recipe
    fields: Fields

    @property
    def contenu(self) -> str:
        """Return a digest of what the letter says: its template and its fields, but for what it replaces.

        Another engine, program or number of pages allowed makes no other letter of it for who reads it.
        """
        said = {name: value for name, value in self.fields.items() if name != "remplace"}
        return digest_of([self.recipe.says, said])


def digest_of(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
