"""What a corrective bundle must bring: the letters that may be missing or stale, the files that must go. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.bundle.held import ABSENTE, Detenu
from pipeline.journal.sent import Version


@dataclass(frozen=True, slots=True)
class Correction:
    """The files that a corrective bundle brings, and those that it withdraws, both in order."""

    a_envoyer: tuple[str, ...]
    a_retirer: tuple[str, ...]

    def __bool__(self) -> bool:
        """Return whether there is anything to correct."""
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
