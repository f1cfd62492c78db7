"""What a corrective bundle says: what became of each letter that it brings, and why it withdraws others. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.bundle.differences import Genre, genre_of, person
from pipeline.bundle.held import Detenu
from pipeline.bundle.waiting import Attente
from pipeline.corrections.plan import corriger
from pipeline.journal.letters import Etat
from pipeline.journal.sent import Version
from pipeline.model import Document, Made, Retrait, Vacancy
from pipeline.names import uai_of
from pipeline.printing.pairing import paired

RENVOYEE = "renvoyée"
"""What is said of a letter that changed nothing, but that may never have arrived."""


@dataclass(frozen=True, slots=True)
class Ensemble:
    """All the letters that a DSDEN is to have: named as in its full bundle, in order, how each was made.

    `vacancies` are its vacant posts.
    """

    dsden: str
    documents: tuple[Document, ...] = ()
    members: tuple[str, ...] = ()
    made: tuple[Made, ...] = ()
    vacancies: tuple[Vacancy, ...] = ()

    @property
    def etat(self) -> Etat:
        """Return the same as it is compared with an earlier state."""
        return Etat(self.made, {one.etablissement.uai: one.etablissement.nom for one in self.vacancies})

    @property
    def contents(self) -> dict[str, str]:
        """Return the digest of what each letter says, by file."""
        return {name: made.contenu for name, made in zip(self.members, self.made, strict=True)}


@dataclass(frozen=True, slots=True)
class Rectificatif:
    """What a corrective bundle brings (by file: what became of the letter, the file that it replaces) and withdraws."""

    changes: Mapping[str, str]
    replaced: Mapping[str, str]
    retraits: tuple[Retrait, ...]


@dataclass(frozen=True, slots=True)
class _Lien:
    """What became of a letter: its file of before, its file of now, in words."""

    avant: str
    apres: str
    genre: Genre | None


def rectificatif_of(held: Detenu, wanted: Ensemble, attente: Attente) -> Rectificatif | None:
    """Return what corrects all that a DSDEN may hold, None when there is nothing to correct."""
    correction = corriger(held, wanted.contents, lambda version: attente.may_be(version.made.fields))
    if not correction:
        return None
    liens = tuple(_liens(held, wanted))
    changes = {one.apres: one.genre.value if one.genre else RENVOYEE for one in liens if one.apres}
    replaced = {one.apres: one.avant for one in liens if one.apres and one.avant}
    versions = {one.fichier: one for one in held.versions}
    return Rectificatif(
        {name: changes[name] for name in correction.a_envoyer},
        {name: replaced[name] for name in correction.a_envoyer if name in replaced},
        tuple(_retrait(versions[name], liens) for name in correction.a_retirer),
    )


def _liens(held: Detenu, wanted: Ensemble) -> Iterator[_Lien]:
    versions = held.versions
    now, before = wanted.etat, Etat(tuple(one.made for one in versions), held.dernier.vacants if held.dernier else {})
    for pair in paired([one.fields for one in now.lettres], [one.fields for one in before.lettres]):
        avant = "" if pair.before is None else versions[pair.before].fichier
        apres = "" if pair.now is None else wanted.members[pair.now]
        yield _Lien(avant, apres, genre_of(pair, now, before))


def _retrait(version: Version, liens: tuple[_Lien, ...]) -> Retrait:
    """Say why a file is withdrawn: its letter is gone, or stands in another file now."""
    fields = version.made.fields
    lien = next(one for one in liens if one.avant == version.fichier)
    motif = lien.genre.value if lien.genre else Genre.RETIREE.value
    return Retrait(
        version.fichier, uai_of(version.fichier), fields["etablissement"]["nom"], person(fields), motif, lien.apres
    )  # fmt: skip
