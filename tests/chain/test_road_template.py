"""Another template, or other settings, would send all letters again: it is asked about, and the former one is kept."""

from __future__ import annotations

import io
import os
import re
import select
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import docx

from pipeline.errors import ExitCode
from support.program import ROOT, mlds
from support.ready_campaign import settings
from support.workbooks import HEAD, xlsx
from support.year import school, uai


class Desk:
    """A secretary at work with three letters, of which two DSDEN have had theirs."""

    def __init__(self, project: Path, *, noted: bool = True) -> None:
        self.project, self.results = project, project / "sortie/2026-2027"
        self.template = project / "templates/lettre_mission.docx"
        settings(project, "ac-exemple.fr")
        self.save({})
        self.type("produire")
        self.type("envoyer", "--brouillons")
        if noted:
            self.type("envoyer", "--deja-envoye", "--confirmer")

    def save(self, changed: Mapping[str, object]) -> None:
        """Save the workbook, some cells of its first row changed."""
        rows = [school(1, **changed), school(2), school(3, "93")]  # type: ignore[arg-type]
        (self.project / "entree").mkdir(exist_ok=True)
        book = xlsx([[*HEAD, "Observations"], *(list(row.values()) for row in rows)])
        (self.project / "entree/referents.xlsx").write_bytes(book)

    def type(self, *words: str, code: ExitCode = ExitCode.OK) -> str:
        """Type a command where nobody can answer; return what it said, its white space made single."""
        done = mlds(*words, cwd=self.project)
        assert done.returncode == code, done.stderr
        return re.sub(r"\s+", " ", done.stderr + done.stdout)

    def edit(self, old: str, new: str) -> bytes:
        """Change a word of the template as Word does; return the file as it was."""
        before = self.template.read_bytes()
        word = docx.Document(io.BytesIO(before))
        runs = [run for paragraph in word.paragraphs for run in paragraph.runs if old in run.text]
        assert runs
        for run in runs:
            run.text = run.text.replace(old, new)
        word.save(str(self.template))
        return before

    def set(self, old: str, new: str) -> None:
        """Change config.toml."""
        file = self.project / "config.toml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def letters(self, dsden: str) -> list[str]:
        """Return the schools whose letters the corrective bundle of a DSDEN brings."""
        with zipfile.ZipFile(self.results / f"lots/DSDEN-{dsden}_2026-2027_rectificatif-1.zip") as archive:
            return [name[8:16] for name in archive.namelist() if name.endswith(".pdf")]

    def state(self) -> dict[str, bytes]:
        """Return the bundles and the letters as they are."""
        found = [*self.results.rglob("*.zip"), *self.results.glob("lettres/*/*.pdf")]
        return {path.name: path.read_bytes() for path in found}


def test_another_template_is_asked_about_and_the_former_one_kept(project: Path) -> None:
    desk = Desk(project)
    before = desk.state()
    former = desk.edit("mallette", "boîte")
    asked = desk.type("produire", code=ExitCode.INPUT)
    assert "3 lettres déjà envoyées (DSDEN 77 et 93) seraient refaites et renvoyées" in asked
    assert re.search(r"depuis l’envoi du \d+(er)? \w+ 20\d\d : gabarit\.", asked), asked
    assert "mlds produire --confirmer" in asked
    (kept,) = (desk.results / "gabarits").iterdir()
    assert (kept.name in asked, kept.read_bytes()) == (True, former)
    assert desk.state() == before, "nothing was done"
    desk.type("controler")

    # A row that changed besides is no matter of the template; the others still are.
    desk.save({"imp": "1", "montant": 1250})
    assert "2 lettres déjà envoyées (DSDEN 77 et 93)" in desk.type("produire", code=ExitCode.INPUT)

    desk.type("produire", "--confirmer")
    assert (desk.letters("77"), desk.letters("93")) == ([uai(1), uai(2)], [uai(3, "93")])
    assert len(list((desk.results / "gabarits").iterdir())) == 2
    desk.type("produire")  # it was agreed to: no second question
    desk.save({"imp": "1/2", "montant": 625, "referent_nom": "Autre"})
    desk.type("produire")

    # The former template is put back from where it is kept: nothing is to be sent again but for that row.
    desk.template.write_bytes(kept.read_bytes())
    desk.type("produire")
    assert desk.letters("77") == [uai(1)]
    assert not (desk.results / "lots/DSDEN-93_2026-2027_rectificatif-1.zip").exists()
    desk.type("controler")


def test_letters_in_drafts_that_may_have_left_are_asked_about_too(project: Path) -> None:
    desk = Desk(project, noted=False)
    before = desk.state()
    desk.edit("mallette", "boîte")
    asked = desk.type("produire", code=ExitCode.INPUT)
    assert "3 lettres déjà envoyées, ou peut-être (DSDEN 77 et 93), seraient refaites et renvoyées" in asked
    assert desk.state() == before, "nothing was done"
    desk.type("envoyer", "--deja-envoye", "77", "--confirmer")
    assert "3 lettres déjà envoyées, ou peut-être (DSDEN 77 et 93)" in desk.type("produire", code=ExitCode.INPUT)
    desk.type("envoyer", "--pas-envoye", "93", "--confirmer")
    assert "2 lettres déjà envoyées (DSDEN 77) seraient" in desk.type("produire", code=ExitCode.INPUT)


def test_settings_that_letters_print_are_asked_about_too(project: Path) -> None:
    desk = Desk(project)
    desk.set("ce.77mlds@", "ce.77scolarite@")
    said = desk.type("produire", code=ExitCode.INPUT)
    assert "2 lettres déjà envoyées (DSDEN 77)" in said
    assert "adresse de la DSDEN" in said
    assert "gabarit" not in said.partition("Rien n’a été fait")[0].replace("L’ancien gabarit", "")
    desk.set("ce.77scolarite@", "ce.77mlds@")
    desk.type("produire")
    desk.set('visas = [\n    "', 'visas = [\n    "Texte modifié : ')
    said = desk.type("produire", code=ExitCode.INPUT)
    assert "3 lettres déjà envoyées (DSDEN 77 et 93)" in said
    assert "textes visés" in said
    desk.type("produire", "--limite", "1")  # a trial replaces nothing


def test_on_a_terminal_it_is_a_question(project: Path) -> None:
    desk = Desk(project)
    desk.edit("mallette", "boîte")
    for answer, code in (("non", ExitCode.INPUT), ("oui", ExitCode.OK)):
        done, said = on_a_terminal(project, answer)
        assert "Les refaire et les renvoyer ? (oui ou non)" in said
        assert done == code, said


def on_a_terminal(project: Path, answer: str) -> tuple[int, str]:
    """Produce in a terminal, and answer the one question."""
    master, slave = os.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "400"}
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline", "produire"], cwd=project, env=environment, stdin=slave,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stderr
        said, deadline = b"", time.monotonic() + 120
        while b"(oui ou non)" not in said and running.poll() is None and time.monotonic() < deadline:
            if select.select([running.stderr], [], [], 1)[0]:
                said += os.read(running.stderr.fileno(), 65536)
        os.write(master, f"{answer}\n".encode())
        said += running.stderr.read()
        code = running.wait(120)
    os.close(master)
    os.close(slave)
    return code, re.sub(r"\s+", " ", said.decode())
