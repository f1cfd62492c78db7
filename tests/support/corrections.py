"""A campaign of one DSDEN whose letters are given by what they say, published run after run."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.bundle.corrective import read_past
from pipeline.bundle.stage import plan, write_lots
from pipeline.campaign.follow_up import FollowUp, Today, follow_up
from pipeline.campaign.proof import checked_campaign
from pipeline.campaign.publication import arrivals
from pipeline.cli.screen import Terminal
from pipeline.files import published
from pipeline.journal.opening import opened
from pipeline.journal.runs import Run
from pipeline.model import Document, Etablissement, Letter, Made, Personne, Recipe, RowRef, Vacancy, Verdict
from pipeline.settings.config import Config
from support.journal_at import record_run
from support.mail_servers.certificates import Certificates
from support.mail_servers.faulty import HOST, FaultyServer
from support.ready_campaign import WHEN, Sending, sending
from support.rows import table_of
from support.year import uai

CHEF = Personne("M.", "Paul", "Modèle")
DAY = datetime(2026, 10, 3, 8)

Said = Mapping[str, str]
"""What the letter of each référent of the 77 says, by « number Name »."""


@dataclass
class Campagne:
    """A campaign of one DSDEN whose letters are given by what they say; each `run` publishes it as a run does."""

    config: Config
    runs: int = 0
    gabarit: str = "01" * 32
    shown: str = ""

    def run(
        self,
        said: Said | list[tuple[str, str]],
        vacant: tuple[int, ...] = (),
        rejected: tuple[str, ...] = (),
        size: int = 2000,
    ) -> FollowUp:
        """Make the bundles of these letters, publish them and write the journal."""
        self.runs += 1
        work = self.config.dossier_annee / f"travail-{self.runs}"
        ready = work / "pret"
        ready.mkdir(parents=True)
        letters = list(said.items()) if isinstance(said, Mapping) else said
        documents = [
            document_of(work, line, *one.split(" "), text, size) for line, (one, text) in enumerate(letters, 5)
        ]
        made = {
            one.letter.row: made_of(one.letter, text, self.gabarit)
            for one, (_, text) in zip(documents, letters, strict=True)
        }
        vacancies = tuple(Vacancy(RowRef("R", 90 + n), school_of(n)) for n in vacant)
        refs = tuple(RowRef("Référents", 5 + n) for n in range(len(rejected)))
        verdict = Verdict(tuple(one.letter for one in documents), vacancies, refs, (), ())
        table = table_of([{"uai": one, "referent_nom": "Inconnu"} for one in rejected] or [{"uai": ""}])
        lots = write_lots(plan(documents), self.config, ready / "lots", vacancies)
        today = Today(DAY, table, verdict, lots, made, (), sure=True)
        with opened(self.config.journal) as journal:
            past = read_past(journal, self.config, {self.gabarit: "09" * 32})
        after = follow_up(today, past, self.config, ready / "lots")
        (ready / "lots").mkdir(exist_ok=True)
        when = WHEN + timedelta(seconds=2 * self.runs)
        run = Run(when, "c.xlsx", "ef" * 32, "LibreOffice", "03" * 32, verdict, made)
        with published([*after.moves, *arrivals(ready, self.config.dossier_annee)], work / "remplace"):
            record_run(self.config.journal, run, (*lots, *after.correctives), asides=after.asides)
        return after

    def send(self, server: FaultyServer, **asked: object) -> int:
        """Send, and return the exit code."""
        one = Sending(
            self.config.model_copy(update={"courrier": self.config.courrier.model_copy(update={"port": server.port})})
        )
        one.now = WHEN + timedelta(seconds=2 * self.runs + 1)  # after the last run, before the next
        code = one.run(**asked)
        self.shown = one.said.replace("\u00a0", " ")
        return code

    def lots(self, folder: str = ".") -> list[str]:
        return sorted(path.name for path in (self.config.dossier_lots / folder).glob("*.zip"))

    def doubted(self) -> set[str]:
        """Return the files that `mlds controler` finds fault with, by name."""
        with Terminal(Console(file=io.StringIO())) as terminal:
            groups = checked_campaign(self.config, terminal)
        return {one.fichier for group in groups for one in group.constats if one.faute}

    def corrective(self, numero: int = 1) -> Path:
        return self.config.dossier_lots / f"DSDEN-77_2026-2027_rectificatif-{numero}.zip"


def school_of(number: int) -> Etablissement:
    return Etablissement(uai(number), f"Collège {number}")


def document_of(folder: Path, line: int, number: str, nom: str, says: str, size: int) -> Document:
    letter = Letter(RowRef("Référents", line), school_of(int(number)), Personne("Mme", "Anne", nom), CHEF, None)
    data = hashlib.shake_256(f"{number} {nom} {says}".encode()).digest(size)
    pdf = folder / f"{line}.pdf"
    pdf.write_bytes(data)
    return Document(letter, pdf, 1, hashlib.sha256(data).hexdigest())


def made_of(letter: Letter, says: str, gabarit: str = "01" * 32) -> Made:
    school, who = letter.etablissement, letter.referent
    fields = {
        "etablissement": {"uai": school.uai, "nom": school.nom},
        "referent": {"prenom": who.prenom, "nom": who.nom, "nom_complet": f"Mme Anne {who.nom}"},
        "autres": {"Texte": says},
    }
    return Made(Recipe(gabarit, "02" * 32, "LibreOffice", "03" * 32, "09" * 32), fields)


@pytest.fixture
def campagne(config: Config, certificates: Certificates, tmp_path: Path) -> Campagne:
    away = {"serveur": HOST, "autorite": certificates.authority, "envoi_en_clair_decide_par": "la rectrice"}
    return Campagne(sending(config, **away).with_output(tmp_path))
