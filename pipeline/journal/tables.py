"""The tables of the journal: what each version of them adds to the one before."""

from __future__ import annotations

from datetime import datetime

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
_PROOF = """
CREATE TABLE campagne (
    id TEXT NOT NULL,
    temoin INTEGER NOT NULL
) STRICT;
INSERT INTO campagne VALUES (lower(hex(randomblob(16))), 0);
ALTER TABLE passage ADD COLUMN anomalies INTEGER;
ALTER TABLE passage ADD COLUMN faites INTEGER;
ALTER TABLE passage ADD COLUMN causes TEXT NOT NULL DEFAULT '';
CREATE TABLE fichier (
    nom TEXT PRIMARY KEY,
    octets INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    publie_le TEXT NOT NULL
) STRICT;
CREATE TABLE purge (
    quand TEXT NOT NULL,
    avant INTEGER NOT NULL,
    fichiers INTEGER NOT NULL,
    lettres INTEGER NOT NULL,
    octets INTEGER NOT NULL
) STRICT;
"""
"""`campagne`: one row, made with the journal; `temoin` is 1 once a witness vouches for it. `passage.anomalies`, of
rows, `faites`, letters that were made and not taken from the store, and `causes`, why: unknown before. `fichier`: each
file that is published now, named from the results folder. `purge`: when personal data were removed, and how much."""
_INDEXES = """
CREATE INDEX lettre_lot ON lettre (lot);
CREATE INDEX retrait_lot ON retrait (lot);
"""
"""A year has hundreds of runs: the letters of one bundle are found without reading those of all the others."""
_SHARED = """
ALTER TABLE lot ADD COLUMN lettres_de INTEGER REFERENCES lot (id);
"""
"""The earlier line of the very same bundle, whose letters are this one's too; NULL where it has its own. Most runs
change nothing, and the journal is read whole each time that it is opened: it must not grow by all letters each time."""
_TEMPLATES = """
CREATE TABLE gabarit (
    sha256 TEXT PRIMARY KEY,
    contenu TEXT NOT NULL
) STRICT;
"""
"""What the file of a template says, as a digest: the same file saved again has another sha256 and says the same."""
_PLACES = """
CREATE TABLE lieu (
    ordinateur TEXT NOT NULL,
    dossier TEXT NOT NULL,
    depuis TEXT NOT NULL
) STRICT;
"""
"""Each computer and results folder from which someone agreed to send, in that order: a copy is told by it."""
STEPS = (_RUNS, _RECIPES, _SENDINGS, _CORRECTIVES, _PROOF, _INDEXES, _SHARED, _TEMPLATES, _PLACES)
"""A published step never changes."""
SCHEMA_VERSION = len(STEPS)


def moment_of(written: str) -> datetime:
    """Return a date and hour as the program writes them (ISO 8601), always with its zone: any two can be compared.

    Earlier versions wrote some without one: these are of this computer's.
    """
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.astimezone()
