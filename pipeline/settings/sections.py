"""The sections [campagne] and [[dsden]] of config.toml: the school year, what letters quote, where they go."""

from __future__ import annotations

import re
from datetime import datetime

from pydantic import Field, field_validator

from pipeline.settings.courrier import Adresses
from pipeline.settings.fields import Section, Texte


class Campagne(Section):
    """The school year and the texts that the letter quotes; nothing of them is written in the template or the code."""

    annee_scolaire: str = Field(description="L’année scolaire de la campagne, par exemple « 2026-2027 ».")
    academie: Texte = Field(description="Le nom de l’académie, tel que la lettre l’écrit.")
    visas: tuple[Texte, ...] = Field(description="Les textes visés par la lettre, dans l’ordre. À relire chaque année.")
    referentiel: Texte = Field(description="Le référentiel que cite la lettre.")

    @field_validator("annee_scolaire")
    @classmethod
    def _two_consecutive_years(cls, value: str) -> str:
        match = re.fullmatch(r"\s*(20\d\d)\s*[-‑–—/]\s*(20\d\d)\s*", value)
        if match is None or int(match[2]) != int(match[1]) + 1:
            raise ValueError("écrivez deux années qui se suivent, par exemple « 2026-2027 »")
        return f"{match[1]}-{match[2]}"

    @property
    def rentree(self) -> datetime:
        """Return the first day of the school year: the date that files bear, so that it does not change each run."""
        return datetime(int(self.annee_scolaire[:4]), 9, 1)


class Dsden(Section):
    """One DSDEN: the code of its département, its name, how the letter calls it, its MLDS mailbox."""

    code: str = Field(
        pattern=r"^(\d{2}|2A|2B|97\d)$", description="Le code du département : il décide où part chaque lettre."
    )
    nom: Texte = Field(description="Le nom du département.")
    intitule: Texte = Field(description="Le nom de la DSDEN, tel que la lettre et les messages l’écrivent.")
    courriel: Adresses = Field(
        min_length=1,
        description="La boîte MLDS de cette DSDEN, qui reçoit son lot et aucun autre. Plusieurs : une liste.",
    )
    copie: Adresses = Field(
        default=(), description="Qui reçoit aussi ce lot, en copie : une adresse ou une liste. Vide : personne."
    )

    @property
    def boite(self) -> str:
        """Return its mailboxes as letters and the journal write them, without the copies."""
        return ", ".join(self.courriel)

    @property
    def adresses(self) -> tuple[str, ...]:
        """Return everybody who receives its bundle."""
        return (*self.courriel, *self.copie)
