"""The schools of the register, found again by their UAI, or by their name and their commune."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TypeVar

from pipeline.french.words import fold
from pipeline.uai import departement_of
from pipeline.validate.register_names import Nom, is_named, may_be_named, read_commune, read_nom, same_commune

K = TypeVar("K")

_NIVEAUX = {"college": "college", "ecole": "ecole"} | dict.fromkeys(
    ("lycee", "lpo", "lp", "lt", "lg", "legt", "lgt", "lyc"), "lycee"
)
"""What the register calls a kind of school, folded, in the words of `Nom.niveau`."""


@dataclass(frozen=True, slots=True)
class Fiche:
    """A school as the register gives it; the first of its names and communes is the one to show.

    A school may have several lines, and its post may go through another town: `noms` and `communes` hold them all.
    """

    uai: str
    noms: tuple[str, ...]
    communes: tuple[str, ...]
    nature: str = ""

    @property
    def departement(self) -> str:
        """Return the code of the département that the UAI names."""
        return departement_of(self.uai)

    @property
    def shown(self) -> str:
        """Return the school as a message names it: « Collège Denecourt » (Bois-le-Roi)."""
        return f"« {self.noms[0]} » ({self.communes[0]})"

    def is_named(self, nom: Nom) -> bool:
        return any(is_named(nom, known, self._places) for known in self.known)

    def may_be_named(self, nom: Nom) -> bool:
        """Return whether a name does not contradict this school's."""
        return any(may_be_named(nom, known, self._places) for known in self.known)

    def is_in(self, commune: str) -> bool:
        """Return whether a commune is this school's, as far as names tell."""
        return any(same_commune(read_commune(commune), read_commune(own)) for own in self.communes)

    @property
    def known(self) -> tuple[Nom, ...]:
        """Return the names as they compare; the register's own column tells the kind where the name does not."""
        niveau = _NIVEAUX.get(fold(self.nature), "")
        read = (read_nom(nom) for nom in self.noms)
        return tuple(nom if nom.niveau else Nom(nom.mots, niveau, nom.section, nom.voies) for nom in read)

    @property
    def _places(self) -> Collection[str]:
        return {word for commune in self.communes for word in read_commune(commune)}


@dataclass(frozen=True)
class Annuaire:
    """The schools of the campaign's départements by UAI; one without any school knows nothing and says nothing."""

    fiches: Mapping[str, Fiche] = field(default_factory=dict)

    @cached_property
    def departements(self) -> frozenset[str]:
        """Return the départements that the register has a school of."""
        return frozenset(fiche.departement for fiche in self.fiches.values())

    def departements_of(self, commune: str) -> frozenset[str]:
        """Return the départements where a school stands in a commune of just this name."""
        return self._by_commune.get(read_commune(commune), frozenset())

    def knows(self, commune: str) -> bool:
        """Return whether a school stands in a commune of this name, small typing mistakes allowed."""
        return bool(self._near(read_commune(commune)))

    def named(self, nom: Nom, commune: str, departements: Collection[str] = ()) -> tuple[Fiche, ...]:
        """Return the schools of a name in a commune (anywhere when it is ""), of some départements (all when none).

        Where some fit better than the others (section or not, the very words, the streams of a lycée), only they are.
        """
        if not nom.mots:
            return ()
        among = self._near(read_commune(commune)) if commune else self._sharing(nom)
        found = [fiche for fiche in among if not departements or fiche.departement in departements]
        return _best([fiche for fiche in found if fiche.is_named(nom)], nom, commune)

    @cached_property
    def _by_commune(self) -> Mapping[tuple[str, ...], frozenset[str]]:
        places: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        for fiche in self.fiches.values():
            for commune in fiche.communes:
                places[read_commune(commune)].add(fiche.departement)
        return {words: frozenset(codes) for words, codes in places.items()}

    @cached_property
    def _near(self) -> Callable[[tuple[str, ...]], tuple[Fiche, ...]]:
        """Find the schools of a commune; asked once for each way of writing it, since that looks at them all."""
        by_place = _indexed(self.fiches.values(), lambda fiche: {read_commune(one) for one in fiche.communes})

        @lru_cache(maxsize=5_000)
        def near(commune: tuple[str, ...]) -> tuple[Fiche, ...]:
            found = (fiches for place, fiches in by_place.items() if same_commune(commune, place))
            return tuple({fiche.uai: fiche for fiches in found for fiche in fiches}.values())

        return near

    @cached_property
    def _by_word(self) -> Mapping[str, list[Fiche]]:
        return _indexed(self.fiches.values(), lambda fiche: {word for nom in fiche.noms for word in read_nom(nom).mots})

    def _sharing(self, nom: Nom) -> list[Fiche]:
        """Return the schools that share a word with a name, written just the same."""
        shared = [self._by_word[word] for word in nom.mots if word in self._by_word]
        return list({fiche.uai: fiche for fiches in shared for fiche in fiches}.values())


NO_ANNUAIRE = Annuaire()
"""What takes the place of the register when there is none."""


def _best(found: Sequence[Fiche], nom: Nom, commune: str) -> tuple[Fiche, ...]:
    """Keep the schools that fit a name best: each test counts only where some of them pass it."""
    place = read_commune(commune)
    tests: tuple[Callable[[Fiche], bool], ...] = (
        lambda fiche: any(known.section == nom.section for known in fiche.known),
        lambda fiche: any(read_commune(one) == place for one in fiche.communes),
        lambda fiche: any(sorted(known.mots) == sorted(nom.mots) for known in fiche.known),
        lambda fiche: any(known.voies == nom.voies for known in fiche.known),
    )
    for test in tests:
        found = [fiche for fiche in found if test(fiche)] or found
    return tuple(found)


def _indexed(fiches: Iterable[Fiche], keys: Callable[[Fiche], Iterable[K]]) -> dict[K, list[Fiche]]:
    index: defaultdict[K, list[Fiche]] = defaultdict(list)
    for fiche in fiches:
        for key in keys(fiche):
            index[key].append(fiche)
    return index
