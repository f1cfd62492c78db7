"""Kill `mlds envoyer --confirmer` again and again at random moments, and see that nothing is lost nor sent twice.

Twelve DSDEN, twelve messages. After each `kill -9` (two in a row, one time out of three) `--confirmer` is run again:
each message must then have been taken exactly once, or be told as uncertain and never sent again by itself. What is
uncertain is sent again with `--renvoyer`, under the same Message-ID; a last `--confirmer` has nothing left to do.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import boite
import classeurs
import passage

DSDEN = ("10", "45", "60", "75", "77", "78", "89", "91", "92", "93", "94", "95")
LETTRES = 3 * len(DSDEN)
_REGLAGES = """
[campagne]
annee_scolaire = "2026-2027"
academie = "académie d’essai"
visas = ["Vu la circulaire du 29 mars 2013"]
referentiel = "BO n° 29 du 21 juillet 2016"
{dsden}
[imp]
bareme = [
    {{ libelle = "demi-taux", nombre = "1/2", montant = "625.00" }},
    {{ libelle = "taux plein", nombre = "1", montant = "1250.00" }},
    {{ libelle = "double taux", nombre = "2", montant = "2500.00" }},
]
usuels = ["625.00", "1250.00", "2500.00"]
[gabarit]
fichier = "templates/lettre_mission.docx"
[courrier]
serveur = "127.0.0.1"
port = {port}
securite = "aucune"
expediteur = "ce.mlds@academie.example"
envoi_en_clair_decide_par = "personne : rien ne quitte cette machine"
"""
_UNE_DSDEN = '[[dsden]]\ncode = "{0}"\nnom = "{0}"\nintitule = "DSDEN {0}"\ncourriel = "ce.{0}mlds@academie.example"\n'


@dataclass(frozen=True)
class Essai:
    """One trial: where each kill fell (the states then in the journal), what was uncertain, what was wrong."""

    moments: tuple[str, ...]
    incertains: tuple[str, ...]
    fautes: tuple[str, ...]


class Terrain:
    """The settings, the bundles of one production, and the mail server."""

    def __init__(self, dossier: Path, serveur: boite.Boite) -> None:
        self.serveur, self.dossier = serveur, dossier
        self.annee = dossier / "sortie" / "2026-2027"
        shutil.copytree(passage.RACINE / "templates", dossier / "templates")
        dsden = "".join(_UNE_DSDEN.format(code) for code in DSDEN)
        (dossier / "config.toml").write_text(_REGLAGES.format(dsden=dsden, port=serveur.port), encoding="utf-8")
        classeur = classeurs.ecrire(dossier / "classeur.xlsx", LETTRES, prefixes=[f"0{code}" for code in DSDEN])
        fait = self.mlds("produire", str(classeur))
        if fait.returncode != 0:
            sys.exit(f"« mlds produire » s'est arrêté avec le code {fait.returncode} :\n{fait.stdout}")
        self.annee.rename(dossier / "modele")
        self.duree = self._duree()

    def remettre(self) -> None:
        """Put the campaign back as it was before any sending."""
        passage.vider(self.annee)
        shutil.copytree(self.dossier / "modele", self.annee)
        self.serveur.vider()

    def mlds(self, *mots: str) -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "pipeline", *mots], cwd=self.dossier, env=self._environnement(), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False,
        )  # fmt: skip

    def tuer(self, moment: float) -> bool:
        """Kill a sending so many seconds after its first message began; False when it had ended by itself."""
        self.serveur.touchee.clear()
        with subprocess.Popen(
            [sys.executable, "-m", "pipeline", "envoyer", "--confirmer"], cwd=self.dossier, env=self._environnement(),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as processus:  # fmt: skip
            while not self.serveur.touchee.wait(0.005):
                if processus.poll() is not None:
                    return False
            time.sleep(moment)
            processus.kill()
        return processus.returncode < 0

    def etats(self) -> list[tuple[str, str]]:
        """Return DSDEN and state of the sendings of the journal, as they are on the disk."""
        with closing(sqlite3.connect(self.annee / "journal.sqlite")) as journal, journal:
            return journal.execute("SELECT dsden, etat FROM envoi ORDER BY id").fetchall()

    def _duree(self) -> float:
        """Return how long a sending lasts from its first message on."""
        self.remettre()
        with subprocess.Popen(
            [sys.executable, "-m", "pipeline", "envoyer", "--confirmer"], cwd=self.dossier, env=self._environnement(),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as processus:  # fmt: skip
            self.serveur.touchee.wait(60)
            debut = time.monotonic()
            if processus.wait() != 0 or len(self.serveur.pris) != len(DSDEN):
                sys.exit("Sans aucune panne, les douze messages ne partent pas.")
        return time.monotonic() - debut

    def _environnement(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(passage.RACINE), "PYTHONUNBUFFERED": "1"}


def main() -> None:
    """Kill as often as asked; end with 1 when anything was wrong."""
    lecteur = argparse.ArgumentParser(description="Tue « mlds envoyer --confirmer » à des moments tirés au sort.")
    lecteur.add_argument("fois", type=int, nargs="?", default=200, help="combien d'essais (200)")
    lecteur.add_argument("--graine", type=int, default=2026, help="la graine du tirage au sort (2026)")
    options = lecteur.parse_args()
    hasard = random.Random(options.graine)
    essais: list[Essai] = []
    with tempfile.TemporaryDirectory(prefix="banc-mlds-") as dossier, boite.Boite(hasard) as serveur:
        terrain = Terrain(Path(dossier).resolve(), serveur)
        print(f"{options.fois} essais, {len(DSDEN)} messages en {terrain.duree:.2f} s, graine {options.graine}")
        while len(essais) < options.fois:
            essai = essayer(terrain, hasard)
            if essai is None:
                continue
            essais.append(essai)
            verdict = " ".join(essai.fautes) or "bon"
            print(f"{len(essais)}. {' puis '.join(essai.moments)} : {verdict}", file=sys.stderr)
    montrer(essais)
    sys.exit(any(essai.fautes for essai in essais))


def essayer(terrain: Terrain, hasard: random.Random) -> Essai | None:
    """Kill a sending, bring it to its end, and tell what was wrong; None when it was quicker than the kill."""
    terrain.remettre()
    moments = []
    for _ in range(hasard.choice((1, 1, 2))):
        if not terrain.tuer(hasard.uniform(0, terrain.duree)):
            break
        moments.append(_moment(terrain.etats()))
    if not moments:
        return None
    incertains, fautes = _reprendre(terrain)
    return Essai(tuple(moments), incertains, tuple(fautes))


def _reprendre(terrain: Terrain) -> tuple[tuple[str, ...], list[str]]:
    """Run `--confirmer`, then `--renvoyer` for what is uncertain; return what was uncertain, and what is wrong."""
    ensuite = terrain.mlds("envoyer", "--confirmer")
    incertains = tuple(sorted(set(re.findall(r"--renvoyer (\w+)", ensuite.stdout))))
    fautes = _attendre(ensuite, 7 if incertains else 0)
    fois = Counter(_dsden(pris) for pris in terrain.serveur.pris)
    fautes += [f"DSDEN {code} : {fois[code]} fois sans l'avoir demandé." for code in DSDEN if fois[code] > 1]
    fautes += [f"DSDEN {code} : perdu." for code in DSDEN if not fois[code] and code not in incertains]
    if incertains:
        renvoi = [mot for code in incertains for mot in ("--renvoyer", code)]
        fautes += _attendre(terrain.mlds("envoyer", "--confirmer", *renvoi), 0)
    avant = len(terrain.serveur.pris)
    fautes += _attendre(terrain.mlds("envoyer", "--confirmer"), 0)
    if len(terrain.serveur.pris) != avant:
        fautes.append("Un dernier passage envoie encore.")
    fautes += passage.controler(terrain.annee.parent)
    return incertains, fautes + _a_la_fin(terrain.serveur.pris, incertains)


def _a_la_fin(pris: Sequence[boite.Pris], incertains: Sequence[str]) -> list[str]:
    """Return what is wrong once all is done: everything once, twice only what was asked, under the same Message-ID."""
    fautes = []
    for code in DSDEN:
        recus = [un.message_id for un in pris if _dsden(un) == code]
        if not 1 <= len(recus) <= (2 if code in incertains else 1):
            fautes.append(f"DSDEN {code} : {len(recus)} fois à la fin.")
        if len(set(recus)) > 1:
            fautes.append(f"DSDEN {code} : deux Message-ID pour le même message.")
    return fautes


def _attendre(fait: subprocess.CompletedProcess[str], code: int) -> list[str]:
    return [] if fait.returncode == code else [f"Code {fait.returncode} au lieu de {code} : {fait.stdout[-400:]}"]


def _dsden(pris: boite.Pris) -> str:
    return pris.adresse.removeprefix("ce.")[:2]


def _moment(etats: Sequence[tuple[str, str]]) -> str:
    """Return where a kill fell: the state of the message under way, and how many had left."""
    dernier = etats[-1][1] if etats else "rien"
    return f"{dernier} après {sum(etat == 'envoye' for _, etat in etats)} envois"


def montrer(essais: Sequence[Essai]) -> None:
    """Print in which state the kills fell, and how many trials went well."""
    etats = Counter(moment.split()[0] for essai in essais for moment in essai.moments)
    bons = sum(not essai.fautes for essai in essais)
    renvoyes = sum(len(essai.incertains) for essai in essais)
    print("| état du message en cours | arrêts |\n|---|--:|")
    for etat, nombre in etats.most_common():
        print(f"| {etat} | {nombre} |")
    print(f"\n{etats.total()} arrêts brutaux, {renvoyes} messages dits incertains. {bons} bons sur {len(essais)}.")
    for numero, essai in enumerate(essais, start=1):
        if essai.fautes:
            print(f"- essai {numero}, {' puis '.join(essai.moments)} : {' '.join(essai.fautes)}")


if __name__ == "__main__":
    main()
