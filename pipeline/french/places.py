"""The départements and collectivités of France: their codes and names, so that a cell which names one is understood."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.french.words import fold

NAMES = {
    "01": "Ain", "02": "Aisne", "03": "Allier", "04": "Alpes-de-Haute-Provence", "05": "Hautes-Alpes",
    "06": "Alpes-Maritimes", "07": "Ardèche", "08": "Ardennes", "09": "Ariège", "10": "Aube", "11": "Aude",
    "12": "Aveyron", "13": "Bouches-du-Rhône", "14": "Calvados", "15": "Cantal", "16": "Charente",
    "17": "Charente-Maritime", "18": "Cher", "19": "Corrèze", "2A": "Corse-du-Sud", "2B": "Haute-Corse",
    "21": "Côte-d’Or", "22": "Côtes-d’Armor", "23": "Creuse", "24": "Dordogne", "25": "Doubs", "26": "Drôme",
    "27": "Eure", "28": "Eure-et-Loir", "29": "Finistère", "30": "Gard", "31": "Haute-Garonne", "32": "Gers",
    "33": "Gironde", "34": "Hérault", "35": "Ille-et-Vilaine", "36": "Indre", "37": "Indre-et-Loire", "38": "Isère",
    "39": "Jura", "40": "Landes", "41": "Loir-et-Cher", "42": "Loire", "43": "Haute-Loire", "44": "Loire-Atlantique",
    "45": "Loiret", "46": "Lot", "47": "Lot-et-Garonne", "48": "Lozère", "49": "Maine-et-Loire", "50": "Manche",
    "51": "Marne", "52": "Haute-Marne", "53": "Mayenne", "54": "Meurthe-et-Moselle", "55": "Meuse", "56": "Morbihan",
    "57": "Moselle", "58": "Nièvre", "59": "Nord", "60": "Oise", "61": "Orne", "62": "Pas-de-Calais",
    "63": "Puy-de-Dôme", "64": "Pyrénées-Atlantiques", "65": "Hautes-Pyrénées", "66": "Pyrénées-Orientales",
    "67": "Bas-Rhin", "68": "Haut-Rhin", "69": "Rhône", "70": "Haute-Saône", "71": "Saône-et-Loire", "72": "Sarthe",
    "73": "Savoie", "74": "Haute-Savoie", "75": "Paris", "76": "Seine-Maritime", "77": "Seine-et-Marne",
    "78": "Yvelines", "79": "Deux-Sèvres", "80": "Somme", "81": "Tarn", "82": "Tarn-et-Garonne", "83": "Var",
    "84": "Vaucluse", "85": "Vendée", "86": "Vienne", "87": "Haute-Vienne", "88": "Vosges", "89": "Yonne",
    "90": "Territoire de Belfort", "91": "Essonne", "92": "Hauts-de-Seine", "93": "Seine-Saint-Denis",
    "94": "Val-de-Marne", "95": "Val-d’Oise", "971": "Guadeloupe", "972": "Martinique", "973": "Guyane",
    "974": "La Réunion", "975": "Saint-Pierre-et-Miquelon", "976": "Mayotte", "977": "Saint-Barthélemy",
    "978": "Saint-Martin",
}  # fmt: skip

# The longest first, so that « Indre-et-Loire » is not read as « Indre ».
_BY_NAME = sorted(((fold(name), code) for code, name in NAMES.items()), key=lambda pair: -len(pair[0]))

_AROUND = frozenset(["dsden", "departement", "academie", "de", "du", "des", "d", "la", "le", "les", "l"])
"""Words that may stand around a name; with any other one (« Nord-Est ») it names something else."""

_OF_HEADING = frozenset([
    "dsden", "departement", "academie", "dpt", "dept", "dep",
    "college", "colleges", "lycee", "lycees", "ecole", "ecoles", "referent", "referents", "decrochage", "scolaire",
    "etablissement", "etablissements", "liste", "pour", "ia", "dasen", "public", "publics", "prive", "prives",
])  # fmt: skip
"""Words that may stand around a département where it heads the rows of its schools."""


@lru_cache(maxsize=10_000)
def heading_of(text: str, bare: bool = False) -> str:
    """Return the code of the département that a text names as a heading, and nothing else; "" for any other text.

    A number alone is one only where `bare`: « 29 » may count lines, « 29 » beside « Finistère » does not.
    """
    words = fold(text).split()
    rest = " ".join(word for word in words if word not in _OF_HEADING)
    code = named_in(rest, least=2)
    if rest.isdigit():
        return code if bare or len(words) > 1 else ""
    return code if code and fold(NAMES[code]) in rest else ""


@lru_cache(maxsize=10_000)
def named_in(text: str, least: int = 1) -> str:
    """Return the code of the one département that a text names, by its name or its number; "" when none or several.

    A number counts from `least` digits on: « 6 » is the département 06 in a column of départements, not in a sheet's
    name.
    """
    folded = fold(text)
    for name, code in _BY_NAME:
        rest = folded.replace(name, " ", 1).split() if re.search(rf"\b{name}\b", folded) else ["?"]
        if all(word in _AROUND or word.isdigit() for word in rest):
            return code
    numbers = {_code(word) for word in folded.upper().split() if len(word) >= least}
    codes = numbers & NAMES.keys()
    return codes.pop() if len(codes) == 1 else ""


def _code(word: str) -> str:
    """Return a word as a code, whatever its zeros: « 6 », « 06 » and « 006 » are the département 06."""
    bare = word.lstrip("0")
    return bare.zfill(2) if re.fullmatch(r"\d{1,3}|2[AB]", bare) else ""
