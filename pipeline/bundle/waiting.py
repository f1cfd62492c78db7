"""The rows to correct, as former letters see them: a letter whose row is only being corrected was not withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.french.words import fold, pluriel
from pipeline.model import Fields, RowRef
from pipeline.printing.pairing import name_of, school_of
from pipeline.table import LINE, SHEET, Table, as_text
from pipeline.uai import is_valid

_NAMES = ("referent_prenom", "referent_nom", "referent")


@dataclass(frozen=True, slots=True)
class Attente:
    """Whose the rows to correct may be: the UAI that are right, the words of référents' names.

    `anyone` when a row gives neither: it may be that of any letter.
    """

    uais: frozenset[str] = frozenset()
    names: tuple[frozenset[str], ...] = ()
    anyone: bool = False

    def may_be(self, fields: Fields) -> bool:
        """Return whether one of the rows may be that of a former letter."""
        name = frozenset(name_of(fields).split())
        return self.anyone or school_of(fields) in self.uais or any(name <= words for words in self.names)


NOBODY = Attente()


def still_valid(count: int) -> str:
    """Return what a DSDEN is told of letters that it has, and whose rows are being corrected; "" for none."""
    one = "lettre que vous avez déjà, toujours valable mais absente du récapitulatif : sa ligne est à corriger"
    more = "lettres que vous avez déjà, toujours valables mais absentes du récapitulatif : leur ligne est à corriger"
    return pluriel(count, one, more) if count else ""


def rows_waiting(table: Table, rejected: Collection[RowRef]) -> Attente:
    """Return whose the rows to correct may be."""
    uais, names, anyone = set(), [], False
    for uai, words in _told(table, set(rejected)):
        if is_valid(uai):
            uais.add(uai)
        if words:
            names.append(words)
        anyone |= not (words or is_valid(uai))
    return Attente(frozenset(uais), tuple(names), anyone)


def _told(table: Table, rejected: set[RowRef]) -> Sequence[tuple[str, frozenset[str]]]:
    """Return, for each row to correct, its UAI as it is written and the words of its référent's name."""
    if not rejected:
        return ()
    rows = table.rows
    held = [rows[role].tolist() for role in ("uai", *_NAMES) if role in rows.columns]
    has_uai = "uai" in rows.columns
    told = []
    for sheet, line, *cells in zip(rows[SHEET].tolist(), rows[LINE].tolist(), *held, strict=True):
        if RowRef(sheet, line) in rejected:
            texts = [as_text(cell) for cell in cells]
            names = texts[1:] if has_uai else texts
            told.append((texts[0] if has_uai else "", frozenset(fold(" ".join(names)).split())))
    return told
