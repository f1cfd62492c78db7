"""What is wrong with the writing of config.toml, said in French: the line itself, and what it looks like."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection

_QUOTES = "«»“”„‘’‹›"
_SHOWN = 100
"""Characters of a line that are shown."""
_PRIVATE = frozenset({"serveur", "utilisateur"})
"""Beside the server and its user someone may have typed a password."""
_SECRET = re.compile(r"(?i)pass|mdp|secret")
_KEY = re.compile(r"\s*(?:\{\s*)?([\w-]+)\s*=")
_TEXT_IN_A_LIST = re.compile(rf"\s*[\"'{_QUOTES}].*[\"'{_QUOTES}]\s*,?\s*\]?\s*")
_GENERAL = (
    "Vérifiez que chaque texte est entre guillemets droits et que chaque crochet ou accolade est refermé ; dans un "
    "chemin, écrivez « / » et non « \\ »."
)
_LOOKS = (
    (
        rf"[=\[,{{]\s*[{_QUOTES}]|^\s*[{_QUOTES}]",
        'les guillemets sont ceux de Word : mettez des guillemets droits, "…"',
    ),
    (r"=\s*\d+,\d+\s*(?:#.*)?$", "un nombre à virgule s’écrit avec un point : {point}"),
    (r"=\s*(?:vrai|oui|yes|True|VRAI|OUI|TRUE)\b", "écrivez « true », en minuscules et sans guillemets"),
    (r"=\s*(?:faux|non|no|False|FAUX|NON|FALSE)\b", "écrivez « false », en minuscules et sans guillemets"),
    (r"=\s*\"[^\"]*\\", "dans un chemin, écrivez « / » et non « \\ »"),
    (r"=\s*(?:#.*)?$", "il manque une valeur après « = »"),
    (r"=\s*[^\W\d_]", 'mettez ce texte entre guillemets droits, "…"'),
    (r"\"\s+\"|\}\s*\{", "il manque une virgule entre deux valeurs"),
    (r"^[^\"]*(?:\"[^\"]*\"[^\"]*)*\"[^\"]*$", "il manque le guillemet droit qui ouvre ou qui ferme ce texte"),
    (r"^\s*[^=\[\]\"]+$", "il manque « = » entre la clé et sa valeur"),
)
"""What a line looks like, the first that fits, and what to do about it."""


def toml_fault(error: tomllib.TOMLDecodeError, text: str, known: Collection[str]) -> str:
    """Say where config.toml is not TOML, show the line, and say what it looks like.

    `known` are the keys of the settings: a line with another one may hold a password, and is not shown.
    """
    place = re.search(r"line (\d+), column (\d+)", str(error))
    if not place:
        return f"l’écriture n’est pas correcte, à la fin du fichier. {_GENERAL}"
    lines = text.replace("\r\n", "\n").split("\n")
    number, column = int(place[1]), int(place[2])
    before = _filled_before(lines, number)
    if remedy := _unended(str(error), lines, number, column, before):
        number = before
    else:
        remedy = _remedy(str(error), lines[number - 1])
    return f"l’écriture n’est pas correcte, ligne {number}{_shown(lines[number - 1], known)}{remedy}"


def _filled_before(lines: list[str], number: int) -> int:
    """Return the number of the last line before this one that holds something other than a remark; 0 without one."""
    filled = (n for n in range(number - 1, 0, -1) if lines[n - 1].strip() and not lines[n - 1].lstrip().startswith("#"))
    return next(filled, 0)


def _unended(said: str, lines: list[str], number: int, column: int, before: int) -> str:
    """Say what is missing at the end of the line above, when the fault is there: tomllib names the line after it."""
    line = lines[number - 1]
    if not before or column != len(line) - len(line.lstrip()) + 1:
        return ""
    starts_another = line.lstrip().startswith("[") or re.match(r"\s*[\w-]+\s*=", line)
    if starts_another:
        unclosed = "Unclosed array" in said or "Invalid value" in said
        return "Il manque le crochet « ] » à la fin de cette liste." if unclosed else ""
    return "Il manque une virgule à la fin de cette ligne." if "Unclosed array" in said else ""


def _remedy(said: str, line: str) -> str:
    if "Cannot overwrite" in said or "twice" in said:
        return "Cette clé, ou cette rubrique, est écrite deux fois : gardez-en une."
    if "Expected ']" in said:
        return "Il manque un crochet « ] » à la fin du nom de cette rubrique."
    for look, remedy in _LOOKS:
        if re.search(look, line):
            point = re.sub(r".*=\s*(\d+),(\d+).*", r"\1.\2", line).strip()
            return f"{remedy[:1].upper()}{remedy[1:].replace('{point}', point)}."
    return _GENERAL


def _shown(line: str, known: Collection[str]) -> str:
    """Return the line, to be read on a line of its own; one that may hold a password is left out."""
    key = _KEY.match(line)
    if key:
        fit = key[1] in known and key[1] not in _PRIVATE
    else:
        fit = bool(_TEXT_IN_A_LIST.fullmatch(line)) or line.lstrip().startswith("[")
    if not fit or _SECRET.search(line):
        return ". "
    text = line.strip()
    return f" :\n    {text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}\n"
