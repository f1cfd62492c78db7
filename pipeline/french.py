"""French as a letter needs it: agreement with a civilité, contraction of « de », amounts and counts."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, format_decimal

from pipeline.signs import NBSP

_ACCENTS = re.compile("[\u0300-\u036f]+")
_SIGNS = re.compile(r"[^a-z0-9]+")

CIVILITES = {
    "M.": ("m", "mr", "monsieur", "mister", "h", "homme", "masculin"),
    "Mme": ("mme", "mad", "madame", "mlle", "mademoiselle", "f", "femme", "feminin"),
}
"""What people write for each of the two civilités, folded; « Mademoiselle » left official use in 2012
(circulaire n° 5575/SG of 21 February 2012)."""


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """Return the text without accents, in lower case, every other sign turned into one space.

    Two texts that a reader would take for the same heading or name fold to the same string.
    """
    bare = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae"))
    # Accents are now signs of their own, beyond ASCII: they go without leaving a space, other signs leave one.
    return _SIGNS.sub(" ", _ACCENTS.sub("", bare).casefold()).strip()


def civilite_of(text: str) -> str | None:
    """Return « M. » or « Mme » for any usual writing of it, "" for a blank, None when it cannot be told."""
    if not text.strip():
        return ""
    word = fold(text)
    return next((civilite for civilite, spellings in CIVILITES.items() if word in spellings), None)


def agree(civilite: str, masculine: str, feminine: str) -> str:
    """Choose the form that agrees with a civilité; the double form where it is unknown.

    The double form and the absence of the point médian follow the circulaire of 5 May 2021 (BO of 6 May 2021).
    """
    if civilite == "M.":
        return masculine
    if civilite == "Mme":
        return feminine
    return f"{masculine} ou {feminine}"


_DU = frozenset({
    "college", "lycee", "lycees", "groupe", "cours", "institut", "centre", "campus", "pensionnat", "complexe",
    "nouveau", "petit", "grand", "lgt", "lp", "lpo", "lpp", "lpa", "lpr", "legt", "legta", "legtpa", "cfa", "clg",
    "lyc", "coll", "seminaire", "conservatoire",
})  # fmt: skip
_DE_LA = frozenset({"cite", "maison", "section", "maitrise", "mission", "fondation", "mfr"})
_DE_L = frozenset({
    "ecole", "institution", "institut", "internat", "externat", "etablissement", "ensemble", "erea", "erpd", "academie",
    "ermitage", "association", "icef", "ufa", "oratoire", "espace",
})  # fmt: skip
_ARTICLES = ("le", "la", "les", "l")
_VOWELS = "aeiouy"


def de_nom(nom: str) -> str:
    """Return a school's name after « de », contracted with its kind: « du collège X », « de l’EREA X ».

    A kind written with one capital loses it inside a sentence; a name in capitals stays as it was written. A name
    without a kind takes « de » or « d’ », or is introduced by « de l’établissement » where neither is sure.
    """
    words = fold(nom.replace(".", "")).split()
    kind = words[0] if words else ""
    if kind in _DE_L:
        return f"de l’{_lower_first(nom)}"
    if kind in _DE_LA:
        return f"de la {_lower_first(nom)}"
    if kind in _DU:
        return f"du {_lower_first(nom)}"
    if kind in _ARTICLES or kind[:1] == "h" or not kind:
        return f"de l’établissement {nom}"
    return f"d’{nom}" if kind[:1] in _VOWELS else f"de {nom}"


def _lower_first(nom: str) -> str:
    """Lower the capital of a common noun, not that of an acronym or of a name in capitals."""
    first = nom.split(maxsplit=1)[0]
    return nom if first[1:] != first[1:].lower() or len(first) == 1 else nom[0].lower() + nom[1:]


def euros(montant: Decimal) -> str:
    """Return an amount as French typography writes it: « 1 250,00 € », U+202F in thousands, U+00A0 before €."""
    return format_currency(montant, "EUR", locale="fr_FR")


def nombre(value: int) -> str:
    """Return a whole number with U+202F between thousands."""
    return format_decimal(value, locale="fr_FR")


def pluriel(count: int, singular: str, plural: str | None = None) -> str:
    """Return a count with its noun: « 1 lettre », « 540 lettres »; 0 and 1 take the singular."""
    noun = singular if count < 2 else plural or f"{singular}s"
    return f"{nombre(count)}{NBSP}{noun}"


def octets(size: int) -> str:
    """Return a size in bytes as people read it: « 512 octets », « 36 Ko », « 3,2 Mo »."""
    if size < 1000:
        return f"{size}{NBSP}octets"
    if size < 1_000_000:
        return f"{round(size / 1000)}{NBSP}Ko"
    return f"{format_decimal(round(size / 1_000_000, 1), locale='fr_FR')}{NBSP}Mo"
