"""Measure how fast letters are made here: `make bench`. Every way several times, interleaved, medians shown.

`--ecrire docs/performance.md` puts the tables in that file, between its two marks. All the rest is written in a
temporary folder that is removed. `--rapide` measures few letters, to see that the bench itself works.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import classeurs
import facons
import passage

from pipeline.convert import libreoffice
from pipeline.settings.config import read_config

DEBUT, FIN = "<!-- mesures : début -->", "<!-- mesures : fin -->"
PREMIER, RIEN, DIX = "premier passage", "rien n'a changé", "dix lignes corrigées"
PLANCHER = "plancher : deux processus, profils préparés, sur disque"
PAYS = 10_000


@dataclass(frozen=True)
class Tailles:
    """How many letters each way gets; `mlds` lists the campaigns, `croissance` the two that growth is read from."""

    naive: int = 20
    un_appel: int = 574
    unoserver: int = 60
    plancher: int = 574
    mlds: tuple[int, ...] = (1, 100, 200, 574, 2000)
    croissance: tuple[int, int] = (200, 2000)


RAPIDE = Tailles(naive=2, un_appel=20, unoserver=10, plancher=40, mlds=(1, 20, 40), croissance=(20, 40))


@dataclass
class Mesure:
    """One way with one number of letters: the seconds of each time, the peak memory in MB, or why there is none."""

    nom: str
    lettres: int
    secondes: list[float] = field(default_factory=list)
    memoires: list[float] = field(default_factory=list)
    raison: str = ""

    @property
    def duree(self) -> float:
        """Return the median, in seconds."""
        return statistics.median(self.secondes)

    @property
    def par_lettre(self) -> float:
        """Return the median, in milliseconds a letter."""
        return 1000 * self.duree / self.lettres

    @property
    def au_mieux(self) -> float:
        """Return the quickest, in milliseconds a letter: what other work on the machine disturbed the least."""
        return 1000 * min(self.secondes) / self.lettres

    @property
    def memoire(self) -> float:
        """Return the greatest peak memory, in MB."""
        return max(self.memoires, default=0.0)


Epreuve = Callable[[], None]
"""One thing to do in a round; it notes what it measured."""


def main() -> None:
    """Read the command line, measure, print, and write where asked."""
    options = _options()
    if sys.platform != "linux":
        sys.exit("Le banc lit la mémoire dans /proc : il ne tourne que sous Linux.")
    with tempfile.TemporaryDirectory(prefix="banc-mlds-") as dossier:
        banc = Banc(Path(dossier).resolve(), RAPIDE if options.rapide else Tailles(), options.python_uno)
        charges = banc.mesurer(options.tours)
    texte = "\n\n".join(
        [_machine(options.tours, charges, banc.atelier), _facons(banc), _campagnes(banc), _croissance(banc)]
    )
    print(texte)
    if options.ecrire:
        ecrire(options.ecrire, texte)


def _options() -> argparse.Namespace:
    lecteur = argparse.ArgumentParser(description="Mesure la vitesse de mlds et celle des autres façons de faire.")
    lecteur.add_argument("--rapide", action="store_true", help="peu de lettres : un essai de moins d'une minute")
    lecteur.add_argument("--tours", type=int, help="combien de fois mesurer chaque façon (3, ou 2 avec --rapide)")
    lecteur.add_argument("--ecrire", type=Path, metavar="FICHIER", help="mettre les tableaux dans ce fichier Markdown")
    lecteur.add_argument(
        "--python-uno", default="/usr/bin/python3", metavar="PYTHON", help="un Python qui a le module uno"
    )
    options = lecteur.parse_args()
    if options.tours is None:
        options.tours = 2 if options.rapide else 3
    if options.tours < 2:
        lecteur.error("--tours : 2 au moins, une seule mesure ne dit rien.")
    return options


class Banc:
    """The bench: what was measured, by way and number of letters, in the order in which it is shown."""

    def __init__(self, dossier: Path, tailles: Tailles, python_uno: str) -> None:
        config = read_config(passage.RACINE / "config.toml")
        moteur = libreoffice.find()
        if moteur is None:
            sys.exit(libreoffice.INSTALL)
        self.atelier = facons.Atelier(config, moteur, dossier)
        self.tailles = tailles
        self.mesures: dict[tuple[str, int], Mesure] = {}
        self._python_uno = python_uno
        champs = facons.champs_de(classeurs.ecrire(dossier / "champs.xlsx", self._plus_de_lettres()), config)
        self._champs = champs
        self._docx = facons.rediger(champs[: max(tailles.plancher, tailles.unoserver)], self.atelier)

    def mesurer(self, tours: int) -> list[str]:
        """Do every test once a round, in the other order every other round; return the load of each round."""
        epreuves = list(self._epreuves())
        # The first start of Python and of LibreOffice reads everything from disk: it is nobody's measure.
        passage.reussir(classeurs.ecrire(self.atelier.dossier / "1.xlsx", 1), self.atelier.dossier / "echauffement")
        charges = []
        for tour in range(tours):
            for epreuve in epreuves if tour % 2 == 0 else reversed(epreuves):
                epreuve()
            charges.append(f"{os.getloadavg()[2]:.1f}".replace(".", ","))
        return charges

    def _plus_de_lettres(self) -> int:
        tailles = self.tailles
        return max(tailles.naive, tailles.un_appel, tailles.unoserver, tailles.plancher)

    def _epreuves(self) -> Iterator[Epreuve]:
        tailles, atelier, champs, docx = self.tailles, self.atelier, self._champs, self._docx
        yield self._facon(
            "naïve : docxtpl et un appel de soffice par lettre", tailles.naive,
            lambda n: facons.naive(champs[:n], atelier),
        )  # fmt: skip
        yield self._facon(
            "docxtpl, puis un seul processus soffice", tailles.un_appel, lambda n: facons.un_appel(champs[:n], atelier)
        )
        yield self._facon(
            "unoserver (sans son démarrage ni docxtpl)", tailles.unoserver,
            lambda n: facons.unoserver(docx[:n], atelier, self._python_uno),
        )  # fmt: skip
        yield self._facon(
            "le même plancher, en mémoire", tailles.plancher, lambda n: facons.plancher_memoire(docx[:n], atelier)
        )
        yield self._facon(PLANCHER, tailles.plancher, lambda n: facons.plancher(docx[:n], atelier))
        # The campaign of the floor's size is measured right after the floor, or right before in the other order.
        for lettres in sorted(tailles.mlds, key=lambda n: (n != tailles.plancher, n)):
            yield self._mlds(lettres)

    def _facon(self, nom: str, lettres: int, faire: Callable[[int], float]) -> Epreuve:
        mesure = self._note(nom, lettres)

        def epreuve() -> None:
            try:
                mesure.secondes.append(faire(lettres))
                _dire(mesure)
            except facons.NonMesureError as erreur:
                mesure.raison = str(erreur)

        return epreuve

    def _mlds(self, lettres: int) -> Epreuve:
        """Return the three runs of a campaign: into an empty folder, with nothing changed, with ten rows changed."""
        dossier = self.atelier.dossier
        avant = classeurs.ecrire(dossier / f"{lettres}.xlsx", lettres)
        apres = classeurs.ecrire(dossier / f"{lettres}-corrige.xlsx", lettres, min(10, lettres))
        passages = [(self._note(nom, lettres), fichier) for nom, fichier in _passages(avant, apres)]

        def epreuve() -> None:
            sortie = dossier / f"sortie-{lettres}"
            for mesure, classeur in passages:
                fait = passage.reussir(classeur, sortie)
                mesure.secondes.append(fait.secondes)
                mesure.memoires.append(fait.memoire)
                _dire(mesure)
            passage.vider(sortie)

        return epreuve

    def _note(self, nom: str, lettres: int) -> Mesure:
        return self.mesures.setdefault((nom, lettres), Mesure(nom, lettres))


def _passages(avant: Path, apres: Path) -> Iterator[tuple[str, Path]]:
    yield f"mlds produire, {PREMIER}", avant
    yield f"mlds produire, {RIEN}", avant
    yield f"mlds produire, {DIX}", apres


def _dire(mesure: Mesure) -> None:
    print(f"{mesure.nom}, {mesure.lettres} : {nombre(mesure.secondes[-1], 2)} s", file=sys.stderr)


def _machine(tours: int, charges: Sequence[str], atelier: facons.Atelier) -> str:
    cpu, memoire = _lu("/proc/cpuinfo", "model name"), _lu("/proc/meminfo", "MemTotal").split()
    go = f"{int(memoire[0]) / 1024**2:.0f} Go de mémoire" if memoire else "mémoire inconnue"
    return (
        f"Machine : {len(os.sched_getaffinity(0))} cœurs ({cpu or platform.machine()}), {go}, {platform.system()}, "
        f"{facons.version(atelier)}, Python {platform.python_version()}. "
        f"Chaque mesure a été faite {tours} fois, en alternance : médiane, et mesure la plus rapide (« au mieux »). "
        "Charge de la machine "
        f"(moyenne sur un quart d'heure) à la fin de chaque tour : {' ; '.join(charges)}."
    )


def _lu(fichier: str, cle: str) -> str:
    """Return the value of a « key : value » line of a file of /proc, empty elsewhere than on Linux."""
    try:
        lignes = Path(fichier).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((ligne.partition(":")[2].strip() for ligne in lignes if ligne.startswith(cle)), "")


def _facons(banc: Banc) -> str:
    """Return the table of the ways: the program's first run on the floor's letters among them."""
    tailles = banc.tailles
    plancher = banc.mesures[PLANCHER, tailles.plancher]
    mlds = banc.mesures[f"mlds produire, {PREMIER}", tailles.plancher]
    rangs = [
        "| façon | lettres | secondes | ms par lettre | fois le plancher | au mieux, ms | au mieux, fois |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for mesure in [*(mesure for mesure in banc.mesures.values() if not mesure.memoires), mlds]:
        if mesure.secondes:
            fois = nombre(mesure.par_lettre / plancher.par_lettre, 2) if plancher.secondes else ""
            mieux = nombre(mesure.au_mieux / plancher.au_mieux, 2) if plancher.secondes else ""
            fin = (
                f"{nombre(mesure.duree, 2)} | {nombre(mesure.par_lettre, 1)} | {fois} "
                f"| {nombre(mesure.au_mieux, 1)} | {mieux}"
            )
        else:
            fin = f"non mesuré : {mesure.raison} | | | | "
        rangs.append(f"| {mesure.nom} | {mesure.lettres} | {fin} |")
    return "\n".join(rangs)


def _campagnes(banc: Banc) -> str:
    """Return the table of the program's runs, a campaign a line."""
    rangs = [
        f"| lettres | {PREMIER} | ms par lettre | {RIEN} | {DIX} | mémoire de mlds |",
        "|--:|--:|--:|--:|--:|--:|",
    ]
    for lettres in banc.tailles.mlds:
        premier, rien, dix = (banc.mesures[f"mlds produire, {nom}", lettres] for nom in (PREMIER, RIEN, DIX))
        memoire = max(mesure.memoire for mesure in (premier, rien, dix))
        rangs.append(
            f"| {lettres} | {nombre(premier.duree, 2)} s | {nombre(premier.par_lettre, 1)} | {nombre(rien.duree, 2)} s "
            f"| {nombre(dix.duree, 2)} s | {memoire:.0f} Mo |"
        )
    return "\n".join(rangs)


def _croissance(banc: Banc) -> str:
    """Say how the cost grows from a small campaign to a great one, and what it makes of the whole country's."""
    peu, beaucoup = (banc.mesures[f"mlds produire, {PREMIER}", lettres] for lettres in banc.tailles.croissance)
    pente = (beaucoup.duree - peu.duree) / (beaucoup.lettres - peu.lettres)
    pays = beaucoup.duree + pente * (PAYS - beaucoup.lettres)
    par_lettre = (beaucoup.memoire - peu.memoire) / (beaucoup.lettres - peu.lettres)
    place = beaucoup.memoire + par_lettre * (PAYS - beaucoup.lettres)
    return (
        f"De {peu.lettres} à {beaucoup.lettres} lettres, au premier passage : {nombre(peu.par_lettre, 1)} puis "
        f"{nombre(beaucoup.par_lettre, 1)} ms par lettre ; {peu.memoire:.0f} puis {beaucoup.memoire:.0f} Mo, soit "
        f"{nombre(beaucoup.memoire / peu.memoire, 2)} fois. Chaque lettre de plus coûte {nombre(1000 * pente, 1)} ms : "
        f"10 000 lettres prendraient {nombre(pays / 60, 1)} minutes et {place:.0f} Mo sur cette machine."
    )


def nombre(valeur: float, decimales: int) -> str:
    """Write a number as French does."""
    return f"{valeur:.{decimales}f}".replace(".", ",")


def ecrire(fichier: Path, texte: str) -> None:
    """Put the tables in a Markdown file, between its marks; stop when it has none."""
    contenu = fichier.read_text(encoding="utf-8")
    avant, debut, reste = contenu.partition(DEBUT)
    _, fin, apres = reste.partition(FIN)
    if not (debut and fin):
        sys.exit(f"{fichier} : les lignes « {DEBUT} » et « {FIN} » n'y sont pas, rien n'a été écrit.")
    fichier.write_text(f"{avant}{DEBUT}\n\n{texte}\n\n{FIN}{apres}", encoding="utf-8")


if __name__ == "__main__":
    main()
