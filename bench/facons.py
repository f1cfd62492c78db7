"""The ways to make PDFs that the program is measured against; each returns the seconds that its letters took."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Environment

from pipeline.clean.stage import clean
from pipeline.convert.libreoffice import EXPORT_OPTIONS, LibreOffice, seed_profile
from pipeline.french.filters import FRENCH
from pipeline.load.stage import load
from pipeline.render.fields import fields_of
from pipeline.render.stage import load_template, render
from pipeline.settings.config import Config
from pipeline.validate.stage import validate

APPEL = 240
"""Files of one call at most: past about 245 LibreOffice converts only the first ones, without a word."""
APPEL_PLANCHER = 100
PROCESSUS_PLANCHER = 2


class NonMesureError(Exception):
    """A way that this machine cannot run; the message says why, in French."""


@dataclass(frozen=True)
class Atelier:
    """What all the ways share: the settings, LibreOffice as found here, a folder for everything that is written."""

    config: Config
    libreoffice: LibreOffice
    dossier: Path


def champs_de(classeur: Path, config: Config) -> list[dict[str, Any]]:
    """Return the fields of each letter of a workbook."""
    table = clean(load(classeur, config.classeur.headers_of)).table
    return [fields_of(letter, config) for letter in validate(table, config).letters]


def rediger(champs: Sequence[Mapping[str, Any]], atelier: Atelier) -> list[Path]:
    """Write the very .docx files that the program writes, which are then converted by the floor and unoserver."""
    dossier = _vide(atelier.dossier / "docx")
    gabarit = load_template(atelier.config.gabarit.fichier)
    fichiers = [dossier / f"{numero:05}.docx" for numero in range(len(champs))]
    for fichier, valeurs in zip(fichiers, champs, strict=True):
        render(gabarit, valeurs, fichier)
    return fichiers


def naive(champs: Sequence[Mapping[str, Any]], atelier: Atelier) -> float:
    """Measure docxtpl a letter, then `soffice` a letter, as a first script does."""
    return _a_la_main(champs, atelier, 1)


def un_appel(champs: Sequence[Mapping[str, Any]], atelier: Atelier) -> float:
    """Measure docxtpl a letter, then one process of `soffice` for as many files as it accepts."""
    return _a_la_main(champs, atelier, APPEL)


def _a_la_main(champs: Sequence[Mapping[str, Any]], atelier: Atelier, taille: int) -> float:
    docx, pdf = _vide(atelier.dossier / "main"), _vide(atelier.dossier / "main-pdf")
    # The profile that LibreOffice makes by itself, yet not the one of whoever runs this; made before the clock starts.
    environnement = {**os.environ, "HOME": str(atelier.dossier), "XDG_CONFIG_HOME": str(atelier.dossier / "profils")}
    commande = [str(atelier.libreoffice.executable), "--headless", "--convert-to", "pdf", "--outdir", str(pdf)]
    if not (atelier.dossier / "profils").exists():
        _executer([str(atelier.libreoffice.executable), "--headless", "--terminate_after_init"], environnement)
    debut = time.perf_counter()
    fichiers = [docx / f"{numero:05}.docx" for numero in range(len(champs))]
    for fichier, valeurs in zip(fichiers, champs, strict=True):
        lettre = DocxTemplate(atelier.config.gabarit.fichier)
        lettre.render(dict(valeurs), _jinja(), autoescape=True)
        lettre.save(fichier)
    for appel in _paquets(fichiers, taille):
        _executer([*commande, *map(str, appel)], environnement)
    return _compte(pdf, len(champs), debut)


def _jinja() -> Environment:
    """Return what a first script gives docxtpl: the filters that the template asks for, compiled again each letter."""
    environnement = Environment()
    environnement.filters |= FRENCH
    return environnement


def plancher(fichiers: Sequence[Path], atelier: Atelier) -> float:
    """Measure the floor: two processes, private seeded profiles, the program's export options, files on disk."""
    return _plancher(fichiers, atelier, atelier.dossier)


def plancher_memoire(fichiers: Sequence[Path], atelier: Atelier) -> float:
    """Measure the same floor with profiles and PDFs in memory, where nothing waits for the disk."""
    memoire = Path("/dev/shm")
    if not os.access(memoire, os.W_OK):
        raise NonMesureError("cette machine n'a pas de dossier en mémoire")
    dossier = memoire / f"banc-{os.getpid()}"
    try:
        dossier.mkdir()
        return _plancher(fichiers, atelier, dossier)
    finally:
        shutil.rmtree(dossier, ignore_errors=True)


def _plancher(fichiers: Sequence[Path], atelier: Atelier, dossier: Path) -> float:
    pdf = _vide(dossier / "plancher-pdf")
    appels = list(_paquets(fichiers, APPEL_PLANCHER, PROCESSUS_PLANCHER))

    def travailler(numero: int) -> None:
        profil = _vide(dossier / f"profil-{numero}")
        seed_profile(profil, atelier.libreoffice.product, atelier.libreoffice.build)
        for appel in appels[numero::PROCESSUS_PLANCHER]:
            _executer(_conversion(atelier, profil, pdf, appel), {**os.environ, "TMPDIR": str(dossier)})

    fils = [threading.Thread(target=travailler, args=(numero,)) for numero in range(PROCESSUS_PLANCHER)]
    debut = time.perf_counter()
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    return _compte(pdf, len(fichiers), debut)


def _conversion(atelier: Atelier, profil: Path, pdf: Path, fichiers: Sequence[Path]) -> list[str]:
    sortes = {bool: "boolean", int: "long"}
    options = {nom: {"type": sortes[type(v)], "value": json.dumps(v)} for nom, v in EXPORT_OPTIONS.items()}
    return [
        str(atelier.libreoffice.executable),
        f"-env:UserInstallation={profil.as_uri()}",
        *("--headless", "--norestore", "--nologo", "--nodefault"),
        *("--convert-to", f"pdf:writer_pdf_Export:{json.dumps(options)}", "--outdir", str(pdf)),
        *map(str, fichiers),
    ]


def unoserver(fichiers: Sequence[Path], atelier: Atelier, python: str) -> float:
    """Measure unoserver, one file after the other through its own client; its start is not counted.

    `python` is an interpreter that has LibreOffice's `uno` module, which the virtual environment cannot have.
    Raises NonMesureError when that or the package is missing.
    """
    if importlib.util.find_spec("unoserver") is None:
        raise NonMesureError("le paquet unoserver n'est pas installé (« .venv/bin/pip install unoserver »)")
    if shutil.which(python) is None or subprocess.run([python, "-c", "import uno"], capture_output=True).returncode:
        raise NonMesureError(f"« {python} » n'a pas le module uno (« apt install python3-uno »)")
    from unoserver.client import UnoClient

    pdf = _vide(atelier.dossier / "uno-pdf")
    options = [f"{nom}={json.dumps(valeur)}" for nom, valeur in EXPORT_OPTIONS.items()]
    with _serveur(atelier, python) as port:
        client = UnoClient(port=str(port))
        debut = time.perf_counter()
        for fichier in fichiers:
            client.convert(
                inpath=str(fichier), outpath=str(pdf / f"{fichier.stem}.pdf"), convert_to="pdf",
                filtername="writer_pdf_Export", filter_options=options,
            )  # fmt: skip
        return _compte(pdf, len(fichiers), debut)


@contextmanager
def _serveur(atelier: Atelier, python: str) -> Iterator[int]:
    """Run an unoserver with this environment's package, and nothing else of it, on two free ports."""
    paquets = _vide(atelier.dossier / "uno-paquets")
    ici = Path(str(importlib.metadata.distribution("unoserver").locate_file("")))
    for entree in ici.glob("unoserver*"):
        (paquets / entree.name).symlink_to(entree)
    profil = _vide(atelier.dossier / "uno-profil")
    port, port_uno = _ports_libres()
    commande = [
        *(python, "-m", "unoserver.server", "--port", str(port), "--uno-port", str(port_uno)),
        *("--user-installation", str(profil), "--executable", str(atelier.libreoffice.executable)),
    ]
    processus = subprocess.Popen(
        commande, env={**os.environ, "PYTHONPATH": str(paquets)}, cwd=atelier.dossier, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _attendre(port, processus)
        yield port
    finally:
        processus.terminate()
        try:
            processus.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(processus.pid, 9)
            processus.wait()


def _attendre(port: int, processus: subprocess.Popen[bytes]) -> None:
    limite = time.monotonic() + 60
    while time.monotonic() < limite and processus.poll() is None:
        with socket.socket() as essai:
            if essai.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise NonMesureError("unoserver n'a pas démarré")


def _ports_libres() -> tuple[int, int]:
    with socket.socket() as un, socket.socket() as deux:
        un.bind(("127.0.0.1", 0))
        deux.bind(("127.0.0.1", 0))
        return un.getsockname()[1], deux.getsockname()[1]


def _paquets(fichiers: Sequence[Path], taille: int, processus: int = 1) -> Iterator[Sequence[Path]]:
    """Cut files into equal calls of `taille` at most, as many for each process."""
    appels = min(len(fichiers), processus * -(-len(fichiers) // (processus * taille)))
    bords = [numero * len(fichiers) // appels for numero in range(appels + 1)]
    return (fichiers[bords[numero] : bords[numero + 1]] for numero in range(appels))


def _executer(commande: Sequence[str], environnement: Mapping[str, str]) -> None:
    subprocess.run(
        commande, env=environnement, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        check=False,
    )  # fmt: skip


def _compte(pdf: Path, attendus: int, debut: float) -> float:
    """Return the time since `debut`; a way that lost a letter has no time."""
    duree = time.perf_counter() - debut
    faits = sum(1 for _ in pdf.glob("*.pdf"))
    if faits != attendus:
        raise NonMesureError(f"{faits} PDF faits au lieu de {attendus}")
    return duree


def _vide(dossier: Path) -> Path:
    shutil.rmtree(dossier, ignore_errors=True)
    dossier.mkdir(parents=True)
    return dossier


def version(atelier: Atelier) -> str:
    """Return « LibreOffice 7.4.7.2 », as the program itself tells."""
    dit = subprocess.run(
        [str(atelier.libreoffice.executable), "--version"], capture_output=True, text=True, check=False
    )
    trouve = re.match(r"\w+ [\d.]+", dit.stdout)
    return trouve[0] if trouve else atelier.libreoffice.version
