"""A bundle of `lots/` that was proved to be the one that was produced: what a message may carry."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from pipeline.errors import MailError
from pipeline.french.signs import NBSP
from pipeline.names import taken_apart


@dataclass(frozen=True, slots=True)
class Bundle:
    """One bundle as it lies in `lots/`, verified: what may be sent. `sha256` and `size` are those of the file.

    `non_refait` is the day when it was made, where the last run did not make it again. A corrective one has a `numero`
    (0: the full one), the number of letters that it withdraws, and of those of the whole. `exemple` tells that it holds
    invented people of the example.
    """

    dsden: str
    path: Path
    sha256: str
    size: int
    letters: int
    montant_total: Decimal
    non_refait: date | None = None
    numero: int = 0
    retirees: int = 0
    ensemble: int = 0
    exemple: bool = False

    @property
    def nom(self) -> str:
        """Return « rectificatif n° 2 », "" for the full bundle."""
        return f"rectificatif n°{NBSP}{self.numero}" if self.numero else ""

    @property
    def etablissements(self) -> tuple[Mapping[str, str], ...]:
        """Return the schools of which a corrective bundle changes something: `uai`, `nom`, `changement`.

        A full one tells none, nor does one that an older version made. Raises MailError as `read` does.
        """
        return tuple(taken_apart(self.read())[1].get("etablissements", ())) if self.numero else ()

    def read(self) -> bytes:
        """Return the file; raise MailError when it is no longer the one that was verified."""
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise MailError(
                f"{self.path} : ce lot ne se lit pas. Rien n’a été envoyé. Vérifiez que ce fichier existe et que "
                "vous avez le droit de l’ouvrir."
            ) from error
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise MailError(
                f"{self.path} : ce lot vient de changer. Rien n’a été envoyé. Relancez « mlds produire », puis cette "
                "commande."
            )
        return data
