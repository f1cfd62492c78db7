"""Which template a letter is made with: the first variant of config.toml that suits it, else the ordinary one."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from pipeline.errors import ConfigError
from pipeline.french.signs import NBSP
from pipeline.french.words import fold, pluriel
from pipeline.model import Letter, Modele, RowRef
from pipeline.settings.sections import Gabarit, Variante
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


_GENRES = {
    "collège": "college colleges clg coll col ces ceg microcollege",
    "lycée": "lycee lycees lyc lgt lp lpo lpp lpa lpr lt lg legt legta legtpa lep let leap lepa microlycee",
    "EREA": "erea",
}
_GENRE_OF_WORD = {word: genre for genre, words in _GENRES.items() for word in words.split()}
_EREA = "etablissement regional d enseignement adapte"
_LEADING = 3
"""Words at the head of a name among which its kind stands: « Le nouveau lycée Jean Moulin »."""


def genre_of(nom: str) -> str:
    """Return the kind of school that a name gives (« collège », « lycée », « EREA »), "" when it gives none."""
    words = fold(nom.replace(".", ""))
    if _EREA in words:
        return "EREA"
    return next((_GENRE_OF_WORD[word] for word in words.split()[:_LEADING] if word in _GENRE_OF_WORD), "")


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


@dataclass(frozen=True, slots=True)
class Choix:
    """The template of each letter by row, and sentences in French on what may not have been meant."""

    modeles: Mapping[RowRef, Modele]
    notices: tuple[str, ...] = ()

    def counts(self, letters: Sequence[Letter]) -> str:
        """Say how many of some letters use each template: « lettre_mission.docx (412), lettre_lycee.docx (127) »."""
        counted = Counter(self.modeles[letter.row].fichier.name for letter in letters)
        return ", ".join(f"{name}{NBSP}({count})" for name, count in counted.most_common())


def modeles_of(gabarit: Gabarit) -> tuple[Modele, ...]:
    """Return all the templates of a campaign, the ordinary one first, each once."""
    return tuple(dict.fromkeys([_ordinary(gabarit), *(_modele(one, gabarit) for one in gabarit.variantes)]))


def choose(letters: Sequence[Letter], table: Table, gabarit: Gabarit) -> Choix:
    """Give each letter its template.

    Raises ConfigError when a variant names a column that no sheet of the workbook has.
    """
    columns = {
        one.colonne: cells_under(one.colonne, table, f"rubrique [[gabarit.variantes]], {number}ᵉ")
        for number, one in enumerate(gabarit.variantes, start=1)
        if one.colonne
    }
    chosen: dict[RowRef, Modele] = {}
    used: set[Variante] = set()
    for letter in letters:
        variante = next((one for one in gabarit.variantes if _suits(one, letter, columns)), None)
        if variante is not None:
            used.add(variante)
        chosen[letter.row] = _ordinary(gabarit) if variante is None else _modele(variante, gabarit)
    return Choix(chosen, tuple(doubts(letters, gabarit.variantes, used, columns)))


def _ordinary(gabarit: Gabarit) -> Modele:
    return Modele(gabarit.fichier, gabarit.pages_max)


def _modele(variante: Variante, gabarit: Gabarit) -> Modele:
    return Modele(variante.fichier, variante.pages_max or gabarit.pages_max)


def _suits(variante: Variante, letter: Letter, columns: Columns) -> bool:
    """Return whether a letter meets all the conditions of a variant."""
    if variante.type and genre_of(letter.etablissement.nom) != variante.type:
        return False
    if variante.dsden and letter.dsden not in variante.dsden:
        return False
    if variante.colonne is None:
        return True
    return plain(columns[variante.colonne].get(letter.row, "")) in map(plain, variante.valeurs)
