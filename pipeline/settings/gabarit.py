"""The section [gabarit] of config.toml: the ordinary template, and others for some of the letters."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from pipeline.settings.fields import Section, Texte

Genre = Literal["collège", "lycée", "EREA"]
"""The kinds of school that a name tells (`genre_of` in variantes.py)."""


class Variante(Section):
    """Another template, for the letters that meet all its conditions; without `pages_max`, the ordinary one's."""

    fichier: Path = Field(description="Le gabarit Word de ces lettres.")
    pages_max: int | None = Field(default=None, ge=1, description="Comme dans [gabarit], dont c’est sinon la valeur.")
    type: Genre | None = Field(default=None, description="Condition : le nom de l’établissement commence ainsi.")
    dsden: tuple[Texte, ...] = Field(
        default=(), description="Condition : l’établissement est dans un de ces départements."
    )
    colonne: Texte | None = Field(
        default=None, description="Condition, avec « valeurs » : l’en-tête de la colonne du classeur où les chercher."
    )
    valeurs: tuple[Texte, ...] = Field(
        default=(), description="Les textes que cette colonne contient pour ces lettres."
    )

    @model_validator(mode="after")
    def _has_a_whole_condition(self) -> Self:
        if self.colonne and not self.valeurs:
            raise ValueError(f"écrivez dans « valeurs » ce que contient la colonne « {self.colonne} » pour ces lettres")
        if self.valeurs and not self.colonne:
            raise ValueError("écrivez dans « colonne » l’en-tête de la colonne où chercher « valeurs »")
        if not (self.type or self.dsden or self.colonne):
            raise ValueError("écrivez au moins une condition : « type », « dsden », ou « colonne » avec « valeurs »")
        return self


class Gabarit(Section):
    """The Word template, how many pages a letter may have, and the templates for other letters, the first one first."""

    fichier: Path = Field(description="Le gabarit Word.")
    pages_max: int = Field(default=2, ge=1, description="Le nombre de pages qu’une lettre ne doit pas dépasser.")
    variantes: tuple[Variante, ...] = Field(
        default=(),
        description="Facultatif : d’autres lettres, une rubrique chacune. Une ligne du classeur prend la première dont "
        "elle remplit toutes les conditions, sinon celle de [gabarit].",
    )

    def from_folder(self, base: Path) -> Self:
        """Return the same section, its relative paths starting from a folder."""
        variantes = tuple(one.model_copy(update={"fichier": base / one.fichier}) for one in self.variantes)
        return self.model_copy(update={"fichier": base / self.fichier, "variantes": variantes})
