"""Invented letters, one for each way in which a letter reads; those of a preview have the longest names there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.french.words import jour
from pipeline.model import Etablissement, Letter, Personne, RowRef
from pipeline.uai import made_up

if TYPE_CHECKING:
    from pipeline.settings.config import Config

_ROW = RowRef("exemple", 1)
_WOMAN, _MAN = Personne("Mme", "Anne", "Exemple", "CPE"), Personne("M.", "Marc", "Autre", "Professeur documentaliste")
_PRINCIPALE, _PRINCIPAL = (
    Personne("Mme", "Claire", "Spécimen", "Principale"),
    Personne("M.", "Paul", "Modèle", "Principal"),
)
_LONG_SCHOOL = (
    "Lycée polyvalent Marguerite de l’Exemple lycée des métiers de l’hôtellerie et de la restauration, des arts, du "
    "design et de l’aménagement du bâtiment"
)
_LONG_TOWN = "Saint-Germain-sur-l’Exemple-lès-Villeneuve"
_LONG_WOMAN = Personne(
    "Mme", "Marie-Antoinette", "Vandenberghe-Lagrange de La Tour du Modèle", "Professeure de lycée professionnel"
)
_LONG_MAN = Personne("M.", "Jean-Christophe", "Van den Exemple-Montmorency d’Almeida", "Proviseur adjoint")


def trial_letters(config: Config, letters: Sequence[Letter] = (), autres: Sequence[str] = ()) -> dict[str, Letter]:
    """Return the letters of a preview by name: « femme », « homme », « sans-imp », « rectificative », « noms-longs »…

    With the `letters` of a workbook the longest names and texts are theirs, and the last one is made only when they
    have an unknown civilité (« sans-civilite »). `autres` names the other columns of the workbook.
    """
    school = Etablissement(made_up(config.dsden[0].code), "Collège des Tilleuls", "Villeneuve")
    imp = config.imp.pairs[0]
    others = {header: f"({header})" for header in autres}
    man = Letter(_ROW, school, _MAN, _PRINCIPALE, imp, others)
    woman = Letter(_ROW, school, _WOMAN, _PRINCIPAL, imp, others, collegues=(man,))
    found = {
        "femme": woman,
        "homme": man,
        "sans-imp": replace(man, imp=None, autres=dict.fromkeys(autres, "")),
        "rectificative": replace(woman, remplace=jour(config.campagne.rentree.replace(day=3), " ")),
        "noms-longs": _longest(woman, letters),
    }
    if not letters or any("" in (one.referent.civilite, one.chef.civilite) for one in letters):
        unknown = {"referent": replace(_WOMAN, civilite=""), "chef": replace(_PRINCIPAL, civilite="")}
        found["sans-civilite"] = replace(woman, **unknown)  # type: ignore[arg-type]
    return found


def _longest(letter: Letter, letters: Sequence[Letter]) -> Letter:
    """Return a letter with the longest names and texts of some letters, invented ones when there are none."""
    if not letters:
        school = replace(letter.etablissement, nom=_LONG_SCHOOL, commune=_LONG_TOWN)
        return replace(letter, etablissement=school, referent=_LONG_WOMAN, chef=_LONG_MAN)
    return replace(
        letter,
        etablissement=replace(
            _most(letters, lambda one: one.etablissement.nom).etablissement,
            commune=_most(letters, lambda one: one.etablissement.commune).etablissement.commune,
        ),
        referent=_most(letters, lambda one: one.referent.nom_complet).referent,
        chef=_most(letters, lambda one: one.chef.nom_complet).chef,
        collegues=max((one.collegues for one in letters), key=len),
        autres=_longest_texts(letters, letter.autres),
    )


def _most(letters: Sequence[Letter], text: Callable[[Letter], str]) -> Letter:
    return max(letters, key=lambda one: len(text(one)))


def _longest_texts(letters: Sequence[Letter], others: Mapping[str, str]) -> dict[str, str]:
    return {header: max((one.autres.get(header, "") for one in letters), key=len) for header in others}
