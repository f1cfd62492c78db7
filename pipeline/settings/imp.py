"""The section [imp] of config.toml: the scale, and the amounts that this mission usually gets."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from pipeline.model import Imp
from pipeline.settings.fields import Section, Texte


def _exact_decimal(value: object) -> object:
    """Refuse floats, which TOML reads inexactly; accept whole euros and text with a point."""
    if isinstance(value, float) or (isinstance(value, str) and not re.fullmatch(r"\d+(\.\d{1,2})?", value)):
        raise ValueError('écrivez le montant entre guillemets avec un point, par exemple « "312.50" »')
    return value


Montant = Annotated[Decimal, BeforeValidator(_exact_decimal), Field(ge=0)]


class Taux(Section):
    """One line of the IMP scale."""

    libelle: Texte = Field(description="Le nom de ce taux, par exemple « taux plein ».")
    nombre: str = Field(pattern=r"^\d+(/[1-9]\d*)?$", description="Le nombre d’IMP : « 1 », « 1/2 ».")
    montant: Montant = Field(
        description="Le montant annuel brut en euros, entre guillemets, avec un point : « 312.50 »."
    )


class Bareme(Section):
    """The legal pairs (décret n° 2015-475, arrêté du 27 avril 2015) and the amounts usual for this mission."""

    bareme: tuple[Taux, ...] = Field(min_length=1, description="Les seuls couples légaux d’un nombre et d’un montant.")
    usuels: tuple[Montant, ...] = Field(
        description="Les montants attendus pour cette mission : les autres sont signalés sans empêcher la lettre."
    )

    @model_validator(mode="after")
    def _usual_amounts_are_legal(self) -> Self:
        legal = {taux.montant for taux in self.bareme}
        for montant in self.usuels:
            if montant not in legal:
                raise ValueError(f"le montant usuel {montant} n’est pas dans « bareme » : corrigez l’un des deux")
        return self

    @cached_property
    def pairs(self) -> tuple[Imp, ...]:
        """Return the scale as pairs of a number of IMP and an amount in euros."""
        return tuple(Imp(taux.libelle, Fraction(taux.nombre), taux.montant) for taux in self.bareme)
