"""What each DSDEN may hold after all that left for it: every letter in every version that it may have. Pure.

A message that was accepted changes what is held; one of which nobody knows whether it arrived may have changed it or
not, and both are kept. So whatever corrects what may be held is right whatever happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pipeline.journal.sent import Parti, Version

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
        held = (max((one for one in those if one), key=_rank, default=None) for those in self.possibles.values())
        return tuple(one for one in held if one)

    def of(self, fichier: str) -> frozenset[Version | None]:
        """Return the versions of a file that may be held."""
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
            # Of a full bundle in parts: whoever has read this part may have thrown away what it does not confirm.
            after = before if before == {told.get(fichier)} else before | ABSENTE
        yield fichier, after if parti.certain else before | after


def _rank(version: Version) -> int:
    return version.rang
