"""Check a lot by its own manifest: all that this names is there, nothing more, and of one département only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError

from pipeline.bundle.opening import Ouvert, UnfitError, amounts_in, opened_zip
from pipeline.bundle.writing import Manifeste
from pipeline.errors import InputError
from pipeline.french.words import euros, pluriel
from pipeline.names import LETTERS, MANIFEST, number_of, sheet_name, uai_of
from pipeline.uai import departement_of, is_valid


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


_ASK = "Ne vous en servez pas : demandez un nouvel envoi au rectorat."
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class LotLu:
    """A bundle that was read: what its manifest says, in words too, what is wrong with it, its summary sheet.

    Without a manifest that can be read there is nothing but a fault; `absent` says that there is no file at all.
    """

    constats: tuple[Constat, ...]
    manifeste: Manifeste | None = None
    recapitulatif: bytes = b""
    absent: bool = False

    @property
    def dit(self) -> str:
        """Return in words what the bundle says that it is, "" when it says nothing."""
        return self.manifeste.dit if self.manifeste else ""


def checked_lot(path: Path) -> LotLu:
    """Check a bundle from anywhere, whole, corrective or a part, by its own manifest; nothing else is needed."""
    try:
        held = opened_zip(path)
        manifeste = _manifest(held)
    except UnfitError as error:
        return LotLu((Constat(path.name, error.quoi, error.remede),), absent=not path.exists())
    faults = [*_faults_of_files(held, manifeste), *_faults_of_letters(path, held, manifeste)]
    constats = tuple(Constat(path.name, fault, _ASK) for fault in faults)
    return LotLu(constats, manifeste, held.textes.get(sheet_name(manifeste.dsden), b""))


def _manifest(held: Ouvert) -> Manifeste:
    try:
        return Manifeste.model_validate_json(held.textes[MANIFEST])
    except ValidationError as error:
        raise UnfitError("son manifeste est illisible") from error


def _faults_of_files(held: Ouvert, manifeste: Manifeste) -> list[str]:
    """Compare what is inside with what the manifest says, file by file."""
    told = {one.nom: (one.octets, one.sha256) for one in manifeste.fichiers}
    inside = {name: one for name, one in held.fichiers.items() if name != MANIFEST}
    faults = ["son manifeste nomme deux fois le même fichier"] if len(told) < len(manifeste.fichiers) else []
    missing, added = told.keys() - inside.keys(), inside.keys() - told.keys()
    changed = [name for name in told.keys() & inside.keys() if told[name] != inside[name]]
    for names, what in ((missing, "il y manque"), (changed, "il contient, modifié,"), (added, "il contient en trop")):
        if names:
            faults.append(f"{what} {_counted(names)}")
    return faults


def _faults_of_letters(path: Path, held: Ouvert, manifeste: Manifeste) -> list[str]:
    """Say what is wrong with the letters, brought or withdrawn: whose they are, how many, for how much."""
    letters = [name for name in held.fichiers if name.startswith(LETTERS)]
    faults = _faults_of_name(path, manifeste)
    named = [*letters, *(one.nom for one in manifeste.retirees)]
    if wrong := [uai_of(name) for name in named if not is_valid(uai_of(name))]:
        faults.append(f"ces numéros d’établissement sont faux : {_listed(wrong)}")
    if others := [uai_of(name) for name in named if departement_of(uai_of(name)) != manifeste.dsden]:
        faults.append(f"il contient {pluriel(len(others), 'lettre')} d’un autre département ({_listed(others)})")
    if both := [name for name in letters if name in {one.nom for one in manifeste.retirees}]:
        faults.append(f"il apporte et retire {_counted(both)}")
    if len(letters) != manifeste.lettres:
        faults.append(f"son manifeste annonce {pluriel(manifeste.lettres, 'lettre')}, il en contient {len(letters)}")
    elif not faults and (fault := _fault_of_amount(held, manifeste, letters)):
        faults.append(fault)
    return faults


def _faults_of_name(path: Path, manifeste: Manifeste) -> list[str]:
    """Hold the name of the file, where it says something, against the manifest."""
    faults = []
    announced, number = re.search(r"DSDEN-([0-9AB]+)[_ ]", path.name), number_of(path.name)
    if announced and announced[1] != manifeste.dsden:
        faults.append(f"son nom annonce la DSDEN {announced[1]}, son manifeste la DSDEN {manifeste.dsden}")
    if number and number != manifeste.numero:
        faults.append(f"son nom annonce le rectificatif n° {number}, son manifeste ne le dit pas")
    return faults


def _fault_of_amount(held: Ouvert, manifeste: Manifeste, letters: Sequence[str]) -> str:
    """Compare the total with the summary sheet, which gives the amount of each letter."""
    sheet = held.textes.get(sheet_name(manifeste.dsden))
    if sheet is None:
        return f"son récapitulatif ({sheet_name(manifeste.dsden)}) n’y est pas"
    try:
        amounts = amounts_in(Path(sheet_name(manifeste.dsden)), sheet)
        total = sum((amounts[name.removeprefix(LETTERS)] for name in letters), Decimal(0))
    except (InputError, ArithmeticError, LookupError, ValueError):
        return "son récapitulatif ne peut pas être lu, ou ne nomme pas toutes ses lettres"
    said = Decimal(manifeste.montant_total)
    return "" if total == said else f"son manifeste annonce {euros(said)}, son récapitulatif {euros(total)}"


def _counted(names: Iterable[str]) -> str:
    names = sorted(names)
    return f"{pluriel(len(names), 'fichier')} ({_listed(names)})"


def _listed(names: Sequence[str]) -> str:
    more = "…" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
