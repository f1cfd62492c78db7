"""Kill (`kill -9`) and freeze (SIGSTOP) the real LibreOffice in mid-batch: every letter must be there and right.

Right means: the bundles equal, byte for byte, those of a run that nothing broke.
"""

from __future__ import annotations

import argparse
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import classeurs
import passage

PANNES: Mapping[str, tuple[int, ...]] = {
    "kill -9 d'un soffice.bin": (signal.SIGKILL,),
    "SIGSTOP d'un soffice.bin": (signal.SIGSTOP,),
    "kill -9 de l'un, SIGSTOP de l'autre": (signal.SIGKILL, signal.SIGSTOP),
}


def main() -> None:
    """Break a run in each way; end with 1 when a letter is missing or wrong."""
    lecteur = argparse.ArgumentParser(description="Tue et fige LibreOffice au milieu d'une campagne.")
    lecteur.add_argument("--lettres", type=int, default=100, help="lettres du classeur (100)")
    lettres = lecteur.parse_args().lettres
    with tempfile.TemporaryDirectory(prefix="banc-mlds-") as nom:
        dossier = Path(nom).resolve()
        classeur = classeurs.ecrire(dossier / "classeur.xlsx", lettres)
        sans_panne = passage.reussir(classeur, dossier / "reference")
        attendus = passage.lots_de(dossier / "reference")
        print(f"sans panne : {sans_panne.secondes:.1f} s")
        justes = [
            _casser(classeur, dossier / f"panne-{numero}", panne, attendus) for numero, panne in enumerate(PANNES)
        ]
    sys.exit(any(combien != lettres for combien in justes))


def _casser(classeur: Path, sortie: Path, panne: str, attendus: Mapping[str, bytes]) -> int:
    """Break one run, say what came of it, and return how many of its letters are right."""
    debut = time.perf_counter()
    processus = passage.lancer(classeur, sortie)
    faites = _frapper(processus, sortie, PANNES[panne])
    code = processus.wait()
    duree = time.perf_counter() - debut
    lots = passage.lots_de(sortie)
    justes = _lettres_justes(lots, attendus)
    restes = [*passage.restes(sortie, [processus.pid]), *map(str, passage.soffice_de(processus.pid, sortie))]
    print(
        f"{panne}, à {faites} PDF : code {code}, {justes} lettres justes sur {_combien(attendus)}, lots "
        f"{'identiques' if lots == attendus else 'DIFFÉRENTS'}, {duree:.1f} s, {len(restes)} reste(s) {restes or ''}"
    )
    return justes if code == 0 and lots == attendus and not restes else 0


def _frapper(processus: subprocess.Popen[str], sortie: Path, signaux: tuple[int, ...]) -> int:
    """Send the signals to as many LibreOffice processes once some PDFs are made; return how many were."""
    while processus.poll() is None:
        faites = sum(1 for _ in sortie.glob("*/.reserve/*.pdf"))
        vivants = [pid for pid in passage.soffice_de(processus.pid, sortie) if _est_soffice_bin(pid)]
        if faites >= 20 and len(vivants) >= len(signaux):
            for pid, numero in zip(vivants, signaux, strict=False):
                os.kill(pid, numero)
            return faites
        time.sleep(0.005)
    sys.exit(f"Le passage a fini avant la panne :\n{passage.journal_de(sortie).read_text(encoding='utf-8')}")


def _est_soffice_bin(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip() == "soffice.bin"
    except OSError:
        return False


def _lettres_justes(lots: Mapping[str, bytes], attendus: Mapping[str, bytes]) -> int:
    lues, attendues = _lettres(lots), _lettres(attendus)
    return sum(1 for nom, octets in attendues.items() if lues.get(nom) == octets)


def _combien(lots: Mapping[str, bytes]) -> int:
    return len(_lettres(lots))


def _lettres(lots: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the PDFs of bundles, by their own and the bundle's names."""
    pdfs: dict[str, bytes] = {}
    for lot, octets in lots.items():
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            pdfs |= {f"{lot}/{nom}": archive.read(nom) for nom in archive.namelist() if nom.endswith(".pdf")}
    return pdfs


if __name__ == "__main__":
    main()
