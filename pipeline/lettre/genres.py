"""What kind of school a name tells."""

from __future__ import annotations

from pipeline.french.words import fold

_GENRES = {
    "collège": "college colleges clg coll col ces ceg microcollege",
    "lycée": "lycee lycees lyc lgt lp lpo lpp lpa lpr lt lg legt legta legtpa lep let leap lepa microlycee",
    "EREA": "erea",
}
_GENRE_OF_WORD = {word: genre for genre, words in _GENRES.items() for word in words.split()}
_EREA = "etablissement regional d enseignement adapte"
_LEADING = 3
"""Words at the head of a name among which its kind stands: « Le nouveau lycée Jean Moulin »."""


def genre_of(nom: str) -> str:
    """Return the kind of school that a name tells (« collège », « lycée », « EREA »), "" when it tells none."""
    words = fold(nom.replace(".", ""))
    if _EREA in words:
        return "EREA"
    return next((_GENRE_OF_WORD[word] for word in words.split()[:_LEADING] if word in _GENRE_OF_WORD), "")
