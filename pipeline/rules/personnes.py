"""Rules on people: the référent and the chef, one person each, with a name that a letter can print."""

from __future__ import annotations

import re

from pipeline.french import civilite_of, fold
from pipeline.model import Anomaly, Personne
from pipeline.names import bad_signs, is_nobody, recase, several_people, split_full_name
from pipeline.rules.row import Row

_REFERENT = ("referent_nom", "referent_prenom", "referent")
_FEMININE = re.compile(r"principale|proviseure|directrice|cheffe")
_MASCULINE = re.compile(r"principal|proviseur|directeur|chef")


def is_vacant(row: Row) -> bool:
    """Return whether nobody holds the post: every cell of the référent's name is blank or says so."""
    return all(is_nobody(row.text(role)) and not row.is_faulty(role) for role in _REFERENT)


def read_referent(row: Row) -> tuple[Personne, list[Anomaly]]:
    """Read the référent of a row, with everything that is wrong with the name and the civilité."""
    if row.text("referent") and not row.text("referent_nom"):
        prenom, nom, anomalies = _split(row)
    else:
        prenom, nom = row.text("referent_prenom"), row.text("referent_nom")
        anomalies = _check_name(row, "referent_nom", "du référent") or _check_name(
            row, "referent_prenom", "du référent"
        )
        anomalies += _check_missing(row)
    civilite, doubts = _read_civilite(row, "referent_civilite", "du référent", bool(anomalies))
    return Personne(civilite, prenom, nom, row.text("referent_fonction")), anomalies + doubts


def read_chef(row: Row) -> tuple[Personne, list[Anomaly]]:
    """Read the chef d'établissement of a row, with everything that is wrong with the name and the civilité."""
    nom = row.text("chef")
    if row.is_faulty("chef"):
        return Personne("", "", ""), []
    if is_nobody(nom):
        message = "Écrivez le nom du chef d’établissement : la lettre dit sous la responsabilité de qui."
        return Personne("", "", ""), [row.error("chef", "chef_absent", message)]
    anomalies = _check_name(row, "chef", "du chef d’établissement")
    anomalies += _check_name(row, "chef_prenom", "du chef d’établissement") if not anomalies else []
    civilite, doubts = _read_civilite(row, "chef_civilite", "du chef d’établissement", bool(anomalies))
    chef = Personne(civilite, row.text("chef_prenom"), nom, row.text("chef_fonction"))
    return chef, anomalies + doubts + _check_chef_gender(row, chef)


def _split(row: Row) -> tuple[str, str, list[Anomaly]]:
    """Split « NOM Prénom » by its capitals; ask when they do not tell which is which."""
    text = row.text("referent")
    anomalies = _check_name(row, "referent", "du référent")
    split = split_full_name(text)
    if split is None and not anomalies:
        message = f"« {text} » : écrivez le nom en majuscules et le prénom en minuscules (« DUPONT Anne »)."
        anomalies.append(row.error("referent", "nom_prenom_ambigu", message))
    prenom, nom = split or ("", text)
    return recase(prenom), recase(nom), anomalies


def _check_name(row: Row, role: str, whose: str) -> list[Anomaly]:
    """Check that a name cell holds one person and only signs that names have."""
    text = row.text(role)
    if several_people(text):
        message = f"« {_shown(text)} » : il y a plusieurs personnes. Écrivez une ligne par personne, avec son IMP."
        return [row.error(role, "plusieurs_personnes", message)]
    if signs := bad_signs(text):
        message = (
            f"« {_shown(text)} » : le nom {whose} contient {_listed(signs)}. Écrivez le nom seul, avec des lettres."
        )
        return [row.error(role, "nom_signes", message)]
    return []


def _check_missing(row: Row) -> list[Anomaly]:
    anomalies = []
    if is_nobody(row.text("referent_nom")) and not row.is_faulty("referent_nom"):
        anomalies.append(row.error("referent_nom", "nom_absent", "Écrivez le nom du référent."))
    if is_nobody(row.text("referent_prenom")) and not row.is_faulty("referent_prenom"):
        anomalies.append(row.error("referent_prenom", "prenom_absent", "Écrivez le prénom du référent."))
    return anomalies


def _read_civilite(row: Row, role: str, whose: str, name_is_wrong: bool) -> tuple[str, list[Anomaly]]:
    """Read a civilité; a blank one only warns, since the letter then takes the double form."""
    text = row.text(role)
    civilite = civilite_of(text)
    if civilite:
        return civilite, []
    if civilite == "":
        if row.is_faulty(role):
            return "", []
        message = f"La civilité {whose} manque : la lettre emploie la double forme. Écrivez « M. » ou « Mme »."
        return "", [row.warning(role, "civilite_absente", message)]
    if several_people(text) and name_is_wrong:
        return "", []  # the name already says that there are two people
    message = f"« {text} » n’est pas une civilité reconnue. Écrivez « M. » ou « Mme »."
    return "", [row.error(role, "civilite_illisible", message)]


def _check_chef_gender(row: Row, chef: Personne) -> list[Anomaly]:
    """Warn when the civilité and the function of the chef do not agree: one of the two is wrong."""
    fonction = fold(chef.fonction)
    feminine = bool(_FEMININE.match(fonction))
    masculine = not feminine and bool(_MASCULINE.match(fonction))
    if (chef.civilite == "M." and feminine) or (chef.civilite == "Mme" and masculine):
        message = f"« {chef.civilite} » et « {chef.fonction} » ne s’accordent pas : vérifiez la civilité du chef."
        return [row.warning("chef_civilite", "civilite_contradictoire", message)]
    return []


def _shown(text: str) -> str:
    return text.replace("\n", " / ")


def _listed(signs: list[str]) -> str:
    if all(sign.isdigit() for sign in signs):
        return "des chiffres"
    return "le signe " + ", ".join(f"« {sign} »" for sign in signs)
