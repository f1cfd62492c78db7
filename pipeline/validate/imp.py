"""Rules on the IMP: a number, an amount, or both when they agree; only the pairs of the scale are legal.

Source: décret n° 2015-475 and arrêté of 27 April 2015, circulaire n° 2015-058 of 29 April 2015.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pipeline.french.amounts import read_date, read_euros, read_fraction, says_none, undated
from pipeline.french.words import euros, fold
from pipeline.model import Anomaly, Imp, Letter, RowRef
from pipeline.settings.sections import Bareme
from pipeline.validate.row import Row
from pipeline.validate.scale import guesses, pair, said_twice


def read_imp(row: Row, bareme: Bareme) -> tuple[Imp | None, list[Anomaly]]:
    """Read the IMP of a row: one pair of the scale, or None for a mission without IMP, with what is wrong."""
    if row.is_faulty("imp") or row.is_faulty("montant"):
        return None, []
    if unreadable := _check_readable(row, bareme):
        return None, unreadable
    by_number, by_amount = _pairs(row, bareme)
    if says_none(row.values.get("imp")) or says_none(row.values.get("montant")):
        return _without_imp(row, by_number or by_amount)
    if by_number and by_amount and by_number != by_amount:
        return None, [_contradiction(row, by_number, by_amount)]
    imp = by_number or by_amount
    if imp is None:
        message = "Écrivez le nombre d’IMP ou son montant (ou « sans IMP » si la mission n’en donne pas)."
        return None, [row.error(_column(row), "imp_absent", message)]
    return imp, _check_usual(row, imp, bareme)


def says_decharge(row: Row) -> bool:
    """Return whether a row without IMP says why: hours of « décharge » stand for it."""
    return any("decharge" in fold(row.text(role)) for role in ("imp", "montant"))


def _check_readable(row: Row, bareme: Bareme) -> list[Anomaly]:
    """Check that both cells, where they are filled, can be read and are on the scale."""
    anomalies = []
    for role in ("imp", "montant"):
        cell = undated(row.values.get(role, ""))
        if day := read_date(cell):
            anomalies.append(_turned_into_a_date(row, role, day, bareme))
        elif "pacte" in fold(row.text(role)).split():
            message = "« Pacte » : une part de Pacte n’est pas une IMP. Écrivez l’IMP, ou retirez la ligne."
            anomalies.append(row.error(role, "pacte", message))
        elif not _is_blank(row, role) and not says_none(cell) and pair(role, cell, bareme) is None:
            anomalies.append(_off_scale(row, role, cell, bareme))
    return anomalies


def _pairs(row: Row, bareme: Bareme) -> tuple[Imp | None, Imp | None]:
    return (pair("imp", row.values.get("imp"), bareme), pair("montant", row.values.get("montant"), bareme))


def _without_imp(row: Row, other: Imp | None) -> tuple[None, list[Anomaly]]:
    if other is not None:
        message = (
            f"Une cellule dit « sans IMP » et l’autre {euros(other.montant)}. Gardez celle des deux qui est juste."
        )
        return None, [row.error(_column(row), "montant_contradictoire", message)]
    message = "Mission sans IMP : la lettre le dit. Vérifiez que c’est bien voulu."
    return None, [row.warning(_column(row), "sans_imp", message)]


def _contradiction(row: Row, by_number: Imp, by_amount: Imp) -> Anomaly:
    message = (
        f"« {row.text('imp')} » et « {row.text('montant')} » ne vont pas ensemble : {by_number.fraction} IMP vaut "
        f"{euros(by_number.montant)}, et {euros(by_amount.montant)} font {by_amount.fraction} IMP. "
        "Corrigez celui des deux qui est faux."
    )
    return row.error("montant", "montant_contradictoire", message)


def _check_usual(row: Row, imp: Imp, bareme: Bareme) -> list[Anomaly]:
    if imp.montant in bareme.usuels:
        return []
    usual = ", ".join(euros(montant) for montant in bareme.usuels)
    message = f"{euros(imp.montant)} est légal mais inhabituel pour cette mission ({usual}). Vérifiez le montant."
    return [row.warning(_column(row), "montant_inhabituel", message)]


def _turned_into_a_date(row: Row, role: str, cell: date, bareme: Bareme) -> Anomaly:
    """Say which fraction a date was: Excel reads « 1/2 » as 1 February."""
    numbers = [Fraction(cell.day, cell.month), Fraction(cell.month, cell.day)]
    known = [number for number in numbers if any(imp.fraction == number for imp in bareme.pairs)]
    guess = f" Si c’était « {known[0]} », écrivez {_decimal(known[0])}." if known else ""
    message = (
        f"Excel a lu une fraction comme une date ({row.text(role)}). Mettez la cellule au format Standard, puis "
        f"écrivez le nombre d’IMP.{guess}"
    )
    return row.error(role, "imp_date", message)


def _off_scale(row: Row, role: str, cell: object, bareme: Bareme) -> Anomaly:
    """Say that a cell cannot be read, contradicts itself, or that what it says is not on the scale."""
    if twice := said_twice(cell, bareme):
        number, amount = twice
        message = (
            f"« {row.shown(role)} » : {number.fraction} IMP vaut {euros(number.montant)}, et non "
            f"{euros(amount.montant)}. Écrivez celui des deux qui est juste."
        )
        return row.error(role, "montant_contradictoire", message)
    of_amount = role == "montant"
    readable = (read_euros(cell) if of_amount else read_fraction(cell)) is not None
    if readable:
        legal = ", ".join(_written(imp, of_amount) for imp in bareme.pairs)
        message = f"« {row.shown(role)} » n’est pas dans le barème. Valeurs possibles : {legal}."
        return row.error(role, f"{role}_hors_bareme", message)
    what = "un montant" if of_amount else "un nombre d’IMP"
    guessed = [f"« {_written(imp, of_amount)} »" for imp in guesses(row.shown(role), bareme)]
    usual = _written(bareme.pairs[min(1, len(bareme.pairs) - 1)], of_amount)
    advice = (
        f"Est-ce {' ou '.join(guessed)} ? Écrivez la valeur seule" if guessed else f"Écrivez par exemple « {usual} »"
    )
    message = f"« {row.shown(role)} » ne se lit pas comme {what}. {advice}."
    return row.error(role, f"{role}_illisible", message)


def _written(imp: Imp, of_amount: bool) -> str:
    return euros(imp.montant) if of_amount else str(imp.fraction)


def _is_blank(row: Row, role: str) -> bool:
    """Return whether a cell says nothing: empty, or only dashes and points; « ? » asks."""
    return not re.search(r"[^\s\-–—._]", row.text(role))


def _column(row: Row) -> str:
    """Return the column to point at when both could be filled: the one that is, else the first that exists."""
    filled = [role for role in ("imp", "montant") if not _is_blank(row, role)]
    return (filled or [role for role in ("imp", "montant") if role in row.columns] or ["imp"])[0]


def _decimal(fraction: Fraction) -> str:
    return f"{Decimal(fraction.numerator) / Decimal(fraction.denominator):f}".replace(".", ",")


Filled = tuple[str, int, str]
"""A cell that took the value of the cells it was merged with: its sheet, its line, the name of its column."""


def merged_sums(
    filled: Collection[Filled], letters: Sequence[Letter], rows: Mapping[RowRef, Row], bareme: Bareme
) -> list[Anomaly]:
    """Ask for each one's part where people of one school may share the sum of a merged cell; else warn.

    Source: circulaire n° 2015-058 of 29 April 2015, an IMP may be shared, each part being of the scale.
    """
    printed = {letter.row: letter for letter in letters}
    said: dict[tuple[RowRef, str], Anomaly] = {}
    for column, lines in _areas(filled):
        people = [printed[line] for line in lines if line in printed]
        for letter in people:
            school = [one for one in people if one.etablissement.uai == letter.etablissement.uai]
            row = rows[letter.row]
            if share := _share(letter, len(school), bareme):
                said[letter.row, column] = row.error(column, "imp_fusionnee", _question(letter, share))
            elif letter.row != lines[0]:
                said[letter.row, column] = row.warning(column, "imp_fusionnee", _WHOLE)
    return list(said.values())


_WHOLE = (
    "Une cellule fusionnée donne ce montant à plusieurs personnes : chacune le reçoit en entier. Si elles se le "
    "partagent, écrivez la part de chacune."
)


def _areas(filled: Collection[Filled]) -> Iterator[tuple[str, list[RowRef]]]:
    """Give the merged cells of an IMP: the column, and the rows from the one that shows the value down."""
    below: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for sheet, line, column in sorted(filled):
        if column in ("imp", "montant"):
            below[sheet, column].append(line)
    for (sheet, column), lines in below.items():
        runs: list[list[RowRef]] = []
        for line in lines:
            if not runs or runs[-1][-1].line != line - 1:
                runs.append([RowRef(sheet, line - 1)])
            runs[-1].append(RowRef(sheet, line))
        yield from ((column, run) for run in runs)


def _share(letter: Letter, people: int, bareme: Bareme) -> str:
    """Return the amount of each one's part when several people can share an IMP, "" when they cannot."""
    if people < 2 or letter.imp is None:
        return ""
    part = letter.imp.fraction / people
    return next((euros(imp.montant) for imp in bareme.pairs if imp.fraction == part), "")


def _question(letter: Letter, share: str) -> str:
    return (
        f"Une cellule fusionnée donne {euros(letter.montant)} à plusieurs personnes de l’établissement : à chacune, ou "
        f"à partager ? Défusionnez, puis écrivez la part de chacune ({share} si elles se le partagent)."
    )
