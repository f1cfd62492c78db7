"""What `mlds init` tells at its end: what it laid, what it left alone, and how to begin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.terminal.usage import tell

if TYPE_CHECKING:
    from pipeline.commands.init import Laid

_NEXT = """Ensuite, dans ce dossier{where} :
  1. ouvrez config.toml et vérifiez l’année scolaire, les visas et les adresses des DSDEN ;
  2. déposez votre classeur dans « entree » ;
  3. tapez « mlds » : il dit quoi faire, maintenant et à chaque étape.
Pour essayer d’abord sur des personnes inventées : « mlds produire exemple.xlsx --sortie sortie/exemple »."""


def show_laid(laid: Laid) -> None:
    """Tell what `mlds init` wrote, what it left alone, and how to begin."""
    written = f"Écrits : {', '.join(laid.written)}." if laid.written else "Rien n’a été écrit."
    tell(f"Dossier de travail : « {laid.folder} ». {written}")
    if laid.kept:
        tell(f"Laissés tels quels, car ils existaient déjà : {', '.join(laid.kept)}.")
    elsewhere = laid.folder.resolve() != Path.cwd()
    tell(_NEXT.format(where=f' (« cd "{laid.folder}" »)' if elsewhere else ""))
