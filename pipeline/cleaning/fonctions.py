"""The function that a cell says beside a name, « M. Dupont, principal », « DUPONT Anne (CPE) », told from the name."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pipeline.clean.names import OF_SURNAMES, is_plain, split_civilite
from pipeline.clean.no_names import is_also_a_word, no_name_in
from pipeline.french.words import fold

_CHEF = (
    r"(?:principale?|proviseure?|directeur|directrice|chef(?:fe)?\s+d['’]\s*[eé]tablissement)(?:\s+par\s+int[eé]rim)?"
)
_ANY_CHEF = re.compile(rf"(?i)(?<![\w-]){_CHEF}(?![\w-])")
_ONLY_CHEF = re.compile(rf"(?i)(?:(?:m\.?|mme|monsieur|madame)\s+)?(?:(?:le|la)\s+)?{_CHEF}")
_REFERENT = (
    r"(?:cpe|plp|p\.?e\.?g\.?c|aed|aesh|tzr|doc|psy[- ]?en|professeure?|prof|enseignante?|documentaliste|"
    r"certifi[eé]e?|agr[eé]g[eé]e?|"
    r"infirmi(?:er|[eè]re)|conseill(?:er|[eè]re)\s+principale?|contractuelle?|coordonn?at(?:eur|rice))(?![\w-])"
    r"[^,;:/()\[\]]{0,60}"
)
"""Whoever may be référent: a function begins with one of these words, what is taught may follow."""
_GLUED = (
    r"(?:cpe|plp|pegc|aed|aesh|tzr|doc|psy[- ]?en|prof(?:esseure?)?\.?|enseignante?|documentaliste|"
    r"certifi[eé]e?|agr[eé]g[eé]e?|"
    r"contractuelle?|infirmi(?:er|[eè]re))(?:\s+(?:d['’]|de\s|des\s|en\s|hors\s|doc|princ|certif|agr|contract|titulaire|"
    r"stagiaire|tzr|plp|eps|svt)[^,;:/()\[\]]{0,60})?"
)
"""The same where no sign sets it apart from the name: « MARTIN CPE »."""
_BETWEEN = r"(?:\s*[,;:/\n]\s*|\s+[-–—]\s+)"


@lru_cache(maxsize=50_000)
def split_fonction(text: str, of_chef: bool) -> tuple[str, str]:
    """Take its function off a name: « M. Dupont, principal » gives (« M. Dupont », « principal »).

    Gives (text, "") where there is none, or a doubt: no sign between the two, two people, an adjoint.
    """
    for form in _forms(of_chef) if not of_chef or has_fonction(text) else ():
        match = form.fullmatch(text)
        if match and is_plain(match["nom"]) and _names_somebody(match["nom"]):
            return match["nom"], match["fonction"].strip()
    return text, ""


def _names_somebody(text: str) -> bool:
    """« le CPE » names nobody, nor does « Principal, proviseur »; « M. Principal » does."""
    civilite, name = split_civilite(text)
    is_post = has_fonction(name) and not (civilite and is_also_a_word(name) and name[:1].isupper())
    alone = OF_SURNAMES | {"un", "une", "ex"}
    return not is_post and not no_name_in(name) and not alone.issuperset(fold(name).split())


def has_fonction(text: str) -> bool:
    """Return whether the function of a chef d'établissement stands in a text: « Dupont principal »."""
    return bool(_ANY_CHEF.search(text))


def is_fonction(text: str) -> bool:
    """Return whether a text is the function of a chef d'établissement and names nobody: « Le principal »."""
    return bool(_ONLY_CHEF.fullmatch(text))


@cache
def _forms(of_chef: bool) -> tuple[re.Pattern[str], ...]:
    """Give the ways of writing a name and its function in one cell that leave no doubt."""
    fonction = _CHEF if of_chef else _REFERENT
    after = (
        rf"(?P<nom>.+?){_BETWEEN}(?:(?:le|la)\s+)?(?P<fonction>{fonction})",
        rf"(?P<nom>.+?)\s*[(\[](?P<fonction>{fonction})[)\]]",
    )
    before = (
        rf"(?:(?:le|la)\s+)?(?P<fonction>{fonction}){_BETWEEN}(?P<nom>.+)",
        rf"(?:(?:le|la)\s+)?(?P<fonction>{fonction})\s+(?P<nom>(?:m\.|mme|mlle|monsieur|madame)\s.+)",
    )
    glued = (rf"(?P<nom>.+?)\s+(?:(?:le|la)\s+)?(?P<fonction>{_GLUED})",)
    return tuple(re.compile(rf"(?i){form}") for form in (*after, *before, *(() if of_chef else glued)))
