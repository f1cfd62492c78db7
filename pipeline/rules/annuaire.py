"""Rules against the register of schools: an unknown UAI, a name or a commune far from its own, a UAI to propose."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.model import Anomaly
from pipeline.uai import departement_of, one_slip
from pipeline.validate.register import Annuaire, Fiche
from pipeline.validate.register_names import Nom, other_voie, read_commune, read_nom
from pipeline.validate.row import Row

_STALE = "Si c’est l’annuaire qui n’est pas à jour, corrigez-y cette ligne."


def proposed(row: Row, annuaire: Annuaire, departements: Collection[str] = ()) -> Fiche | None:
    """Return the one school of the register that has the row's name and commune, else the one whose UAI is near.

    A commune that is blank leaves the name alone to tell; a name alone names 348 schools of 702.
    """
    found = annuaire.named(read_nom(row.text("etablissement")), _commune(row), departements)
    near = [fiche for fiche in found if one_slip(row.text("uai"), fiche.uai)]
    if len(near) == 1:
        return near[0]
    return found[0] if len(found) == 1 else None


def proposal(row: Row, annuaire: Annuaire, departements: Collection[str] = ()) -> str:
    """Return the end of a message on a faulty UAI: the one that the register gives to this school, "" when none."""
    fiche = proposed(row, annuaire, departements)
    if fiche is None or fiche.uai == row.text("uai"):
        return ""
    return _proposal(row, fiche)


def check_annuaire(row: Row, annuaire: Annuaire) -> list[Anomaly]:
    """Compare a row whose UAI is well formed with the register; a département that it does not hold is left alone.

    Only what would send a letter to another DSDEN, or a row of which nothing agrees, is an error.
    """
    uai = row.text("uai")
    if departement_of(uai) not in annuaire.departements:
        return []
    if elsewhere := _elsewhere(row, annuaire):
        return [elsewhere]
    fiche = annuaire.fiches.get(uai)
    return [_unknown(row, annuaire)] if fiche is None else _compare(row, fiche, annuaire)


def _elsewhere(row: Row, annuaire: Annuaire) -> Anomaly | None:
    """Say that the commune is in another département than the UAI: one of the two sends the letter astray."""
    uai, commune = row.text("uai"), _commune(row)
    own, fiche = departement_of(uai), annuaire.fiches.get(uai)
    others = annuaire.departements_of(commune)
    if not others or own in others or (fiche and fiche.is_in(commune)):
        return None
    named = proposed(row, annuaire)
    message = (
        f"D’après l’annuaire, « {row.shown('commune')} » est dans le {' ou le '.join(sorted(others))}, mais l’UAI "
        f"« {row.shown('uai')} » est dans le {own}. Corrigez celui des deux qui est faux."
        f"{_proposal(row, named) if named else ''}"
    )
    return row.error("commune", "departement_contradictoire", message)


def _unknown(row: Row, annuaire: Annuaire) -> Anomaly:
    """Say that the register has no such UAI: a new school is possible, unless its commune is unknown as well."""
    uai, commune = row.shown("uai"), _commune(row)
    if named := proposed(row, annuaire):
        message = f"« {uai} » n’est pas dans l’annuaire. Vérifiez le numéro.{_proposal(row, named)}"
        return row.warning("uai", "uai_inconnu", message)
    if commune and not annuaire.knows(commune):
        message = (
            f"« {uai} » n’est pas dans l’annuaire, et aucun établissement n’y est à « {row.shown('commune')} ». "
            "Corrigez le numéro, le nom ou la commune. Si l’établissement vient d’ouvrir, ajoutez-le à l’annuaire."
        )
        return row.error("uai", "uai_inconnu", message)
    message = f"« {uai} » n’est pas dans l’annuaire. Vérifiez le numéro, et que l’établissement est bien ouvert."
    return row.warning("uai", "uai_inconnu", message)


def _compare(row: Row, fiche: Fiche, annuaire: Annuaire) -> list[Anomaly]:
    """Compare the name and the commune with those of the row's own UAI."""
    nom, commune = read_nom(row.text("etablissement")), _commune(row)
    same_name, same_place = fiche.may_be_named(nom), not commune or fiche.is_in(commune)
    if same_place and _fits(nom, fiche):
        return []
    named = proposed(row, annuaire)
    other = named if named is not fiche else None
    if not same_name and not same_place:
        return [_another_school(row, fiche, other)]
    if not same_name or (other and not _fits(nom, fiche)):
        return [row.warning("etablissement", "etablissement_annuaire", _far(row, fiche, "du nom écrit", other))]
    if not same_place:
        return [row.warning("commune", "commune_annuaire", _far(row, fiche, "de la commune écrite", other))]
    return []


def _fits(nom: Nom, fiche: Fiche) -> bool:
    """Return whether a school has this name and can be what it says: not « LP Condorcet » for « LGT Condorcet »."""
    return fiche.is_named(nom) and not all(other_voie(nom, known) for known in fiche.known)


def _far(row: Row, fiche: Fiche, what: str, other: Fiche | None) -> str:
    return (
        f"L’annuaire donne « {fiche.uai} » à {fiche.shown}, ce qui diffère {what} ici. Vérifiez que les deux vont "
        f"ensemble.{_proposal(row, other) if other else ''}"
    )


def _another_school(row: Row, fiche: Fiche, other: Fiche | None) -> Anomaly:
    message = (
        f"« {fiche.uai} » est le numéro d’un autre établissement : l’annuaire le donne à {fiche.shown}. Corrigez le "
        f"numéro, ou le nom et la commune.{_proposal(row, other) if other else ''} {_STALE}"
    )
    return row.error("uai", "uai_autre_etablissement", message)


def _proposal(row: Row, fiche: Fiche) -> str:
    if one_slip(row.text("uai"), fiche.uai):
        return f" C’est sans doute « {fiche.uai} » : l’annuaire donne ce numéro à {fiche.shown}."
    return f" L’annuaire donne « {fiche.uai} » à {fiche.shown}."


def _commune(row: Row) -> str:
    """Return the commune of a row, "" when it is no name that compares."""
    commune = row.text("commune")
    return commune if read_commune(commune) else ""
