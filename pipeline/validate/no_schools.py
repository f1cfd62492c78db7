"""What stands where a school or a commune should be named and names none: a remark, a kind alone, a question mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.clean.remarks import TO_DO, is_remark
from pipeline.french.grammar import is_acronym
from pipeline.french.words import fold
from pipeline.validate.register_names import read_nom

_SIGNS = re.compile(r"\.{2,}|[?!*=#@|~^{}_$€…]")
"""Signs of a doubt, of a note or of a formula: no name of the public register holds one."""
_PARTS = re.compile(r"[()\[\],;:]|(?<!\b[nN])/|\s[-–—]\s")
_NOTHING = re.compile(
    r"neant|vide|rien|test(?:s| .*)?|essai|(?:grand |sous )?tota(?:l|ux)\b.*|somme|n ?[acdr]|nsp|tbd|none|null|nan|"
    r"nil|x+|xx.*|z+|"
    r"bidon|fictif|factice|toto|vacante?|defini(?:r|tif)?|inconnue?|"
    r"(?:(?:le|la|l|les|au|service|bureau|pole|division) )*(?:rectorat|recteur|rectrice|dsden|(?:ia )?da?asen|"
    r"ia ipr|ien|drane|saio|dpe|drh|rh|cdi|secretariat|direction|vie scolaire|intendance|administration|infirmerie|"
    r"inspection(?: academique)?|accueil|comptabilite|gestion|ministere|mairie|prefecture|conseil departemental|"
    r"salle des prof\w*|standard|bureau|service|division|academie)(?: (?:de|des|du|d|pour|\d).*)?"
)
"""What names no school, even after its kind: « Collège test », « Lycée XXX »."""
_MONTH = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
_ALONE = re.compile(
    r"divers|autres?|aucune?(?: .*)?|pareil|double|nulle?|demo|absente?|recapitulatif\b.*|notes?|remarques?|"
    r"observations?|commentaires?|sans|personne|oui|non|ok|ras|vrai|faux|s ?o|exemple|modele|copie|brouillon|nouveau|"
    r"ancien|"
    r"nom(?: d\w* .*)?|uai|rne|commune|ville|adresse|principale?|proviseure?|directeur|directrice|adjointe?|cpe|aed|"
    r"professeure?s?\b.*|referente?s?\b.*|chef(?:fe)? d etablissement|rentree\b.*|ferme|"
    rf"{TO_DO}\b.*|(?:mail|courriel|tel|telephone|rdv|rendez vous|urgent|vu|hors)\b.*|interim|vacances|"
    r"en (?:conge|arret|retraite|interim|poste)\b.*|"
    rf"(?:(?:le|en|debut|mi|fin|depuis|courant|des|pour|avant|apres) )+(?:\d+ ?)*(?:(?:{_MONTH})(?: \d+)?)?|"
    rf"(?:janvier|fevrier|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|lundi|mardi|mercredi|jeudi|vendredi|"
    rf"samedi|dimanche)|(?:{_MONTH}) 20\d\d"
)
_KIND_WORDS = frozenset({
    "nouveau", "nouvel", "nouvelle", "ancien", "ancienne", "futur", "future", "micro", "pro", "prof", "gen", "techno",
    "tech", "technique", "poly", "agricole", "agri", "unique", "siege", "rep", "contrat", "internat", "institut",
})  # fmt: skip
"""What may be said of a kind without saying which school it is."""
_LEADING_KIND = re.compile(
    r"(?:(?:college|clg|coll|lycee|lyc|lp|lgt|legt|lpo|erea|ecole|etablissement|etab|cite|scolaire) )+"
)
_TRAILING = re.compile(
    rf"\b(?:(?:annul|supprim|refus|retir)ee?|fermee|suspendue?|doublon|a (?:{TO_DO}|ne pas .*)|ne pas \w+.*)$"
)
"""A remark behind a name, folded."""
_CLOSED = re.compile(r"\bfermée?\W*$", re.IGNORECASE)
"""The same, unfolded: the accent sets « fermé » apart from « La Ferme »."""
_PERSON = re.compile(r"(?:M\.|Mme|Mlle|Mr)\s")
_A_SCHOOL = re.compile(r"(?:college|clg|lycee|lp|lgt|lpo|erea)\b.*")
_SMALL = re.compile(r"(?:[dl]['’]|(?:les?|la|des?|du) )*[a-zà-öø-ÿœ]")
_DATED = re.compile(rf"(?:le |du )?\d\d? ?(?:er|/|{_MONTH}).*", re.IGNORECASE)


def is_name(text: str) -> bool:
    """Return whether a cell can be a name: what a spreadsheet gives for a blank (0, VRAI, a date) is none."""
    return len(re.findall(r"[^\W\d_]", text)) > 1 and text not in ("VRAI", "FAUX")


@lru_cache(maxsize=50_000)
def why_no_school(text: str) -> str:
    """Return why a text names no school, as the end of « … » in French; "" for one that may name one."""
    if not is_name(text):
        return "n’est pas un nom"
    if sign := _SIGNS.search(text):
        return f"contient « {sign[0]} »"
    if re.search(r"\bou\b", text, re.IGNORECASE):
        return "nomme peut-être deux établissements"
    if _PERSON.match(text):
        return "est le nom d’une personne"
    if _ALONE.fullmatch(fold(text)) or _has_trailing(text) or any(map(_says_nothing, _parts(text))):
        return "est une remarque, ou en contient une"
    return "ne dit pas de quel établissement il s’agit" if _is_kind_alone(text) else ""


@lru_cache(maxsize=50_000)
def why_no_commune(text: str) -> str:
    """Return why a text names no commune, as the end of « … » in French; "" for one that may name one."""
    if not is_name(text) or _says_nothing(text) or _ALONE.fullmatch(fold(text)):
        return "n’est pas une commune"
    if _PERSON.match(text) or _A_SCHOOL.fullmatch(fold(text)):
        return "n’est pas une commune"
    sign = _SIGNS.search(text)
    return f"contient « {sign[0]} »" if sign else ""


def is_doubtful(text: str) -> bool:
    """Return whether a name without the kind of a school begins with a small letter, or is a date."""
    return bool(_SMALL.match(text) or _DATED.fullmatch(text)) and not _LEADING_KIND.match(f"{fold(text)} ")


def _has_trailing(text: str) -> bool:
    return bool(_CLOSED.search(text) or _TRAILING.search(fold(text)))


def _parts(text: str) -> Iterator[str]:
    yield text
    yield _LEADING_KIND.sub("", fold(text), count=1)
    yield from (part for part in _PARTS.split(text) if part.strip())


def _says_nothing(text: str) -> bool:
    return is_remark(text) or bool(_NOTHING.fullmatch(fold(text)))


def _is_kind_alone(text: str) -> bool:
    """« Collège », « Lycée pro », « EREA », « Collège de »; « Collège n° 1 » and « Collège B » say which."""
    words = fold(text).split()
    if any(word[0].isdigit() for word in words) or re.search(r"(?<!\.)\b[A-Z]$", text):
        return False
    return all(mot in _KIND_WORDS or is_acronym(mot) for mot in read_nom(text).mots)
