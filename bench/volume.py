"""Check a very large workbook with `mlds verifier`, and measure what it takes: seconds, and memory at its peak.

The command runs under a small process of its own, so that its children's peak is that of the command alone.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import classeurs
import passage

SECONDES, MEGAOCTETS = 15.0, 1_000.0
"""What the command may take for 20 000 rows."""

_TEMOIN = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=2).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Runs a command and says its exit code and its peak memory, in kilobytes."""


def main() -> None:
    """Measure one run or several; end with 1 when one of them takes more than it may, or fails."""
    lecteur = argparse.ArgumentParser(description="Mesure « mlds verifier » sur un très grand classeur.")
    lecteur.add_argument("--lignes", type=int, default=20_000, help="lignes du classeur (20000)")
    lecteur.add_argument(
        "--format", choices=("xlsx", "ods", "xls", "csv"), default="xlsx", help="format du classeur (xlsx)"
    )
    lecteur.add_argument("--fois", type=int, default=1, help="nombre de mesures (1)")
    demande = lecteur.parse_args()
    with tempfile.TemporaryDirectory(prefix="banc-mlds-") as nom:
        dossier = Path(nom).resolve()
        classeur = enregistre(classeurs.ecrire(dossier / "classeur.xlsx", demande.lignes), demande.format)
        mesures = [verifier(classeur, dossier / "sortie") for _ in range(demande.fois)]
    for secondes, memoire in mesures:
        print(f"{demande.lignes} lignes, {demande.format} : {secondes:.1f} s, {memoire:.0f} Mo")
    trop = [mesure for mesure in mesures if mesure[0] > SECONDES or mesure[1] > MEGAOCTETS]
    if trop:
        print(f"Trop : la limite est de {SECONDES:.0f} s et de {MEGAOCTETS:.0f} Mo.")
    sys.exit(bool(trop))


def enregistre(classeur: Path, format: str) -> Path:
    """Have LibreOffice save a workbook in another format, and return its path."""
    if format == "xlsx":
        return classeur
    profil = f"-env:UserInstallation={(classeur.parent / 'profil').as_uri()}"
    commande = [
        "soffice",
        profil,
        "--headless",
        "--convert-to",
        format,
        "--outdir",
        str(classeur.parent),
        str(classeur),
    ]
    subprocess.run(commande, capture_output=True, check=True)
    return classeur.with_suffix(f".{format}")


def verifier(classeur: Path, sortie: Path) -> tuple[float, float]:
    """Run `mlds verifier` and return its seconds and its peak memory in MB; stop everything when it goes wrong."""
    commande = [sys.executable, "-m", "pipeline", "verifier", str(classeur), "--sortie", str(sortie)]
    environnement = {**os.environ, "PYTHONPATH": str(passage.RACINE)}
    debut = time.perf_counter()
    temoin = subprocess.run(
        [sys.executable, "-c", _TEMOIN, *commande],
        cwd=passage.RACINE,
        env=environnement,
        capture_output=True,
        text=True,
        check=True,
    )
    secondes = time.perf_counter() - debut
    code, memoire = map(int, temoin.stdout.split())
    if code not in (0, 1):  # 1: rows are left to correct
        sys.exit(f"« mlds verifier » s'est arrêté avec le code {code} :\n{temoin.stderr}")
    return secondes, memoire / 1024


if __name__ == "__main__":
    main()
