"""Rules on the school: its UAI, the key that proves it, the académie and the département it belongs to."""

from __future__ import annotations

import re

from pipeline import uai as key
from pipeline.config import Config
from pipeline.french import fold
from pipeline.model import Anomaly, Etablissement
from pipeline.rules.row import Row


def read_etablissement(row: Row, config: Config) -> tuple[Etablissement, list[Anomaly]]:
    """Read the school of a row, with everything that is wrong with it."""
    etablissement = Etablissement(row.text("uai"), row.text("etablissement"), row.text("commune"))
    anomalies = check_uai(row, config)
    if not etablissement.nom and not row.is_faulty("etablissement"):
        anomalies.append(row.error("etablissement", "etablissement_absent", "Écrivez le nom de l’établissement."))
    if not anomalies:
        anomalies += _check_departement(row, etablissement, config)
    return etablissement, anomalies


def check_uai(row: Row, config: Config) -> list[Anomaly]:
    """Check that the UAI has its form, its key, and belongs to the académie."""
    uai = row.text("uai")
    if row.is_faulty("uai"):
        return []
    if not uai:
        return [row.error("uai", "uai_absent", "Écrivez le numéro UAI : sept chiffres et une lettre (« 0771234A »).")]
    if not key.has_form(uai):
        message = f"« {uai} » n’est pas un numéro UAI. Écrivez sept chiffres et une lettre, par exemple « 0771234A »."
        return [row.error("uai", "uai_forme", message)]
    if not key.is_valid(uai):
        right = uai[:7] + key.key_of(uai[:7])
        message = (
            f"« {uai} » contient une faute de frappe : sa lettre ne correspond pas à ses chiffres. "
            f"Vérifiez le numéro (si les chiffres sont justes, c’est « {right} »)."
        )
        return [row.error("uai", "uai_cle", message)]
    if config.dsden_of(key.departement_of(uai)) is None:
        known = ", ".join(dsden.code for dsden in config.dsden)
        message = (
            f"« {uai} » est dans le département {key.departement_of(uai)}, hors de l’{config.campagne.academie} "
            f"({known}). Vérifiez le numéro, ou retirez la ligne."
        )
        return [row.error("uai", "uai_academie", message)]
    return []


def _check_departement(row: Row, etablissement: Etablissement, config: Config) -> list[Anomaly]:
    """Check what else names a département: a letter sent to the wrong DSDEN is a leak of personal data."""
    own = etablissement.departement
    said = [
        ("departement", _code_of(row.text("departement"), config), row.text("departement")),
        ("code_postal", _code_of_postcode(row.text("code_postal")), row.text("code_postal")),
        ("uai", _code_of_sheet(row.ref.sheet, config), f"feuille {row.ref.sheet}"),
    ]
    return [
        row.error(
            role,
            "departement_contradictoire",
            f"« {written} » désigne le département {code}, mais l’UAI « {etablissement.uai} » est dans le {own}. "
            "Corrigez celui des deux qui est faux.",
        )
        for role, code, written in said
        if code and code != own
    ]


def _code_of(text: str, config: Config) -> str:
    """Return the code of the département that a text names, by its number or its name; "" when it names none."""
    words = fold(text).upper().split()
    for dsden in config.dsden:
        if fold(dsden.nom) in fold(text):
            return dsden.code
    numbers = [word.lstrip("0") for word in words if re.fullmatch(r"0?\d{2}|97\d|0?2[AB]", word)]
    return numbers[0] if len(numbers) == 1 else ""


def _code_of_sheet(sheet: str, config: Config) -> str:
    """Return the département that a sheet's name gives, only when it is one of the académie's."""
    code = _code_of(sheet, config)
    return code if config.dsden_of(code) else ""


def _code_of_postcode(text: str) -> str:
    """Return the département of a five-digit postcode; Corse's 20 is left out, it names two of them."""
    digits = text.replace(" ", "").zfill(5)
    if not re.fullmatch(r"\d{5}", digits) or not text or digits.startswith("20"):
        return ""
    return digits[:3] if digits.startswith("97") else digits[:2]
