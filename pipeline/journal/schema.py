"""The journal's file: SQLite, one a campaign; its tables, how an older one is brought up to date, how it is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import OutputError

_RUNS = """
CREATE TABLE passage (
    id INTEGER PRIMARY KEY,
    quand TEXT NOT NULL,
    classeur TEXT NOT NULL,
    classeur_sha256 TEXT NOT NULL,
    gabarit_sha256 TEXT NOT NULL,
    reglages_sha256 TEXT NOT NULL,
    moteur TEXT NOT NULL,
    programme TEXT NOT NULL,
    lues INTEGER NOT NULL,
    lettres INTEGER NOT NULL,
    a_pourvoir INTEGER NOT NULL,
    rejetees INTEGER NOT NULL,
    ignorees INTEGER NOT NULL
) STRICT;
CREATE TABLE lot (
    id INTEGER PRIMARY KEY,
    passage INTEGER NOT NULL REFERENCES passage (id),
    dsden TEXT NOT NULL,
    fichier TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    octets INTEGER NOT NULL,
    montant_total TEXT NOT NULL
) STRICT;
CREATE TABLE lettre (
    lot INTEGER NOT NULL REFERENCES lot (id),
    uai TEXT NOT NULL,
    etablissement TEXT NOT NULL,
    prenom TEXT NOT NULL,
    nom TEXT NOT NULL,
    montant TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    champs TEXT NOT NULL
) STRICT;
CREATE INDEX lettre_uai ON lettre (uai);
"""
_RECIPES = "".join(
    f"""
    ALTER TABLE lettre ADD COLUMN {column} TEXT NOT NULL DEFAULT '';
    UPDATE lettre SET {column} = (
        SELECT passage.{column} FROM lot JOIN passage ON lot.passage = passage.id WHERE lot.id = lettre.lot
    );
    ALTER TABLE passage DROP COLUMN {column};
    """
    for column in ("gabarit_sha256", "reglages_sha256")
)
"""Each letter has its own template; before, a run had one."""
_SENDINGS = """
CREATE TABLE envoi (
    id INTEGER PRIMARY KEY,
    dsden TEXT NOT NULL,
    lot_sha256 TEXT NOT NULL,
    part INTEGER NOT NULL,
    decoupe TEXT NOT NULL,
    message_id TEXT NOT NULL,
    adresse TEXT NOT NULL,
    objet TEXT NOT NULL,
    octets INTEGER NOT NULL,
    prepare_le TEXT NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('prepare', 'en_cours', 'envoye', 'refuse', 'incertain')),
    etat_le TEXT NOT NULL,
    reponse TEXT NOT NULL,
    essais INTEGER NOT NULL
) STRICT;
"""
_CORRECTIVES = """
ALTER TABLE passage ADD COLUMN portee TEXT NOT NULL DEFAULT '';
ALTER TABLE lot ADD COLUMN numero INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lot ADD COLUMN ensemble INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lot ADD COLUMN rangement TEXT NOT NULL DEFAULT '';
UPDATE lot SET ensemble = (SELECT count(*) FROM lettre WHERE lettre.lot = lot.id);
ALTER TABLE lettre ADD COLUMN fichier TEXT NOT NULL DEFAULT '';
CREATE TABLE retrait (
    lot INTEGER NOT NULL REFERENCES lot (id),
    uai TEXT NOT NULL,
    fichier TEXT NOT NULL
) STRICT;
CREATE TABLE poste_vacant (
    passage INTEGER NOT NULL REFERENCES passage (id),
    uai TEXT NOT NULL,
    etablissement TEXT NOT NULL
) STRICT;
"""
"""`passage.portee`: the codes that a run was limited to, « 77 93 », "" for all. `lot.numero`: 0 for a full bundle, else
the number of a corrective one; `ensemble`: the letters of the whole that it belongs to; `rangement`: where it was set
aside, below `lots/` (« envoyes/… », « anciens/… »), "" before that. `lettre.fichier` and `retrait.fichier` are names
inside bundles; `retrait` has the letters that a corrective bundle withdraws."""
_STEPS = (_RUNS, _RECIPES, _SENDINGS, _CORRECTIVES)
"""What each version adds to the one before; a published step never changes."""
SCHEMA_VERSION = len(_STEPS)

_REFUSED = (
    "impossible d’écrire le journal. Vérifiez l’espace libre et vos droits sur ce dossier, et qu’aucun autre programme "
    "n’a ouvert ce fichier. Puis relancez la commande."
)
_DAMAGED = "le journal est abîmé. Remettez une copie de sauvegarde à sa place, puis relancez la commande."
_UNTOUCHED = "Les lots et les rapports du passage précédent sont intacts."


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the journal, made or brought to this version first; every commit outlives a power cut.

    Raises OutputError when it is damaged, made by a later version, or cannot be written.
    """
    journal = None
    try:
        journal = sqlite3.connect(path)
        journal.execute("PRAGMA synchronous = EXTRA")  # FULL can lose the last commit in a power cut
        _migrate(journal, path)
        yield journal
    except sqlite3.DatabaseError as error:
        refused = isinstance(error, sqlite3.OperationalError | sqlite3.IntegrityError)
        raise OutputError(f"{path} : {_REFUSED if refused else _DAMAGED} {_UNTOUCHED}") from error
    finally:
        if journal:
            journal.close()


def _migrate(journal: sqlite3.Connection, path: Path) -> None:
    version = journal.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise OutputError(
            f"{path} : ce journal vient d’une version plus récente du programme. Mettez le programme à jour."
        )
    if version < SCHEMA_VERSION:
        steps = "".join(_STEPS[version:])
        journal.executescript(f"BEGIN; {steps} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")


def insert(journal: sqlite3.Connection, table: str, rows: Sequence[Mapping[str, object]]) -> int:
    """Insert rows that name their columns, and return the number of the last one."""
    number = 0
    for row in rows:
        columns, places = ", ".join(row), ", ".join("?" * len(row))
        cursor = journal.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", tuple(row.values()))
        number = cursor.lastrowid or 0
    return number
