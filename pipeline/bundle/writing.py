"""A bundle written as a zip (letters, summary sheet, manifest): the same contents give the same bytes, read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from pydantic import BaseModel, ConfigDict, Field

from pipeline.files import output_error, sha256, sha256_of
from pipeline.french.words import euros, pluriel
from pipeline.model import Lot
from pipeline.names import MANIFEST, sheet_name, stamp, uai_of
from pipeline.settings.config import Config
from pipeline.uai import departement_of

Said = Mapping[str, Any]
"""Keys of a manifest and their values."""


def write_lot(
    lot: Lot,
    sheet: bytes,
    config: Config,
    folder: Path,
    told: Said | None = None,
    told_of: Mapping[str, Said] | None = None,
) -> Lot:
    """Write a zip in `folder` and return its Lot, with its size and digest.

    `sheet` is its summary sheet, `told` what its manifest also says of the lot, `told_of` what it also says of a file.
    Raises OutputError.
    """
    path = folder / lot.path.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_zip(path, lot, sheet, config, told or {}, told_of or {})
    except OSError as error:
        raise output_error(lot.path, error) from error
    _check(path, lot)
    return replace(lot, size=path.stat().st_size, sha256=sha256_of(path))


def _write_zip(path: Path, lot: Lot, sheet: bytes, config: Config, told: Said, told_of: Mapping[str, Said]) -> None:
    """Write the zip; everything is stored, since PDF and xlsx are compressed already."""
    date, files = stamp(config.campagne.rentree), list[Said]()

    def add(archive: ZipFile, name: str, data: bytes) -> str:
        info = ZipInfo(name, date)
        info.create_system, info.external_attr, info.compress_type = 3, 0o644 << 16, ZIP_STORED
        archive.writestr(info, data)
        digest = sha256(data)
        files.append({"nom": name, "octets": len(data), "sha256": digest, **told_of.get(name, {})})
        return digest

    with ZipFile(path, "w", ZIP_STORED) as archive:
        for name, document in zip(lot.members, lot.documents, strict=True):
            if add(archive, name, document.pdf.read_bytes()) != document.sha256:
                raise AssertionError(f"{document.pdf.name} is not the file that was proofread")
        add(archive, sheet_name(lot.dsden), sheet)
        manifest = {
            "annee_scolaire": config.campagne.annee_scolaire,
            "dsden": lot.dsden,
            "lettres": len(lot.documents),
            "montant_total": f"{lot.montant_total:.2f}",
            **told,
            "fichiers": files,
        }
        add(archive, MANIFEST, (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode())


def _check(path: Path, lot: Lot) -> None:
    """Read a bundle back: whole, as planned, and of its own département only (anything else is a bug or a bad disk)."""
    expected = [*lot.members, sheet_name(lot.dsden), MANIFEST]
    with ZipFile(path) as archive:
        if damaged := archive.testzip():
            raise AssertionError(f"{damaged} is damaged in {path.name}")
        if archive.namelist() != expected:
            raise AssertionError(f"{path.name} does not hold what was planned")
        if not all(document.letter.dsden == lot.dsden for document in lot.documents):
            raise AssertionError(f"{path.name} holds a letter of another DSDEN")
        for name, document in zip(lot.members, lot.documents, strict=True):
            uai = uai_of(name)
            if departement_of(uai) != lot.dsden or uai != document.letter.etablissement.uai:
                raise AssertionError(f"{path.name} holds {name}, of another DSDEN")


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
    """The whole that a corrective lot belongs to; `en_attente` more letters stay valid: their rows are to correct."""

    lettres: _Nombre
    montant_total: _Montant
    en_attente: _Nombre = 0


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
