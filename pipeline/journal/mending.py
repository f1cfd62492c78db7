"""A journal that cannot be used any more: kept aside under a dated name with what goes with it, never deleted."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from pipeline.files import Move, output_error, published
from pipeline.journal.opening import insert, opened, rollback_of, standing
from pipeline.journal.published import Publication, Publie, record_files
from pipeline.journal.sendings import Etat
from pipeline.journal.witness import Tenue, copy_of, read_witness, witness_of

ASIDE = "journal_ecarte_"
"""How the names of what was set aside begin."""


def parts_of(path: Path) -> tuple[Path, ...]:
    """Return the journal, its witness and its copy, whether or not they are there."""
    return path, witness_of(path), copy_of(path)


def set_aside(paths: Sequence[Path], now: datetime) -> tuple[Move, ...]:
    """Return the moves that give dated names to those of these files that are there; nothing is ever replaced.

    The first is the journal. What a killed run left half-written goes with it, and after it: SQLite would roll it into
    whatever takes the journal's place.
    """
    paths = (*paths, rollback_of(paths[0]))
    stamp = f"{ASIDE}{now:%Y-%m-%d_%Hh%M}"
    taken = {path.name.partition(".")[0] for path in paths[0].parent.glob(f"{ASIDE}*")}
    number, stem = 1, stamp
    while stem in taken:
        number += 1
        stem = f"{stamp}_{number}"
    return tuple((path, path.with_name(stem + path.name.removeprefix("journal"))) for path in paths if path.exists())


def copy_serves(path: Path) -> bool:
    """Return whether the copy of a journal is its last state, as its witness knows it: put back, nothing is lost."""
    copy = copy_of(path)
    known = copy.is_file() and read_witness(path) is not None
    return known and standing(copy, path) in (Tenue.JUSTE, Tenue.EN_AVANCE)


def put_back(path: Path, work: Path, now: datetime) -> tuple[Move, ...]:
    """Put the copy of a journal in its place, and return the moves that kept what was there.

    The caller holds the folder. Raises OutputError.
    """
    try:
        shutil.copyfile(copy_of(path), work / path.name)
    except OSError as error:
        raise output_error(path, error) from error
    aside = set_aside([path], now)
    with published([*aside, (work / path.name, path)], work / "remplace"):
        pass
    return aside


@dataclass(frozen=True, slots=True)
class LettreReprise:
    """A letter as a lot gives it: the name of its file, its sha256, and its line of the summary sheet."""

    fichier: str
    sha256: str
    uai: str
    etablissement: str
    prenom: str
    nom: str
    montant: Decimal


@dataclass(frozen=True, slots=True)
class LotRepris:
    """A bundle that was found, proved by its own manifest: `nom` is its name from the results folder."""

    nom: str
    dsden: str
    numero: int
    octets: int
    sha256: str
    montant: Decimal
    lettres: tuple[LettreReprise, ...]
    adresse: str


def write_again(path: Path, lots: Sequence[LotRepris], when: datetime) -> None:
    """Make a journal that knows these bundles, the last of each DSDEN last, each as one that may have been sent.

    Raises OutputError.
    """
    moment = when.isoformat()
    letters = sum(len(lot.lettres) for lot in lots)
    counts = {"lues": letters, "lettres": letters, "a_pourvoir": 0, "rejetees": 0, "ignorees": 0}
    run = {"quand": moment, "classeur": "", "classeur_sha256": "", "moteur": "", "programme": "", **counts}
    with opened(path) as journal, journal.saving() as connection:
        passage = insert(connection, "passage", [run])
        for lot in lots:
            _write_lot(connection, passage, lot)
        insert(connection, "envoi", [_maybe_sent(lot, moment) for lot in lots])
        files = tuple(Publie(lot.nom, lot.octets, lot.sha256) for lot in lots)
        record_files(connection, Publication(files), when)


def _write_lot(journal: sqlite3.Connection, passage: int, lot: LotRepris) -> None:
    folder, _, name = lot.nom.removeprefix("lots/").rpartition("/")
    row = {
        "passage": passage, "dsden": lot.dsden, "fichier": name, "sha256": lot.sha256, "octets": lot.octets,
        "montant_total": f"{lot.montant:.2f}", "numero": lot.numero, "ensemble": len(lot.lettres),
        "rangement": f"{folder}/{name}" if folder else "",
    }  # fmt: skip
    number = insert(journal, "lot", [row])
    insert(journal, "lettre", [_letter(number, one) for one in lot.lettres])


def _letter(lot: int, one: LettreReprise) -> Mapping[str, object]:
    return {
        "lot": lot, "uai": one.uai, "etablissement": one.etablissement, "prenom": one.prenom, "nom": one.nom,
        "montant": f"{one.montant:.2f}", "sha256": one.sha256, "fichier": one.fichier,
        "champs": json.dumps({}),  # nobody knows any more what it was made from
    }  # fmt: skip


def _maybe_sent(lot: LotRepris, moment: str) -> Mapping[str, object]:
    """Return the sending that may have taken place: nothing leaves again for it unless someone asks."""
    return {
        "dsden": lot.dsden, "lot_sha256": lot.sha256, "part": 1, "decoupe": str(len(lot.lettres)), "message_id": "",
        "adresse": lot.adresse, "objet": "", "octets": lot.octets, "prepare_le": moment, "etat": Etat.INCERTAIN,
        "etat_le": moment, "reponse": "le journal était perdu", "essais": 0,
    }  # fmt: skip
