"""The shipped letter on paper: one page, room to sign, no line badly cut, a font that every machine has or replaces."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn

from pipeline.convert.finish import finish
from pipeline.french.grammar import d_etablissement
from pipeline.model import Etablissement
from pipeline.render.check.check import check_template
from pipeline.render.check.typeface import strangers, twins
from pipeline.render.docx import printable
from pipeline.render.examples import trial_letters
from pipeline.render.fields import example_of, fields_of
from pipeline.render.stage import load_template, render
from pipeline.settings.config import Config
from support.letter_layout import SIGNING_ROOM, Page, faults_of, lines_of, pages_of
from support.program import ROOT
from support.templates import SHIPPED, changed
from support.word_letters import never, require_libreoffice

LONG = (
    "LYCEE POLYVALENT LEONARD DE VINCI LYCEE DES METIERS COMPTABILITE ET L INFORMATIQUE LYCEE DES METIERS INGENIERIE "
    "MECANIQUE ET ELECTROTECHNIQUE"
)


@pytest.fixture(scope="session")
def trials(config: Config, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The PDFs of one letter of each kind, and of names that make a letter longer and longer, finished."""
    folder, template = tmp_path_factory.mktemp("composition"), load_template(SHIPPED)
    letters = trial_letters(config)
    woman, man = letters["femme"], letters["homme"]
    school = replace(woman.etablissement, nom=LONG, commune="Saint-Germain-sur-l’Exemple-lès-Villeneuve")
    letters |= {
        f"longue-{count}": replace(woman, etablissement=school, collegues=tuple(
            replace(man, referent=replace(man.referent, nom=f"Exemple {'de la Tour ' * 2}n° {n}")) for n in range(count)
        ))
        for count in range(0, 18, 3)
    }  # fmt: skip
    letters["sans-type"] = replace(woman, etablissement=Etablissement("0779999A", "Les Tilleuls", "Villeneuve"))
    sources = {name: folder / f"{name}.docx" for name in letters}
    for name, letter in letters.items():
        render(template, fields_of(letter, config), sources[name])
    require_libreoffice().convert(list(sources.values()), folder, lambda _file, _pdf: True, never)
    (folder / "finies").mkdir()
    for name in letters:
        finish(folder / f"{name}.pdf", folder / f"finies/{name}.pdf")
    return {name: folder / f"finies/{name}.pdf" for name in letters}


def test_each_kind_of_letter_is_well_set(trials: dict[str, Path]) -> None:
    assert {name: list(faults_of(lines_of(pdf))) for name, pdf in trials.items()} == {name: [] for name in trials}


def test_the_letters_of_the_sample_are_well_set_on_one_page(
    produced: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    pdfs = sorted((produced[1] / "lettres").glob("DSDEN-*/*.pdf"))
    assert len(pdfs) > 30
    assert {pdf.name: found for pdf in pdfs if (found := list(faults_of(lines_of(pdf))))} == {}
    # Its longest name of a school, made long on purpose.
    assert [pdf.name for pdf in pdfs if len(lines_of(pdf)) > 1] == ["0939008L_Costa-Ribeiro_Hugo.pdf"]


def test_usual_letters_leave_two_lines_and_long_ones_turn_the_page_with_their_signatures(
    trials: dict[str, Path],
) -> None:
    """Another version of LibreOffice sets a line otherwise: the usual letter must not hang on one."""
    for name in ("femme", "homme", "sans-imp", "rectificative", "sans-civilite"):
        (page,) = pages_of(trials[name])
        lowest = min(low for _, low, _ in page.lines[:-1])
        assert lowest > 42.5 + 2 * 12, name
    lengths = {name: len(pages_of(pdf)) for name, pdf in trials.items()}
    assert lengths["longue-0"] == 1
    assert lengths["longue-15"] == 2
    for name, pdf in trials.items():
        if lengths[name] == 2:
            texts = pages_of(pdf)[-1].texts
            assert texts[0].startswith("Enfin, divers outils"), name
            assert sum(text.count("Vu et pris connaissance") for text in texts) == 2


def test_signatures_stand_side_by_side(trials: dict[str, Path]) -> None:
    for pdf in trials.values():
        page: Page = pages_of(pdf)[-1]
        heights = [(low, high) for text, low, high in page.lines if text.startswith("Vu et pris connaissance")]
        assert len(heights) == 2
        assert heights[0] == heights[1]
        assert (page.signing_room or 0) >= SIGNING_ROOM


def test_signatures_are_no_table_for_a_screen_reader(trials: dict[str, Path]) -> None:
    with pikepdf.open(trials["femme"]) as pdf:
        kinds = [str(item.S) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item]
    assert "/Div" in kinds
    assert not {"/Table", "/TR", "/TD", "/TH"} & set(kinds)


def test_a_table_of_data_stays_one(config: Config, tmp_path: Path) -> None:
    letter = tmp_path / "exemple.docx"
    render(load_template(SHIPPED.with_name("exemple_variantes.docx")), example_of(config), letter)
    made = require_libreoffice().convert([letter], tmp_path, lambda _file, _pdf: True, never)[letter]
    finish(made, tmp_path / "finie.pdf")
    with pikepdf.open(tmp_path / "finie.pdf") as pdf:
        kinds = {str(item.S) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item}
    assert {"/Table", "/TR", "/TH", "/TD"} <= kinds


def test_a_letter_that_replaces_another_says_so_in_a_frame(config: Config, tmp_path: Path) -> None:
    letters = {name: fields_of(letter, config) for name, letter in trial_letters(config).items()}
    for name, framed in (("rectificative", 1), ("femme", 0)):
        render(load_template(SHIPPED), letters[name], tmp_path / "lettre.docx")
        document = docx.Document(str(tmp_path / "lettre.docx"))
        found = [one for one in document.paragraphs if "annule et remplace" in one.text]
        assert len(found) == framed
        for one in found:
            assert one.style.font.bold
            sides = one.style.element.find(f"{qn('w:pPr')}/{qn('w:pBdr')}")
            assert {side.tag for side in sides} == {qn(f"w:{side}") for side in ("top", "left", "bottom", "right")}


PLACES = {
    "Bloc-marque": "",
    "Service": "Mission de lutte contre le décrochage",
    "Référence": "Réf. : MLDS/{{ etablissement.uai }}",
}


def test_empty_places_cost_no_line_and_full_ones_are_printed(config: Config, tmp_path: Path) -> None:
    document = docx.Document(str(SHIPPED))
    places = [one for one in document.paragraphs if one.text.startswith("{#p ")]
    assert [re.findall(r"[\w-]+", one.text)[1] for one in places] == list(PLACES)
    fields = example_of(config)
    render(load_template(SHIPPED), fields, tmp_path / "lettre.docx")
    assert docx.Document(str(tmp_path / "lettre.docx")).paragraphs[0].text == config.campagne.academie
    for place, text in zip(places, PLACES.values(), strict=True):
        place.clear()
        if text:
            place.add_run(text)
        else:
            place.add_run().add_picture(str(ROOT / "docs/images/brouillon.png"), width=docx.shared.Mm(30))
    own = tmp_path / "avec.docx"
    document.save(str(own))
    assert not [fault for fault in check_template(own, fields) if fault.fatal]
    render(load_template(own), fields, tmp_path / "remplie.docx")
    shown = [one.text for one in docx.Document(str(tmp_path / "remplie.docx")).paragraphs]
    assert shown[3:5] == ["Mission de lutte contre le décrochage", "Réf. : MLDS/0779999A"]


# --- Texts that are never cut ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2026-2027", "2026‑2027"),
        ("pour l’année 2019-2020.", "pour l’année\u00a02019‑2020."),
        ("Année scolaire 2026-2027", "Année scolaire\u00a02026‑2027"),
        ("Jean-Marc, 77-93", "Jean-Marc, 77-93"),
        ("2026-09-03", "2026-09-03"),
        ("01-2026-2027", "01-2026-2027"),
        ("A2026-2027", "A2026-2027"),
    ],
)
def test_a_school_year_is_printed_in_one_piece(text: str, printed: str) -> None:
    assert printable(text) == printed


def test_no_line_cuts_a_school_year_whatever_the_width(config: Config, tmp_path: Path) -> None:
    document = docx.Document()
    for length in range(60, 110):
        document.add_paragraph(f"{'a' * 30} {'b' * (length - 30)} {{{{ annee_scolaire }}}} fin")
    document.save(str(tmp_path / "gabarit.docx"))
    letter = tmp_path / "lettre.docx"
    render(load_template(tmp_path / "gabarit.docx"), example_of(config), letter)
    pdf = require_libreoffice().convert([letter], tmp_path, lambda _file, _pdf: True, never)[letter]
    lines = [text for page in pages_of(pdf) for text in page.texts]
    assert sum("2026-2027" in line.replace("\u2011", "-") for line in lines) == 50


# --- Schools -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nom", "said"),
    [
        ("Collège Denecourt", "d’établissement du collège Denecourt"),
        ("LYCEE POLYVALENT SUGER", "d’établissement du LYCEE POLYVALENT SUGER"),
        ("EREA Stendhal", "d’établissement de l’EREA Stendhal"),
        ("Les Tilleuls", "de l’établissement «\u00a0Les Tilleuls\u00a0»"),
        ("« Les Tilleuls »", "de l’établissement « Les Tilleuls »"),
        ("Établissement régional d’enseignement adapté", "de l’établissement régional d’enseignement adapté"),
        ("ETABLISSEMENT REGIONAL STENDHAL", "de l’ETABLISSEMENT REGIONAL STENDHAL"),
        ("", "de l’établissement"),
    ],
)
def test_the_chef_of_a_school(nom: str, said: str) -> None:
    assert d_etablissement(nom) == said


def test_a_name_without_its_kind_is_quoted(trials: dict[str, Path]) -> None:
    text = " ".join(" ".join(page.texts) for page in pages_of(trials["sans-type"])).replace("\u00a0", " ")
    assert "décrochage scolaire dans l’établissement « Les Tilleuls », pour l’année" in text
    assert "M. Paul Modèle, chef de l’établissement « Les Tilleuls », s’inscrit" in text


# --- Visas and fonts ---------------------------------------------------------------------------------------------


def test_a_visa_has_its_own_year_and_nothing_else_does(config: Config, tmp_path: Path) -> None:
    assert config.campagne.visas[1].endswith("pour l’année 2019-2020.")
    assert check_template(SHIPPED, example_of(config)) == ()
    for text, faults in ((config.campagne.visas[1], 0), ("Selon la note de l’année 2019-2020.", 1)):
        typed = tmp_path / "typé.docx"
        typed.write_bytes(SHIPPED.read_bytes())
        changed(typed, "word/document.xml", "{{ visa }}", text)
        assert len(check_template(typed, example_of(config))) == faults


@pytest.mark.parametrize("installed", ["liberationsans", "arial", "arimo"])
def test_a_font_of_the_same_widths_is_not_missing(config: Config, installed: str, edit: Callable[[str], Path]) -> None:
    fields: dict[str, Any] = example_of(config)
    assert check_template(SHIPPED, fields, frozenset({installed})) == ()
    assert check_template(edit("Arial"), fields, frozenset({installed})) == ()
    assert len(check_template(edit("Marianne"), fields, frozenset({installed}))) == 1


@pytest.fixture
def edit(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that makes the shipped template ask for one font and give no other name for it."""

    def made(font: str) -> Path:
        path = tmp_path / f"{font}.docx"
        path.write_bytes(SHIPPED.read_bytes())
        changed(path, "word/fontTable.xml", '<w:altName w:val="Liberation Sans"/>', "")
        for _ in range(4):
            changed(path, "word/styles.xml", '="Arial"', f'="{font}" ')
        return path

    return made


def test_a_letter_in_arial_has_no_stranger(trials: dict[str, Path]) -> None:
    from pipeline.convert.embedded import fonts_of

    with pikepdf.open(trials["femme"]) as pdf:
        fonts = {font.name: font.embedded for font in fonts_of(pdf)}
    assert all(fonts.values())
    assert strangers(["Arial"], fonts) == frozenset()
    assert strangers(["Arial"], ["LiberationSerif", "DejaVuSans"]) == {"LiberationSerif", "DejaVuSans"}
    assert "liberationsans" in twins("Arial")
    assert twins("Marianne") == {"marianne"}
