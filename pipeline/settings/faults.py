"""What is wrong with config.toml, said in French: the place, what is expected there, the nearest key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Sequence
from typing import Any, get_args

from pydantic import BaseModel


def remedy(error: OSError | UnicodeDecodeError) -> str:
    """Say what to do about a config.toml that cannot be read."""
    if isinstance(error, UnicodeDecodeError):
        return "Enregistrez-le en UTF-8 depuis votre éditeur de texte (« Enregistrer sous », encodage UTF-8)."
    return "Vérifiez que c’est bien un fichier et que vous avez le droit de l’ouvrir."


_PROBLEMS = {
    "missing": "cette clé manque : écrivez-la dans cette rubrique",
    "string_type": "il faut un texte entre guillemets",
    "string_too_short": "ce texte est vide",
    "too_short": "il faut au moins une valeur",
    "int_type": "il faut un nombre entier, sans guillemets",
    "int_parsing": "il faut un nombre entier, sans guillemets",
    "int_from_float": "il faut un nombre entier",
    "float_type": "il faut un nombre, sans guillemets",
    "float_parsing": "il faut un nombre, sans guillemets",
    "decimal_parsing": 'il faut un montant entre guillemets, par exemple « "312.50" »',
    "decimal_type": 'il faut un montant entre guillemets, par exemple « "312.50" »',
    "bool_type": "écrivez true ou false, sans guillemets",
    "tuple_type": "il faut une liste entre crochets",
    "dict_type": "il faut une rubrique",
    "model_type": "il faut une rubrique",
    "path_type": "il faut un chemin de fichier entre guillemets",
    "greater_than": "cette valeur est trop petite : il faut plus de {gt:g}",
    "greater_than_equal": "cette valeur est trop petite : il faut {ge:g} ou plus",
    "less_than_equal": "cette valeur est trop grande : il faut {le:g} au plus",
}


def faults_of(errors: Sequence[dict[str, Any]], root: type[BaseModel]) -> list[str]:
    """Say pydantic's faults in French; a list whose entries are faulty is not called empty as well."""
    around = {error["loc"][:depth] for error in errors for depth in range(len(error["loc"]))}
    return [_fault(error, root) for error in errors if error["type"] != "too_short" or error["loc"] not in around]


def _fault(error: dict[str, Any], root: type[BaseModel]) -> str:
    """Say one of pydantic's faults in French: the key's place, then what is expected there."""
    place = [part for part in error["loc"] if part not in ("str", "tuple[...]", "constrained-str")]
    where = _where(place)
    if error["type"] == "extra_forbidden":
        known = _keys_at(root, place[:-1])
        return f"{where} : cette clé n’existe pas{nearest(str(place[-1]), known)}"
    what = _problem(error, place)
    written = error["input"]
    # Beside the server and its user someone may have typed a password.
    told = isinstance(written, str | int | float) and place[-1:] not in (["serveur"], ["utilisateur"])
    if told and error["type"] == "string_type" and not isinstance(written, bool):
        return f'{where} : écrivez "{written}", avec ses guillemets droits'
    shown = f" (écrit : « {written} »)" if told else ""
    return f"{where} : {what}{shown}" if where else f"{what}"


_ORDINALS = ("première", "deuxième", "troisième", "quatrième", "cinquième", "sixième", "septième", "huitième")


def _where(place: list[Any]) -> str:
    """Name a key's place: « campagne.academie », première rubrique [[dsden]], « code »."""
    for number, part in enumerate(place):
        if isinstance(part, int):
            nth = ordinal(part + 1)
            whole, inside = ".".join(map(str, place[:number])), place[number + 1 :]
            if not inside:
                return f"« {whole} », {nth} valeur"
            kind = f"accolade de « {whole} »" if whole == "imp.bareme" else f"rubrique [[{whole}]]"
            return f"{nth} {kind}, {_where(inside)}"
    return f"« {'.'.join(map(str, place))} »" if place else ""


def ordinal(number: int) -> str:
    """Return « première », « deuxième »…, the feminine of a place in a list that begins with 1."""
    return _ORDINALS[number - 1] if number <= len(_ORDINALS) else f"{number}ᵉ"


_FORMS = {
    "code": "écrivez le code du département sur deux chiffres, par exemple « 06 », « 2A » ou « 974 »",
    "serveur": "écrivez le nom du serveur seul, par exemple « smtp.exemple.fr », et son port dans « port »",
    "nombre": "écrivez un nombre entier ou une fraction, par exemple « 1/2 »",
}


def _problem(error: dict[str, Any], place: list[Any]) -> str:
    """Say what is expected at a place, from pydantic's kind of error."""
    kind = error["type"]
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind == "literal_error":
        choices = re.sub(r"'(\w+)'", r"« \1 »", str(error["ctx"]["expected"]))
        return f"choisissez entre {choices.replace(' or ', ' et ')}"
    if kind == "string_pattern_mismatch":
        return _FORMS[str(place[-1])]
    if kind == "tuple_type" and isinstance(error["input"], dict):
        return f"écrivez cette rubrique entre doubles crochets, « [[{'.'.join(map(str, place))}]] »"
    if kind == "missing" and len(place) == 1:
        return "cette rubrique manque : recopiez-la du fichier config.toml livré"
    return _PROBLEMS.get(kind, "cette valeur ne convient pas").format(**error.get("ctx", {}))


def all_keys(section: type[BaseModel]) -> set[str]:
    """Return every key that a document of settings may hold, at whatever place."""
    keys = set(section.model_fields)
    for field in section.model_fields.values():
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                keys |= all_keys(inner)
    return keys


def _keys_at(root: type[BaseModel], place: list[Any]) -> list[str]:
    """Return the legal keys of the section at a place such as ["dsden", 0]."""
    section = root
    for part in place:
        if isinstance(part, str) and part in section.model_fields:
            annotation = section.model_fields[part].annotation
            inner = getattr(annotation, "__args__", (annotation,))[0]
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                section = inner
    return list(section.model_fields)


def nearest(word: str, known: list[str] | tuple[str, ...] | dict[str, Any], what: str = "clés") -> str:
    """Return the end of a sentence that proposes the nearest key, or lists them all; `what` they are, in the plural."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" ; vouliez-vous écrire « {close[0]} » ?" if close else f" ; {what} possibles : {', '.join(known)}"


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
