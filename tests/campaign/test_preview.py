"""`mlds modele --champs` and `--apercu`: the fields with what a row makes of them, and a few letters to look at."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import docx
import pypdfium2
import pytest
from openpyxl import Workbook
from PIL import Image

from pipeline.campaign.templates import named
from pipeline.errors import ExitCode
from pipeline.model import Etablissement, Letter, Modele, Personne, RowRef
from pipeline.render.check.check import check_template
from pipeline.render.check.tags import dotted
from pipeline.render.examples import trial_letters
from pipeline.render.fields import example_of, fields_of
from pipeline.render.stage import load_template, render
from pipeline.settings.config import Config
from support.program import ROOT, mlds
from support.rows import GOOD, HEADERS

EXAMPLE = ROOT / "templates/exemple_variantes.docx"
LONG = "Vandenberghe-Lagrange de La Tour du Modèle"
ROWS = [
    GOOD | {"referent_nom": "", "referent_prenom": "", "Observations": ""},
    GOOD | {"uai": "0779999Q", "Observations": "fausse clé"},
    GOOD | {"referent_civilite": "M.", "referent_nom": "Premier", "referent_prenom": "Luc", "Observations": "reconduit"},
    GOOD | {"referent_nom": LONG, "etablissement": "Collège du Très Long Chemin qui mène à Villeneuve", "Observations": ""},
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a user has: settings, a template, a workbook in the input folder."""
    made = tmp_path_factory.mktemp("modele")
    (made / "config.toml").write_bytes((ROOT / "config.toml").read_bytes())
    (made / "templates").mkdir()
    (made / "templates/lettre_mission.docx").write_bytes((ROOT / "templates/lettre_mission.docx").read_bytes())
    (made / "entree").mkdir()
    book = Workbook()
    book.active.title = "Référents"
    book.active.append([*HEADERS.values(), "Observations"])
    for row in ROWS:
        book.active.append([row[role] for role in (*HEADERS, "Observations")])
    book.save(made / "entree/classeur.xlsx")
    return made


def modele(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    wide = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    return mlds("modele", *args, cwd=folder, env=wide)


def values(said: str) -> dict[str, str]:
    """Return the values shown for each field."""
    rows = [
        [cell.strip() for cell in line.replace("\u00a0", " ").strip("│").split("│")]
        for line in said.splitlines()
        if line.startswith("│")
    ]
    return {row[0]: row[2] for row in rows if len(row) == 3}


def test_the_fields_show_the_first_valid_row_of_the_newest_workbook(folder: Path) -> None:
    done = modele(folder, "--champs")
    assert done.returncode == ExitCode.OK, done.stderr
    assert "Première ligne valable (classeur.xlsx, feuille « Référents », ligne 4) :" in done.stderr
    shown = values(done.stderr)
    assert shown["{{ referent.nom_complet }}"] == "M. Luc Premier"
    assert shown["{{ referent.le_referent }}"] == "le référent"
    assert shown["{{ imp.montant | en_lettres }}"] == "six cent vingt-cinq euros"
    assert shown['{{ autres["Observations"] }}'] == "reconduit"
    assert shown["{{ annee_scolaire }}"] == "2026-2027"
    assert "Référent ou référente\n" in done.stderr
    assert "aucun défaut" not in done.stderr


def test_the_fields_show_no_workbook_that_may_be_the_wrong_one(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copie")
    (tmp_path / "copie/sortie/2026-2027").mkdir(parents=True)
    shutil.copy(ROOT / "data/sample.xlsx", tmp_path / "copie/sortie/2026-2027/anomalies.xlsx")
    done = modele(tmp_path / "copie", "--champs")
    assert done.returncode == ExitCode.OK, done.stderr
    assert "ajoutez « --classeur »" in done.stderr.replace("\u00a0", " ")
    assert "Exemple inventé :" in done.stderr


def test_the_fields_of_a_workbook_that_is_named(folder: Path) -> None:
    done = modele(folder, "--champs", "--classeur", str(ROOT / "data/sample.xlsx"))
    assert "Première ligne valable (sample.xlsx" in done.stderr


def test_without_workbook_the_fields_show_an_invented_letter(project: Path, config: Config) -> None:
    done = modele(project, "--champs")
    assert done.returncode == ExitCode.OK
    assert "Exemple inventé :" in done.stderr
    assert values(done.stderr)["{{ referent.nom_complet }}"] == "Mme Anne Exemple"
    for name, _ in dotted(example_of(config, [])):
        assert name in ("autres", "visas", "equipe") or f"{{{{ {name} }}}}" in done.stderr, name


def test_a_workbook_without_one_valid_row_shows_the_invented_letter(folder: Path, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append([*HEADERS.values(), "Bassin"])
    book.active.append([*(GOOD | {"uai": "0779999Q"}).values(), "Nord"])
    book.save(tmp_path / "faux.xlsx")
    done = modele(folder, "--champs", "--classeur", str(tmp_path / "faux.xlsx"))
    assert done.returncode == ExitCode.OK
    assert "Exemple inventé :" in done.stderr
    assert '{{ autres["Bassin"] }}' in done.stderr


def test_the_fields_are_listed_even_for_a_template_that_is_broken(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "faux.docx").write_bytes(b"PK")
    assert modele(folder, str(tmp_path / "faux.docx"), "--champs").returncode == ExitCode.OK
    assert modele(folder, str(tmp_path / "faux.docx")).returncode == ExitCode.INPUT


def test_a_workbook_that_does_not_exist_is_one_sentence(folder: Path) -> None:
    done = modele(folder, "--champs", "--classeur", "absent.xlsx")
    assert done.returncode == ExitCode.INPUT
    assert "absent.xlsx" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def previews(folder: Path) -> Path:
    """The previews of the shipped template, with the longest names of the workbook."""
    results = folder / "sortie/apercu/2026-2027"
    results.mkdir(parents=True)
    (results / "lettre_mission_ancienne.pdf").write_bytes(b"ancien")
    (results / "lettre_mission_femme_page-9.png").write_bytes(b"ancien")
    (results / "notes.txt").write_text("à garder", encoding="utf-8")
    done = modele(folder, "--apercu", "--classeur", "entree/classeur.xlsx")
    assert done.returncode == ExitCode.OK, done.stderr
    assert "personnes inventées, sauf les noms longs, pris dans classeur.xlsx" in done.stderr
    assert "Champs que le gabarit" not in done.stderr
    return results


def text_of(pdf: Path) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(sheet.get_textpage().get_text_range() for sheet in document).split())


def test_a_woman_a_man_a_mission_without_imp_and_the_longest_names(previews: Path) -> None:
    names = ["femme", "homme", "noms-longs", "rectificative", "sans-imp"]
    assert [path.stem for path in sorted(previews.glob("*.pdf"))] == [f"lettre_mission_{name}" for name in names]
    texts = {name: text_of(previews / f"lettre_mission_{name}.pdf") for name in names}
    assert "Elle bénéficie" in texts["femme"]
    assert "Il bénéficie" in texts["homme"]
    assert "sans indemnité" in texts["sans-imp"]
    assert "annule et remplace celle transmise le 3 septembre 2026." in texts["rectificative"].replace("\u00a0", " ")
    assert not any("annule et remplace" in text for name, text in texts.items() if name != "rectificative")
    assert "€" not in texts["sans-imp"]
    assert LONG in texts["noms-longs"]
    assert "Collège du Très Long Chemin" in texts["noms-longs"]


def test_nobody_of_the_workbook_is_in_the_letters_of_invented_people(previews: Path) -> None:
    for name in ("femme", "homme", "sans-imp"):
        text = text_of(previews / f"lettre_mission_{name}.pdf")
        assert "Premier" not in text
        assert LONG not in text


def test_each_page_has_its_picture(previews: Path) -> None:
    pdfs = sorted(previews.glob("*.pdf"))
    assert len(pdfs) >= 5
    for pdf in pdfs:
        with pypdfium2.PdfDocument(pdf) as document:
            pages = len(document)
        pictures = sorted(previews.glob(f"{pdf.stem}_page-*.png"))
        assert [path.name for path in pictures] == [f"{pdf.stem}_page-{number}.png" for number in range(1, pages + 1)]
        for path in pictures:
            with Image.open(path) as picture:
                width, height = picture.size
                assert 1.3 < height / width < 1.5
                assert len(set(picture.convert("L").resize((60, 85)).tobytes())) > 20, "the page is not blank"


def test_former_previews_are_gone_and_nothing_else(previews: Path) -> None:
    assert not (previews / "lettre_mission_ancienne.pdf").exists()
    assert not (previews / "lettre_mission_femme_page-9.png").exists()
    assert (previews / "notes.txt").read_text(encoding="utf-8") == "à garder"
    assert not list(previews.glob(".en-cours-*"))
    assert not (previews.parent.parent / "2026-2027").exists(), "the campaign's own folder is left alone"


def test_a_template_too_long_for_its_letters_is_told_and_shown_all_the_same(folder: Path, tmp_path: Path) -> None:
    document = docx.Document(str(ROOT / "templates/lettre_mission.docx"))
    for _ in range(100):
        document.add_paragraph("Un paragraphe de trop.")
    document.save(str(tmp_path / "longue.docx"))
    done = modele(folder, str(tmp_path / "longue.docx"), "--apercu", "--sortie", str(tmp_path / "s"))
    assert done.returncode == ExitCode.INPUT
    assert "✘ longue_femme : La lettre fait 3 pages au lieu de 2 au plus" in done.stderr
    assert (tmp_path / "s/apercu/2026-2027/longue_femme_page-3.png").exists()


def test_a_broken_template_has_no_preview(folder: Path, tmp_path: Path) -> None:
    document = docx.Document(str(ROOT / "templates/lettre_mission.docx"))
    document.add_paragraph("{{ referent.nmo }}")
    document.save(str(tmp_path / "faux.docx"))
    done = modele(folder, str(tmp_path / "faux.docx"), "--apercu", "--sortie", str(tmp_path / "s"))
    assert done.returncode == ExitCode.INPUT
    assert "referent.nmo" in done.stderr
    assert not (tmp_path / "s/apercu").exists()


def test_every_template_of_config_toml_is_checked(folder: Path, tmp_path: Path) -> None:
    settings = (folder / "config.toml").read_text(encoding="utf-8")
    variante = f'[[gabarit.variantes]]\nfichier = "{tmp_path / "absent.docx"}"\ntype = "lycée"\n'
    path = folder / "deux.toml"
    path.write_text(settings.replace("pages_max = 2\n", f"pages_max = 2\n{variante}", 1), encoding="utf-8")
    done = modele(folder, "--config", "deux.toml")
    assert done.returncode == ExitCode.INPUT
    assert "lettre_mission.docx » : aucun défaut." in done.stderr
    assert "absent.docx » : 1\u00a0erreur." in done.stderr


def test_templates_of_one_name_in_two_folders_keep_their_annotated_copies_apart(folder: Path, tmp_path: Path) -> None:
    document = docx.Document(str(ROOT / "templates/lettre_mission.docx"))
    document.add_paragraph("{{ referent.nmo }}")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        document.add_paragraph(f"Celle de {name}.")
        document.save(str(tmp_path / name / "lettre.docx"))
    settings = (folder / "config.toml").read_text(encoding="utf-8")
    variants = "".join(
        f'[[gabarit.variantes]]\nfichier = "{tmp_path / name / "lettre.docx"}"\ntype = "{genre}"\n'
        for name, genre in (("a", "lycée"), ("b", "EREA"))
    )
    (folder / "trois.toml").write_text(
        settings.replace("pages_max = 2\n", f"pages_max = 2\n{variants}", 1), encoding="utf-8"
    )
    done = modele(folder, "--config", "trois.toml", "--sortie", str(tmp_path / "s"))
    assert done.returncode == ExitCode.INPUT
    last = {
        path.name: docx.Document(str(path)).paragraphs[-1].text
        for path in (tmp_path / "s/2026-2027").glob("*-annote.docx")
    }
    assert last == {"lettre-annote.docx": "Celle de a.", "lettre-2-annote.docx": "Celle de b."}


def test_to_check_a_template_loads_neither_what_reads_workbooks_nor_what_draws_pages() -> None:
    loaded = "import pipeline.campaign.templates, sys; print([m for m in ('pandas', 'pypdfium2', 'pikepdf') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


PEOPLE = [
    Personne("Mme", "Anne", "Petit", "CPE"),
    Personne("M.", "Jean-Christophe", "de La Très Longue Maison", "Professeur"),
]
SCHOOL = Etablissement("0779999A", "Collège X", "Y")


def test_the_longest_names_of_a_workbook_whichever_row_they_are_on(config: Config) -> None:
    letters = [Letter(RowRef("f", line), SCHOOL, person, PEOPLE[0], None) for line, person in enumerate(PEOPLE)]
    letters[0] = replace(letters[0], etablissement=replace(SCHOOL, nom="Collège du Bout du Monde"))
    trial = trial_letters(config, letters, ())["noms-longs"]
    assert trial.referent == PEOPLE[1]
    assert trial.etablissement.nom == "Collège du Bout du Monde"


@pytest.mark.parametrize(("civilite", "made"), [("", True), ("M.", False)])
def test_an_unknown_civilite_is_tried_where_the_workbook_has_one(config: Config, civilite: str, made: bool) -> None:
    letter = Letter(RowRef("f", 5), SCHOOL, replace(PEOPLE[0], civilite=civilite), PEOPLE[1], None)
    assert ("sans-civilite" in trial_letters(config, [letter], ())) is made
    assert "sans-civilite" in trial_letters(config)


def test_every_trial_letter_can_be_filled_with_the_columns_of_the_workbook(config: Config) -> None:
    for trial in trial_letters(config, (), ["Observations"]).values():
        assert "Observations" in fields_of(trial, config)["autres"]


def test_templates_of_one_name_in_two_folders_keep_their_previews_apart() -> None:
    modeles = [Modele(Path("a/lettre.docx"), 1), Modele(Path("b/lettre.docx"), 2), Modele(Path("a/lettre.docx"), 3)]
    assert [(name, modele.fichier.parent.name) for name, modele in named(modeles).items()] == [
        ("lettre", "a"),
        ("lettre-2", "b"),
    ]


def test_the_shipped_example_shows_each_thing_and_has_no_fault(config: Config) -> None:
    assert check_template(EXAMPLE, example_of(config)) == ()
    assert check_template(EXAMPLE, example_of(config, [])) == ()
    document = docx.Document(str(EXAMPLE))
    cells = [cell.text for row in document.tables[0].rows for cell in row.cells]
    text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    for shown in (
        "{{ referent.nom_complet }}", "{{ academie }}", "accord(referent)", "| en_lettres", "| euros", "| date",
        "| annee_scolaire", 'autres["Observations"]', "if imp", "elif decharge", "if referent.collegues",
        'if autres["Fin de mission"]', "{%tr for un in equipe %}", "{%p for visa in visas %}",
    ):  # fmt: skip
        assert shown in text, shown


VARIANTS = [
    ({}, "1/2\u00a0IMP au taux de 625,00\u00a0€ (six\u00a0cent\u00a0vingt\u2011cinq\u00a0euros).", ("également confiée", "à compter", "jusqu’au", "décharge")),
    ({"imp": None}, "exercée sans indemnité pour mission particulière.", ("décharge", "€")),
    ({"imp": None, "decharge": True}, "sans indemnité pour mission particulière\u00a0: une décharge en tient lieu.", ("€",)),
    ({"autres": {"Début de mission": "04/01/2027", "Fin de mission": ""}}, "scolaire 2026\u20112027, à compter du 4\u00a0janvier 2027.", ("jusqu’au",)),
    ({"autres": {"FIN DE MISSION": "2027-03-31 00:00:00"}}, "scolaire 2026\u20112027, jusqu’au 31\u00a0mars 2027.", ("à compter",)),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected", "unwanted"), VARIANTS)
def test_the_shipped_letter_has_a_variant_for_each_case(
    config: Config, change: dict[str, object], expected: str, unwanted: tuple[str, ...], tmp_path: Path
) -> None:
    letter = replace(Letter(RowRef("f", 5), SCHOOL, PEOPLE[0], PEOPLE[1], config.imp.pairs[1]), **change)
    render(load_template(ROOT / "templates/lettre_mission.docx"), fields_of(letter, config), tmp_path / "lettre.docx")
    text = "\n".join(paragraph.text for paragraph in docx.Document(str(tmp_path / "lettre.docx")).paragraphs)
    assert expected in text
    assert [word for word in unwanted if word in text] == []


def test_the_shipped_letter_names_who_shares_the_mission(config: Config, tmp_path: Path) -> None:
    letter = Letter(RowRef("f", 5), SCHOOL, PEOPLE[0], PEOPLE[1], None)
    shared = replace(letter, collegues=(replace(letter, row=RowRef("f", 6), referent=PEOPLE[1]),))
    render(load_template(ROOT / "templates/lettre_mission.docx"), fields_of(shared, config), tmp_path / "lettre.docx")
    text = "\n".join(paragraph.text for paragraph in docx.Document(str(tmp_path / "lettre.docx")).paragraphs)
    assert "Cette mission est également confiée à M.\u00a0Jean-Christophe de La Très Longue Maison." in text


def test_the_shipped_letter_never_prints_the_remarks_of_the_workbook() -> None:
    document = docx.Document(str(ROOT / "templates/lettre_mission.docx"))
    named = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Observations" not in named
    assert "Remarques" not in named
