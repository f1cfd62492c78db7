"""A run, its lot and its letter as the journal records them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipeline.journal.runs import Run
from pipeline.model import Document, Etablissement, Letter, Lot, Made, Personne, Recipe, RowRef, Vacancy, Verdict

LETTER = Letter(
    RowRef("Référents", 5),
    Etablissement("0779999A", "Collège des Tilleuls"),
    Personne("Mme", "Anne", "Exemple"),
    Personne("M.", "Paul", "Modèle"),
    None,
)
LOT = Lot(
    "77",
    Path("lots/DSDEN-77_2026-2027.zip"),
    (Document(LETTER, Path("a.pdf"), 1, "ab" * 32),),
    1234,
    "cd" * 32,
    ("lettres/0779999A_Exemple_Anne.pdf",),
)
RECIPE = Recipe("01" * 32, "02" * 32, "LibreOffice 7.4", "03" * 32)
FIELDS = {"etablissement": {"uai": "0779999A"}, "referent": {"prenom": "Anne", "nom": "Exemple"}}
RUN = Run(
    datetime(2026, 9, 1, 8),
    "classeur.xlsx",
    "ef" * 32,
    RECIPE.moteur,
    RECIPE.programme,
    Verdict((LETTER,), (Vacancy(RowRef("Référents", 6), Etablissement("0779998Z", "Collège des Ormes")),), (), (), ()),
    {LETTER.row: Made(RECIPE, FIELDS)},
)

VERSION_1 = """
CREATE TABLE passage (id INTEGER PRIMARY KEY, quand TEXT NOT NULL, classeur TEXT NOT NULL, classeur_sha256 TEXT NOT NULL,
    gabarit_sha256 TEXT NOT NULL, reglages_sha256 TEXT NOT NULL, moteur TEXT NOT NULL, programme TEXT NOT NULL,
    lues INTEGER NOT NULL, lettres INTEGER NOT NULL, a_pourvoir INTEGER NOT NULL, rejetees INTEGER NOT NULL,
    ignorees INTEGER NOT NULL) STRICT;
CREATE TABLE lot (id INTEGER PRIMARY KEY, passage INTEGER NOT NULL REFERENCES passage (id), dsden TEXT NOT NULL,
    fichier TEXT NOT NULL, sha256 TEXT NOT NULL, octets INTEGER NOT NULL, montant_total TEXT NOT NULL) STRICT;
CREATE TABLE lettre (lot INTEGER NOT NULL REFERENCES lot (id), uai TEXT NOT NULL, etablissement TEXT NOT NULL,
    prenom TEXT NOT NULL, nom TEXT NOT NULL, montant TEXT NOT NULL, sha256 TEXT NOT NULL, champs TEXT NOT NULL) STRICT;
INSERT INTO passage VALUES (1, '2026-09-01T08:00:00', 'c.xlsx', 'ef', 'GABARIT', 'REGLAGES', 'moteur', 'prog', 1, 1, 0, 0, 0);
INSERT INTO lot VALUES (1, 1, '77', 'DSDEN-77_2026-2027.zip', 'cd', 12, '0.00');
INSERT INTO lettre VALUES (1, '0779999A', 'Collège', 'Anne', 'Exemple', '0.00', 'ab', '{"a": "b"}');
PRAGMA user_version = 1;
"""
