"""A journal made again from the bundles that are there, when the real one is lost: each may have been sent."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from pipeline.journal.fichiers import Publication, Publie, record_files
from pipeline.journal.opening import insert, opened
from pipeline.journal.sendings import Etat


@dataclass(frozen=True, slots=True)
class LettreReprise:
    """A letter as a bundle tells it: the name of its file, its sha256, and its line of the summary sheet."""

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
    with opened(path) as journal, journal:
        passage = insert(journal, "passage", [run])
        for lot in lots:
            _write_lot(journal, passage, lot)
        insert(journal, "envoi", [_maybe_sent(lot, moment) for lot in lots])
        files = tuple(Publie(lot.nom, lot.octets, lot.sha256) for lot in lots)
        record_files(journal, Publication(files), when)


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
