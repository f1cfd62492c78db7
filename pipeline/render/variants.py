"""Which template a letter is made with: the first variant of config.toml that suits it, else the ordinary one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.french.signs import NBSP
from pipeline.lettre.colonnes import cells_under, plain
from pipeline.lettre.genres import genre_of
from pipeline.lettre.variantes_douteuses import Columns, doubts
from pipeline.model import Letter, Modele, RowRef
from pipeline.settings.sections import Gabarit, Variante
from pipeline.table import Table


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
