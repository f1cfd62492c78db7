"""The annotated copy of a template: Word comments at the faults, which LibreOffice shows at the right paragraphs."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from pipeline.campaign.templates import annotated, write_annotated
from pipeline.errors import ExitCode
from pipeline.render.check.advice import AUTHOR
from pipeline.render.check.check import check_template
from pipeline.render.check.faults import Code, Fault
from pipeline.render.fields import example_of
from pipeline.settings.config import Config
from support.faulty_templates import BODY, PLANTED
from support.program import mlds
from support.templates import SHIPPED, changed

DOCUMENT, FOOTER = "word/document.xml", "word/footer1.xml"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
NOTE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}annotation"
TABLE = '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid><w:tr><w:tc><w:p><w:r><w:t>Case {{ montant }}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>'
LIST = "<w:p><w:r><w:t>- Repérer les élèves</w:t></w:r></w:p>"


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped template with faults of the body, of a table, of the footer and of the whole letter."""
    path = Path(shutil.copy(SHIPPED, tmp_path_factory.mktemp("gabarit") / "lettre.docx"))
    changed(path, DOCUMENT, "Une formation des référents", "En 2025-2026, une formation des référents")
    changed(path, DOCUMENT, "{{ referent.L_interesse }}", "{{ referent.L_interese }}")
    changed(path, DOCUMENT, "<w:sectPr", f"{LIST}{TABLE}<w:sectPr")
    changed(path, DOCUMENT, '<w:pStyle w:val="Heading1"/>', '<w:pStyle w:val="Subtitle"/>')
    return changed(path, FOOTER, "{{ annee_scolaire }}", "{{ anne_scolaire }}")


@pytest.fixture(scope="session")
def copy(faulty: Path, config: Config) -> Path:
    written = write_annotated(
        faulty, check_template(faulty, example_of(config)), faulty.parent / "sortie/lettre-annote.docx"
    )
    assert written is not None
    return written


@pytest.fixture(scope="session")
def opened(copy: Path) -> Any:
    """The annotated copy as LibreOffice understood it."""
    as_opened(copy)
    return etree.parse(copy.with_suffix(".fodt")).getroot()


def as_opened(*copies: Path) -> None:
    """Have LibreOffice write beside each document what it understood of it."""
    folder = copies[0].parent
    profile = f"-env:UserInstallation={(folder / 'profil').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "fodt", "--outdir", str(folder), *map(str, copies)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def notes(root: Any) -> list[tuple[str, str]]:
    """Return each comment: the text of its paragraph, then its own."""
    every = list(root.iter(NOTE))
    holders = [next(note.iterancestors(f"{TEXT}p", f"{TEXT}h")) for note in every]
    told = ["".join(note.itertext()) for note in every]
    for note in every:
        note.clear(keep_tail=True)
    return [("".join(holder.itertext()), text) for holder, text in zip(holders, told, strict=True)]


EXPECTED = [
    ("{#p Bloc-marque", "pied de page, paragraphe 1 « {{ dsden.intitule }} – Lettre de mission {{ anne_scolaire }}"),
    ("{#p Bloc-marque", "aucun paragraphe n’est un titre"),
    ("En 2025-2026, une formation", "l’année « 2025-2026 »"),
    ("{{ referent.L_interese }}", "le champ « referent.L_interese » n’existe pas"),
    ("- Repérer les élèves", "imite une liste"),
    ("Case {{ montant }}", "le champ « montant » n’existe pas"),
]


def test_libreoffice_shows_each_comment_at_the_paragraph_of_its_fault(opened: Any) -> None:
    shown = notes(deepcopy(opened))
    assert len(shown) == len(EXPECTED)
    for paragraph, told in EXPECTED:
        assert [told in comment for where, comment in shown if paragraph in where].count(True) == 1, (paragraph, told)
    authors = {"".join(one.itertext()) for one in opened.iter("{http://purl.org/dc/elements/1.1/}creator")}
    assert AUTHOR in authors


def test_libreoffice_shows_the_comment_of_each_planted_fault_at_its_paragraph(config: Config, tmp_path: Path) -> None:
    copies: dict[Path, Fault] = {}
    for number, (_, plant, _, part, _) in enumerate(PLANTED):
        if part == BODY:
            path = Path(shutil.copy(SHIPPED, tmp_path / f"{number}.docx"))
            plant(path)
            (fault,) = check_template(path, example_of(config), frozenset({"liberationsans"}))
            path.write_bytes(annotated(path, [fault]))
            copies[path] = fault
    assert len(copies) > 40
    as_opened(*copies)
    for copy, fault in copies.items():
        shown = notes(etree.parse(copy.with_suffix(".fodt")).getroot())
        (paragraph,) = [where for where, said in shown if fault.what in said]
        if fault.code is not Code.DATE_DU_JOUR:  # LibreOffice writes the day in its place
            assert fault.place.text[:40] in " ".join(paragraph.split())


def test_the_copy_is_the_template_and_its_comments(faulty: Path, copy: Path) -> None:
    before, after = docx.Document(str(faulty)), docx.Document(str(copy))
    assert [one.text for one in after.paragraphs] == [one.text for one in before.paragraphs]
    comments = list(after.comments)
    assert len(comments) == len(EXPECTED)
    assert {comment.author for comment in comments} == {AUTHOR}
    assert all(comment.text.startswith(("Erreur – ", "À revoir – ")) for comment in comments)
    for mark in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        found = [one.get(qn("w:id")) for one in after.element.body.iter(qn(f"w:{mark}"))]
        assert sorted(found) == sorted(str(comment.comment_id) for comment in comments)


def test_the_template_itself_is_not_touched(faulty: Path, config: Config, tmp_path: Path) -> None:
    before = faulty.read_bytes()
    faults = check_template(faulty, example_of(config))
    write_annotated(faulty, faults, faulty.with_name("lettre-annote.docx"))
    assert faulty.read_bytes() == before
    assert (faulty.parent / "lettre-annote.docx").is_file()


def test_a_copy_that_is_checked_again_has_its_comments_renewed(
    faulty: Path, copy: Path, config: Config, tmp_path: Path
) -> None:
    sample = example_of(config)
    first, again = check_template(faulty, sample), check_template(copy, sample)
    extra = [fault for fault in again if fault not in first]
    assert [fault.code for fault in extra] == [Code.ANNOTATION]
    assert f"{len(EXPECTED)}\u00a0commentaires d’une vérification précédente" in extra[0].what
    renewed = write_annotated(copy, again, tmp_path / "encore.docx")
    assert renewed is not None
    assert len(list(docx.Document(str(renewed)).comments)) == len(again)
    assert set(first) <= set(check_template(renewed, sample))


def test_someone_elses_comment_stays_in_the_copy(tmp_path: Path, config: Config) -> None:
    path = Path(shutil.copy(SHIPPED, tmp_path / "lettre.docx"))
    document = docx.Document(str(path))
    document.add_comment(document.paragraphs[3].runs, "À relire", author="Camille Exemple", initials="CE")
    document.save(str(path))
    faults = check_template(path, example_of(config))
    assert [fault.code for fault in faults] == [Code.COMMENTAIRE]
    (tmp_path / "copie.docx").write_bytes(annotated(path, faults))
    kept = docx.Document(str(tmp_path / "copie.docx")).comments
    assert sorted(comment.author for comment in kept) == ["Camille Exemple", AUTHOR]


def test_the_same_faults_give_the_same_comments(faulty: Path, config: Config, tmp_path: Path) -> None:
    faults = check_template(faulty, example_of(config))
    made = []
    for name in ("un.docx", "deux.docx"):
        (tmp_path / name).write_bytes(annotated(faulty, faults))
        with zipfile.ZipFile(tmp_path / name) as package:
            made.append({entry: package.read(entry) for entry in package.namelist()})
    assert made[0] == made[1]


def test_a_fault_in_a_text_box_is_told_at_the_paragraph_that_holds_it(tmp_path: Path, config: Config) -> None:
    path = Path(shutil.copy(SHIPPED, tmp_path / "lettre.docx"))
    box = "<w:pict><w:txbxContent><w:p><w:r><w:t>Cadre {{ rien }}</w:t></w:r></w:p></w:txbxContent></w:pict>"
    changed(path, DOCUMENT, "<w:sectPr", f"<w:p><w:r><w:t>Autour</w:t>{box}</w:r></w:p><w:sectPr")
    (tmp_path / "copie.docx").write_bytes(annotated(path, check_template(path, example_of(config))))
    last = docx.Document(str(tmp_path / "copie.docx")).paragraphs[-1]
    assert last.text == "Autour"
    assert [one.tag for one in last._p.iterchildren()][-2] == qn("w:commentRangeEnd")


def test_mlds_modele_tells_the_faults_and_where_the_copy_is(faulty: Path, project: Path) -> None:
    shutil.copy(faulty, project / "templates/lettre_mission.docx")
    run = mlds("modele", cwd=project)
    assert run.returncode == ExitCode.INPUT
    said = " ".join(run.stderr.split())
    assert "« templates/lettre_mission.docx » : 3 erreurs, 3 points à revoir." in said
    assert (
        "✘ Erreur : pied de page, paragraphe 1 « {{ dsden.intitule }} – Lettre de mission {{ anne_scolaire }}" in said
    )
    assert "Balise : {{ anne_scolaire }} Le champ « anne_scolaire » n’existe pas ; vouliez-vous" in said
    assert "« sortie/2026-2027/lettre_mission-annote.docx »" in said
    assert "{{ chef.nom_complet }} │" not in run.stderr
    assert (project / "sortie/2026-2027/lettre_mission-annote.docx").is_file()


def test_a_copy_that_cannot_be_written_hides_no_fault(faulty: Path, project: Path) -> None:
    shutil.copy(faulty, project / "templates/lettre_mission.docx")
    (project / "sortie").write_text("un fichier, et pas un dossier", encoding="utf-8")
    run = mlds("modele", cwd=project)
    assert run.returncode == ExitCode.OUTPUT
    *_, count, verdict, stopped = run.stderr.splitlines()
    assert "3\u00a0erreurs" in count
    assert verdict.startswith("Aucune lettre ne peut être faite")
    assert str(project / "sortie") in stopped


def test_a_copy_of_before_is_told_once_the_template_is_sound_and_the_verdict_is_last(
    faulty: Path, project: Path
) -> None:
    template = project / "templates/lettre_mission.docx"
    sound = template.read_bytes()
    shutil.copy(faulty, template)
    mlds("modele", cwd=project)
    template.write_bytes(sound)
    *_, verdict, old = mlds("modele", cwd=project).stderr.replace("\u00a0", " ").splitlines()
    assert verdict == "« templates/lettre_mission.docx » : aucun défaut."
    assert old.startswith("« sortie/2026-2027/lettre_mission-annote.docx » montre des défauts qui n’y sont plus")


def test_a_warning_alone_lets_the_template_serve(project: Path) -> None:
    changed(project / "templates/lettre_mission.docx", DOCUMENT, "<w:sectPr", f"{LIST}<w:sectPr")
    run = mlds("modele", "--sortie", "ailleurs", cwd=project)
    assert run.returncode == ExitCode.OK
    assert "1\u00a0point à revoir." in run.stderr
    assert "Erreur" not in run.stderr
    assert (project / "ailleurs/2026-2027/lettre_mission-annote.docx").is_file()


def test_a_file_that_cannot_be_opened_has_no_copy(project: Path) -> None:
    (project / "templates/lettre_mission.docx").write_bytes(b"Bonjour")
    run = mlds("modele", cwd=project)
    assert run.returncode == ExitCode.INPUT
    assert "✘ Erreur : fichier" in run.stderr
    assert not (project / "sortie").exists()


def test_produire_refuses_a_faulty_template_before_any_letter(faulty: Path, project: Path) -> None:
    shutil.copy(faulty, project / "templates/lettre_mission.docx")
    run = mlds("produire", "data/sample.xlsx", cwd=project)
    assert run.returncode == ExitCode.INPUT
    assert run.stderr.count("n’existe pas") == 3
    assert "Lettres :" not in run.stderr
    assert not (project / "sortie/2026-2027/lots").exists()
