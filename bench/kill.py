"""Kill `mlds produire` again and again at random moments, and see that the next run makes up for it.

After each `kill -9`: no LibreOffice of that run lives on, each bundle on disk is a whole one, and once the command has
run to its end the bundles equal, byte for byte, those of a run that nothing broke, with nothing left over, and
`mlds controler` finds nothing wrong.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import classeurs
import passage

LETTRES = 100
ETAPES = ("Lecture du classeur", "Nettoyage", "Vérification", "Lettres", "Lots par DSDEN", "Rapports", "journal et fin")
PATIENCE = 2.0
"""Seconds that the processes of a killed run have to go away."""


@dataclass(frozen=True)
class Cas:
    """What is killed: a run over this workbook, into an empty folder or a copy of one that a former run filled.

    `envoye` tells that what is there was sent: it must be kept for ever.
    """

    nom: str
    classeur: Path
    modele: Path | None = None
    envoye: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tue:
    """One kill: in which case, at which stage, after how many seconds, and what was wrong then or afterwards."""

    cas: str
    etape: str
    moment: float
    fautes: tuple[str, ...]


class Terrain:
    """The workbooks, the bundles of unbroken runs, and a results folder that one of them filled."""

    def __init__(self, dossier: Path, lettres: int) -> None:
        avant = classeurs.ecrire(dossier / "avant.xlsx", lettres)
        apres = classeurs.ecrire(dossier / "apres.xlsx", lettres, 10)
        self.dossier = dossier
        modele, parti = dossier / "modele", dossier / "parti"
        passage.reussir(avant, modele)
        shutil.copytree(modele, parti)
        passage.noter_envoyes(parti)
        self.cas = (
            Cas("dossier vide", avant),
            Cas("rien n'a changé", avant, modele),
            Cas("dix lignes corrigées", apres, modele),
            Cas("envoyé, puis corrigé", apres, parti, envoye=True),
            Cas("tout refaire", avant, modele, options=("--refaire",)),
        )
        self.avant = passage.lots_de(modele)
        self.durees: dict[str, float] = {}
        self.attendus: dict[str, dict[str, bytes]] = {}
        for cas in self.cas:
            self.durees[cas.nom] = self._duree(cas)
            self.attendus[cas.nom] = passage.lots_de(dossier / "sortie")

    def preparer(self, cas: Cas) -> Path:
        """Return a results folder as the case wants it."""
        sortie = self.dossier / "sortie"
        passage.vider(sortie)
        if cas.modele:
            shutil.copytree(cas.modele, sortie)
        return sortie

    def _duree(self, cas: Cas) -> float:
        return passage.reussir(cas.classeur, self.preparer(cas), *cas.options).secondes


def main() -> None:
    """Kill as often as asked; end with 1 when anything was wrong."""
    lecteur = argparse.ArgumentParser(description="Tue « mlds produire » à des moments tirés au sort, puis le relance.")
    lecteur.add_argument("fois", type=int, nargs="?", default=200, help="combien de fois (200)")
    lecteur.add_argument("--graine", type=int, default=2026, help="la graine du tirage au sort (2026)")
    lecteur.add_argument("--lettres", type=int, default=LETTRES, help=f"lettres du classeur ({LETTRES})")
    options = lecteur.parse_args()
    print(f"{options.fois} fois, {options.lettres} lettres, graine {options.graine}")
    with tempfile.TemporaryDirectory(prefix="banc-mlds-") as dossier:
        tues = tuer_souvent(Terrain(Path(dossier).resolve(), options.lettres), options.fois, options.graine)
    montrer(tues)
    sys.exit(any(tue.fautes for tue in tues))


def tuer_souvent(terrain: Terrain, fois: int, graine: int) -> list[Tue]:
    """Kill runs until `fois` of them were really cut short, at any moment; half of them near the end.

    Bundles, reports and journal take so little time that hardly any kill would fall there otherwise.
    """
    hasard = random.Random(graine)
    tues: list[Tue] = []
    while len(tues) < fois:
        cas = hasard.choice(terrain.cas)
        duree = terrain.durees[cas.nom]
        tue = tuer(terrain, cas, hasard.uniform(hasard.choice((0, 0.7)) * duree, duree))
        if tue is None:
            continue
        tues.append(tue)
        fautes = " ".join(tue.fautes) or "bon"
        print(f"{len(tues)}. {tue.cas}, {tue.moment:.2f} s, {tue.etape} : {fautes}", file=sys.stderr)
    return tues


def tuer(terrain: Terrain, cas: Cas, moment: float) -> Tue | None:
    """Kill one run at a moment, then run the command to its end; None when the run was quicker than that."""
    sortie = terrain.preparer(cas)
    processus = passage.lancer(cas.classeur, sortie, *cas.options)
    try:
        processus.wait(timeout=moment)
        return None
    except subprocess.TimeoutExpired:
        processus.kill()
        processus.wait()
    etape = etape_de(passage.journal_de(sortie).read_text(encoding="utf-8"))
    fautes = [*_survivants(processus.pid, sortie), *_lots_melanges(terrain, sortie)]
    ensuite = passage.produire(cas.classeur, sortie)
    if ensuite.code != 0:
        fautes.append(f"La relance s'arrête avec le code {ensuite.code} : {ensuite.dit}")
    if passage.lots_de(sortie) != terrain.attendus[cas.nom]:
        fautes.append("Les lots ne sont pas ceux d'un passage sans panne.")
    gardes = passage.lots_de(sortie, "lots/envoyes").values()
    if cas.envoye and sorted(gardes) != sorted(terrain.avant.values()):
        fautes.append("Ce qui était parti n'est pas gardé, une fois et octet pour octet.")
    fautes += passage.controler(sortie)
    fautes += [f"Il reste « {reste} »." for reste in passage.restes(sortie, [processus.pid])]
    return Tue(cas.nom, etape, moment, tuple(fautes))


def etape_de(dit: str) -> str:
    """Return the stage that was under way: the first one whose closing line is not there."""
    finies = set(re.findall(r"^✔ (.+?) : ", dit, re.MULTILINE))
    return next((etape for etape in ETAPES if etape not in finies), ETAPES[-1])


def _survivants(pid: int, sortie: Path) -> list[str]:
    limite = time.monotonic() + PATIENCE
    while vivants := list(passage.soffice_de(pid, sortie)):
        if time.monotonic() > limite:
            return [f"{len(vivants)} processus vivent encore {PATIENCE:.0f} s après."]
        time.sleep(0.05)
    return []


def _lots_melanges(terrain: Terrain, sortie: Path) -> list[str]:
    """Return the bundles that are neither those of the former run nor those of this one."""
    return [
        f"Le lot {nom} n'est celui d'aucun passage."
        for nom, octets in passage.lots_de(sortie).items()
        if not any(lots.get(nom) == octets for lots in (terrain.avant, *terrain.attendus.values()))
    ]


def montrer(tues: Sequence[Tue]) -> None:
    """Print where the kills fell, by stage and by case, and how many runs were made up for."""
    bons = Counter((tue.cas, tue.etape) for tue in tues if not tue.fautes)
    tous = Counter((tue.cas, tue.etape) for tue in tues)
    noms = list(dict.fromkeys(cas for cas, _ in sorted(tous)))
    print(f"| étape en cours | {' | '.join(noms)} | ensemble |\n|---|{'--:|' * (len(noms) + 1)}")
    for etape in ETAPES:
        rang = [_sur(bons[nom, etape], tous[nom, etape]) for nom in noms]
        ensemble = _sur(sum(bons[nom, etape] for nom in noms), sum(tous[nom, etape] for nom in noms))
        print(f"| {etape} | {' | '.join(rang)} | {ensemble} |")
    print(f"\n{sum(bons.values())} bons sur {len(tues)}.")
    for tue in tues:
        if tue.fautes:
            print(f"- {tue.cas}, {tue.etape}, {tue.moment:.2f} s : {' '.join(tue.fautes)}")


def _sur(bons: int, tous: int) -> str:
    return f"{bons}/{tous}" if tous else ""


if __name__ == "__main__":
    main()
