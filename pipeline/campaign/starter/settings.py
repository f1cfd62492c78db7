"""The settings of a new folder: the three things that differ from one office to the next, written into config.toml."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date

from pipeline.errors import CommandError
from pipeline.french.places import NAMES
from pipeline.french.words import fold
from pipeline.settings.academies import ACADEMIES, titled

CHIFFRES, CLAIR = "chiffres", "clair"
_DSDEN = re.compile(r"\[\[dsden\]\]\n.*?(?=\n\[classeur\])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reponses:
    """What someone says of a campaign: académie, school year, how bundles leave; "" for what stays as shipped."""

    academie: str = ""
    annee: str = ""
    depart: str = ""
    decide_par: str = ""


def known_academie(written: str) -> str:
    """Return the name of an académie however it is written; raise CommandError, with all of them, for none."""
    words = re.sub(r"^academie (de |d |du |des )?", "", fold(written))
    found = [name for name in ACADEMIES if fold(name).removeprefix("la ") == words.removeprefix("la ")]
    if not found:
        raise CommandError(
            f"« {written} » n’est pas une académie connue. Tapez l’une d’elles : {', '.join(ACADEMIES)}."
        )
    return found[0]


def known_annee(written: str) -> str:
    """Return a school year as config.toml writes it; « 2026 » is enough. Raise CommandError for what is none."""
    match = re.fullmatch(r"(20\d\d)(?:\s*[-–/]\s*((?:20)?\d\d))?", written.strip())
    if match is None or (match[2] and int(match[2]) % 100 != (int(match[1]) + 1) % 100):
        raise CommandError(f"« {written} » n’est pas une année scolaire. Tapez par exemple « 2026-2027 ».")
    return f"{match[1]}-{int(match[1]) + 1}"


def annee_of(today: date) -> str:
    """Return the school year to prepare on a day: from July on, the next one."""
    first = today.year - (today.month < 7)
    return f"{first}-{first + 1}"


def settled(shipped: str, said: Reponses) -> str:
    """Return the text of config.toml with what was said in it.

    Another académie has its own DSDEN, whose mailboxes nobody can guess: they stay to be written.
    """
    text = shipped
    if said.academie and f'"{titled(said.academie)}"' not in text:
        text = _set(text, "academie", titled(said.academie))
        text = _DSDEN.sub(lambda _: "\n".join(map(_dsden, ACADEMIES[said.academie].split())), text, count=1)
    if said.annee:
        text = _set(text, "annee_scolaire", said.annee)
    if said.depart == CHIFFRES:
        text = text.replace("\nchiffrement = false\n", "\nchiffrement = true\n")
    if said.depart == CLAIR:
        text = _set(text, "envoi_en_clair_decide_par", said.decide_par)
    return text


def _dsden(code: str) -> str:
    nom = json.dumps(NAMES[code], ensure_ascii=False)
    return f'[[dsden]]\ncode = "{code}"\nnom = {nom}\nintitule = "DSDEN {code}"\ncourriel = "à compléter"\n'


def _set(text: str, key: str, value: str) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return re.sub(rf'^{key} = ".*"$', lambda _: f"{key} = {written}", text, count=1, flags=re.MULTILINE)
