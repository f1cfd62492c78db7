"""Titles and participles that agree with a civilité: « principale adjointe », « professeure », « nommée »."""

from __future__ import annotations

import re

from pipeline.french.words import agree, fold

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
