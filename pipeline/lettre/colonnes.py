"""A column of the workbook that config.toml names by its header, whether or not the program gives it a role."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence

from pipeline.errors import ConfigError
from pipeline.french.words import fold
from pipeline.model import RowRef
from pipeline.table import LINE, SHEET, Table, as_text


def cells_under(header: str, table: Table, place: str) -> dict[RowRef, str]:
    """Return what a column says of each row, in every sheet that has it; case and accents of its header do not count.

    `place` is where config.toml names it. Raises ConfigError when no sheet has it.
    """
    known = [column.header for columns in table.columns.values() for column in columns.values()]
    roles = {
        sheet: next((role for role, column in columns.items() if fold(column.header) == fold(header)), "")
        for sheet, columns in table.columns.items()
    }
    if not any(roles.values()):
        raise ConfigError(
            f"config.toml, {place} : la colonne « {header} » n’est pas dans le classeur{_guess(header, known)} "
            "Corrigez « colonne », ou ajoutez cette colonne au classeur."
        )
    return {
        RowRef(sheet, int(line)): as_text(cell)
        for role in {role for role in roles.values() if role}
        for sheet, line, cell in zip(table.rows[SHEET], table.rows[LINE], table.rows[role], strict=True)
        if roles[sheet] == role
    }


def _guess(word: str, known: Sequence[str]) -> str:
    plain = {fold(one): one for one in known}
    close = difflib.get_close_matches(fold(word), plain, n=1, cutoff=0.5)
    if close:
        return f" ; vouliez-vous écrire « {plain[close[0]]} » ?"
    return f" ; colonnes du classeur : {', '.join(dict.fromkeys(f'« {one} »' for one in known))}."


def plain(text: str) -> str:
    """Return a text without accents, capitals or spare spaces; its signs count: « A+ » is not « A »."""
    signs = unicodedata.normalize("NFKD", text)
    return " ".join("".join(sign for sign in signs if not unicodedata.combining(sign)).casefold().split())
