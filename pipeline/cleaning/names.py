"""People's names: what may be one, what is several, what is nobody, and how capitals become a name again."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from pipeline.french import CIVILITES, fold

_VACANT = {
    "a pourvoir", "poste a pourvoir", "vacant", "vacante", "poste vacant", "neant", "non pourvu", "non designe",
    "a designer", "a nommer", "en attente", "sans referent", "pas de referent", "n c", "a completer", "a definir",
    "a venir", "recrutement en cours", "en cours de recrutement", "non nomme",
    "pas encore designe", "pas encore nomme", "a determiner", "aucun referent", "pas encore connu",
}  # fmt: skip
"""What a name cell says when nobody holds the post."""
_MAYBE = {"sans", "personne", "aucun", "aucune", "nc", "x", "xx", "xxx"}
"""The same, unless a first name beside it shows that it is somebody's name."""
_VACANT_UNTIL = re.compile(
    r"(?:poste )?(?:a pourvoir|vacante?|non pourvu|a designer|a nommer|en attente|recrutement en cours)"
    r" (?:au|a|depuis|pour|a partir|suite|en|rentree|\d).*"
)
"""The same with a date or a reason: « À pourvoir au 1er septembre », « vacant depuis la rentrée »."""
_SEVERAL = re.compile(r"\s*[/;&+\n]\s*|\s*,\s*|\s+(?:et|ou|puis|[-–—])\s+", re.IGNORECASE)
_CIVILITE = re.compile(
    r"(?i)(?<!\w)(?:m\.|mm\.?|mr|mme|mlle|melle|monsieur|madame|mademoiselle|messieurs|mesdames)(?!\w)"
)
_PARTICLES = {"de", "den", "der", "von", "y", "ter", "ten"}
"""Written small wherever they stand; Du, Des, Le, La, Van, Ben, El… keep a capital (French usage)."""
_SMALL_WORDS = ("de", "du", "des", "la", "le", "les", "van", "von", "den", "der", "ten", "ter")
OF_SURNAMES = {"d", "l", "de", "du", "des", "le", "la", "les", "van", "von", "den", "der", "el", "al", "ben", "saint"}
"""What surnames of several words hold beside one other word: « Le Goff », « Van den Berghe »."""
_SMALL = re.compile(rf"(?:(?:{'|'.join(_SMALL_WORDS)})\s+|[dl]['’])+(?=\w)")
"""Particles that are written small in front of a surname in capitals: « d’ALMEIDA », « de LA TOUR »."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def is_nobody(text: str) -> bool:
    """Return whether a name cell says that the post is vacant: blank, dashes, « À pourvoir », « néant »…"""
    return says_vacant(text) or fold(text) in _MAYBE


@lru_cache(maxsize=50_000)
def says_vacant(text: str) -> bool:
    """Return whether a name cell can hold nobody's name: it has no letter, or says « À pourvoir », « poste bloqué »…"""
    folded = fold(text)
    says = folded in _VACANT or folded.startswith("poste ") or _VACANT_UNTIL.fullmatch(folded)
    return bool(says) or not any(sign.isalnum() for sign in text)


@lru_cache(maxsize=50_000)
def several_people(text: str) -> bool:
    """Return whether a cell holds more than one person: « Dupont / Martin », « M. Dupont Mme Martin », « A - B »."""
    parts = [part for part in _SEVERAL.split(text) if part.strip()]
    if len(parts) > 1 and not any(bad_signs(part) for part in parts):
        return True
    civilites = list(_CIVILITE.finditer(text))
    # « Dupont Mme Martin »: a civilité with a name on each side stands between two people.
    between = any(text[: one.start()].strip() and text[one.end() :].strip(" .") for one in civilites)
    return len(civilites) > 1 or between


@lru_cache(maxsize=50_000)
def has_civilite(text: str) -> bool:
    """Return whether a civilité stands in a name: « Mme Petit », « M Petit », which would be printed twice."""
    return bool(_CIVILITE.search(text) or re.match(r"[Mm]\s", text) or fold(text) in ("m", "mme", "mr"))


def is_plain(text: str) -> bool:
    """Return whether a cell holds one name and nothing else."""
    return not several_people(text) and not bad_signs(text)


def bad_signs(text: str) -> list[str]:
    """Return the signs that no name holds, in order: digits, @, =, brackets… Letters of every script are allowed."""
    allowed = set(" -'’.‐‑\n")
    return [
        sign for sign in dict.fromkeys(text) if sign not in allowed and unicodedata.category(sign)[0] not in ("L", "M")
    ]


def split_civilite(text: str) -> tuple[str, str]:
    """Take a leading civilité off a name: « Mme Nguyen » gives (« Mme », « Nguyen »), else ("", text).

    One letter is taken for a civilité only with its full stop: « M. Petit », not « M Petit » which may be an initial.
    Two civilités are two people: nothing is taken off.
    """
    if several_people(text):
        return "", text
    match = re.match(r"(?i)(monsieur|madame|mademoiselle|mlle|melle|mme|mr|m)(\.?)\s+(?=\S)", text)
    if match is None or (match[1].casefold() == "m" and not match[2]):
        return "", text
    word = fold(match[1])
    civilite = next(name for name, spellings in CIVILITES.items() if word in spellings)
    return civilite, text[match.end() :]


def without_comma(text: str) -> str:
    """Take the comma out of « DUPONT, Anne »: capitals before it alone are a surname, hence one person."""
    before, comma, after = text.partition(", ")
    return f"{before} {after}" if comma and split_full_name(f"{before} {after}") == (after, before) else text


def without_first_name(text: str, prenom: str) -> str:
    """Return what a name has before or after a first name; "" where that is no surname (« Saint », « de »)."""
    words = text.split()
    for cut in range(1, len(words)):
        halves = " ".join(words[:cut]), " ".join(words[cut:])
        for rest, repeated in (halves, reversed(halves)):
            if fold(repeated) == fold(prenom) and not OF_SURNAMES.issuperset(fold(rest).split()):
                return rest
    return ""


def split_full_name(text: str) -> tuple[str, str] | None:
    """Split « NOM Prénom » or « Prénom NOM » into (prénom, nom) by its capitals; None when they do not tell."""
    words = text.split()
    capital = _in_capitals(words)
    changes = sum(before != after for before, after in pairwise(capital))
    if changes != 1:
        return None
    prenom = " ".join(word for word, upper in zip(words, capital, strict=True) if not upper)
    nom = " ".join(word for word, upper in zip(words, capital, strict=True) if upper)
    return prenom, nom


def _in_capitals(words: list[str]) -> list[bool]:
    """Tell which words are of a surname in capitals, with its small particles: « de LA TOUR », « d’ALMEIDA »."""
    bare = [word[2:] if re.match(r"[dl]['’]\w", word) else word for word in words]
    capital = [word == word.upper() and len(re.sub(r"\W", "", word)) > 1 for word in bare]
    for place in range(len(words) - 2, -1, -1):
        capital[place] |= capital[place + 1] and words[place] in _SMALL_WORDS
    return capital


def recase(text: str) -> str:
    """Give a name written all in capitals or all in small letters its capitals; leave any other as it is.

    Particles stay small (« de La Tour », « d'Almeida », « Van den Berghe »), both halves of a double name and what
    follows an apostrophe take a capital (« Le Bris-Kerhervé », « N'Diaye »). Accents that capitals lost stay lost.
    """
    if not text or not (_is_shouted(text) or text == text.lower()) or not is_plain(text):
        return text
    if text.casefold() in _PARTICLES:
        return _capital(text)
    return _WORD.sub(lambda match: _recase_word(match[0]), text)


def _is_shouted(text: str) -> bool:
    particles = _SMALL.match(text)
    rest = text[particles.end() :] if particles else text
    return rest == rest.upper() and (not particles or len(re.sub(r"\W", "", rest)) > 1)


def _recase_word(word: str) -> str:
    if word.casefold() in _PARTICLES:
        return word.lower()
    head, apostrophe, tail = (word[:1], word[1], word[2:]) if word[1:2] in ("'", "’") else ("", "", "")
    if apostrophe:
        first = head.lower() if head.casefold() == "d" else head.upper()
        return first + apostrophe + _capital(tail)
    return _capital(word)


def _capital(word: str) -> str:
    return word[:1].title() + word[1:].lower()
