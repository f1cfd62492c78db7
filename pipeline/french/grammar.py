"""What « le », « de » and « à » become in front of a school's name, and « de » in front of a person's."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from pipeline.french.signs import NBSP
from pipeline.french.words import agree, fold


class Article(NamedTuple):
    """An article, alone and after « de » and « à »."""

    le: str
    de: str
    a: str


_LE = Article("le ", "du ", "au ")
_LA = Article("la ", "de la ", "à la ")
_L = Article("l’", "de l’", "à l’")
_LES = Article("les ", "des ", "aux ")
_QUOTED = Article("l’", "de l’", "dans l’")
"""Of a name that does not begin with its kind: « dans l’établissement « Les Tilleuls » »."""


def _by_word(table: dict[Article, str]) -> dict[str, tuple[Article, str]]:
    return {fold(word): (article, word) for article, words in table.items() for word in words.split()}


_NOUNS = _by_word({
    _LE: "collège lycée groupe cours centre campus pensionnat complexe séminaire conservatoire pôle foyer dispositif "
    "micro-lycée micro-collège microlycée microcollège clg lyc coll col service",
    _LA: "cité maison section maîtrise mission fondation classe",
    _L: "école institution institut internat externat établissement ensemble académie association annexe antenne "
    "atelier espace unité université hôpital",
    _LES: "collèges lycées cités écoles instituts établissements ensembles sections ateliers apprentis orphelins",
})  # fmt: skip
"""The nouns that say what a school is, as they are written inside a sentence."""
_ACRONYMS = _by_word({
    _LE: "LGT LP LPO LPP LPA LPR LT LG LEGT LEGTA LEGTPA LEAP LEPA LEA LEP LET LEG CFA CES CEG CEF CIO CNED GRETA GS",
    _LA: "MFR SEGPA SEP SGT MLDS",
    _L: "EREA ERPD EPL EPLE EPLEFPA EPM EPIDE E2C ICEF UFA ULIS UPE2A IME ITEP Ets Etab Inst",
})  # fmt: skip
_ADJECTIVES = _by_word({
    _LE: "nouveau nouvel petit grand micro", _LA: "nouvelle petite grande", _L: "ancien ancienne",
})  # fmt: skip
"""In front of a noun they decide the article: « l’ancien collège », « la nouvelle école »."""
_GENERIC = _by_word({
    _LE: "scolaire scolaires privé privée public publique général générale technologique polyvalent polyvalente "
    "professionnel professionnelle technique mixte secondaire agricole régional régionale familial familiale rural "
    "rurale internationale complémentaire éducatif éducative médico-éducatif fermé adapté d’enseignement d’éducation "
    "d’orientation et",
})  # fmt: skip
"""What follows a noun and is no proper name yet; « Général » is one where it comes last: « Lycée Général Leclerc »."""
_SURROUNDED = re.compile(r"^(\W*).*?(\W*)$", re.DOTALL)
_ARTICLE = re.compile(r"(?:(l)['’ ]\s*|(les?|la)\s+)(?=\S)", re.IGNORECASE)

_MUTE_H = frozenset({
    "hadrien", "hadrienne", "harmonie", "hector", "helena", "helene", "heliodore", "heloise", "henri", "henriette",
    "hermance", "hermeline", "hermenegilde", "hermine", "herminie", "hermione", "herve", "hilaire", "hilarion", "hilda",
    "hippolyte", "homere", "honorat", "honore", "honorin", "honorine", "horace", "hortense", "hubert", "huberte",
    "huguette", "humbert", "hyacinthe", "hyppolite",
})  # fmt: skip
"""First names whose H nobody sounds; « de » stays whole before any other, which is never a fault."""
_Y_ELIDES = frozenset({"yerres", "yebles", "yeu", "yonne"})
_NO_ELISION = frozenset({"onze", "onzieme", "oui"})


def de(nom: str) -> str:
    """Return a person's name, or any other without article, after « de »: « d’Almeida », « de Le Goff ».

    A surname never contracts: « de Le Goff », « de d’Ormesson ». Y elides before a consonant only: « d’Yves », « de
    Yann ».
    """
    if not nom:
        return ""
    return f"d’{nom}" if _elides(fold(nom).split(" ")[0]) else f"de {nom}"


def _elides(word: str) -> bool:
    if word in _NO_ELISION:
        return False
    if word[:1] == "y":
        return word in _Y_ELIDES or (len(word) > 1 and word[1] not in "aeiouy")
    return word[:1] in tuple("aeiou") or word in _MUTE_H


def is_acronym(word: str) -> bool:
    """Return whether a folded word is the acronym of a kind of school: « erea », « greta »."""
    return word in _ACRONYMS


def le_nom(nom: str) -> str:
    """Return a school's name after its article: « le collège X », « l’EREA X », « l’établissement Les Tilleuls »."""
    article, rest = _introduced(nom)
    return article.le + rest


def de_nom(nom: str) -> str:
    """Return a school's name after « de », contracted with its kind: « du collège X », « de l’EREA X »."""
    article, rest = _introduced(nom)
    return article.de + rest


def d_etablissement(nom: str) -> str:
    """Return what follows « chef »: « d’établissement du collège X », « de l’établissement « Les Tilleuls » »."""
    article, rest = _introduced(nom)
    return f"{'' if fold(rest).startswith('etablissement') else 'd’établissement '}{article.de}{rest}"


def a_nom(nom: str) -> str:
    """Return a school's name after « à », contracted with its kind: « au collège X », « à l’EREA X »."""
    article, rest = _introduced(nom)
    return article.a + rest


@lru_cache(maxsize=10_000)
def _introduced(nom: str) -> tuple[Article, str]:
    """Return the article that a school's name takes and the name as it stands inside a sentence.

    A name that does not begin with its kind is quoted after « l’établissement », the only words sure for any name.
    """
    if found := _with_kind(nom.split()):
        return found
    if match := _ARTICLE.match(nom):
        found = _with_kind(nom[match.end() :].split())
        plural = fold(match[0]) == "les"
        if found and (found[0] is _LES) == plural:
            return found
    quoted = nom if not nom or nom.startswith("«") else f"«{NBSP}{nom}{NBSP}»"
    return _QUOTED, f"établissement {quoted}".rstrip()


def _with_kind(words: list[str]) -> tuple[Article, str] | None:
    if not words:
        return None
    first = _word(words[0])
    if first in _ADJECTIVES and len(words) > 1 and _kind(words[1]):
        return _ADJECTIVES[first][0], _in_sentence(words, 2)
    kind = _kind(words[0])
    return (kind[0], _in_sentence(words, 1)) if kind else None


def _kind(word: str) -> tuple[Article, str] | None:
    whole = _word(word)
    head = whole.partition(" ")[0]
    return _NOUNS.get(whole) or _NOUNS.get(head) or _ACRONYMS.get(head)


def _word(written: str) -> str:
    """Return a word folded, « L.P. » as « lp »."""
    return fold(written.replace(".", ""))


def _in_sentence(words: list[str], kinds: int) -> str:
    """Return a name with small letters where its common nouns stand; one that is all in capitals keeps them.

    `kinds` is the number of words that say the kind; the adjectives that follow are found here.
    """
    if " ".join(words) == " ".join(words).upper():
        return " ".join(words)
    end = kinds
    while end < len(words) and (_word(words[end]) in _GENERIC or words[end] == "&"):
        end += 1
    while end > kinds and _word(words[end - 1]) in ("general", "generale", "et", ""):
        end -= 1
    return " ".join([*map(_small, words[:end]), *words[end:]])


def _small(word: str) -> str:
    """Return a common noun or adjective in small letters, with the accents that capitals lost; an acronym as it is.

    The signs around it stay: « (privé) », « général, ».
    """
    folded = _word(word)
    known = _NOUNS.get(folded) or _ADJECTIVES.get(folded) or _GENERIC.get(folded)
    if known:
        return _SURROUNDED.sub(lambda found: f"{found[1]}{known[1]}{found[2]}", word)
    return word if folded.partition(" ")[0] in _ACRONYMS else word[:1].lower() + word[1:]


_PAIRS = (
    ("principal", "principale"), ("proviseur", "proviseure"), ("directeur", "directrice"), ("chef", "cheffe"),
    ("adjoint", "adjointe"), ("délégué", "déléguée"), ("chargé", "chargée"), ("référent", "référente"),
    ("administrateur", "administratrice"), ("coordonnateur", "coordonnatrice"), ("coordinateur", "coordinatrice"),
    ("professeur", "professeure"), ("enseignant", "enseignante"), ("conseiller", "conseillère"),
    ("certifié", "certifiée"), ("agrégé", "agrégée"), ("remplaçant", "remplaçante"), ("contractuel", "contractuelle"),
    ("titulaire", "titulaire"), ("stagiaire", "stagiaire"), ("documentaliste", "documentaliste"),
    ("responsable", "responsable"), ("psychologue", "psychologue"), ("provisoire", "provisoire"),
    ("intérimaire", "intérimaire"), ("éducateur", "éducatrice"), ("assistant", "assistante"),
    ("spécialisé", "spécialisée"), ("infirmier", "infirmière"), ("instituteur", "institutrice"),
    ("formateur", "formatrice"), ("inspecteur", "inspectrice"), ("gestionnaire", "gestionnaire"),
)  # fmt: skip
"""What the people of a school are called (guide « Femme, j’écris ton nom… », CNRS and INALF, 1999)."""
_FORMS = {fold(form): pair for pair in _PAIRS for form in pair}
_ALTERNATIVE = re.compile(r"([^\s/]+)(?:\s*/\s*|\s+ou\s+)([^\s/]+)(?:\s+|$)", re.IGNORECASE)
_WORD = re.compile(r"(\S+)()(?:\s+|$)")


def agree_title(titre: str, civilite: str) -> str:
    """Return a title as it stands inside a sentence, in agreement: « Principal » gives « principale » for a woman.

    Doubled writings (« Proviseur(e) », « Directeur/trice ») are understood. Without a civilité both forms stand side by
    side, but for a title that was written in the feminine. A title that is not known stays as it was written.
    """
    pairs, feminine, rest = _leading(titre)
    if not pairs:
        return titre
    forms = [" ".join(words) for words in zip(*pairs, strict=True)]
    if forms[0] == forms[1]:
        said = forms[0]
    elif not civilite and feminine:
        said = forms[1]
    else:
        said = agree(civilite, *forms)
    return f"{said} {rest}".strip()


def agree_word(word: str, civilite: str, feminine: str = "") -> str:
    """Return a word given in the masculine, in agreement: « sollicité » gives « sollicitée » for a woman.

    `feminine` is its feminine where that is neither a known title nor made by adding an e. The capital is kept.
    """
    small = word[:1].lower() + word[1:]
    other = feminine or _FORMS.get(fold(word), ("", small if word.endswith("e") else f"{small}e"))[1]
    said = small if other == small else agree(civilite, small, other)
    return said if word[:1] == small[:1] else said[:1].upper() + said[1:]


def _leading(titre: str) -> tuple[list[tuple[str, str]], bool, str]:
    """Return the words at the head of a title that agree, whether they were written in the feminine, and the rest."""
    pairs: list[tuple[str, str]] = []
    feminine, rest = False, titre
    while rest:
        for pattern in (_ALTERNATIVE, _WORD):
            match = pattern.match(rest)
            pair = _pair(fold(f"{match[1]} {match[2]}").split()) if match else None
            if match and pair:
                break
        else:
            break
        feminine |= pair[0] != pair[1] and fold(match[0]) == fold(pair[1])
        pairs.append(pair)
        rest = rest[match.end() :]
    return pairs, feminine, rest


def _pair(words: list[str]) -> tuple[str, str] | None:
    """Return both forms of a word, written alone or doubled: « proviseur e », « directeur trice », « chef cheffe »."""
    pair = _FORMS.get(words[0]) if 1 <= len(words) <= 2 else None
    if pair is None or len(words) == 1:
        return pair
    masculine, feminine = map(fold, pair)
    return pair if words[1] == masculine or feminine.endswith(words[1]) else None
