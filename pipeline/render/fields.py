"""The fields that a template may use: what a letter and the settings say, in words that agree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pipeline.french.filters import long_date
from pipeline.french.grammar import a_nom, agree_title, d_etablissement, de, de_nom, le_nom
from pipeline.french.signs import NBSP
from pipeline.french.words import agree, euros, fold, listed, typographic
from pipeline.model import Etablissement, Imp, Letter, Personne
from pipeline.render.examples import trial_letters
from pipeline.render.other_columns import AnyAutres, Autres

if TYPE_CHECKING:
    from pipeline.settings.config import Config


def titled(personne: Personne) -> str:
    """Return a person's name after the civilité, where it is known: « Mme Léa Nguyen », with a no-break space."""
    nom = typographic(personne.nom_complet)
    return f"{personne.civilite}{NBSP}{nom}" if personne.civilite else nom


def names_of_colleagues(letter: Letter) -> list[str]:
    """Return the names of the other référents of the school by name, each once.

    The same person on two rows is no colleague. The order is that of `team_of`.
    """
    own = fold(letter.referent.nom_complet)
    others: dict[str, str] = {}
    for one in sorted(letter.collegues, key=_order):
        others.setdefault(fold(one.referent.nom_complet), titled(one.referent))
    return [name for folded, name in others.items() if folded != own]


def team_of(letter: Letter) -> list[dict[str, str]]:
    """Return all the référents of the school by name, the letter's own among them, with what each receives.

    The order is that of the alphabet, so that sorting the workbook changes no letter. Without IMP the texts are "".
    """
    return [_member(one) for one in sorted((letter, *letter.collegues), key=_order)]


def _order(letter: Letter) -> tuple[Any, ...]:
    """Return what sorts the référents of a school; only those of whom all that is shown is the same are equal."""
    person = letter.referent
    return fold(person.nom), fold(person.prenom), person.civilite, letter.montant, *_member(letter).values()


def _member(letter: Letter) -> dict[str, str]:
    person, imp = letter.referent, letter.imp
    return {
        "nom_complet": titled(person),
        "civilite": person.civilite,
        "prenom": typographic(person.prenom),
        "nom": typographic(person.nom),
        "fonction": typographic(person.fonction),
        "imp": str(imp.fraction) if imp else "",
        "montant": euros(imp.montant) if imp else "",
    }


def fields_of(letter: Letter, config: Config) -> dict[str, Any]:
    """Return the fields of one letter, as nested dicts of text.

    `imp` is None for a mission without IMP, and `decharge` then says whether a « décharge » stands for it. `remplace`
    is the day when the letter that this one replaces was sent. `autres`
    holds the columns of the workbook that have no role. Every text that may be absent is "", which is false in a
    condition.
    """
    dsden = config.dsden_of(letter.dsden)
    assert dsden is not None, "a Letter exists only for a DSDEN of the configuration"
    return {
        "annee_scolaire": config.campagne.annee_scolaire,
        "debut_annee": long_date(f"01/09/{config.campagne.annee_scolaire[:4]}"),
        "fin_annee": long_date(f"31/08/{config.campagne.annee_scolaire[-4:]}"),
        "academie": config.campagne.academie,
        "visas": list(config.campagne.visas),
        "referentiel": config.campagne.referentiel,
        "dsden": {"code": dsden.code, "nom": dsden.nom, "intitule": dsden.intitule, "courriel": dsden.boite},
        "etablissement": _etablissement(letter.etablissement),
        "referent": _referent(letter.referent) | {"collegues": listed(names_of_colleagues(letter))},
        "chef": _chef(letter.chef),
        "equipe": team_of(letter),
        "imp": _imp(letter.imp),
        "decharge": "décharge" if letter.decharge else "",
        "remplace": letter.remplace,
        "autres": Autres(letter.autres),
    }


def example_of(config: Config, autres: Iterable[str] | None = None) -> dict[str, Any]:
    """Return the fields of an invented letter, for checking a template before any data.

    `autres` names the other columns of the workbook; None where it is not known, and any column may then be named.
    """
    fields = fields_of(trial_letters(config, autres=tuple(autres or ()))["femme"], config)
    return fields if autres is not None else fields | {"autres": AnyAutres()}


def _personne(personne: Personne) -> dict[str, str]:
    il = agree(personne.civilite, "il", "elle")
    return {
        "civilite": personne.civilite,
        "prenom": typographic(personne.prenom),
        "nom": typographic(personne.nom),
        "nom_complet": titled(personne),
        "de_nom_complet": de(titled(personne)),
        "fonction": typographic(personne.fonction),
        "il": il,
        "Il": _capital(il),
        "appel": {"M.": "Monsieur", "Mme": "Madame"}.get(personne.civilite, "Madame, Monsieur"),
    }


def _referent(personne: Personne) -> dict[str, str]:
    referent = agree(personne.civilite, "référent", "référente")
    le_referent = agree(personne.civilite, "le référent", "la référente")
    du_referent = agree(personne.civilite, "du référent", "de la référente")
    return _personne(personne) | {
        "titre": f"{referent} décrochage scolaire",
        "Titre": f"{_capital(referent)} décrochage scolaire",
        "referent": referent,
        "le_referent": le_referent,
        "Le_referent": _capital(le_referent),
        "du_referent": du_referent,
        "DU_REFERENT": du_referent.upper(),
        "L_interesse": agree(personne.civilite, "L’intéressé", "L’intéressée").replace(" ou L", " ou l"),
    }


def _chef(personne: Personne) -> dict[str, str]:
    chef = agree(personne.civilite, "chef", "cheffe")
    le_chef = agree(personne.civilite, "le chef", "la cheffe")
    titre = agree_title(typographic(personne.fonction) or "chef d’établissement", personne.civilite)
    return _personne(personne) | {
        "titre": titre,
        "Titre": _capital(titre),
        "chef": chef,
        "Chef": _capital(chef),
        "le_chef": le_chef,
        "Le_chef": _capital(le_chef),
        "du_chef": agree(personne.civilite, "du chef", "de la cheffe"),
    }


def _etablissement(etablissement: Etablissement) -> dict[str, str]:
    nom = typographic(etablissement.nom)
    return {
        "nom": nom,
        "uai": etablissement.uai,
        "commune": typographic(etablissement.commune),
        "le_nom": le_nom(nom),
        "Le_nom": _capital(le_nom(nom)),
        "de_nom": de_nom(nom),
        "d_etablissement": d_etablissement(nom),
        "a_nom": a_nom(nom),
    }


def _imp(imp: Imp | None) -> dict[str, str] | None:
    if imp is None:
        return None
    return {"nombre": str(imp.fraction), "libelle": imp.libelle, "montant": euros(imp.montant)}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
