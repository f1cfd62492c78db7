"""Rules on the school: its UAI, the key that proves it, the académie and the département it belongs to."""

from __future__ import annotations

import re

from pipeline import uai as key
from pipeline.config import Config
from pipeline.departements import named_in
from pipeline.model import Anomaly, Etablissement
from pipeline.rules.row import Row


def read_etablissement(row: Row, config: Config) -> tuple[Etablissement, list[Anomaly]]:
    """Read the school of a row, with everything that is wrong with it."""
    commune = row.text("commune") if _is_name(row.text("commune")) else ""
    etablissement = Etablissement(row.text("uai"), row.text("etablissement"), commune)
    anomalies = check_school(row, config)
    if not row.is_faulty("etablissement") and not _is_name(etablissement.nom):
        written = f"« {etablissement.nom} » n’est pas un nom. " if etablissement.nom else ""
        message = f"{written}Écrivez le nom de l’établissement."
        anomalies.append(row.error("etablissement", "etablissement_absent", message))
    if row.text("commune") and not commune:
        message = f"« {row.text('commune')} » n’est pas une commune : la lettre n’en dira pas. Écrivez son nom."
        anomalies.append(row.warning("commune", "commune_illisible", message))
    return etablissement, anomalies


def check_school(row: Row, config: Config) -> list[Anomaly]:
    """Check the UAI, and what else says where the school is."""
    return check_uai(row, config) or check_departement(row, config)


def _is_name(text: str) -> bool:
    """Return whether a cell can be a name: what a spreadsheet gives for a blank (0, VRAI, a date) is none."""
    return len(re.findall(r"[^\W\d_]", text)) > 1 and text not in ("VRAI", "FAUX")


def check_uai(row: Row, config: Config) -> list[Anomaly]:
    """Check that the UAI has its form, its key, and belongs to the académie."""
    uai = row.text("uai")
    if row.is_faulty("uai"):
        return []
    if not uai:
        message = f"Écrivez le numéro UAI : sept chiffres et une lettre, par exemple « {_example(config)} »."
        return [row.error("uai", "uai_absent", message)]
    if not key.has_form(uai):
        example = _example(config)
        message = f"« {uai} » n’est pas un numéro UAI. Écrivez sept chiffres et une lettre, par exemple « {example} »."
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
        where = key.departement_of(uai)
        place = f"est dans le département {where}" if where else "ne désigne aucun département"
        message = f"« {uai} » {place} ; ceux de la campagne sont {known}. Vérifiez le numéro, ou retirez la ligne."
        return [row.error("uai", "uai_academie", message)]
    return []


def _example(config: Config) -> str:
    return key.made_up(config.dsden[0].code)


def check_departement(row: Row, config: Config) -> list[Anomaly]:
    """Check what else names a département: a letter sent to the wrong DSDEN is a leak of personal data."""
    own = key.departement_of(row.text("uai"))
    said = [(role, named_in(row.text(role)), row.text(role)) for role in row.values if _DEPARTEMENT.match(role)]
    said.append(("code_postal", _code_of_postcode(row.text("code_postal")), row.text("code_postal")))
    of_sheet = named_in(row.ref.sheet, least=2)
    if config.dsden_of(of_sheet):
        said.append(("uai", of_sheet, f"feuille {row.ref.sheet}"))
    anomalies = []
    for role, code, written in said:
        if code and code != own:
            message = (
                f"« {written} » désigne le département {code}, mais l’UAI « {row.text('uai')} » est dans le {own}. "
                "Corrigez celui des deux qui est faux."
            )
            anomalies.append(row.error(role, "departement_contradictoire", message))
        elif written and not code and role != "code_postal":
            message = f"« {written} » ne se lit pas comme un département : il n’a pas pu être comparé à l’UAI."
            anomalies.append(row.warning(role, "departement_illisible", message))
    return anomalies


_DEPARTEMENT = re.compile(r"departement\b")


def _code_of_postcode(text: str) -> str:
    """Return the département of a five-digit postcode; Corse's 20 is left out, it names two of them."""
    digits = text.replace(" ", "").zfill(5)
    if not re.fullmatch(r"\d{5}", digits) or not text or digits.startswith("20"):
        return ""
    return digits[:3] if digits.startswith("97") else digits[:2]
