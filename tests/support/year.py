"""A whole year of a campaign, scripted: a workbook that changes, real runs, real sendings, and what each DSDEN has of it."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import docx
import pypdfium2
from rich.console import Console

from pipeline.cli.envoyer import send_bundles
from pipeline.cli.screen import Terminal
from pipeline.model import Request
from pipeline.progress import Clock
from pipeline.run import produce
from pipeline.send.stage import Demande
from pipeline.settings.config import Config, read_config
from pipeline.summarize.summary import Summary
from pipeline.uai import key_of
from support.mail_servers.certificates import Certificates
from support.mail_servers.faults import Fault
from support.mail_servers.faulty import HOST, FaultyServer
from support.ready_campaign import attached, settings
from support.rows import GOOD
from support.workbooks import HEAD, xlsx

FIRST = datetime(2026, 9, 3, 9, 30)
"""By the clock on the wall: a year goes through both changes of hour."""
MARK = re.compile(r"Cette lettre annule et remplace celle transmise le [^.]+\.")
DOMAIN = "ac-creteil.fr"


def uai(number: int, dsden: str = "77") -> str:
    """Return a UAI that is right, and nobody's."""
    digits = f"0{dsden}{9900 + number}"
    return digits + key_of(digits)


def school(number: int, dsden: str = "77", **cells: Any) -> dict[str, Any]:
    """Return the row of one school: every third one is a lycée, whose letter bears the mark."""
    kind = "Lycée" if number % 3 == 0 else "Collège"
    named = {"uai": uai(number, dsden), "etablissement": f"{kind} des Essais {number}", "referent_nom": NAMES[number]}
    return {**GOOD, **named, "observations": "", **cells}


NAMES = ("Zéro", "Unal", "Deuxième", "Troisfontaines", "Quatremère", "Cinqualbre", "Sixdenier", "Septime", "Huitric",
         "Neuville", "Dixmier", "Onzain", "Douzet")  # fmt: skip


@dataclass
class Boite:
    """The mailbox of a DSDEN and what a person makes of it: the files that are in force, the corrective ones by number.

    `twice` are the letters that arrived though they were there already, byte for byte.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    messages: int = 0

    def receive(self, bundle: bytes) -> None:
        """Apply a bundle as its manifest says."""
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            manifest = json.loads(archive.read("manifeste.json"))
            letters = {name: archive.read(name) for name in archive.namelist() if name.endswith(".pdf")}
        self.messages += 1
        if manifest.get("genre") == "rectificatif":
            self.numbers.append(manifest["numero"])
            gone = {one["nom"] for one in manifest["retirees"]}
            assert gone <= self.files.keys()
            assert {one["remplace"] for one in manifest["fichiers"] if one.get("remplace")} <= self.files.keys()
            kept = {name: data for name, data in self.files.items() if name not in gone}
        else:
            kept = {}
        self.twice += [name for name, data in letters.items() if self.files.get(name) == data]
        self.files = kept | letters


class Annee:
    """A campaign under way in a folder of its own; `rows` is the workbook, by a name of ours for each row."""

    def __init__(self, project: Path, certificates: Certificates, rows: Mapping[str, dict[str, Any]]) -> None:
        self.project, self.certificates = project, certificates
        self.rows = dict(rows)
        self.day = FIRST
        self.boites = {code: Boite() for code in ("77", "93", "94")}
        self.said = ""
        self._templates()

    @property
    def now(self) -> datetime:
        """Return the day and hour as a command reads them: with the zone of this computer at that moment."""
        return self.day.astimezone()

    @property
    def config(self) -> Config:
        """Return the settings as they are now."""
        return read_config(self.project / "config.toml")

    def produce(self, sortie: str = "") -> Summary:
        """Write the workbook as it is now and make its letters, in the campaign's folder or in another one."""
        book = self.project / "classeur.xlsx"
        book.write_bytes(xlsx([[*HEAD, "Observations"], *(list(row.values()) for row in self.rows.values())]))
        config = self.config.with_output(self.project / sortie) if sortie else self.config
        with self._terminal() as terminal:
            return produce(config, Request(book, agree=lambda _: True), self.now, terminal)

    def send(self, *faults: Fault, **asked: object) -> int:
        """Send, let each DSDEN apply what it received, and return the exit code."""
        with FaultyServer(*faults, context=self.certificates.good) as server:
            settings(
                self.project, DOMAIN, serveur=HOST, port=server.port, autorite=str(self.certificates.authority)
            )  # fmt: skip
            demande = Demande(**{"confirmer": True, **asked}).checked(self.config)  # type: ignore[arg-type]
            with self._terminal() as terminal:
                code = send_bundles(self.config, demande, Clock(lambda: self.now, _never, float), terminal)
        for message in server.received:
            self._arrives(*message.recipients, message.data)
        return int(code)

    def send_by_hand(self) -> None:
        """Write the drafts, send each as a mail program does, then say that they left; nothing where nothing is due."""
        assert self.send(confirmer=False, brouillons=True) == 0, self.shown
        if "Rien n’est à envoyer" in self.shown:
            return
        drafts = [path.read_bytes() for path in sorted(self.config.dossier_annee.glob("brouillons/*.eml"))]
        codes = [self._arrives(message_from_bytes(draft)["To"], draft) for draft in drafts]
        assert self.send(confirmer=True, deja_envoye=tuple(dict.fromkeys(codes))) == 0, self.shown

    def _arrives(self, address: str, message: bytes) -> str:
        found = re.fullmatch(rf"(?:.*<)?ce\.(\d\d)mlds@{re.escape(DOMAIN)}>?", address)
        assert found, address
        self.boites[found[1]].receive(attached(message))
        return found[1]

    def wave(self, change: Callable[[Annee], object], *faults: Fault) -> Summary:
        """Let a month pass, change the workbook, produce and send."""
        self.day += timedelta(days=23)
        change(self)
        summary = self.produce()
        self.send(*faults)
        return summary

    def lots(self) -> dict[str, bytes]:
        """Return the bundles that are in `lots/`."""
        return {path.name: path.read_bytes() for path in self.config.dossier_lots.glob("*.zip")}

    def edit_template(self, old: str, new: str) -> None:
        """Change some words of the collèges' template."""
        path = self.project / "templates/lettre_college.docx"
        word = docx.Document(str(path))
        runs = [run for paragraph in word.paragraphs for run in paragraph.runs if old in run.text]
        assert runs
        for run in runs:
            run.text = run.text.replace(old, new)
        word.save(str(path))

    def _terminal(self) -> Terminal:
        self._shown = io.StringIO()
        return Terminal(Console(file=self._shown, width=100, highlight=False, soft_wrap=True))

    @property
    def shown(self) -> str:
        """Return what the last command showed, spaces made plain."""
        return self._shown.getvalue().replace("\u00a0", " ").replace("\u202f", " ")

    def _templates(self) -> None:
        """Give lycées the shipped letter, and collèges the same without the mark."""
        folder = self.project / "templates"
        shutil.copy(folder / "lettre_mission.docx", folder / "lettre_lycee.docx")
        word = docx.Document(str(folder / "lettre_mission.docx"))
        place = next(at for at, one in enumerate(word.paragraphs) if one.text == "{%p if remplace %}")
        for paragraph in word.paragraphs[place : place + 3]:
            paragraph._element.getparent().remove(paragraph._element)
        word.save(str(folder / "lettre_college.docx"))
        path = self.project / "config.toml"
        text = path.read_text(encoding="utf-8").replace(
            "templates/lettre_mission.docx", "templates/lettre_college.docx"
        )
        variant = '[[gabarit.variantes]]\nfichier = "templates/lettre_lycee.docx"\ntype = "lycée"\n\n'
        path.write_text(text.replace("\n[courrier]", f"\n{variant}[courrier]"), encoding="utf-8")
        settings(self.project, DOMAIN)


def _never(seconds: float) -> None:
    raise AssertionError("nothing here is worth a wait")


def letters_of(folder: Path) -> dict[str, dict[str, bytes]]:
    """Return the letters of the full bundles of a results folder, by DSDEN."""
    found = {}
    for path in (folder / "lots").glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(".pdf")]
            found[path.name[6:8]] = {name: archive.read(name) for name in names}
    return found


def printed(pdf: bytes) -> str:
    """Return the text of a PDF, white space made single."""
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def text_of(pdf: bytes) -> str:
    """Return the same without the mark « annule et remplace »."""
    return " ".join(MARK.sub("", printed(pdf)).split())
