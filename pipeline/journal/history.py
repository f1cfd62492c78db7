"""The life of one school's letters: each version, in which bundles, sent when, and what became of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pipeline.french.words import fold
from pipeline.journal.sendings import Etat
from pipeline.journal.tables import moment_of
from pipeline.uai import one_slip

RETIREE = "retirée"


@dataclass(frozen=True, slots=True)
class Depart:
    """One sending of a bundle that held a letter: its number, 0 for a full one."""

    numero: int
    etat: Etat
    etat_le: datetime
    reponse: str


@dataclass(frozen=True, slots=True)
class Version:
    """One content of a letter: whose, for how much, in which bundles (by number); `fin` says in French how it ends."""

    referent: str
    montant: Decimal
    sha256: str
    depuis: datetime
    classeur: str
    lots: tuple[int, ...]
    departs: tuple[Depart, ...]
    fin: str
    fin_le: datetime | None


@dataclass(frozen=True, slots=True)
class Ecole:
    """What the journal knows of a school: its name as last written, its letters, the days when a post was vacant."""

    uai: str
    nom: str
    versions: tuple[Version, ...]
    vacances: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class _Ligne:
    """One letter of one bundle of one run."""

    passage: int
    quand: datetime
    classeur: str
    lot_sha256: str
    numero: int
    prenom: str
    nom: str
    montant: str
    sha256: str
    fichier: str

    @property
    def referent(self) -> str:
        return f"{self.prenom} {self.nom}".strip()


def ecole(journal: sqlite3.Connection, uai: str) -> Ecole | None:
    """Return what the journal knows of a school, None when it knows nothing."""
    rows = journal.execute(
        "SELECT passage.id, quand, classeur, lot.sha256, numero, prenom, nom, lettre.montant, lettre.sha256,"
        " lettre.fichier, etablissement, dsden FROM lettre JOIN lot ON lettre.lot = coalesce(lettres_de, lot.id)"
        " JOIN passage ON lot.passage = passage.id WHERE uai = ? ORDER BY lot.id, lettre.rowid", (uai,),
    ).fetchall()  # fmt: skip
    vacant = journal.execute(
        "SELECT quand, etablissement FROM poste_vacant JOIN passage ON passage = passage.id"
        " WHERE uai = ? ORDER BY passage", (uai,),
    ).fetchall()  # fmt: skip
    if not rows and not vacant:
        return None
    lines = [_Ligne(number, moment_of(when), *rest[:8]) for number, when, *rest in rows]
    full = _full_runs(journal, rows[0][-1]) if rows else {}
    name = rows[-1][-2] if rows else vacant[-1][1]
    return Ecole(uai, name, _versions(journal, lines, full), tuple(moment_of(when) for when, _ in vacant))


def near(journal: sqlite3.Connection, written: str) -> tuple[str, ...]:
    """Return the schools of the journal that one slip of the hand makes of what was written."""
    known = journal.execute("SELECT uai FROM lettre UNION SELECT uai FROM poste_vacant ORDER BY 1")
    return tuple(uai for (uai,) in known if one_slip(written, uai))


def named(journal: sqlite3.Connection, written: str) -> dict[str, str]:
    """Return the schools of the journal whose name holds all the words written, by UAI."""
    known = journal.execute("SELECT uai, etablissement FROM lettre UNION SELECT uai, etablissement FROM poste_vacant")
    words = set(fold(written).split())
    return {uai: nom for uai, nom in known if words and words <= set(fold(nom or "").split())}


def _full_runs(journal: sqlite3.Connection, dsden: str) -> dict[int, datetime]:
    """Return the runs that made the full bundle of a DSDEN, in order: what these do not hold was withdrawn."""
    rows = journal.execute(
        "SELECT passage.id, quand FROM lot JOIN passage ON passage = passage.id"
        " WHERE dsden = ? AND numero = 0 ORDER BY passage.id", (dsden,),
    )  # fmt: skip
    return {number: moment_of(when) for number, when in rows}


def _versions(
    journal: sqlite3.Connection, lines: Sequence[_Ligne], full: Mapping[int, datetime]
) -> tuple[Version, ...]:
    contents = dict.fromkeys((line.referent, line.sha256) for line in lines)
    versions = []
    for referent, sha256 in contents:
        own = [line for line in lines if (line.referent, line.sha256) == (referent, sha256)]
        bundles = dict.fromkeys((line.numero, line.lot_sha256) for line in own)
        departs = _departs(journal, bundles)
        fin, fin_le = _end(own, lines, full)
        if fin == RETIREE and any(one.etat.parti for one in departs):
            fin, fin_le = _end_of_sent(journal, own[-1], lines, fin_le)
        versions.append(
            Version(
                referent, Decimal(own[0].montant), sha256, own[0].quand, own[0].classeur,
                tuple(dict.fromkeys(numero for numero, _ in bundles)), departs, fin, fin_le,
            )
        )  # fmt: skip
    return tuple(versions)


def _end(own: Sequence[_Ligne], lines: Sequence[_Ligne], full: Mapping[int, datetime]) -> tuple[str, datetime | None]:
    """Tell what became of a version: the next full bundle of its DSDEN holds another one, or none."""
    last = max(line.passage for line in own)
    after = next((number for number in full if number > last), None)
    if after is None:
        return "", None
    before = {(line.referent, line.sha256) for line in lines if line.passage == last}
    new = [line for line in lines if line.passage == after and (line.referent, line.sha256) not in before]
    if any(line.referent == own[0].referent for line in new):
        return "remplacée par une lettre corrigée", full[after]
    others = dict.fromkeys(line.referent for line in new)
    if len(others) == 1:
        return f"remplacée par celle de {next(iter(others))}", full[after]
    return RETIREE, full[after]


def _end_of_sent(
    journal: sqlite3.Connection, last: _Ligne, lines: Sequence[_Ligne], gone: datetime | None
) -> tuple[str, datetime | None]:
    """Tell what became of a version that was sent, and that no later full lot holds since a day (`gone`).

    It stays valid while its row is being corrected: until a later letter takes its place, or a lot withdraws it.
    """
    later = [line for line in lines if line.passage > last.passage]
    for line in later:
        if line.referent == last.referent or (line.fichier and line.fichier == last.fichier):
            return "remplacée par une lettre corrigée", line.quand
    return (RETIREE, gone) if _withdrawn(journal, last) else ("", None)


def _withdrawn(journal: sqlite3.Connection, last: _Ligne) -> bool:
    """Return whether a later lot withdraws a letter: a corrective one that left or is the last, a full one that left.

    What a full lot says counts when it left after the letter did: its very bytes may have left before too.
    """
    about = {"file": last.fichier, "run": last.passage, "lot": last.lot_sha256}
    return journal.execute(_WITHDRAWN, about).fetchone() is not None


_LEFT = "EXISTS (SELECT 1 FROM envoi WHERE lot_sha256 = lot.sha256 AND etat = 'envoye' AND envoi.id > {since})"
_SINCE = "(SELECT coalesce(max(id), 0) FROM envoi WHERE lot_sha256 = :lot)"
_WITHDRAWN = f"""
SELECT 1 FROM retrait JOIN lot ON lot.id = retrait.lot WHERE retrait.fichier = :file AND :file <> '' AND passage > :run
    AND (passage = (SELECT max(passage) FROM lot AS other WHERE other.dsden = lot.dsden) OR {_LEFT.format(since=0)})
UNION
SELECT 1 FROM lot WHERE dsden = (SELECT dsden FROM lot WHERE sha256 = :lot) AND numero = 0 AND passage > :run
    AND {_LEFT.format(since=_SINCE)}
"""


def _departs(journal: sqlite3.Connection, bundles: Mapping[tuple[int, str], None]) -> tuple[Depart, ...]:
    departs = []
    for numero, sha256 in bundles:
        rows = journal.execute("SELECT etat, etat_le, reponse FROM envoi WHERE lot_sha256 = ? ORDER BY id", (sha256,))
        departs += [Depart(numero, Etat(etat), moment_of(when), reponse) for etat, when, reponse in rows]
    return tuple(departs)


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
    """Return the bundles by DSDEN and in the order in which they were first made; the same content is there once."""
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
