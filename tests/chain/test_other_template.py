"""A template of another kind, and two templates in one campaign, through the whole chain: only config.toml is changed."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
import page
import pypdfium2
import pytest
from openpyxl import Workbook
from pypdfium2 import raw

from pipeline.errors import ExitCode
from pipeline.uai import made_up
from support.other_template import note
from support.program import ROOT, mlds
from support.results import check_bundles, pdf_texts, report_of
from support.rows import GOOD, HEADERS

LYCEE = {"uai": "0779998Z", "etablissement": "Lycée des Ormes", "chef_civilite": "Mme", "chef_fonction": "Proviseur"}
ROWS = [
    GOOD | {"imp": "1", "montant": 1250},
    GOOD | {"referent_civilite": "M.", "referent_nom": "Autre", "referent_prenom": "Marc", "imp": "sans IMP", "montant": ""},
    LYCEE | {"referent_nom": "Seule", "referent_civilite": ""},
    {"uai": made_up("93"), "referent_nom": "Bobigny"},
]  # fmt: skip
DONE = re.compile(r"(\d+)\u00a0lettres? conformes?, dont (\d+)\u00a0faites? à ce passage(?: : ([^(]+ \(\d+\)))?")


def workbook(path: Path, rows: Sequence[dict[str, object]]) -> Path:
    book = Workbook()
    book.active.append(list(HEADERS.values()))
    for row in rows:
        book.active.append([(GOOD | row)[role] for role in HEADERS])
    book.save(path)
    return path


def settings(folder: Path, gabarit: str) -> Path:
    """Write the shipped settings with another section [gabarit]."""
    shipped = (ROOT / "config.toml").read_text(encoding="utf-8")
    start, end = shipped.index("[gabarit]\n"), shipped.index("[conversion]")
    path = folder / "config.toml"
    path.write_text(f"{shipped[:start]}[gabarit]\n{gabarit}\n{shipped[end:]}", encoding="utf-8")
    return path


def letters_of(folder: Path) -> dict[str, str]:
    """Return the text of each letter of a campaign."""
    found: dict[str, str] = {}
    for lot in (folder / "lots").glob("*.zip"):
        found |= pdf_texts(lot)
    return found


def one(texts: dict[str, str], nom: str) -> str:
    (text,) = [text for name, text in texts.items() if nom in name]
    return text


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """A campaign printed with the other template, made once."""
    folder = tmp_path_factory.mktemp("note")
    note(folder / "note.docx")
    config = settings(folder, 'fichier = "note.docx"\npages_max = 2')
    done = mlds("produire", workbook(folder / "classeur.xlsx", ROWS), "--config", config, "--garder-docx", cwd=folder)
    return done, folder / "sortie/2026-2027"


def test_the_check_finds_no_fault_in_it(tmp_path: Path) -> None:
    config = settings(tmp_path, f'fichier = "{note(tmp_path / "note.docx").name}"')
    done = mlds("modele", "--config", config, cwd=tmp_path)
    assert done.returncode == ExitCode.OK, done.stderr
    assert "« note.docx » : aucun défaut." in done.stderr


def test_every_letter_is_made_and_bundled(noted: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, folder = noted
    assert done.returncode == ExitCode.OK, done.stderr
    check_bundles(folder)
    assert {lot["dsden"]: lot["lettres"] for lot in report_of(folder)["lots"]} == {"77": 3, "93": 1}


def test_the_table_shows_every_referent_of_the_school_and_of_no_other(
    noted: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    texts = letters_of(noted[1])
    for nom in ("Exemple", "Autre"):
        text = one(texts, nom)
        table = text[text.index("Nom Fonction Indemnité") :]
        assert "M. Marc Autre CPE aucune" in table
        assert "Mme Anne Exemple CPE 1 IMP, 1 250,00 €" in table
        assert "Seule" not in text
    alone = one(texts, "Seule")
    assert "Anne Seule CPE 1/2 IMP, 625,00 €" in alone
    assert "partagée" not in alone
    assert "La mission est partagée avec M. Marc Autre." in one(texts, "Exemple")


def test_words_agree_and_amounts_are_spelled(noted: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    texts = letters_of(noted[1])
    assert "Mme Anne Exemple est nommée référente décrochage scolaire au collège des Tilleuls" in one(texts, "Exemple")
    assert "(mille deux cent cinquante euros), soit 1 IMP" in one(texts, "Exemple")
    assert "M. Marc Autre est nommé référent décrochage scolaire" in one(texts, "Autre")
    assert "exercée sans indemnité" in one(texts, "Autre")
    assert "Anne Seule est nommé ou nommée référent ou référente" in one(texts, "Seule")
    assert "de Mme Paul Modèle, proviseure" in one(texts, "Seule")


def test_two_pages_a_picture_on_each_and_conformant(
    noted: tuple[subprocess.CompletedProcess[str], Path], tmp_path: Path
) -> None:
    with zipfile.ZipFile(noted[1] / "lots/DSDEN-77_2026-2027.zip") as lot:
        (name,) = [name for name in lot.namelist() if "Exemple" in name]
        pdf = tmp_path / "lettre.pdf"
        pdf.write_bytes(lot.read(name))
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 2
        for sheet in document:
            kinds = [found.type for found in sheet.get_objects()]
            assert kinds.count(raw.FPDF_PAGEOBJ_IMAGE) == 1
        assert "Note de mission" in document.get_metadata_dict()["Title"]
    for profile in ("2b", "ua1"):
        assert page.validate_pdf(pdf, profile=profile).is_compliant, profile


def test_the_word_letters_are_those_of_their_template(noted: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    letters = sorted((noted[1] / "docx/DSDEN-77").glob("*.docx"))
    assert len(letters) == 3
    rows = [[[cell.text for cell in row.cells] for row in docx.Document(str(path)).tables[0].rows] for path in letters]
    assert sorted(map(len, rows)) == [2, 3, 3]


def test_a_letter_longer_than_its_template_may_be_is_refused(tmp_path: Path) -> None:
    note(tmp_path / "note.docx")
    config = settings(tmp_path, 'fichier = "note.docx"\npages_max = 1')
    rows = workbook(tmp_path / "c.xlsx", ROWS[:1])
    done = mlds("produire", rows, "--config", config, cwd=tmp_path)
    assert done.returncode == ExitCode.ROWS_LEFT
    assert "La lettre fait 2 pages au lieu de 1 au plus" in str(report_of(tmp_path / "sortie/2026-2027")["anomalies"])


VARIANTE = 'fichier = "templates/lettre_mission.docx"\npages_max = 1\n\n[[gabarit.variantes]]\nfichier = "note.docx"\n'


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign with two templates, printed once: collèges take the shipped letter, lycées the note, on two pages."""
    folder = tmp_path_factory.mktemp("deux")
    shutil.copytree(ROOT / "templates", folder / "templates")
    note(folder / "note.docx")
    settings(folder, f'{VARIANTE}pages_max = 2\ntype = "lycée"')
    done = again(folder, workbook(folder / "classeur.xlsx", ROWS))
    assert done[1:] == ("4", "4", ""), done[0]
    assert "✔ Gabarits : lettre_mission.docx\u00a0(3), note.docx\u00a0(1)" in done[0]
    return folder


@pytest.fixture
def campaign(two: Path, tmp_path: Path) -> Path:
    return shutil.copytree(two, tmp_path / "campagne")


def again(folder: Path, rows: Path) -> tuple[str, str, str, str]:
    """Run a campaign; return what was said, the letters, those made again, and the first reason why."""
    done = mlds("produire", rows, "--config", folder / "config.toml", cwd=folder)
    assert done.returncode == ExitCode.OK, done.stderr
    found = DONE.search(done.stderr)
    assert found, done.stderr
    return done.stderr, found[1], found[2], found[3] or ""


def test_each_letter_is_made_with_its_own_template(two: Path) -> None:
    texts = letters_of(two / "sortie/2026-2027")
    assert "Note de mission 2026-2027" in one(texts, "Seule")
    for nom in ("Exemple", "Autre", "Bobigny"):
        assert "LETTRE DE MISSION" in one(texts, nom)
        assert "Note de mission" not in one(texts, nom)


def test_nothing_is_made_again_when_nothing_changed(campaign: Path) -> None:
    assert again(campaign, campaign / "classeur.xlsx")[2] == "0"


def edited(path: Path) -> None:
    document = docx.Document(str(path))
    document.add_paragraph("Fait à Villeneuve.")
    document.save(str(path))


def test_a_changed_template_makes_its_own_letters_again_and_no_other(campaign: Path) -> None:
    edited(campaign / "note.docx")
    assert again(campaign, campaign / "classeur.xlsx")[1:] == ("4", "1", "gabarit modifié (1)")
    edited(campaign / "templates/lettre_mission.docx")
    settings(campaign, f'{VARIANTE}pages_max = 2\ntype = "lycée"'.replace("pages_max = 1", "pages_max = 2"))
    assert again(campaign, campaign / "classeur.xlsx")[1:] == ("4", "3", "gabarit modifié (3)")


def test_a_letter_given_another_template_says_so(campaign: Path) -> None:
    settings(
        campaign,
        f'{VARIANTE}pages_max = 2\ntype = "lycée"\n\n[[gabarit.variantes]]\nfichier = "note.docx"\npages_max = 2\ndsden = ["93"]',
    )
    assert again(campaign, campaign / "classeur.xlsx")[1:] == ("4", "1", "autre gabarit choisi (1)")


def test_the_pages_of_one_template_touch_no_letter_of_the_other(campaign: Path) -> None:
    settings(campaign, f'{VARIANTE}pages_max = 3\ntype = "lycée"')
    assert again(campaign, campaign / "classeur.xlsx")[1:] == ("4", "1", "réglages modifiés (1)")


def test_a_colleague_whose_amount_changes_makes_the_letters_that_show_it_again(campaign: Path) -> None:
    rows = workbook(campaign / "corrige.xlsx", [ROWS[0], ROWS[1] | {"imp": "1/2", "montant": 625}, *ROWS[2:]])
    assert again(campaign, rows)[2:] == ("1", "montant corrigé (1)"), "the shipped letter shows nobody else's amount"
    settings(campaign, f'{VARIANTE}pages_max = 2\ntype = "collège"')
    again(campaign, rows)
    said, _, made, _ = again(campaign, campaign / "classeur.xlsx")
    assert made == "2"
    assert "montant corrigé (1)" in said
    assert "autre référent de l’établissement modifié (1)" in said


def test_a_variant_that_cannot_be_used_stops_before_anything_is_printed(campaign: Path) -> None:
    document = docx.Document(str(campaign / "note.docx"))
    document.add_paragraph("{{ referent.nmo }}")
    document.save(str(campaign / "note.docx"))
    before = {path: path.read_bytes() for path in (campaign / "sortie/2026-2027/lots").iterdir()}
    done = mlds("produire", campaign / "classeur.xlsx", "--config", campaign / "config.toml", cwd=campaign)
    assert done.returncode == ExitCode.INPUT
    assert "note.docx : le gabarit est à corriger" in done.stderr
    assert "referent.nmo" in done.stderr
    assert {path: path.read_bytes() for path in (campaign / "sortie/2026-2027/lots").iterdir()} == before
