"""What each DSDEN may hold after all that left for it: every letter in every version that it may have. Pure.

A message that was accepted changes what is held; one of which nobody knows whether it arrived may have changed it or
not, and both are kept. So whatever corrects what may be held is right whatever happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import TypeVar

from pipeline.journal.sent import AnyBundle, Parti, Suivi, Version

Possibles = Mapping[str, frozenset[Version | None]]
"""By file: the versions that may be held, None among them where it may be missing. What is not there is missing."""
ABSENTE: frozenset[Version | None] = frozenset({None})


@dataclass(frozen=True, slots=True)
class Detenu:
    """What a DSDEN may hold, by file; whether anything was accepted; the last message, the parts accepted with it."""

    possibles: Possibles = field(default_factory=dict)
    accepte: bool = False
    dernier: Parti | None = None
    parts: frozenset[int] = frozenset()

    @property
    def versions(self) -> tuple[Version, ...]:
        """Return, for each file that may be held, its last version."""
        held = (
            max((one for one in those if one), key=attrgetter("rang"), default=None)
            for those in self.possibles.values()
        )
        return tuple(one for one in held if one)

    def of(self, fichier: str) -> frozenset[Version | None]:
        return self.possibles.get(fichier, ABSENTE)

    def all_of_last(self) -> Detenu:
        """Return what would be held had every part of the last bundle arrived."""
        held = self
        if self.dernier:
            for part in range(1, len(self.dernier.decoupe) + 1):
                held = recu(held, replace(self.dernier, part=part, certain=True))
        return held


def detenues(partis: Iterable[Parti]) -> dict[str, Detenu]:
    """Return what each DSDEN may hold, by its code, from the messages in the order in which they left."""
    held: dict[str, Detenu] = {}
    for parti in partis:
        held[parti.dsden] = recu(held.get(parti.dsden, Detenu()), parti)
    return held


def recu(held: Detenu, parti: Parti) -> Detenu:
    """Return what may be held once a message has left."""
    same = held.dernier is not None and (held.dernier.sha256, held.dernier.decoupe) == (parti.sha256, parti.decoupe)
    parts = held.parts if same else frozenset[int]()
    if parti.certain:
        parts |= {parti.part}
    whole = len(parts) == len(parti.decoupe)
    after = dict(_after(held, parti, whole=whole and parti.certain))
    return Detenu(after, held.accepte or parti.certain, parti, parts)


def _after(held: Detenu, parti: Parti, *, whole: bool) -> Iterator[tuple[str, frozenset[Version | None]]]:
    """Yield what may be held of each file; `whole` once every part of the bundle was accepted."""
    brought, told = parti.of_part, {one.fichier: one for one in parti.letters}
    for fichier in dict.fromkeys([*held.possibles, *brought]):
        before = held.of(fichier)
        if fichier in brought:
            after = frozenset[Version | None]({brought[fichier]})
        elif not parti.complet:
            after = ABSENTE if fichier in parti.retirees else before
        elif whole and fichier not in told:
            after = ABSENTE
        else:
            # Of a full lot in parts: a reader of this part may have thrown away what it does not confirm.
            after = before if before == {told.get(fichier)} else before | ABSENTE
        yield fichier, after if parti.certain else before | after


@dataclass(frozen=True, slots=True)
class Correction:
    """The files that a corrective bundle brings, and those that it withdraws, both in order."""

    a_envoyer: tuple[str, ...]
    a_retirer: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.a_envoyer or self.a_retirer)


def corriger(held: Detenu, wanted: Mapping[str, str], waiting: Callable[[Version], bool]) -> Correction:
    """Return what turns all that a DSDEN may hold into today's letters, given by file with what they say (a digest).

    A file that is not wanted stays while a row to correct may be its own (`waiting`).
    """
    return Correction(
        tuple(sorted(fichier for fichier, contenu in wanted.items() if _contents(held, fichier) != {contenu})),
        tuple(
            sorted(
                fichier
                for fichier, versions in held.possibles.items()
                if fichier not in wanted and versions != ABSENTE and not any(one and waiting(one) for one in versions)
            )
        ),
    )


def _contents(held: Detenu, fichier: str) -> set[str | None]:
    return {one.contenu if one else None for one in held.of(fichier)}


B = TypeVar("B", bound=AnyBundle)


def chosen(bundles: Sequence[B], held: Mapping[str, Detenu], *, complet: bool = False) -> tuple[B, ...]:
    """Return one bundle a DSDEN, of those that are in `lots/`; `complet` asks for full ones, even where none is.

    What was only perhaps received makes no corrective one: the first bundle that is sure to arrive is a full one.
    """
    full = {one.dsden: one for one in bundles if not one.numero}
    corrective = {
        one.dsden: one for one in bundles if one.numero and not complet and held.get(one.dsden, Detenu()).accepte
    }
    return tuple((full | corrective)[dsden] for dsden in sorted(full.keys() | corrective.keys()))


Received = Callable[[str, str], Parti]
"""What gives a bundle, by its DSDEN and sha256, as if it had left whole."""


def is_settled(bundle: AnyBundle, held: Detenu, known: Suivi, received: Received) -> bool:
    """Return whether a DSDEN that received something needs nothing more of a lot.

    A corrective one that would change nothing any more; a full one that is not what is being sent. One whose letters
    the journal does not know settles nothing: `received` raises LookupError then.
    """
    if not held.accepte:
        return False
    if bundle.numero:
        try:
            return not changes_something(held, received(bundle.dsden, bundle.sha256))
        except LookupError:
            return False
    return not (known.envoyes or known.incertains)


def changes_something(held: Detenu, bundle: Parti) -> bool:
    """Return whether receiving this lot whole would change what the DSDEN holds. Pure."""
    after = recu(held, bundle)
    return any(held.of(fichier) != after.of(fichier) for fichier in after.possibles)
