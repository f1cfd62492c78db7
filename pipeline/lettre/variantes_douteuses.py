"""What config.toml says of the variants of the template and the workbook does not bear out: sentences in French."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set

from pipeline.french.words import pluriel
from pipeline.lettre.colonnes import plain
from pipeline.lettre.genres import genre_of
from pipeline.model import Letter, RowRef
from pipeline.settings.sections import Variante

Columns = Mapping[str, Mapping[RowRef, str]]
"""What the columns that variants name say of each row."""
_CLOSE = 0.85
_SHOWN = 5


def doubts(
    letters: Sequence[Letter], variantes: Sequence[Variante], used: Set[Variante], columns: Columns
) -> Iterator[str]:
    """Yield what may not have been meant; `used` are the variants that at least one letter uses."""
    yield from _unused(variantes, used)
    yield from _odd_values(letters, variantes, columns)
    yield from _unknown_genres(letters, variantes)


def _unused(variantes: Sequence[Variante], used: Set[Variante]) -> Iterator[str]:
    for number, one in enumerate(variantes, start=1):
        if one not in used:
            yield (
                f"Aucune lettre n’emploie la {number}ᵉ variante du gabarit ({one.fichier.name}) : vérifiez ses "
                "conditions dans config.toml."
            )


def _odd_values(letters: Sequence[Letter], variantes: Sequence[Variante], columns: Columns) -> Iterator[str]:
    """Yield the values that no row holds, and the cells that hold nearly one of them: one of both is mistyped."""
    for header, cells in columns.items():
        wanted = {plain(value): value for one in variantes if one.colonne == header for value in one.valeurs}
        present = {plain(cell) for cell in cells.values()}
        for one, value in wanted.items():
            if one not in present:
                yield f"Aucune ligne n’a « {value} » dans la colonne « {header} », que config.toml attend."
        near = Counter(
            (cell, wanted[close])
            for letter in letters
            if (cell := cells.get(letter.row, "")) and (close := _nearly(plain(cell), wanted))
        )
        for (cell, value), count in near.items():
            said = "ne compte pas" if count == 1 else "ne comptent pas"
            yield (
                f"{pluriel(count, 'lettre')} avec « {cell} » dans la colonne « {header} » {said} pour « {value} ». "
                "Faute de frappe : corrigez la cellule ; autre cas : ajoutez ce texte à « valeurs » dans config.toml."
            )


def _nearly(cell: str, wanted: Mapping[str, str]) -> str:
    """Return the value that a cell nearly is, "" when it is one or is far from all: « Nord 1 » is not « Nord 2 »."""
    same_digits = [one for one in wanted if re.sub(r"\D", "", one) == re.sub(r"\D", "", cell)]
    close = difflib.get_close_matches(cell, same_digits, n=1, cutoff=_CLOSE)
    return close[0] if close and cell not in wanted else ""


def _unknown_genres(letters: Sequence[Letter], variantes: Sequence[Variante]) -> Iterator[str]:
    """Yield the schools whose name does not tell a kind, where a variant asks for one."""
    if not any(one.type for one in variantes):
        return
    schools = {one.etablissement.uai: one.etablissement.nom for one in letters if not genre_of(one.etablissement.nom)}
    if schools:
        shown = ", ".join([*(f"{nom} ({uai})" for uai, nom in schools.items())][:_SHOWN])
        more = ", …" if len(schools) > _SHOWN else ""
        count = pluriel(len(schools), "établissement")
        yield (
            f"{count} dont le nom ne dit ni collège, ni lycée, ni EREA ({shown}{more}) : "
            "leurs lettres ne suivent aucune variante qui demande un « type »."
        )
