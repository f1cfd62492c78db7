"""Rules on the school: its UAI, the key that proves it, the académie and the département it belongs to."""

from __future__ import annotations

import re
from collections.abc import Collection

from pipeline import uai as key
from pipeline.clean.remarks import sends_elsewhere
from pipeline.french.places import heading_of, named_in
from pipeline.french.words import fold
from pipeline.model import Anomaly, Etablissement, Severity
from pipeline.settings.config import Config
from pipeline.uai import departement_of, one_slip
from pipeline.validate.no_schools import is_doubtful, why_no_commune, why_no_school
from pipeline.validate.register import Annuaire, Fiche
from pipeline.validate.register_names import Nom, other_voie, read_commune, read_nom
from pipeline.validate.row import Row
from pipeline.validate.spelling import check_abbreviation
from pipeline.validate.texts import check_text

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


def read_etablissement(row: Row, config: Config, annuaire: Annuaire) -> tuple[Etablissement, list[Anomaly]]:
    """Read the school of a row, with everything that is wrong with it."""
    commune = "" if why_no_commune(row.text("commune")) else row.text("commune")
    etablissement = Etablissement(row.text("uai"), row.text("etablissement"), commune)
    return etablissement, check_school(row, config, annuaire) + _check_name(row, annuaire) + _check_commune(row)


def _check_name(row: Row, annuaire: Annuaire) -> list[Anomaly]:
    """Check that the school's cell names one: the register may call a school « Lycée professionnel agricole »."""
    if about_text := check_text(row, "etablissement") or _check_uai_in_name(row):
        return about_text
    nom = row.text("etablissement")
    if row.is_faulty("etablissement"):
        return []
    fiche = annuaire.fiches.get(row.text("uai"))
    official = fiche is not None and fold(nom) in map(fold, fiche.noms)
    if not official and (why := why_no_school(nom)):
        written = f"« {row.shown('etablissement')} » {why}. " if nom else ""
        return [row.error("etablissement", "etablissement_absent", f"{written}Écrivez le nom de l’établissement.")]
    if fold(nom) == fold(row.text("commune")):
        message = f"« {row.shown('etablissement')} » est le nom de la commune. Écrivez celui de l’établissement."
        return [row.warning("etablissement", "etablissement_absent", message)]
    if not official and is_doubtful(nom):
        message = f"« {row.shown('etablissement')} » est-il un établissement ? La lettre l’imprime. Vérifiez-le."
        return [row.warning("etablissement", "etablissement_absent", message)]
    return check_abbreviation(row)


def _check_commune(row: Row) -> list[Anomaly]:
    if about_text := check_text(row, "commune"):
        return about_text
    commune = row.text("commune")
    why = why_no_commune(commune) if commune else ""
    if not why and is_doubtful(commune):
        message = (
            f"« {row.shown('commune')} » est-il une commune ? La lettre l’imprime. Vérifiez, et mettez la majuscule."
        )
        return [row.warning("commune", "commune_illisible", message)]
    if not why:
        return []
    message = f"« {row.shown('commune')} » {why} : la lettre n’en dira pas. Écrivez le nom de la commune."
    return [row.warning("commune", "commune_illisible", message)]


def check_school(row: Row, config: Config, annuaire: Annuaire) -> list[Anomaly]:
    """Check the UAI, what else says where the school is, and what the register says of it.

    One fault at a time: as long as the UAI is in doubt, comparing it with anything would only say so again.
    """
    if row.is_faulty("uai"):
        return []
    if errors := check_uai(row, config, annuaire):
        return errors
    said = check_departement(row, config, annuaire)
    contradicted = any(one.severity is Severity.ERREUR for one in said)
    return said if contradicted else said + check_annuaire(row, annuaire)


def _check_uai_in_name(row: Row) -> list[Anomaly]:
    """Check the UAI that stands in a school's name: with another than its own, the row may go to the wrong DSDEN."""
    own = row.text("uai")
    others = [uai for uai in _UAI.findall(row.text("etablissement").upper()) if key.is_valid(uai) and uai != own]
    if not others or not key.is_valid(own):
        return []
    message = (
        f"« {row.shown('etablissement')} » donne le numéro « {others[0]} », mais la ligne a « {own} ». Gardez celui "
        "des deux qui est juste."
    )
    return [row.error("etablissement", "uai_contradictoire", message)]


def check_uai(row: Row, config: Config, annuaire: Annuaire) -> list[Anomaly]:
    """Check that the UAI has its form, its key, and belongs to the académie; else propose that of the register."""
    uai, shown, example = row.text("uai"), row.shown("uai"), key.made_up(config.dsden[0].code)
    if sends_elsewhere(uai):
        return check_text(row, "uai")
    if not uai:
        code = "uai_absent"
        message = f"Écrivez le numéro UAI : sept chiffres et une lettre, par exemple « {example} »."
    elif not key.has_form(uai):
        code = "uai_forme"
        guess = _guess(uai, config) or f"Écrivez sept chiffres et une lettre, par exemple « {example} »."
        message = f"« {shown} » n’est pas un numéro UAI. {guess}"
    elif not key.is_valid(uai):
        return [_wrong_key(row, proposal(row, annuaire, _departements(row, config)))]
    elif config.dsden_of(key.departement_of(uai)) is None:
        code = "uai_academie"
        known = ", ".join(dsden.code for dsden in config.dsden)
        where = key.departement_of(uai)
        place = f"est dans le département {where}" if where else "ne désigne aucun département"
        others = f", ou ajoutez le {where} dans [[dsden]] de config.toml" if where else ""
        message = (
            f"« {shown} » {place} ; ceux de la campagne sont {known}. Vérifiez le numéro, ou retirez la ligne{others}."
        )
    else:
        return []
    return [row.error("uai", code, message + proposal(row, annuaire, _departements(row, config)))]


def _guess(text: str, config: Config) -> str:
    """Propose the number that a text holds among other words, or that its digits make with their key."""
    found = {uai for uai in _UAI.findall(text.upper()) if key.is_valid(uai)}
    if len(found) == 1:
        return f"Écrivez le numéro seul : « {found.pop()} », si c’est le bon."
    digits = text.zfill(7) if re.fullmatch(r"[0-9]{6,7}", text) else ""
    if not digits or config.dsden_of(key.departement_of(digits)) is None:
        return ""
    return f"Sa lettre finale manque : si les chiffres sont justes, c’est « {digits}{key.key_of(digits)} »."


def _wrong_key(row: Row, proposal: str) -> Anomaly:
    uai = row.text("uai")
    guess = f".{proposal}" if proposal else f" (si les chiffres sont justes, c’est « {uai[:7]}{key.key_of(uai[:7])} »)."
    message = (
        f"« {row.shown('uai')} » contient une faute de frappe : sa lettre ne correspond pas à ses chiffres. Vérifiez "
        f"le numéro{guess}"
    )
    return row.error("uai", "uai_cle", message)


def check_departement(row: Row, config: Config, annuaire: Annuaire) -> list[Anomaly]:
    """Check what else names a département: a letter sent to the wrong DSDEN is a leak of personal data."""
    own = key.departement_of(row.text("uai"))
    anomalies = []
    for role, code, written in _said(row, config):
        if code and code != own:
            message = (
                f"{written} désigne le département {code}, mais l’UAI « {row.shown('uai')} » est dans le {own}. "
                f"Corrigez celui des deux qui est faux.{proposal(row, annuaire, {code})}"
            )
            anomalies.append(row.error(role, "departement_contradictoire", message))
        elif row.text(role) and not code and role != "code_postal":
            message = f"{written} ne se lit pas comme un département : il n’a pas pu être comparé à l’UAI."
            anomalies.append(row.warning(role, "departement_illisible", message))
    return anomalies


def _said(row: Row, config: Config) -> list[tuple[str, str, str]]:
    """Return what names a département besides the UAI: the role, the code ("" when unreadable), and what is written."""
    codes = {role: named_in(row.text(role)) for role in row.values if _DEPARTEMENT.match(role)}
    codes["code_postal"] = _code_of_postcode(row.text("code_postal"))
    said = [(role, code, f"« {row.shown(role)} »") for role, code in codes.items()]
    over = [
        ("La feuille", row.ref.sheet, named_in(row.ref.sheet, least=2)),
        ("Le titre", row.band, heading_of(row.band)),
    ]
    return said + [("uai", code, f"{what} « {text} »") for what, text, code in over if config.dsden_of(code)]


def _departements(row: Row, config: Config) -> set[str]:
    """Return the codes of the départements that the row names besides its UAI."""
    return {code for _, code, _ in _said(row, config) if code}


_DEPARTEMENT = re.compile(r"departement\b")
_UAI = re.compile(r"(?<![0-9])[0-9]{7}[A-Z]")


def _code_of_postcode(text: str) -> str:
    """Return the département of a five-digit postcode; Corse's 20 is left out, it names two of them."""
    digits = text.replace(" ", "").zfill(5)
    if not re.fullmatch(r"\d{5}", digits) or not text or digits.startswith("20"):
        return ""
    return digits[:3] if digits.startswith("97") else digits[:2]
