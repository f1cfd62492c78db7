"""What readers call what changed in a letter: each field of a template under a heading, « montant : … → … ». Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
"""What is no content: the mark « annule et remplace » tells that something else changed."""


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
    """Tell the changes of some fields, each thing once; what only follows from another change is left out."""
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
