"""The journal of the runs: what each produced, durable before the command says « fini »."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from pipeline.files import sha256_of
from pipeline.journal.copied import keep_first
from pipeline.journal.letters import UNKNOWN, Lettres
from pipeline.journal.opening import Journal, insert
from pipeline.journal.published import Aside, Publication, record_asides, record_files, record_lot
from pipeline.journal.tables import moment_of
from pipeline.model import Lot, Made, RowRef, Vacancy, Verdict
from pipeline.names import set_aside

_LAST_FULL = "SELECT max(id) FROM lot WHERE numero = 0 GROUP BY dsden"
"""The last full bundle of each DSDEN."""
_LAST = "SELECT max(id) FROM lot GROUP BY dsden, numero > 0"
"""The last full bundle of each DSDEN, and its last corrective one."""
_NOTHING = Publication()


@dataclass(frozen=True, slots=True)
class Run:
    """What one run is remembered by: when, from which workbook (name and sha256), made how, to what end.

    `made` gives, by row, the recipe and the fields of each letter; `dsden` the codes that the run was limited to;
    `faites` how many letters were made and not taken from the store, `causes` why, in French.
    """

    when: datetime
    workbook: str
    workbook_sha256: str
    moteur: str
    programme: str
    verdict: Verdict
    made: Mapping[RowRef, Made]
    dsden: tuple[str, ...] = ()
    anomalies: int = 0
    faites: int = 0
    causes: str = ""


def record_run(
    journal: Journal, run: Run, lots: Sequence[Lot], published: Publication = _NOTHING, asides: Sequence[Aside] = ()
) -> None:
    """Write a run, its bundles, their letters, the files that it publishes and where bundles went, all or nothing.

    Raises OutputError when the journal cannot be written.
    """
    verdict = run.verdict
    row = {
        "quand": run.when.isoformat(),
        "classeur": run.workbook,
        "classeur_sha256": run.workbook_sha256,
        "moteur": run.moteur,
        "programme": run.programme,
        "lues": verdict.rows_read,
        "lettres": len(verdict.letters),
        "a_pourvoir": len(verdict.vacancies),
        "rejetees": len(verdict.rejected),
        "ignorees": len(verdict.ignored),
        "portee": " ".join(run.dsden),
        "anomalies": run.anomalies,
        "faites": run.faites,
        "causes": run.causes,
    }
    with journal.saving() as connection:
        record_asides(connection, asides)
        passage = insert(connection, "passage", [row])
        insert(connection, "poste_vacant", [_vacancy(passage, one) for one in verdict.vacancies])
        for lot in lots:
            record_lot(connection, passage, lot, run.made)
        record_files(connection, published, run.when)
        keep_first(connection, journal.path, run.when)


def last_letters(journal: sqlite3.Connection, lettres: Lettres) -> tuple[Made, ...]:
    """Return the letters of the last bundle of each DSDEN, as they were made.

    Those whose fields are not known (a journal made again) are left out.
    """
    lots = journal.execute(f"{_LAST_FULL} ORDER BY max(id)").fetchall()
    return tuple(one for (lot,) in lots for _, one in lettres(lot) if one.fields != UNKNOWN)


@dataclass(frozen=True, slots=True)
class Produced:
    """The last bundle of a DSDEN as the journal knows it, and the run that made it.

    `letters` are the UAI and the sha256 of each PDF, sorted. A corrective one has a `numero` (0: the full one), the
    number of letters that it withdraws and of those of the whole.
    """

    dsden: str
    fichier: str
    sha256: str
    size: int
    montant_total: Decimal
    letters: tuple[tuple[str, str], ...]
    when: datetime
    of_last_run: bool
    numero: int = 0
    retirees: int = 0
    ensemble: int = 0


def is_set_aside(folder: Path, produced: Produced) -> bool:
    """Return whether a bundle lies among those set aside, as when a run is killed before it records the move."""
    former = [path for path in set_aside(folder) if path.name.startswith(Path(produced.fichier).stem)]
    return any(sha256_of(path) == produced.sha256 for path in former)


def lots_in(journal: sqlite3.Connection) -> tuple[Produced, ...]:
    """Return the last bundle made for each DSDEN, full and corrective, but for what was set aside since."""
    lots = journal.execute(
        "SELECT lot.id, quand, passage = (SELECT max(id) FROM passage),"
        " dsden, fichier, sha256, octets, montant_total, numero,"
        " (SELECT count(*) FROM retrait WHERE retrait.lot = lot.id), ensemble"
        " FROM lot JOIN passage ON passage = passage.id"
        f" WHERE lot.id IN ({_LAST}) AND rangement = '' ORDER BY dsden, numero"
    ).fetchall()
    letters = {
        number: journal.execute(
            "SELECT uai, sha256 FROM lettre WHERE lot = (SELECT coalesce(lettres_de, id) FROM lot WHERE id = ?)"
            " ORDER BY 1, 2",
            (number,),
        ).fetchall()
        for number, *_ in lots
    }
    return tuple(
        Produced(
            dsden,
            fichier,
            sha256,
            size,
            Decimal(montant),
            tuple(letters[number]),
            moment_of(when),
            bool(last),
            *corrective,
        )
        for number, when, last, dsden, fichier, sha256, size, montant, *corrective in lots
    )


def _vacancy(passage: int, vacancy: Vacancy) -> dict[str, object]:
    return {"passage": passage, "uai": vacancy.etablissement.uai, "etablissement": vacancy.etablissement.nom}
