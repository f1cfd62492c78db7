"""Letters and euros a DSDEN and a rate of IMP, as the bars of rapport.html."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.model import Letter, montant_total
from pipeline.summarize.summary import Summary

Part = tuple[str, str, str, Sequence[Letter]]
"""What letters have in common: its key, its name, what to say of it besides, and the letters."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart; `part_lettres` and `part_montant` are hundredths of the longest bar, as SVG writes them."""

    cle: str
    titre: str
    sous: str
    lettres: int
    montant: Decimal
    part_lettres: str
    part_montant: str


def taux_of(letter: Letter) -> str:
    """Return what the IMP of a letter is called: « demi-taux », « décharge », « sans IMP »."""
    if letter.imp:
        return letter.imp.libelle
    return "décharge" if letter.decharge else "sans IMP"


def by_dsden(summary: Summary) -> tuple[Bar, ...]:
    """Return a bar for each DSDEN that the run covered, without a letter too."""
    letters = summary.verdict.letters
    return _bars(
        (dsden.code, f"{dsden.code}, {dsden.nom}", "", [one for one in letters if one.dsden == dsden.code])
        for dsden in summary.covered
    )


def by_taux(letters: Sequence[Letter]) -> tuple[Bar, ...]:
    """Return a bar for each rate that a letter has, the lowest first, letters without IMP at the end."""
    parts: dict[tuple[bool, Decimal, str], list[Letter]] = {}
    for letter in letters:
        parts.setdefault((letter.imp is None, letter.montant, taux_of(letter)), []).append(letter)
    return _bars((taux, taux, _fraction(own[0]), own) for (_, _, taux), own in sorted(parts.items()))


def _fraction(letter: Letter) -> str:
    return f"{letter.imp.fraction} IMP" if letter.imp else ""


def _bars(parts: Iterable[Part]) -> tuple[Bar, ...]:
    counted = [(part, Decimal(len(part[3])), montant_total(part[3])) for part in parts]
    most = max((count for _, count, _ in counted), default=Decimal(0))
    highest = max((montant for _, _, montant in counted), default=Decimal(0))
    return tuple(
        Bar(cle, titre, sous, len(own), montant, _hundredths(count, most), _hundredths(montant, highest))
        for (cle, titre, sous, own), count, montant in counted
    )


def _hundredths(value: Decimal, whole: Decimal) -> str:
    return f"{100 * value / whole:.1f}" if whole else "0"
