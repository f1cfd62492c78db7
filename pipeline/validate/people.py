"""Rules on people: the référent and the chef, one person each, with a name that a letter can print."""

from __future__ import annotations

import re

from pipeline.clean.names import (
    OF_SURNAMES,
    has_civilite,
    has_fonction,
    is_fonction,
    is_split_by_capitals,
    recase,
    several_people,
    split_full_name,
)
from pipeline.clean.no_names import is_also_a_word, is_nobody, no_name_in, says_vacant, words_in
from pipeline.clean.remarks import is_remark
from pipeline.french.words import civilite_of, fold
from pipeline.model import Anomaly, Imp, Personne
from pipeline.validate.person_name import CHEF, REFERENT, check_case, check_name
from pipeline.validate.row import Row
from pipeline.validate.spelling import check_doubts, check_repeated
from pipeline.validate.statuses import stops
from pipeline.validate.texts import check_text

_FEMININE = re.compile(r"principale|proviseure|directrice|cheffe")
_WITHOUT_IMP = re.compile(
    r"\b(?:aed|aesh|assistante?s? d education|psy ?en|psychologue|infirmiere?|cop|assistante? sociale?)\b"
)
_MASCULINE = re.compile(r"principal|proviseur|directeur|chef")


def is_vacant(row: Row) -> bool:
    """Return whether nobody holds the post: every cell of the référent's name is blank or says so.

    Blank names beside a civilité are a name that was forgotten, not a vacant post.
    """
    texts = [row.text(role) for role in REFERENT]
    if any(row.is_faulty(role) or row.is_admitted(role) for role in REFERENT):
        return False
    if any(says_vacant(row.text(role)) and fold(row.text(role)) for role in ("referent_nom", "referent")):
        return True  # whatever first name is left beside it
    nom, prenom = texts[:2]
    if says_vacant(f"{nom} {prenom}") and fold(nom) and (no_name_in(prenom) or words_in(prenom)):
        return True  # « Poste | vacant »
    return all(is_nobody(text) for text in texts) and (any(texts) or not row.text("referent_civilite"))


def read_referent(row: Row) -> tuple[Personne, list[Anomaly]]:
    """Read the référent of a row, with everything that is wrong with the name and the civilité."""
    if row.text("referent") and not row.text("referent_nom"):
        prenom, nom, anomalies = _split(row)
    else:
        prenom, nom = row.text("referent_prenom"), row.text("referent_nom")
        anomalies = check_name(row, "referent_nom") or check_name(row, "referent_prenom")
        anomalies += _check_missing(row) if not anomalies else []
    civilite, doubts = _read_civilite(row, "referent_civilite", "du référent", bool(anomalies))
    fonction, about_fonction = _read_fonction(row, "referent_fonction")
    doubts += about_fonction
    if not anomalies:
        whole = "referent" if row.text("referent") and not row.text("referent_nom") else ""
        doubts += check_doubts(row, whole or "referent_nom", nom) + check_doubts(
            row, whole or "referent_prenom", prenom
        )
        doubts += check_repeated(row, ("referent_nom", "referent_prenom"))
        doubts += check_case(row, REFERENT)
    return Personne(civilite, prenom, nom, fonction), anomalies + doubts


def read_chef(row: Row) -> tuple[Personne, list[Anomaly]]:
    """Read the chef d'établissement of a row, with everything that is wrong with the name and the civilité."""
    nom, prenom = row.text("chef"), row.text("chef_prenom")
    if row.is_faulty("chef"):
        return Personne("", "", ""), []
    if absent := _absent_chef(row, nom, prenom):
        return Personne("", "", ""), [absent]
    anomalies = check_name(row, "chef") or check_name(row, "chef_prenom")
    if not anomalies and is_split_by_capitals(nom):
        anomalies = [_ambiguous(row, "chef")]
    civilite, doubts = _read_civilite(row, "chef_civilite", "du chef d’établissement", bool(anomalies))
    fonction, about_fonction = _read_fonction(row, "chef_fonction")
    chef = Personne(civilite, prenom, nom, fonction)
    if not anomalies:
        doubts += check_doubts(row, "chef", nom) + check_doubts(row, "chef_prenom", prenom)
        doubts += check_repeated(row, CHEF) + check_case(row, CHEF)
    return chef, anomalies + doubts + about_fonction + _check_chef_gender(row, chef)


def _absent_chef(row: Row, nom: str, prenom: str) -> Anomaly | None:
    """Ask for the chef's name where the cell holds none, or a function alone or too close to the name."""
    if row.is_admitted("chef"):
        return None
    backed = bool(prenom or row.text("chef_civilite"))
    if says_vacant(nom) or (is_nobody(nom) and not (backed and is_also_a_word(nom))):
        written = f"« {row.shown('chef')} » n’est pas un nom. " if fold(nom) else ""
        message = f"{written}Écrivez le nom du chef d’établissement : la lettre dit sous la responsabilité de qui."
        return row.error("chef", "chef_absent", message)
    if prenom or not has_fonction(nom) or (backed and _is_named(row, nom)):
        return None
    if is_fonction(nom):
        message = f"« {row.shown('chef')} » est une fonction. Écrivez le nom du chef d’établissement."
        return row.error("chef", "chef_absent", message)
    message = (
        f"« {row.shown('chef')} » : le nom et la fonction du chef sont dans la même cellule. Laissez ici le nom seul, "
        "et écrivez la fonction dans sa colonne ou après une virgule (« M. Dupont, principal »)."
    )
    return row.error("chef", "fonction_dans_nom", message)


def _ambiguous(row: Row, role: str) -> Anomaly:
    """Say why a cell does not tell the surname from the first name, and how to write it so that it does."""
    text = row.text(role)
    if is_split_by_capitals(text):
        why = (
            "il y a plus qu’un nom et un prénom. Écrivez le nom en majuscules et le prénom en minuscules "
            "(« DUPONT Anne »), et rien d’autre"
        )
    elif len([word for word in fold(text).split() if word not in OF_SURNAMES]) < 2:
        why = "il manque le nom ou le prénom. Écrivez les deux, le nom en majuscules (« DUPONT Anne »)"
    elif text.isupper():
        why = (
            "tout est en majuscules, et rien ne dit où est le prénom. Écrivez-le en minuscules (« DUPONT Anne »), ou "
            "des points à ses initiales (« DUPONT J.-P. »). Retirez ce qui n’est ni le nom ni le prénom"
        )
    else:
        why = "écrivez le nom en majuscules et le prénom en minuscules (« DUPONT Anne »)"
    return row.error(role, "nom_prenom_ambigu", f"« {row.shown(role)} » : {why}.")


def _is_named(row: Row, nom: str) -> bool:
    """« M. Principal » names somebody; « Principal » beside the function « Principal » repeats it."""
    alone = is_also_a_word(nom) and nom[:1].isupper() and " " not in nom
    return alone and (fold(nom) != fold(row.text("chef_fonction")) or has_civilite(row.shown("chef")))


def _split(row: Row) -> tuple[str, str, list[Anomaly]]:
    """Split « NOM Prénom » by its capitals; ask when they do not tell which is which, or contradict another column."""
    text, prenom = row.text("referent"), row.text("referent_prenom")
    if anomalies := check_name(row, "referent") or check_name(row, "referent_prenom"):
        return prenom, text, anomalies
    split = split_full_name(text)
    if prenom and split is None:
        return prenom, recase(text), []
    if split is None:
        return "", text, [_ambiguous(row, "referent")]
    if prenom and fold(prenom) != fold(split[0]):
        both = f"« {row.shown('referent')} » et « {prenom} »"
        message = f"{both} ne donnent pas le même prénom. Gardez le bon dans les deux cellules."
        return "", text, [row.error("referent_prenom", "nom_prenom_ambigu", message)]
    return recase(split[0]), recase(split[1]), []


def _check_missing(row: Row) -> list[Anomaly]:
    """Check that both names are there; a surname such as « Personne » is one when a first name stands beside it."""

    def unasked(role: str) -> bool:
        return row.is_faulty(role) or row.is_admitted(role)

    anomalies = []
    nom = row.text("referent_nom")
    if (says_vacant(nom) or (is_nobody(nom) and not is_also_a_word(nom))) and not unasked("referent_nom"):
        anomalies.append(row.error("referent_nom", "nom_absent", "Écrivez le nom du référent."))
    if is_nobody(row.text("referent_prenom")) and not unasked("referent_prenom"):
        anomalies.append(row.error("referent_prenom", "prenom_absent", "Écrivez le prénom du référent."))
    return anomalies


def _read_civilite(row: Row, role: str, whose: str, name_is_wrong: bool) -> tuple[str, list[Anomaly]]:
    """Read a civilité; a blank one only warns, since the letter then takes the double form."""
    text = row.text(role)
    civilite = civilite_of(text) if any(sign.isalnum() for sign in text) else ""
    if civilite:
        return civilite, []
    if civilite == "":
        if row.is_faulty(role):
            return "", []
        message = f"La civilité {whose} manque : la lettre emploie la double forme. Écrivez « M. » ou « Mme »."
        return "", [row.warning(_column_of(row, role), "civilite_absente", message)]
    if several_people(text) and name_is_wrong:
        return "", []  # the name already says that there are two people
    message = f"« {text} » n’est pas une civilité reconnue. Écrivez « M. » ou « Mme »."
    return "", [row.error(role, "civilite_illisible", message)]


def _read_fonction(row: Row, role: str) -> tuple[str, list[Anomaly]]:
    """Read the function of somebody, "" where the cell says that there is none or that nobody knows."""
    text = row.text(role)
    if (errors := check_text(row, role)) or not text:
        return text, errors
    if not any(map(str.isalnum, text)) and "?" not in text:
        return "", []  # « - »
    parts = (text, *re.split(r"[(),;:/\[\]]", text))
    if "?" not in text and not is_nobody(text) and not any(is_remark(part.strip()) for part in parts):
        return text, []
    message = (
        f"« {row.shown(role)} » n’est pas une fonction : la lettre n’en dira pas. Écrivez la fonction, et elle seule."
    )
    return "", [] if stops(text) else [row.warning(role, "fonction_illisible", message)]


def check_fonction(row: Row, imp: Imp | None) -> list[Anomaly]:
    """Warn about a function that may not receive an IMP: it is for teachers, CPE and documentalistes.

    Source: décret n° 2015-475 of 27 April 2015, article 1.
    """
    if imp is None or not _WITHOUT_IMP.search(fold(row.text("referent_fonction"))):
        return []
    message = (
        f"« {row.text('referent_fonction')} » : une IMP va aux enseignants, aux CPE et aux professeurs "
        "documentalistes. Vérifiez la fonction."
    )
    return [row.warning("referent_fonction", "fonction_sans_imp", message)]


def _check_chef_gender(row: Row, chef: Personne) -> list[Anomaly]:
    """Warn when the civilité and the function of the chef do not agree: one of the two is wrong."""
    fonction = fold(chef.fonction)
    feminine = bool(_FEMININE.match(fonction))
    masculine = not feminine and bool(_MASCULINE.match(fonction))
    if (chef.civilite == "M." and feminine) or (chef.civilite == "Mme" and masculine):
        message = f"« {chef.civilite} » et « {chef.fonction} » ne s’accordent pas : vérifiez la civilité du chef."
        return [row.warning(_column_of(row, "chef_civilite"), "civilite_contradictoire", message)]
    return []


def _column_of(row: Row, civilite: str) -> str:
    """Return the role of a civilité, or that of the name where the sheet has no column of civilités."""
    names = CHEF if civilite == "chef_civilite" else REFERENT
    return next((role for role in (civilite, *names) if role in row.columns), civilite)
