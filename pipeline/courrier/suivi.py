"""What the journal knows of a bundle: sent already, perhaps sent, replaced; it decides what may leave. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Protocol, TypeVar

from pipeline.journal.sendings import Envoi, Etat, Planned, reached

AnyPlanned = TypeVar("AnyPlanned", bound=Planned)


class AnyBundle(Protocol):
    """A bundle: whose it is, its number (0: the full one), its bytes."""

    @property
    def dsden(self) -> str: ...
    @property
    def numero(self) -> int: ...
    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Suivi:
    """What is known of one bundle, by its content: by part, what was accepted and what nobody can know.

    `decoupe` is how what left of it was split (« 10+10+4 » letters), else what was begun, "" when nothing was;
    `identifiants` are the Message-IDs recorded by part; `remplace` is when another content last left for this DSDEN,
    None when none did; `ailleurs` is what last left for another mailbox, None once anything left for this one.
    """

    envoyes: Mapping[int, Envoi]
    incertains: Mapping[int, Envoi]
    identifiants: Mapping[int, str]
    decoupe: str = ""
    remplace: datetime | None = None
    ailleurs: Envoi | None = None

    @property
    def parti(self) -> bool:
        """Return whether every part left, or may have: nothing remains that nobody has to ask for."""
        return bool(self.decoupe) and len(self.envoyes) + len(self.incertains) == len(self.decoupe.split("+"))

    @property
    def en_brouillon(self) -> bool:
        """Return whether all that may have left are drafts of which nobody has said whether they were sent."""
        return bool(self.incertains) and all(one.brouillon for one in self.incertains.values())

    def decoupe_autrement(self, messages: Sequence[Planned]) -> bool:
        """Tell whether parts left, or may have, that are none of these: sending the rest could lose letters."""
        return bool(self.envoyes or self.incertains) and decoupe(messages) != self.decoupe

    def not_accepted(self, messages: Sequence[AnyPlanned]) -> tuple[AnyPlanned, ...]:
        """Return the messages of which the journal does not say that they were accepted."""
        known = {} if self.decoupe_autrement(messages) else self.envoyes
        return tuple(message for message in messages if message.part not in known)

    def dus(self, messages: Sequence[AnyPlanned], renvoyer: bool) -> tuple[AnyPlanned, ...]:
        """Return the messages that may leave: those that neither were accepted nor may have been.

        `renvoyer` is someone's own asking: it adds the uncertain ones or, where there are none, all. Raises ValueError
        when the remaining parts are no longer known: nothing may leave without being asked for.
        """
        if self.decoupe_autrement(messages):
            if not (renvoyer or self.parti):
                raise ValueError("the parts that remain are not among these messages")
            return tuple(messages) if renvoyer else ()
        again = (self.incertains or self.envoyes) if renvoyer else {}
        held = (self.envoyes.keys() | self.incertains.keys()) - again.keys()
        return tuple(message for message in messages if message.part not in held)


def decoupe(messages: Sequence[Planned]) -> str:
    """Return how a bundle is split: the letters of each part, « 10+10+4 »."""
    return "+".join(str(message.letters) for message in messages)


def suivi(envois: Sequence[Envoi], dsden: str, sha256: str, boite: str) -> Suivi:
    """Return what the journal's sendings, oldest first, say of a bundle for the mailbox that its DSDEN has now.

    What a DSDEN holds is the last content that left for it: a former one that comes back is a correction too. Once it
    was split anew and a part of that left, which takes someone's asking, the parts of before count no more. A part that
    was accepted once is, whatever became of it later; otherwise it is uncertain as soon as it was once.
    """
    own, ailleurs = vers(envois, dsden, boite)
    others = [number for number, one in enumerate(own) if one.lot_sha256 != sha256 and one.etat.parti]
    since = [one for one in own[others[-1] + 1 if others else 0 :] if one.lot_sha256 == sha256]
    begun = [one for one in since if one.etat.parti] or since
    last = begun[-1].decoupe if begun else ""
    latest = list(takewhile(lambda one: one.decoupe == last or not one.etat.parti, reversed(since)))[::-1]
    current = [one for one in latest if one.decoupe == last]
    envoyes = {one.part: one for one in current if one.etat is Etat.ENVOYE}
    incertains = {one.part: one for one in current if one.etat is Etat.INCERTAIN and one.part not in envoyes}
    identifiants = {one.part: one.message_id for one in current}
    return Suivi(envoyes, incertains, identifiants, last, own[others[-1]].etat_le if others else None, ailleurs)


def vers(envois: Sequence[Envoi], dsden: str, boite: str) -> tuple[list[Envoi], Envoi | None]:
    """Return a DSDEN's sendings to its mailbox; where none of them left, the last one that left for another."""
    all_of_it = [one for one in envois if one.dsden == dsden]
    own = [one for one in all_of_it if reached(one.adresse, boite)]
    if any(one.etat.parti for one in own):
        return own, None
    return own, next((one for one in reversed(all_of_it) if one.etat.parti), None)
