"""Which bundle goes to each DSDEN: the corrective one to whoever holds something, the full one to the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from pipeline.bundle.held import Detenu, recu
from pipeline.journal.sent import AnyBundle, Parti, Suivi

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
    """Tell whether a DSDEN that received something needs nothing of a bundle by itself.

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
    """Tell whether a DSDEN would hold anything else once it has received a bundle whole. Pure."""
    after = recu(held, bundle)
    return any(held.of(fichier) != after.of(fichier) for fichier in after.possibles)
