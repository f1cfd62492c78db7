"""What a check found: how many files were looked at, and what is to be said of some of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Constat:
    """One thing to say, in French: of which file, what, and what to do.

    A `faute` means that the file is not what was produced; without one it is only good to know.
    """

    fichier: str
    quoi: str
    remede: str
    faute: bool = True


@dataclass(frozen=True, slots=True)
class Groupe:
    """Files of one kind, checked together: how many there are, and what was found."""

    nom: str
    fichiers: int
    constats: tuple[Constat, ...] = ()

    @property
    def exact(self) -> bool:
        """Return whether every file of the group is what it should be."""
        return not any(one.faute for one in self.constats)
