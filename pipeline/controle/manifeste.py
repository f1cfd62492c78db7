"""What the manifest of a bundle may say; its form is checked, whoever wrote it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.french.words import euros, pluriel

_Montant = Annotated[str, Field(pattern=r"^[0-9]{1,12}\.[0-9]{2}$")]
_Nombre = Annotated[int, Field(ge=0, le=1_000_000)]
_Nom = Annotated[str, Field(max_length=300)]


class _Part(BaseModel):
    """A part of a manifest; what later versions add is let through."""

    model_config = ConfigDict(frozen=True, strict=True)


class Fichier(_Part):
    """A file of the bundle."""

    nom: _Nom
    octets: int
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Retiree(_Part):
    """A letter that a corrective bundle withdraws, named as the bundle that brought it did."""

    nom: _Nom


class Ensemble(_Part):
    """The whole that a corrective bundle belongs to."""

    lettres: _Nombre
    montant_total: _Montant


class Manifeste(_Part):
    """What a manifest says of its bundle: a whole one, a part of one, or a corrective one."""

    annee_scolaire: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{4}$")]
    dsden: Annotated[str, Field(pattern=r"^[0-9][0-9AB][0-9]?$")]
    lettres: _Nombre
    montant_total: _Montant
    fichiers: list[Fichier]
    partie: Annotated[str, Field(pattern=r"^[0-9]{1,3}/[0-9]{1,3}$")] | None = None
    genre: Literal["rectificatif"] | None = None
    numero: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    ensemble: Ensemble | None = None
    retirees: list[Retiree] = []

    @property
    def dit(self) -> str:
        """Return in words what the bundle is."""
        kind = f", rectificatif n° {self.numero}" if self.numero else ""
        part = f", partie {self.partie}" if self.partie else ""
        letters = pluriel(self.lettres, "lettre")
        among = f" sur {self.ensemble.lettres}" if self.ensemble else ""
        gone = pluriel(len(self.retirees), "lettre retirée", "lettres retirées")
        return (
            f"DSDEN {self.dsden}, année {self.annee_scolaire}{kind}{part} : {letters}{among}, "
            f"{euros(Decimal(self.montant_total))}{f', {gone}' if self.retirees else ''}"
        )
