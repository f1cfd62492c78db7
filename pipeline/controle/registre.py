"""The journal itself, its witness and its copy: whether they can be believed, and which one to read."""

from __future__ import annotations

from pathlib import Path

from pipeline.bundle.checking import Constat, Groupe
from pipeline.journal.mending import copy_serves
from pipeline.journal.opening import standing
from pipeline.journal.witness import Tenue, copy_of, read_witness, state_of, unfit, witness_of

_NEXT = "Le prochain « mlds produire » le refait."


def checked_journal(path: Path) -> Groupe:
    """Check the journal, its witness and its copy."""
    tenue = standing(path)
    found = [Constat(path.name, said.rstrip("."), "")] if (said := unfit(tenue)) else []
    if tenue is Tenue.JAMAIS_VUE:
        found.append(Constat(path.name, "il vient d’une version précédente, sans témoin", _NEXT, faute=False))
        return Groupe("Journal", 1, tuple(found))
    if tenue is Tenue.EN_AVANCE:
        found.append(Constat(path.name, "un passage a été interrompu juste après l’avoir écrit", _NEXT, faute=False))
    if read_witness(path) is None:
        found.append(Constat(witness_of(path).name, "le témoin du journal manque ou est abîmé", _NEXT))
    found += _faults_of_copy(path, tenue)
    return Groupe("Journal", sum(one.exists() for one in (path, witness_of(path), copy_of(path))), tuple(found))


def readable(path: Path) -> Path | None:
    """Return what can be believed: the journal, else its copy where that is up to date, else nothing."""
    if not unfit(standing(path)):
        return path
    return copy_of(path) if copy_serves(path) else None


def _faults_of_copy(path: Path, tenue: Tenue) -> list[Constat]:
    """Hold the copy against what the witness told, else against the journal; ahead of both, its run was killed."""
    copy = copy_of(path)
    if not copy.is_file():
        return [Constat(copy.name, "la copie de sauvegarde du journal n’est plus là", _NEXT)]
    now, told = state_of(copy, ""), read_witness(path) or state_of(path, "")
    if now is None:
        return [Constat(copy.name, "la copie de sauvegarde du journal est abîmée", _NEXT)]
    if told is None or (now.compteur, now.sha256) == (told.compteur, told.sha256):
        return []
    if tenue is Tenue.EN_AVANCE and now == state_of(path, ""):
        return []
    return [Constat(copy.name, "la copie de sauvegarde n’est pas celle du dernier état du journal", _NEXT)]
