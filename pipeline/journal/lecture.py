"""The journal as people ask for it: runs, bundles, sendings. Read from an open connection, nothing is changed."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pipeline.journal.sendings import Etat
from pipeline.journal.tables import moment_of


@dataclass(frozen=True, slots=True)
class Passage:
    """One run; `anomalies` and `faites` (letters made, not taken from the store) are None where nobody noted them."""

    quand: datetime
    classeur: str
    classeur_sha256: str
    moteur: str
    dsden: str
    lettres: int
    rejetees: int
    anomalies: int | None
    faites: int | None
    causes: str


@dataclass(frozen=True, slots=True)
class LotConnu:
    """One content of a bundle, which one run or several made: `numero` is 0 for a full one.

    `place` is the file that has this content now, named from the results folder, "" when none does.
    """

    dsden: str
    numero: int
    lettres: int
    montant: Decimal
    octets: int
    premier: datetime
    dernier: datetime
    place: str


@dataclass(frozen=True, slots=True)
class EnvoiConnu:
    """One sending of one message, with the number of its bundle: 0 for a full one, None when no run of here made it."""

    dsden: str
    numero: int | None
    part: int
    parts: int
    adresse: str
    etat: Etat
    etat_le: datetime
    reponse: str
    message_id: str


def passages(journal: sqlite3.Connection) -> tuple[Passage, ...]:
    """Return the runs, oldest first."""
    rows = journal.execute(
        "SELECT quand, classeur, classeur_sha256, moteur, portee, lettres, rejetees, anomalies, faites, causes"
        " FROM passage ORDER BY id"
    )
    return tuple(Passage(moment_of(when), *rest) for when, *rest in rows)


def lots_connus(journal: sqlite3.Connection) -> tuple[LotConnu, ...]:
    """Return the bundles by DSDEN and in the order in which they were first made; the same content is told once."""
    rows = journal.execute(
        "SELECT dsden, numero, (SELECT count(*) FROM lettre WHERE lot = premier), montant_total, made.octets,"
        " debut.quand, fin.quand, coalesce((SELECT nom FROM fichier"
        " WHERE fichier.sha256 = made.sha256 AND nom LIKE 'lots/%' ORDER BY length(nom) LIMIT 1), '')"
        " FROM (SELECT *, min(id) AS premier, min(passage) AS de, max(passage) AS a FROM lot GROUP BY dsden, sha256)"
        " AS made JOIN passage AS debut ON debut.id = de JOIN passage AS fin ON fin.id = a ORDER BY dsden, premier"
    )
    return tuple(
        LotConnu(
            dsden, numero, lettres, Decimal(montant), octets, moment_of(first),
            moment_of(last), place,
        )
        for dsden, numero, lettres, montant, octets, first, last, place in rows
    )  # fmt: skip


def envois_connus(journal: sqlite3.Connection) -> tuple[EnvoiConnu, ...]:
    """Return the sendings in the order in which they began; one under way is uncertain, unless its run still lives."""
    rows = journal.execute(
        "SELECT dsden, (SELECT numero FROM lot WHERE sha256 = lot_sha256 AND lot.dsden = envoi.dsden"
        " ORDER BY id DESC LIMIT 1), part, decoupe, adresse, etat, etat_le, reponse, message_id"
        " FROM envoi ORDER BY id"
    )
    return tuple(
        EnvoiConnu(dsden, numero, part, decoupe.count("+") + 1, adresse, Etat(etat), moment_of(when), said, known)
        for dsden, numero, part, decoupe, adresse, etat, when, said, known in rows
    )
