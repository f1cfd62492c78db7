"""Rules on one cell of a name: one person, a civilité aside, in words and signs that names are made of."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.clean.names import bad_signs, has_civilite, several_people, split_fonction
from pipeline.clean.no_names import (
    is_also_a_word,
    is_glued,
    is_second_name,
    is_small,
    no_name_in,
    real_words,
    small_words,
    words_in,
)
from pipeline.model import Anomaly
from pipeline.validate.row import Row
from pipeline.validate.texts import check_text

REFERENT = ("referent_nom", "referent_prenom", "referent")
CHEF = ("chef", "chef_prenom")
_WHAT = {
    "referent_nom": "le nom du référent", "referent_prenom": "le prénom du référent",
    "referent": "le nom et le prénom du référent", "chef": "le nom du chef d’établissement",
    "chef_prenom": "le prénom du chef d’établissement",
}  # fmt: skip


def check_name(row: Row, role: str) -> list[Anomaly]:
    """Check that a name cell holds one person, no civilité, and only words and signs that names have."""
    if not row.is_admitted(role) and (found := _check_kind(row, role)):
        return [_with_way_out(row, role, found[0])] if len(real_words(row.text(role))) == 1 else found
    return _check_people(row, role) or _check_signs(row, role) or _check_small(row, role)


def _check_kind(row: Row, role: str) -> list[Anomaly]:
    return check_text(row, role) or _check_fonction(row, role) or _check_words(row, role)


def _with_way_out(row: Row, role: str, error: Anomaly) -> Anomaly:
    """Add, where a word alone was refused that may be somebody's name, how to have it printed."""
    if error.code not in ("pas_un_nom", "renvoi") or "Si c’est" in error.message:
        return error
    how = f"ajoutez « {row.text(role)} » à « noms_admis », dans config.toml"
    return replace(error, message=f"{error.message} Si la personne s’appelle vraiment ainsi, {how}.")


def _check_fonction(row: Row, role: str) -> list[Anomaly]:
    if role not in REFERENT or not split_fonction(row.text(role), of_chef=False)[1]:
        return []
    message = (
        f"« {row.shown(role)} » : le nom et une fonction sont dans la même cellule, et la colonne des fonctions dit "
        "autre chose. Laissez ici le nom seul."
    )
    return [row.error(role, "fonction_dans_nom", message)]


def _check_words(row: Row, role: str) -> list[Anomaly]:
    """Refuse what names nobody; in doubt, a word that is also a surname needs its capital and somebody beside it."""
    text = row.text(role)
    if "@" in text or len(re.findall(r"(?i)(?<!\w)(?:m|mme|mr)\.?\s", text)) > 1:
        return []  # an address, two people: other rules say more
    found = no_name_in(text)
    if found and found != text:
        what = f"« {found} » n’est pas un nom de personne. Écrivez ici {_WHAT[role]}, et rien d’autre."
        if role == "chef":
            what += " Gardez sa civilité devant, et mettez sa fonction après une virgule (« M. Dupont, principal »)."
        return [row.error(role, "pas_un_nom", f"« {row.shown(role)} » : {what}")]
    first = role.endswith("prenom") and bool(words_in(text))
    alone = is_also_a_word(text) and (not text[:1].isupper() or not _is_backed(row, role))
    glued = (role == "referent_nom" or (role == "chef" and row.text("chef_prenom"))) and is_glued(text)
    if found or first or alone or glued:
        message = f"« {row.shown(role)} » n’est pas un nom de personne. Écrivez {_WHAT[role]}."
        if alone and not first:
            message += " Si c’est bien son nom, donnez-lui une majuscule, et ajoutez la civilité ou le prénom."
        return [row.error(role, "pas_un_nom", message)]
    return []


def _is_backed(row: Row, role: str) -> bool:
    """Return whether a first name shows that a word is a surname; of a chef, who may have none, a civilité does too."""
    beside = ("chef_prenom", "chef_civilite") if role in CHEF else ("referent_prenom",)
    return any(row.text(one) for one in beside)


def _check_people(row: Row, role: str) -> list[Anomaly]:
    text = row.text(role)
    if not several_people(text):
        return []
    what = "Laissez le chef qui signe la lettre" if role in CHEF else "Écrivez une ligne par personne, avec son IMP"
    message = f"« {row.shown(role)} » : il y a plusieurs personnes. {what}."
    if re.search(r"\s[-–—]\s", text):
        message += " Un nom double s’écrit sans espaces : « Dupont-Martin »."
    return [row.error(role, "plusieurs_personnes", message)]


def _check_signs(row: Row, role: str) -> list[Anomaly]:
    text = row.text(role)
    if signs := bad_signs(text):
        message = f"« {row.shown(role)} » : ce nom contient {_listed(signs)}. Écrivez le nom seul, avec des lettres."
        return [row.error(role, "nom_signes", message)]
    if alone := re.search(r"(?<!\S)[^\w\s]+(?!\S)", text) if any(map(str.isalnum, text)) else None:
        what = f"« {alone[0]} » n’est pas une partie d’un nom. Écrivez le nom seul, avec des lettres."
        return [row.error(role, "nom_signes", f"« {row.shown(role)} » : {what}")]
    if has_civilite(text):
        message = (
            f"« {row.shown(role)} » : la civilité se met dans sa colonne, et une seule fois. Laissez ici le nom seul."
        )
        return [row.error(role, "civilite_dans_nom", message)]
    return []


def _check_small(row: Row, role: str) -> list[Anomaly]:
    """Refuse a word in small letters inside a name, unless it is a particle or a first name."""
    small = [word for word in small_words(row.text(role)) if not is_second_name(word)]
    if len(small) == len(real_words(row.text(role))) == 1:
        small = []  # « Da silva »: a remark says which capital it lacks
    words = real_words(row.written(role))
    if len(words) > 1 and (_is_beside_capitals(row, role) or _is_small_alone(row, role)):
        small = [] if any(map(is_second_name, words)) else [*words]
    if not small:
        return []
    message = (
        f"« {row.shown(role)} » : « {small[0]} » est en minuscules. Donnez-lui une majuscule si c’est une partie du "
        "nom ; sinon, retirez-le."
    )
    return [row.error(role, "nom_minuscules", message)]


def check_case(row: Row, roles: tuple[str, ...]) -> list[Anomaly]:
    """Warn about a name all in small letters that nothing of its kind stands beside: it may be a remark."""
    for role in roles:
        usual = all(map(is_second_name, real_words(row.text(role))))
        if not usual and (_is_small_alone(row, role) or _is_beside_capitals(row, role)):
            message = (
                f"« {row.shown(role)} » est écrit en minuscules ; la lettre imprimerait « {row.text(role)} ». Vérifiez "
                "que c’est bien un nom de personne."
            )
            return [row.warning(role, "nom_douteux", message)]
    return []


def _is_small_alone(row: Row, role: str) -> bool:
    return role == "chef" and is_small(row.written(role)) and not row.text("chef_prenom")


def _is_beside_capitals(row: Row, role: str) -> bool:
    """Return whether a surname or a first name is all in small letters where the other one is not."""
    others = [one for names in (REFERENT, CHEF) if role in names for one in names if one != role and row.text(one)]
    own = row.written(role)
    return is_small(own) and any(row.written(one) != own and not is_small(row.written(one)) for one in others)


def _listed(signs: list[str]) -> str:
    others = [f"« {sign} »" for sign in signs if not sign.isdigit()]
    said = ["des chiffres"] if len(others) < len(signs) else []
    if others:
        said.append(f"{'les signes' if len(others) > 1 else 'le signe'} {', '.join(others)}")
    return " et ".join(said)
