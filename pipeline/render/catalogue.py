"""The fields that a template may use, by group, each with what it means; the names are those of `fields_of`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.render.docx import environment


@dataclass(frozen=True, slots=True)
class Champ:
    """A field as a template writes it, what it means, and what it says of one letter."""

    written: str
    meaning: str
    value: str


_PERSONNE = {
    "nom_complet": "civilité, prénom et nom",
    "de_nom_complet": "les mêmes après « de » ou « d’ »",
    "civilite": "« M. », « Mme », ou rien si elle manque",
    "prenom": "prénom",
    "nom": "nom",
    "fonction": "fonction, telle que le classeur l’écrit",
    "appel": "« Monsieur » ou « Madame », en tête d’un courrier",
    "il": "« il » ou « elle »",
    "Il": "« Il » ou « Elle »",
}
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "Campagne (config.toml)": {
        "annee_scolaire": "année scolaire",
        "debut_annee": "premier jour de l’année scolaire",
        "fin_annee": "dernier jour de l’année scolaire",
        "academie": "nom de l’académie",
        "referentiel": "référentiel que cite la lettre",
        "visas": "textes visés : puis un paragraphe « {{ visa }} », puis « {%p endfor %} »",
    },
    "DSDEN de l’établissement (config.toml)": {
        "dsden.intitule": "nom de la DSDEN dans la lettre",
        "dsden.courriel": "son adresse de messagerie",
        "dsden.nom": "nom du département",
        "dsden.code": "numéro du département",
    },
    "Établissement": {
        "etablissement.nom": "nom, tel que le classeur l’écrit",
        "etablissement.uai": "numéro UAI",
        "etablissement.commune": "commune",
        "etablissement.le_nom": "nom avec son article : « le collège… », « l’EREA… »",
        "etablissement.Le_nom": "le même en début de phrase",
        "etablissement.de_nom": "nom après « de » : « du collège… »",
        "etablissement.a_nom": "nom après « à » : « au collège… »",
        "etablissement.d_etablissement": "nom après « chef » : « d’établissement du collège… »",
    },
    "Référent ou référente": {
        **{f"referent.{name}": meaning for name, meaning in _PERSONNE.items()},
        "referent.titre": "« référent décrochage scolaire », accordé",
        "referent.Titre": "le même en début de phrase",
        "referent.referent": "« référent » ou « référente »",
        "referent.le_referent": "« le référent » ou « la référente »",
        "referent.Le_referent": "le même en début de phrase",
        "referent.du_referent": "« du référent » ou « de la référente »",
        "referent.DU_REFERENT": "le même en capitales",
        "referent.L_interesse": "« L’intéressé » ou « L’intéressée »",
        "referent.collegues": "autres référents du même établissement",
    },
    "Chef ou cheffe d’établissement": {
        **{f"chef.{name}": meaning for name, meaning in _PERSONNE.items()},
        "chef.titre": "fonction, accordée : « principale », « proviseur »",
        "chef.Titre": "la même en début de phrase",
        "chef.chef": "« chef » ou « cheffe »",
        "chef.Chef": "« Chef » ou « Cheffe »",
        "chef.le_chef": "« le chef » ou « la cheffe »",
        "chef.Le_chef": "« Le chef » ou « La cheffe »",
        "chef.du_chef": "« du chef » ou « de la cheffe »",
    },
    "IMP": {
        "imp.nombre": "nombre d’IMP",
        "imp.libelle": "libellé du barème",
        "imp.montant": "montant annuel brut",
        "decharge": "« décharge » si la ligne sans IMP en parle, sinon rien",
    },
    "Lettre qui en corrige une autre": {
        "remplace": "jour où la lettre qu’elle annule et remplace a été envoyée, sinon rien",
    },
    "Tous les référents de l’établissement, une ligne de tableau chacun : {%tr for un in equipe %} … {%tr endfor %}": {
        "equipe.nom_complet": "civilité, prénom et nom",
        "equipe.civilite": "civilité",
        "equipe.prenom": "prénom",
        "equipe.nom": "nom",
        "equipe.fonction": "fonction",
        "equipe.imp": "nombre d’IMP, ou rien",
        "equipe.montant": "montant annuel brut, ou rien",
    },
}
"""What each field means, by group; `visas` and `equipe` are gone through by a loop."""

_FILTERS = (
    ("imp.montant | en_lettres", "un montant ou un nombre en lettres"),
    ("'1250' | euros", "un nombre en euros"),
    ("'01/09/2026' | date", "une date en toutes lettres"),
    ("'2026' | annee_scolaire", "une année scolaire entière"),
    ("'2' | ordinal", "un rang"),
    ("'nommé' | accord(referent)", "un mot accordé avec une personne"),
    ("chef.nom | de", "un nom après « de » ou « d’ »"),
    ("dsden.intitule | insecable", "un texte que la fin d’une ligne ne coupe pas"),
    ("referent.nom | upper", "en capitales"),
)
NO_VALUE = "–"


def groups_of(fields: Mapping[str, Any]) -> dict[str, list[Champ]]:
    """Return the fields by group, with what they say of a letter; columns without role and filters at the end."""
    groups = {title: [_champ(name, meaning, fields) for name, meaning in of.items()] for title, of in MEANINGS.items()}
    others = [
        Champ(f'{{{{ autres["{_quotable(header)}"] }}}}', f"colonne « {header} » du classeur", text or NO_VALUE)
        for header, text in fields["autres"].items()
    ]
    filters = [Champ(f"{{{{ {said} }}}}", meaning, _printed(said, fields)) for said, meaning in _FILTERS]
    return {**groups, **({"Autres colonnes du classeur": others} if others else {}), "Filtres": filters}


def _champ(name: str, meaning: str, fields: Mapping[str, Any]) -> Champ:
    start, _, end = name.partition(".")
    value = fields[start]
    if start == "equipe":
        return Champ(f"{{{{ un.{end} }}}}", meaning, _listed([one[end] for one in value]))
    if start == "visas":
        return Champ("{%p for visa in visas %}", meaning, _listed(value))
    if end:
        value = value[end] if value else ""
    return Champ(f"{{{{ {name} }}}}", meaning, value or NO_VALUE)


def _quotable(header: str) -> str:
    """Return a header that stands between quotes and is found all the same: signs do not count in it."""
    return " ".join(re.sub(r'["\\]', " ", header).split())


def _listed(texts: Sequence[str]) -> str:
    return " / ".join(text or NO_VALUE for text in texts)


def _printed(said: str, fields: Mapping[str, Any]) -> str:
    """Return what an expression prints; a letter without IMP has no amount to spell."""
    if said.startswith("imp.") and not fields["imp"]:
        return NO_VALUE
    return environment(autoescape=False).from_string(f"{{{{ {said} }}}}").render(fields)
