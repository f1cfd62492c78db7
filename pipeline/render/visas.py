"""The texts that the letter quotes, shown at the first run of a school year: they are to be read again."""

from __future__ import annotations

import re

from pipeline.model import Fact
from pipeline.settings.sections import Campagne

_YEARS = re.compile(r"\b20\d\d[-–]20\d\d\b")


def cited_texts(campagne: Campagne) -> tuple[Fact, ...]:
    """Return a sentence that asks to read the texts again, then each of them, with any other school year in it."""
    visas = enumerate(campagne.visas, start=1)
    said = (
        f"Premier passage de l’année {campagne.annee_scolaire} : relisez les textes que cite la lettre (config.toml, "
        "rubrique [campagne]).",
        *(f"Visa {number} : {visa}{_other_year(visa, campagne)}" for number, visa in visas),
        f"Référentiel : {campagne.referentiel}",
    )
    return tuple(map(Fact, said))


def _other_year(visa: str, campagne: Campagne) -> str:
    others = [year for year in _YEARS.findall(visa) if year.replace("–", "-") != campagne.annee_scolaire]
    return f" (il parle de {others[0]} : vaut-il encore ?)" if others else ""
