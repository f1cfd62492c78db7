"""Remarks on what cleaning leaves as it was written, and the letter would print so: capitals, abbreviations, order."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from pipeline.cleaning.names import OF_SURNAMES, recase
from pipeline.french import fold
from pipeline.model import Anomaly, Letter, RowRef
from pipeline.rules.row import Row

_WORD = re.compile(r"[^\W\d_]{3,}")
_ABBREVIATED = re.compile(r"(?i)(clg|coll|col|lyc|etab|étab)(?:\.\s*|\s+)(?=\S)")
_WHOLE = {"clg": "Collège", "coll": "Collège", "col": "Collège", "lyc": "Lycée", "etab": "Établissement"}
"""LP, LGT, EREA and the like are official names of kinds: they stay."""


def check_capitals(row: Row, role: str, name: str) -> list[Anomaly]:
    """Warn about a word in capitals that cleaning could not give its small letters: « Dupont MARTIN »."""
    proposed = _WORD.sub(lambda word: recase(word[0]) if word[0].isupper() else word[0], name)
    if proposed == name:
        return []
    message = f"« {name} » : la lettre l’imprimerait ainsi, avec ses majuscules. Écrivez « {proposed} »."
    return [row.warning(role, "nom_majuscules", message)]


def check_repeated(row: Row, roles: tuple[str, str]) -> list[Anomaly]:
    """Warn about one word as surname and first name: « Martin Martin » exists, a forgotten surname more often.

    `roles` are those of the surname and of the first name.
    """
    nom, prenom = map(row.text, roles)
    if not prenom or fold(nom) != fold(prenom):
        return []
    message = f"« {nom} » est écrit deux fois, comme nom et comme prénom : la lettre imprimerait « {prenom} {nom} »."
    return [row.warning(roles[0], "prenom_repete", f"{message} Écrivez le nom.")]


def check_abbreviation(row: Row) -> list[Anomaly]:
    """Warn about a kind of school that is abbreviated at the head of its name: it is printed as it was written."""
    nom = row.text("etablissement")
    match = _ABBREVIATED.match(nom)
    if match is None:
        return []
    proposed = f"{_WHOLE[fold(match[1])]} {nom[match.end() :]}"
    message = f"« {nom} » : la lettre imprimerait cette abréviation. Écrivez « {proposed} »."
    return [row.warning("etablissement", "etablissement_abrege", message)]


def doubtful_chefs(
    letters: Sequence[Letter], rows: Mapping[RowRef, Row], surname_first: Collection[str]
) -> list[Anomaly]:
    """Warn about « Haddad Karim » in a sheet where other chefs are « LEBLANC Sylvie »: which one is the surname?"""
    anomalies = []
    for letter in letters:
        row, nom = rows[letter.row], letter.chef.nom
        words = [word for word in fold(nom).split() if word not in OF_SURNAMES]
        if letter.row.sheet in surname_first and not letter.chef.prenom and len(words) > 1 and " " in nom:
            first, _, rest = nom.partition(" ")
            message = (
                f"« {nom} » sera imprimé dans cet ordre, alors que les autres chefs de cette colonne ont leur nom en "
                f"premier. Écrivez le nom en majuscules : « {first.upper()} {rest} » ou « {first} {rest.upper()} »."
            )
            anomalies.append(row.warning("chef", "chef_ambigu", message))
    return anomalies
