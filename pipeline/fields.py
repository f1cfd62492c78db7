"""The fields that a template may use: what a letter and the settings say, in words that agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pipeline.french import agree, de_nom, euros
from pipeline.model import Etablissement, Imp, Letter, Personne, RowRef
from pipeline.signs import NBSP
from pipeline.uai import made_up

if TYPE_CHECKING:
    from pipeline.config import Config


def fields_of(letter: Letter, config: Config) -> dict[str, Any]:
    """Return the fields of one letter, as nested dicts of text.

    `imp` is None for a mission without IMP; `autres` holds the columns of the workbook that have no role.
    """
    dsden = config.dsden_of(letter.dsden)
    assert dsden is not None, "a Letter exists only for a DSDEN of the configuration"
    return {
        "annee_scolaire": config.campagne.annee_scolaire,
        "academie": config.campagne.academie,
        "visas": list(config.campagne.visas),
        "referentiel": config.campagne.referentiel,
        "dsden": {"code": dsden.code, "nom": dsden.nom, "intitule": dsden.intitule, "courriel": dsden.courriel},
        "etablissement": _etablissement(letter.etablissement),
        "referent": _referent(letter.referent),
        "chef": _chef(letter.chef),
        "imp": _imp(letter.imp),
        "autres": dict(letter.autres),
    }


def example_of(config: Config, autres: Iterable[str] = ()) -> dict[str, Any]:
    """Return the fields of an invented letter, for checking a template before any data; `autres` names columns."""
    etablissement = Etablissement(made_up(config.dsden[0].code), "Collège des Tilleuls", "Villeneuve")
    referent = Personne("Mme", "Anne", "Exemple", "CPE")
    chef = Personne("M.", "Paul", "Modèle", "Principal")
    others = {header: f"({header})" for header in autres}
    letter = Letter(RowRef("exemple", 1), etablissement, referent, chef, config.imp.pairs[0], others)
    return fields_of(letter, config)


def expected_texts(fields: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what the printed letter must show, each with its name in French, for proofreading."""
    expected = [
        ("le nom du référent", fields["referent"]["nom_complet"]),
        ("le nom de l’établissement", fields["etablissement"]["nom"]),
        ("le numéro UAI", fields["etablissement"]["uai"]),
        ("le nom du chef d’établissement", fields["chef"]["nom_complet"]),
        ("l’année scolaire", fields["annee_scolaire"]),
        ("l’adresse de la DSDEN", fields["dsden"]["courriel"]),
    ]
    if fields["imp"]:
        expected += [("le montant de l’IMP", fields["imp"]["montant"]), ("le nombre d’IMP", fields["imp"]["nombre"])]
    return tuple(expected)


def other_texts(fields: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what a letter may show besides, by the choice of its template: proofread where it does."""
    texts = [
        ("la commune", fields["etablissement"]["commune"]),
        ("la fonction du référent", fields["referent"]["fonction"]),
        ("la fonction du chef d’établissement", fields["chef"]["fonction"]),
        *((f"la colonne « {header} »", text) for header, text in fields["autres"].items()),
    ]
    return tuple((what, text) for what, text in texts if text)


def titled(personne: Personne) -> str:
    """Return a person's name after the civilité, where it is known: « Mme Léa Nguyen », with a no-break space."""
    return f"{personne.civilite}{NBSP}{personne.nom_complet}" if personne.civilite else personne.nom_complet


def _personne(personne: Personne) -> dict[str, str]:
    il = agree(personne.civilite, "il", "elle")
    return {
        "civilite": personne.civilite,
        "prenom": personne.prenom,
        "nom": personne.nom,
        "nom_complet": titled(personne),
        "fonction": personne.fonction,
        "il": il,
        "Il": _capital(il),
    }


def _referent(personne: Personne) -> dict[str, str]:
    le_referent = agree(personne.civilite, "le référent", "la référente")
    du_referent = agree(personne.civilite, "du référent", "de la référente")
    return _personne(personne) | {
        "referent": agree(personne.civilite, "référent", "référente"),
        "le_referent": le_referent,
        "Le_referent": _capital(le_referent),
        "du_referent": du_referent,
        "DU_REFERENT": du_referent.upper(),
        "L_interesse": agree(personne.civilite, "L’intéressé", "L’intéressée").replace(" ou L", " ou l"),
    }


def _chef(personne: Personne) -> dict[str, str]:
    chef = agree(personne.civilite, "chef", "cheffe")
    le_chef = agree(personne.civilite, "le chef", "la cheffe")
    return _personne(personne) | {
        "chef": chef,
        "Chef": _capital(chef),
        "le_chef": le_chef,
        "Le_chef": _capital(le_chef),
        "du_chef": agree(personne.civilite, "du chef", "de la cheffe"),
    }


def _etablissement(etablissement: Etablissement) -> dict[str, str]:
    return {
        "nom": etablissement.nom,
        "uai": etablissement.uai,
        "commune": etablissement.commune,
        "de_nom": de_nom(etablissement.nom),
    }


def _imp(imp: Imp | None) -> dict[str, str] | None:
    if imp is None:
        return None
    return {"nombre": str(imp.fraction), "libelle": imp.libelle, "montant": euros(imp.montant)}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
