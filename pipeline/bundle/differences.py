"""What changed between two states of a campaign, letter by letter, in words that its readers use. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pipeline.bundle.waiting import NOBODY, Attente
from pipeline.french.words import jour, moment, pluriel
from pipeline.journal.letters import Etat, Passe
from pipeline.model import Fields, Made
from pipeline.printing.pairing import Lien, Paire, changed, paired, school_of

Path = tuple[str, ...]

_RUBRIQUES: Mapping[str, tuple[Path, ...]] = {
    "montant": (("imp", "montant"),),
    "nombre d’IMP": (("imp", "nombre"), ("imp", "libelle")),
    "décharge": (("decharge",),),
    "référent": (("referent", "nom_complet"),),
    "fonction du référent": (("referent", "fonction"),),
    "chef d’établissement": (("chef", "nom_complet"),),
    "fonction du chef d’établissement": (("chef", "titre"), ("chef", "Titre"), ("chef", "fonction")),
    "nom de l’établissement": (("etablissement", "nom"),),
    "commune": (("etablissement", "commune"),),
    "autres référents de l’établissement": (("referent", "collegues"), ("equipe",)),
    "année scolaire": (("annee_scolaire",), ("debut_annee",), ("fin_annee",)),
    "académie": (("academie",),),
    "DSDEN": (("dsden", "intitule"), ("dsden", "nom"), ("dsden", "code")),
    "adresse de la DSDEN": (("dsden", "courriel"),),
    "référentiel": (("referentiel",),),
    "textes visés": (("visas",),),
}
"""The fields that say a thing, the plainest first."""
_GROUPES = {
    "imp": "IMP",
    "referent": "référent",
    "chef": "chef d’établissement",
    "etablissement": "nom de l’établissement",
    "dsden": "DSDEN",
}
"""What the other fields of a group follow from: « le chef » is « la cheffe » once the chef is another."""
_SILENT = ("remplace",)
"""Fields that are no content: the mark « annule et remplace » only says that something else changed."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that changed: what it is called, and both texts; neither where they would say nothing to a reader."""

    champ: str
    avant: str = ""
    apres: str = ""

    @property
    def phrase(self) -> str:
        """Return « montant : 625,00 € → 1 250,00 € », « gabarit » for what has no text."""
        if not (self.avant or self.apres):
            return self.champ
        return f"{self.champ} : {self.avant or '(vide)'} → {self.apres or '(vide)'}"


def details_of(paths: Sequence[Path], now: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[Detail, ...]:
    """Return the changes of some fields, each thing once, without what only follows from another change."""
    left = [path for path in paths if path[0] not in _SILENT]
    return tuple(_details_of(left, now, before))


def _details_of(left: list[Path], now: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Detail]:
    if ("imp",) in left:
        yield Detail("IMP", _imp(before), _imp(now))
    told = {"IMP"} if ("imp",) in left else set()
    for rubrique, paths in _RUBRIQUES.items():
        if shown := next((path for path in paths if path in left), None):
            told.add(rubrique)
            yield Detail(rubrique, _text(before, shown), _text(now, shown))
    for path in left:
        if path[0] == "autres":
            yield Detail(f"colonne « {path[-1]} »", _text(before, path), _text(now, path))
        elif (rubrique := _GROUPES.get(path[0], "")) and not {rubrique, *_owned(path[0])} & told:
            told.add(rubrique)
            yield Detail(rubrique, _text(before, path), _text(now, path))


def _owned(group: str) -> set[str]:
    """Return the headings under which a group's fields are told."""
    return {rubrique for rubrique, paths in _RUBRIQUES.items() if any(path[0] == group for path in paths)}


def _imp(fields: Mapping[str, Any]) -> str:
    return str(fields["imp"].get("montant", "")) if fields["imp"] else "sans IMP"


def _text(fields: Mapping[str, Any], path: Path) -> str:
    value: Any = fields
    for key in path:
        value = value[key]
    if isinstance(value, list):
        return ", ".join(one.get("nom_complet", "") if isinstance(one, Mapping) else str(one) for one in value)
    return "" if value is None else str(value)


class Genre(StrEnum):
    """What became of a letter, in the order in which it is shown."""

    NOUVELLE = "nouvelle"
    POURVUE = "poste pourvu"
    MODIFIEE = "modifiée"
    CORRIGEE = "nom corrigé"
    REMPLACEE = "autre référent"
    RETIREE = "retirée"
    VACANTE = "poste devenu vacant"


_COUNTED: Mapping[Genre, tuple[str, str]] = {
    Genre.NOUVELLE: ("nouvelle", "nouvelles"),
    Genre.POURVUE: ("poste pourvu", "postes pourvus"),
    Genre.MODIFIEE: ("modifiée", "modifiées"),
    Genre.CORRIGEE: ("nom corrigé", "noms corrigés"),
    Genre.REMPLACEE: ("autre référent", "autres référents"),
    Genre.RETIREE: ("retirée", "retirées"),
    Genre.VACANTE: ("poste devenu vacant", "postes devenus vacants"),
}


class Depuis(StrEnum):
    """What a state is compared with."""

    ENVOI = "envoi"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class Difference:
    """One letter that changed: who it is for, who it was for (« Mme Anne Exemple », "" for nobody), what differs."""

    genre: Genre
    uai: str
    etablissement: str
    avant: str
    apres: str
    details: tuple[Detail, ...] = ()

    @property
    def phrase(self) -> str:
        """Return what changed, one thing a line: « montant : 625,00 € → 1 250,00 € »."""
        return "\n".join(detail.phrase for detail in self.details)


@dataclass(frozen=True, slots=True)
class Comparaison:
    """What changed for one DSDEN since an earlier state, of which `quand` is the date."""

    dsden: str
    depuis: Depuis
    quand: datetime
    differences: tuple[Difference, ...]
    certain: bool = True

    @property
    def since(self) -> str:
        """Return « depuis l’envoi du 3 septembre 2026 » or « depuis le passage du 3 septembre 2026 à 9 h 30 »."""
        if self.depuis is Depuis.ENVOI:
            return f"depuis {'l’envoi du' if self.certain else 'le message peut-être parti le'} {jour(self.quand)}"
        return f"depuis le passage du {moment(self.quand)}"

    @property
    def phrase(self) -> str:
        """Return « DSDEN 77 : 2 nouvelles, 1 modifiée, 1 retirée depuis l’envoi du 3 septembre 2026 »."""
        counts = Counter(one.genre for one in self.differences)
        told = ", ".join(pluriel(counts[genre], *_COUNTED[genre]) for genre in Genre if counts[genre])
        return f"DSDEN {self.dsden} : {told or 'aucune différence'} {self.since}"


def compare(
    now: Mapping[str, Etat], before: Iterable[Passe], depuis: Depuis, attente: Attente
) -> tuple[Comparaison, ...]:
    """Compare each known DSDEN's past state with its current one (empty if absent)."""
    return tuple(
        Comparaison(
            one.dsden, depuis, one.quand, differences(now.get(one.dsden, Etat()), one.etat, attente), one.certain
        )
        for one in before
    )


def differences(now: Etat, before: Etat, attente: Attente = NOBODY) -> tuple[Difference, ...]:
    """Return what became of each letter, in the order of the schools, without those that say the same.

    A letter that is gone is left out while a row to correct may be its own.
    """
    pairs = paired([one.fields for one in now.lettres], [one.fields for one in before.lettres])
    told = _told(pairs, now, before, attente)
    return tuple(sorted(told, key=lambda one: (one.uai, list(Genre).index(one.genre), one.apres, one.avant)))


def _told(pairs: Sequence[Paire], now: Etat, before: Etat, attente: Attente) -> Iterator[Difference]:
    for pair in pairs:
        ours = None if pair.now is None else now.lettres[pair.now]
        theirs = None if pair.before is None else before.lettres[pair.before]
        genre = genre_of(pair, now, before)
        if genre and not (theirs and not ours and attente.may_be(theirs.fields)):
            yield _difference(genre, ours, theirs)


def genre_of(pair: Paire, now: Etat, before: Etat) -> Genre | None:
    """Return what became of the letter of a pair, None when it says the same.

    A school that has a vacant post in both states says nothing of which of its posts a letter was, or will be, for.
    """
    ours = None if pair.now is None else now.lettres[pair.now]
    theirs = None if pair.before is None else before.lettres[pair.before]
    if ours and theirs:
        return _PAIRED[pair.lien] if pair.lien is not Lien.MEME or _details(ours, theirs) else None
    if ours:
        return Genre.POURVUE if school_of(ours.fields) in before.vacants.keys() - now.vacants else Genre.NOUVELLE
    assert theirs is not None
    return Genre.VACANTE if school_of(theirs.fields) in now.vacants.keys() - before.vacants else Genre.RETIREE


_PAIRED = {Lien.MEME: Genre.MODIFIEE, Lien.CORRIGEE: Genre.CORRIGEE, Lien.REMPLACEE: Genre.REMPLACEE}


def _details(ours: Made, theirs: Made) -> tuple[Detail, ...]:
    template = () if ours.recipe.says == theirs.recipe.says else (Detail("gabarit"),)
    return (*details_of(changed(ours.fields, theirs.fields), ours.fields, theirs.fields), *template)


def _difference(genre: Genre, now: Made | None, before: Made | None) -> Difference:
    """Return a difference under its present names, or its former ones where the letter is gone."""
    known = now or before
    assert known is not None
    school, details = known.fields["etablissement"], _details(now, before) if now and before else ()
    return Difference(
        genre, school["uai"], school["nom"], person(before.fields) if before else "",
        person(now.fields) if now else "", details,
    )  # fmt: skip


def person(fields: Fields) -> str:
    """Return who a letter is for, « Mme Anne Exemple »."""
    who = fields["referent"]
    return str(who.get("nom_complet") or f"{who['prenom']} {who['nom']}".strip())
