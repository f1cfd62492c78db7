"""What the words of one header say: the role of its column, and the school year that it names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.french.words import fold
from pipeline.table import ROLES

_LONGEST = 60
_MISTYPED = 3
_NEAR = 5
_UNITS = re.compile(r"\b(?:en euros?|en eur|annuel brut en euros?)\b")
_UNIT_WORDS = frozenset({"en", "euro", "euros", "eur", "brut", "bruts", "annuel", "annuels", "annuelle"})
_PARENTHESES = re.compile(r"[(\[](.*?)[)\]]")
_OF_ANOTHER = re.compile(
    r"\b(?:ancien(?:ne)?s?|precedente?s?|anterieure?s?|dernier(?:e)?s?|passee?s?|adjointe?s?|suppleante?s?)\b"
)
"""A column of another year or of another person: never one that a letter prints."""
LAST_YEAR = re.compile(r"(?i)\bn\s?[-‐‑–—−_]\s?1\b")
"""« N-1 » is last year's, « n° 1 » and « no 1 » the first of several."""
_SECOND = re.compile(
    r"\breferent\w* (?:(?:n|no|numero) )?[2-9]\b|"
    r"\b(?:[2-9](?:e|eme|nde?)?|deuxieme|seconde?|troisieme|autres?|co) ?referent\w*"
)
"""A column for one more référent of the same row."""
_FIRST = re.compile(
    r"\b(referent\w*) (?:(?:(?:n|no|numero) )?1|titulaires?)\b|\b(?:1(?:er|ere)?|premier|premiere) (referent\w*)"
)
_INCLUSIVE = re.compile(
    r"(?<=\w)(?:\((?:e|fe|ne|se|rice|trice)s?\)|[·•․.](?:e|fe|ne|se|rice|trice)(?:[·•․.]?s)?\b|/e\b)|"
    r"/de la\b|\(de la\)",
    re.IGNORECASE,
)
"""What makes a header double: « Référent(e) », « Chef·fe », « Nom du (de la) référent »."""
_YEARS = re.compile(
    r"\b(?:rentree |annee scolaire |annee |campagne |rs )?(?:(20\d\d)(?: (?:20)?(\d\d))?|(\d\d) (\d\d))\b"
)
_SCHOOL_YEAR = re.compile(
    r"(?<![\d/.-])(20\d\d|\d\d(?!\s+\d))(?:\s*[-‐‑–—−/]\s*|\s+(?=20))(20\d\d|\d\d)(?![\d/-]|\.\d|\s+"
    r"(?:janv|f[eé]v|mars|avr|mai|juin|juil|ao[uû]t|sept|oct|nov|d[eé]c))",
    re.IGNORECASE,
)
_RENTREE = re.compile(r"\b(?:rentree|rentree scolaire|rs) ?(20\d\d|\d\d)\b(?! (?:20)?\d\d)")
_QUOTES_A_TEXT = re.compile(r"^vu\b|\b(?:circulaires?|decrets?|arretes?|bo|bulletin officiel|note de service|lois?)\b")
_SAYS_NO_MORE = frozenset({
    "euro", "euros", "eur", "brut", "bruts", "annuel", "annuels", "annuelle", "en", "par", "an", "montant",
    "nb", "nbre", "nombre", "fraction", "part", "parts", "taux", "imp", "de", "d", "du", "des", "ou", "et", "le", "la",
    "l", "uai", "rne", "ex", "m", "mme", "mr", "complet", "obligatoire", "facultatif", "libelle",
    "nom", "usage", "majuscules", "capitales", "chiffres",
    "cpe", "prof", "professeur", "enseignant", "doc", "documentaliste",
    "principal", "principale", "proviseur", "proviseure", "directeur", "directrice", "signataire",
})  # fmt: skip
"""Words that may stand in a parenthesis without changing what the header says: units and ways of writing."""
_BESIDE_A_NAME = frozenset({"civilite", "civ", "prenom", "prenoms", "fonction", "qualite"})
"""What a cell may hold beside a name: cleaning sets it apart."""
_INITIALS = re.compile(r"\b[A-Za-z](?:\.[A-Za-z])+\b\.?")
_EITHER = re.compile(r"(?i)/|\b(?:ou|et|soit)\b")
_AN_IMP = r"(?:(?:nb|nbre|nombre)(?: d)? )?(?:imp|taux(?: (?:d |de l )?imp)?|quotite)"
_AN_AMOUNT = r"montant(?: (?:annuel|brut|imp|de l imp|en))*(?: euros?)?"
_BOTH = re.compile(rf"{_AN_IMP}(?: ou| et| soit)? {_AN_AMOUNT}|{_AN_AMOUNT}(?: ou| et| soit)? {_AN_IMP}")
"""One column for the number of IMP and the amount: its values tell which."""


@dataclass(frozen=True, slots=True)
class Words:
    """The known headers, folded: those that config.toml declares, which settle everything, and the usual ones."""

    declared: Mapping[str, str]
    usual: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a header says: its role or None, the year it names (2026 for « 2026-2027 ») or 0, and who says so."""

    role: str | None = None
    year: int = 0
    declared: bool = False


def words_of(headers_of: Callable[[str], Sequence[str]]) -> Words:
    """Gather the headers that config.toml declares for each role, and the usual ones."""
    return Words(
        {fold(header): role for role in ROLES for header in headers_of(role)},
        {synonym: role for role, synonyms in ROLES.items() for synonym in synonyms},
    )


def read_header(text: str, words: Words) -> Reading:
    """Return a header's role: as config.toml says, else exactly, else without its unit, else with a typing mistake."""
    if role := words.declared.get(fold(text)):
        return Reading(role, declared=True)
    # A header is short: a sentence of a title row that happens to hold « référent » is none.
    if not text or len(text) > _LONGEST or is_of_another(text):
        return Reading()
    year = year_of(text)
    for form in _forms(_spelled(text)):
        if (role := words.usual.get(form)) and (role.startswith(("chef", "referent")) or not _names_people(text)):
            return Reading(role, year)
    return Reading(_nearly(_without_year(fold(_spelled(text))), words.usual), year)


def _names_people(text: str) -> bool:
    """Return whether a header is about people’s names, whatever it joins to them: « Nom, prénom et commune »."""
    return {"nom", "prenom"} <= set(fold(text).split())


def is_of_another(text: str) -> bool:
    """Return whether a header names a former value or another person: « UAI (ancien) », « Chef adjoint »."""
    return bool(LAST_YEAR.search(text) or _OF_ANOTHER.search(fold(text))) or is_of_second(text)


def is_of_second(text: str) -> bool:
    """Return whether a header names one more référent on the same row: « Référent 2 », « Second référent – Nom »."""
    return bool(_SECOND.search(fold(_spelled(text))))


def year_of(text: str) -> int:
    """Return the year in which the school year that a header names begins, 0 when it names none."""
    return next((year for match in _YEARS.finditer(fold(text)) if (year := _year(match))), 0)


def name_years(name: str, own: int) -> set[int]:
    """Return the years in which the school years that a sheet's name tells may begin; « 2026 » is of two of them.

    « 36-37 » is two départements, unless it is near the campaign's own year.
    """
    found = [(match, _year(match)) for match in _YEARS.finditer(fold(name))]
    near = [(match, year) for match, year in found if year and (match[1] or abs(year - own) <= _NEAR)]
    pairs = _rentrees(name, own) | {year for match, year in near if (match[2] or match[4]) == f"{(year + 1) % 100:02}"}
    return pairs | {one for _, year in near if year not in pairs for one in (year - 1, year)}


def school_years(text: str, own: int = 0) -> set[int]:
    """Return the years in which the school years that a title names begin; a date or the year of a text is none.

    « 25/26 » and « N-1 » are understood beside the campaign's `own` year only.
    """
    if _QUOTES_A_TEXT.search(fold(text)):
        return set()
    pairs = ((_whole(first, own), int(second) % 100) for first, second in _SCHOOL_YEAR.findall(text))
    last = {own - 1} if own and LAST_YEAR.search(text) else set()
    return {first for first, second in pairs if first and second == (first + 1) % 100} | _rentrees(text, own) | last


def _rentrees(text: str, own: int) -> set[int]:
    return {year for one in _RENTREE.findall(fold(text)) if (year := _whole(one, own))}


def _whole(digits: str, own: int) -> int:
    """Return the year that two or four digits name; 0 for two that are far from the campaign's own year."""
    year = 2000 + int(digits) % 100
    return year if len(digits) == 4 or abs(year - own) <= _NEAR else 0


def _year(match: re.Match[str]) -> int:
    if match[1]:
        return int(match[1])
    return 2000 + int(match[3]) if int(match[4]) == int(match[3]) + 1 else 0


def _without_year(folded: str) -> str:
    return " ".join(_YEARS.sub(lambda match: " " if _year(match) else match[0], folded).split())


def _spelled(text: str) -> str:
    if _EITHER.search(text) and _BOTH.fullmatch(_without_year(fold(text.replace("€", " euros ")))):
        return "imp ou montant"
    whole = _INITIALS.sub(lambda match: match[0].replace(".", ""), text)
    plain = _INCLUSIVE.sub("", whole).replace("N°", "no ").replace("n°", "no ").replace("€", " euros ")
    return _FIRST.sub(lambda match: match[1] or match[2], fold(plain)) if _FIRST.search(fold(plain)) else plain


def _forms(text: str) -> Iterator[str]:
    """Give the ways of reading a header, the whole of it first.

    What a parenthesis says belongs to the header (« Référent (prénom) »); it is left out when it only says how the
    column is written (« Montant (€) »).
    """
    whole = _without_year(fold(text))
    yield whole
    yield fold(_UNITS.sub(" ", whole))
    yield " ".join(word for word in whole.split() if word not in _UNIT_WORDS)
    words = whole.split()
    if {"nom", "prenom"} <= set(words):
        yield " ".join(word for word in words if word not in _BESIDE_A_NAME | {"nom", "et", "du"}) or "nom prenom"
    inner = _without_year(fold(" ".join(_PARENTHESES.findall(text))))
    outer = _without_year(fold(_PARENTHESES.sub(" ", text)))
    yield f"{inner} {outer}"
    said = {word for word in inner.split() if not word.isdigit()}  # « Taux (1/4, 1/2, 1) » lists what may be written
    if said <= _SAYS_NO_MORE or ("nom" in said and said <= _SAYS_NO_MORE | _BESIDE_A_NAME):
        yield outer
        yield fold(_UNITS.sub(" ", outer))


def _nearly(folded: str, usual: Mapping[str, str]) -> str | None:
    """Allow a small typing mistake inside a word, none in a number: « Référent 2 » is not « Référent »."""
    if len(folded) < 5 or re.search(r"\d", folded):
        return None
    alike = [known for known in usual if abs(len(known) - len(folded)) <= _MISTYPED and _same_count(known, folded)]
    close = difflib.get_close_matches(folded, alike, n=3, cutoff=0.88)
    return next((usual[known] for known in close if _words_alike(folded.split(), known.split())), None)


def _same_count(one: str, other: str) -> bool:
    return one.count(" ") == other.count(" ")


def _words_alike(some: Sequence[str], others: Sequence[str]) -> bool:
    return all(
        difflib.SequenceMatcher(None, one, other).ratio() >= 0.75 for one, other in zip(some, others, strict=True)
    )
