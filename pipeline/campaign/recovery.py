"""The bundles of a campaign whose journal is lost, each proved by its own manifest before it is believed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from pipeline.bundle.checking import LotLu, checked_lot
from pipeline.bundle.opening import letters_in
from pipeline.errors import JournalError
from pipeline.journal.mending import LettreReprise, LotRepris
from pipeline.journal.published import measured
from pipeline.names import LETTERS, number_of, sheet_name, uai_of
from pipeline.settings.config import Config


def bundles_found(config: Config) -> tuple[LotRepris, ...]:
    """Return the bundles of `lots/` and of its folders, those set aside first, the full one of each DSDEN last.

    Raises JournalError when one of them is not what its manifest tells: what left then would be anybody's guess.
    """
    folder = config.dossier_lots
    paths = sorted(folder.rglob("*.zip"), key=lambda path: _order(folder, path))
    read = [(path, checked_lot(path)) for path in paths]
    if faults := [f"{path.relative_to(folder)} : {one.quoi}." for path, lot in read for one in lot.constats]:
        raise JournalError(
            "\n".join(faults) + "\nSans journal, seul un lot exact dit ce qui est peut-être parti. Remettez ces lots "
            "depuis une sauvegarde, ou retirez-les si la DSDEN doit de toute façon en recevoir un neuf. Rien n’a été "
            "fait."
        )
    return tuple(_found(path, lot, config) for path, lot in read)


def _order(folder: Path, path: Path) -> tuple[bool, bool, str]:
    return path.parent == folder, not number_of(path.name), path.name


def _found(path: Path, lot: LotLu, config: Config) -> LotRepris:
    told = lot.manifeste
    assert told is not None, "a bundle without a fault has its manifest"
    file = measured(path, path.relative_to(config.dossier_annee).as_posix())
    dsden = config.dsden_of(told.dsden)
    return LotRepris(
        file.nom, told.dsden, told.numero or 0, file.octets, file.sha256, Decimal(told.montant_total),
        _letters(lot), dsden.boite if dsden else "",
    )  # fmt: skip


def _letters(lot: LotLu) -> tuple[LettreReprise, ...]:
    told = lot.manifeste
    assert told is not None
    lines = letters_in(Path(sheet_name(told.dsden)), lot.recapitulatif)
    return tuple(_letter(one.nom, one.sha256, lines) for one in told.fichiers if one.nom.startswith(LETTERS))


def _letter(name: str, sha256: str, lines: Sequence[dict[str, object]]) -> LettreReprise:
    line = next((one for one in lines if one.get("Fichier") == name.removeprefix(LETTERS)), {})
    said = {column: str(line.get(column) or "") for column in ("Établissement", "Prénom", "Nom")}
    montant = Decimal(str(line.get("Montant annuel brut") or 0)).quantize(Decimal("0.01"))
    return LettreReprise(name, sha256, uai_of(name), said["Établissement"], said["Prénom"], said["Nom"], montant)
