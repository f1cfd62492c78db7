"""A run of `mlds produire` as a process of its own, watched from outside: its memory, its bundles, what it leaves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
MEMOIRE = Path("/dev/shm")
_PAS = 0.02


@dataclass(frozen=True)
class Passage:
    """What a whole run took: seconds, exit code, peak memory of the command itself in MB, and what it said."""

    secondes: float
    code: int
    memoire: float
    dit: str


def lancer(classeur: Path, sortie: Path, *options: str) -> subprocess.Popen[str]:
    """Start `mlds produire`; its messages go to `<sortie>.journal`, so that no pipe can fill up."""
    commande = [sys.executable, "-m", "pipeline", "produire", str(classeur), "--sortie", str(sortie), *options]
    environnement = {**os.environ, "PYTHONPATH": str(RACINE), "PYTHONUNBUFFERED": "1"}
    with journal_de(sortie).open("w", encoding="utf-8") as journal:
        return subprocess.Popen(
            commande, cwd=RACINE, env=environnement, stdin=subprocess.DEVNULL, stdout=journal, stderr=journal, text=True
        )


def journal_de(sortie: Path) -> Path:
    """Return the file that holds what the last run in `sortie` said."""
    return sortie.with_name(f"{sortie.name}.journal")


def produire(classeur: Path, sortie: Path, *options: str) -> Passage:
    """Run `mlds produire` to its end."""
    debut = time.perf_counter()
    processus = lancer(classeur, sortie, *options)
    memoire = 0.0
    # Not wait4's ru_maxrss: it is the greatest of the command's and of LibreOffice's, which its shell waited for.
    while processus.poll() is None:
        memoire = max(memoire, pointe(processus.pid))
        time.sleep(_PAS)
    dit = journal_de(sortie).read_text(encoding="utf-8")
    return Passage(time.perf_counter() - debut, processus.returncode, memoire, dit)


def reussir(classeur: Path, sortie: Path, *options: str) -> Passage:
    """Run `mlds produire` and stop everything when it does not end well."""
    passage = produire(classeur, sortie, *options)
    if passage.code != 0:
        sys.exit(f"« mlds produire » s'est arrêté avec le code {passage.code} :\n{passage.dit}")
    return passage


def pointe(pid: int) -> float:
    """Return the peak memory of a process so far, in MB; 0 when it is gone."""
    try:
        for ligne in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if ligne.startswith("VmHWM:"):
                return int(ligne.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def lots_de(sortie: Path, dossier: str = "lots") -> dict[str, bytes]:
    """Return the bundles of a results folder, by name; those of another folder of it if asked."""
    return {lot.name: lot.read_bytes() for lot in sorted(sortie.glob(f"*/{dossier}/*.zip"))}


def noter_envoyes(sortie: Path) -> None:
    """Note that all the bundles of a results folder were sent."""
    codes = [f"--deja-envoye={nom[6:8]}" for nom in lots_de(sortie)]
    subprocess.run(
        [sys.executable, "-m", "pipeline", "envoyer", "--sortie", str(sortie), *codes], cwd=RACINE,
        env={**os.environ, "PYTHONPATH": str(RACINE)}, stdin=subprocess.DEVNULL, capture_output=True, check=True,
    )  # fmt: skip


def controler(sortie: Path) -> list[str]:
    """Return what `mlds controler` finds wrong in a results folder."""
    fait = subprocess.run(
        [sys.executable, "-m", "pipeline", "controler", "--sortie", str(sortie)], cwd=RACINE,
        env={**os.environ, "PYTHONPATH": str(RACINE)}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return [] if fait.returncode == 0 else [f"« mlds controler » : {fait.stdout}{fait.stderr}"]


def soffice_de(pid: int, sortie: Path) -> Iterator[int]:
    """Give the processes that a run started, alive or stopped: their command names its working folder."""
    marques = (f"{MEMOIRE}/mlds-{pid}-".encode(), f"{sortie}/".encode())
    for entree in Path("/proc").glob("[0-9]*"):
        try:
            commande = (entree / "cmdline").read_bytes()
        except OSError:
            continue
        if int(entree.name) != pid and any(marque in commande for marque in marques):
            yield int(entree.name)


def restes(sortie: Path, pids: Sequence[int]) -> list[str]:
    """Return the temporary files and folders that ended runs left behind."""
    laisses = [
        chemin for motif in (".en-cours-*", "*partiel", ".*.ancien", ".verrou-par") for chemin in sortie.rglob(motif)
    ]
    laisses += [dossier for pid in pids for dossier in MEMOIRE.glob(f"mlds-{pid}-*")]
    return [str(chemin) for chemin in laisses]


def vider(dossier: Path) -> None:
    """Remove a folder, if it is there."""
    shutil.rmtree(dossier, ignore_errors=True)
