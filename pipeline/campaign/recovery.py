"""The bundles of a campaign whose journal is lost, each proved by its own manifest before it is believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum, auto
from pathlib import Path

from pipeline.bundle.checking import LotLu, checked_lot
from pipeline.bundle.opening import letters_in
from pipeline.campaign.folder import workspace
from pipeline.errors import JournalError
from pipeline.files import Move, published
from pipeline.french.words import pluriel
from pipeline.journal.beginning import begun, is_lost, is_unaware
from pipeline.journal.mending import LettreReprise, LotRepris, copy_serves, parts_of, put_back, set_aside, write_again
from pipeline.journal.opening import standing
from pipeline.journal.published import measured
from pipeline.journal.witness import copy_of, unfit
from pipeline.names import LETTERS, number_of, sheet_name, uai_of
from pipeline.progress import Ask
from pipeline.settings.config import Config


def bundles_found(config: Config) -> tuple[LotRepris, ...]:
    """Return the bundles of `lots/` and of its folders, those set aside first, the full one of each DSDEN last.

    Raises JournalError when one of them is not what its manifest says: nobody could then know what left.
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


_PUT_BACK = (
    "La copie de sauvegarde du journal est à jour : rien n’est perdu. La remettre à la place du journal, que le "
    "programme garde à part ?"
)


class Outcome(Enum):
    """What became of a journal that was to be mended."""

    NONE_YET = auto()
    SOUND = auto()
    DECLINED = auto()
    PUT_BACK = auto()
    MADE_AGAIN = auto()


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done about a journal: the names under which the former files are kept, the lots that the new one has."""

    outcome: Outcome
    kept: tuple[str, ...] = ()
    lots: int = 0


def mend(config: Config, now: datetime, ask: Ask) -> Mended:
    """Put the copy of the journal back when it is up to date; else make a journal from the bundles. Asks first.

    What was there is kept under a dated name. Raises OutputError, JournalError when a bundle is not exact.
    """
    path = config.journal
    if not is_lost(path) and not path.exists():
        return Mended(Outcome.NONE_YET)
    if not is_lost(path) and not unfit(standing(path)) and not is_unaware(path):
        return Mended(Outcome.SOUND)
    with workspace(config.dossier_annee, "mlds journal") as work:
        serves = copy_serves(path) and not is_unaware(copy_of(path))
        done = _put_back(path, work, now, ask) if serves else _again(config, work, now, ask)
        if done.outcome is not Outcome.DECLINED:
            with begun(path):
                pass  # it is proved, and has its witness and its copy
    return done


def _put_back(path: Path, work: Path, now: datetime, ask: Ask) -> Mended:
    if not ask(_PUT_BACK):
        return Mended(Outcome.DECLINED)
    return Mended(Outcome.PUT_BACK, _names(put_back(path, work, now)))


def _again(config: Config, work: Path, now: datetime, ask: Ask) -> Mended:
    """Make a journal of the bundles that are there; nobody knows which were sent, so none leaves by itself."""
    path, lots = config.journal, bundles_found(config)
    question = (
        f"La copie de sauvegarde n’est pas à jour, ou manque aussi. Refaire un journal d’après {counted(len(lots))} de "
        f"« {config.dossier_lots.name} » ? Chaque lot y sera noté comme peut-être envoyé, et ne repartira pas sans "
        "votre accord ; l’histoire de la campagne, elle, est perdue."
    )
    if not ask(question):
        return Mended(Outcome.DECLINED)
    write_again(work / path.name, lots, now)
    aside = set_aside(parts_of(path), now)
    new: Sequence[Move] = [(work / one.name, one) for one in parts_of(path)]
    with published([*aside, *new], work / "remplace"):
        pass
    return Mended(Outcome.MADE_AGAIN, _names(aside), len(lots))


def _names(aside: Sequence[Move]) -> tuple[str, ...]:
    return tuple(target.name for _, target in aside)


def counted(lots: int) -> str:
    """Return « aucun lot », « le lot » or « les 3 lots »."""
    return "aucun lot" if not lots else "le lot" if lots == 1 else f"les {pluriel(lots, 'lot')}"
