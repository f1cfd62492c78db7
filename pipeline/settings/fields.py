"""What every section of config.toml is: strict about its keys, and never changed once read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Texte = Annotated[str, Field(min_length=1)]
Fichier = Annotated[Path | None, BeforeValidator(lambda value: None if value == "" else value)]
"""A file that need not be named: "" is none."""


class Section(BaseModel):
    """A section of config.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
