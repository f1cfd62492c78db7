"""The recipe: all that touches a PDF changes its key, nothing else does; and each cause is told in its own words."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from pipeline.model import Etablissement, Imp, Letter, Made, Modele, Personne, Recipe, RowRef
from pipeline.printing import recipe
from pipeline.printing.recipe import _DECISIVE, _LIBRARIES, programme, recipe_of
from pipeline.printing.recipe import causes as causes_of
from pipeline.render.fields import fields_of
from pipeline.render.reads import contents_digest
from pipeline.settings.config import Config
from support.program import ROOT

LETTER = Letter(
    RowRef("Référents", 5),
    Etablissement("0779999A", "Collège des Tilleuls", "Villeneuve"),
    Personne("Mme", "Anne", "Exemple", "CPE"),
    Personne("M.", "Paul", "Modèle", "Principal"),
    Imp("demi-taux", Fraction(1, 2), Decimal("625.00")),
    {"District": "3"},
)
COLLEAGUE = replace(LETTER, row=RowRef("Référents", 6), referent=Personne("M.", "Marc", "Autre", "PLP"))
RECIPE = Recipe("01" * 32, "02" * 32, "LibreOffice 7.4", "03" * 32)


PIPELINE = ROOT / "pipeline"
MODELE = Modele(ROOT / "templates/lettre_mission.docx", 2)


def causes(recipe: Recipe, letters: list[Any], remade: list[Any], former: list[Made]) -> str:
    """Say why letters are made again that all have one recipe."""
    rows = {RowRef("Référents", line): one for line, one in enumerate(letters)}
    again = [row for row, one in rows.items() if one in remade]
    return causes_of({row: Made(recipe, one) for row, one in rows.items()}, again, former)


@pytest.fixture
def fields(config: Config) -> dict[str, Any]:
    return fields_of(LETTER, config)


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give the path to each text of nested fields."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path


def changed(fields: dict[str, Any], path: tuple[str | int, ...], text: Any) -> dict[str, Any]:
    copy = deepcopy(fields)
    place: Any = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = text
    return copy


def test_any_field_changes_the_key(fields: dict[str, Any]) -> None:
    paths = list(leaves(fields))
    keys = {RECIPE.key(changed(fields, path, "autre")) for path in paths}
    assert len(paths) > 30
    assert len(keys | {RECIPE.key(fields)}) == len(paths) + 1


@pytest.mark.parametrize("text", ["Exemple ", "exemple", "Exempl\u00e9", "Exemple\u00a0"])
def test_the_least_change_of_a_name_changes_the_key(fields: dict[str, Any], text: str) -> None:
    assert RECIPE.key(changed(fields, ("referent", "nom"), text)) != RECIPE.key(fields)


def test_no_imp_is_not_an_empty_one(fields: dict[str, Any]) -> None:
    assert len({RECIPE.key(fields | {"imp": imp}) for imp in (None, {}, "", fields["imp"])}) == 4


@pytest.mark.parametrize("part", ["gabarit", "reglages", "moteur", "programme"])
def test_any_part_of_the_recipe_changes_the_key(fields: dict[str, Any], part: str) -> None:
    assert replace(RECIPE, **{part: "autre"}).key(fields) != RECIPE.key(fields)


def test_equal_things_give_equal_keys(config: Config, fields: dict[str, Any]) -> None:
    backwards = dict(reversed(list(fields_of(replace(LETTER, row=RowRef("Autre feuille", 99)), config).items())))
    assert list(backwards) != list(fields)
    assert replace(RECIPE).key(backwards) == RECIPE.key(fields)
    assert recipe_of(MODELE, "moteur") == recipe_of(MODELE, "moteur")


def test_a_key_is_a_plain_file_name(fields: dict[str, Any]) -> None:
    key = RECIPE.key(fields)
    assert len(key) == 64
    assert set(key) <= set("0123456789abcdef")


@pytest.mark.parametrize("place", [0, 1000, -1])
def test_any_byte_of_the_template_changes_the_recipe(tmp_path: Path, place: int) -> None:
    data = bytearray((ROOT / "templates/lettre_mission.docx").read_bytes())
    copy = tmp_path / "gabarit.docx"
    copy.write_bytes(data)
    same = recipe_of(replace(MODELE, fichier=copy), "moteur")
    assert same == recipe_of(MODELE, "moteur")
    data[place] ^= 1
    copy.write_bytes(data)
    other = recipe_of(replace(MODELE, fichier=copy), "moteur")
    assert replace(other, gabarit=same.gabarit) == same
    assert other != same


SAVED = ROOT / "templates/lettre_mission.docx"


def saved_again(change: Callable[[str, bytes], bytes]) -> bytes:
    """Return the shipped template as another zip, each part changed; in another order, compressed otherwise."""
    target = io.BytesIO()
    with zipfile.ZipFile(SAVED) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy:
        for name in reversed(source.namelist()):
            copy.writestr(name, change(name, source.read(name)))
    return target.getvalue()


def as_word_notes(name: str, data: bytes) -> bytes:
    """Add what Word notes for itself when it saves."""
    if name == "docProps/core.xml":
        return data.replace(b"</cp:coreProperties>", b"<cp:revision>9</cp:revision></cp:coreProperties>")
    data = data.replace(b"<w:r>", b'<w:proofErr w:type="spellStart"/><w:r w:rsidRPr="00AB12CD">')
    return data.replace(b"<w:p>", b'<w:p w:rsidR="00AB12CD" w:rsidRDefault="00EF34AB">')


def test_a_template_that_word_saved_again_says_the_same(fields: dict[str, Any], tmp_path: Path) -> None:
    copy = tmp_path / "gabarit.docx"
    copy.write_bytes(saved_again(as_word_notes))
    with zipfile.ZipFile(copy) as archive:
        assert b"rsidRPr" in archive.read("word/document.xml")
    first, again = recipe_of(MODELE, "moteur"), recipe_of(replace(MODELE, fichier=copy), "moteur")
    assert (first.gabarit != again.gabarit, first.contenu) == (True, again.contenu)
    assert first.key(fields) != again.key(fields)
    assert Made(first, fields).contenu == Made(again, fields).contenu


@pytest.mark.parametrize("part", ["word/document.xml", "word/footer1.xml", "word/styles.xml"])
def test_any_word_or_style_of_a_template_changes_what_it_says(part: str) -> None:
    def change(name: str, data: bytes) -> bytes:
        return re.sub(rb'(?<=w:val=")\w|(?<=<w:t>)\w', b"Z", data, count=1) if name == part else data

    assert contents_digest(saved_again(change)) != contents_digest(SAVED.read_bytes())
    assert contents_digest(saved_again(lambda _, data: data)) == contents_digest(SAVED.read_bytes())


def test_the_key_of_a_letter_does_not_depend_on_what_is_known_of_its_template(fields: dict[str, Any]) -> None:
    assert replace(RECIPE, contenu="09" * 32).key(fields) == RECIPE.key(fields)


def test_settings_and_engine_change_the_recipe() -> None:
    recipe = recipe_of(MODELE, "LibreOffice 7.4")
    more_pages = recipe_of(replace(MODELE, pages_max=3), "LibreOffice 7.4")
    assert more_pages.reglages != recipe.reglages
    assert recipe_of(MODELE, "LibreOffice 24.8").moteur != recipe.moteur


def test_settings_that_touch_no_letter_leave_the_key(config: Config, tmp_path: Path) -> None:
    elsewhere = config.with_output(tmp_path).with_engine("libreoffice")
    assert recipe_of(MODELE, "m").key(fields_of(LETTER, elsewhere)) == recipe_of(MODELE, "m").key(
        fields_of(LETTER, config)
    )


SENTENCES = [
    (("imp", "montant"), "montant corrigé (1)"),
    (("imp", "nombre"), "montant corrigé (1)"),
    (("referent", "civilite"), "référent corrigé (1)"),
    (("referent", "fonction"), "référent corrigé (1)"),
    (("chef", "nom"), "chef d’établissement corrigé (1)"),
    (("etablissement", "nom"), "établissement corrigé (1)"),
    (("etablissement", "commune"), "établissement corrigé (1)"),
    (("autres", "District"), "autre colonne modifiée (1)"),
    (("annee_scolaire",), "réglages modifiés (1)"),
    (("visas", 0), "réglages modifiés (1)"),
    (("dsden", "courriel"), "réglages modifiés (1)"),
]


@pytest.mark.parametrize(("path", "sentence"), SENTENCES)
def test_a_changed_field_has_its_cause(fields: dict[str, Any], path: tuple[str | int, ...], sentence: str) -> None:
    now = changed(fields, path, "autre")
    assert causes(RECIPE, [now], [now], [Made(RECIPE, fields)]) == sentence


PARTS = [
    ("gabarit", "gabarit modifié (1)"),
    ("reglages", "réglages modifiés (1)"),
    ("moteur", "logiciel de conversion changé (1)"),
    ("programme", "programme mis à jour (1)"),
]


@pytest.mark.parametrize(("part", "sentence"), PARTS)
def test_a_changed_part_of_the_recipe_has_its_cause(fields: dict[str, Any], part: str, sentence: str) -> None:
    former = Made(replace(RECIPE, **{part: "ancien"}), fields)
    assert causes(RECIPE, [fields], [fields], [former]) == sentence


def test_an_imp_that_came_or_went_is_a_corrected_amount(fields: dict[str, Any]) -> None:
    without = fields | {"imp": None}
    assert causes(RECIPE, [without], [without], [Made(RECIPE, fields)]) == "montant corrigé (1)"
    assert causes(RECIPE, [fields], [fields], [Made(RECIPE, without)]) == "montant corrigé (1)"


def test_the_most_frequent_cause_comes_first(config: Config, fields: dict[str, Any]) -> None:
    schools = [fields | {"etablissement": fields["etablissement"] | {"uai": uai}} for uai in ("1", "2", "3")]
    former = [Made(RECIPE, one) for one in schools]
    now = [changed(schools[0], ("chef", "nom"), "autre"), schools[1] | {"imp": None}, schools[2] | {"imp": None}]
    assert causes(RECIPE, now, now, former) == "montant corrigé (2), chef d’établissement corrigé (1)"


def test_nothing_changed_means_that_the_pdf_was_lost(fields: dict[str, Any]) -> None:
    assert causes(RECIPE, [fields], [fields], [Made(RECIPE, fields)]) == "PDF absent ou abîmé (1)"


def test_a_letter_that_took_a_template_still_in_use_was_given_another(fields: dict[str, Any]) -> None:
    lycee, college = replace(RECIPE, gabarit="lycée"), replace(RECIPE, gabarit="collège")
    other = changed(fields, ("etablissement", "uai"), "0779998Z")
    letters = {RowRef("Référents", 5): Made(lycee, fields), RowRef("Référents", 6): Made(college, other)}
    first = list(letters)[:1]
    assert causes_of(letters, first, [Made(college, fields), Made(college, other)]) == "autre gabarit choisi (1)"
    former = [Made(replace(RECIPE, gabarit="ancien lycée"), fields), Made(college, other)]
    assert causes_of(letters, first, former) == "gabarit modifié (1)"


def test_a_colleague_of_a_letter_has_its_cause(fields: dict[str, Any]) -> None:
    now = changed(fields, ("equipe", 0, "montant"), "1 250,00 €")
    assert causes(RECIPE, [now], [now], [Made(RECIPE, fields)]) == "autre référent de l’établissement modifié (1)"


def test_a_first_run_needs_no_cause(fields: dict[str, Any]) -> None:
    assert causes(RECIPE, [fields], [fields], []) == ""


def test_nothing_made_again_has_no_cause(fields: dict[str, Any]) -> None:
    assert causes(RECIPE, [fields], [], [Made(RECIPE, fields)]) == ""


def test_a_letter_is_found_again_after_its_name_was_corrected(fields: dict[str, Any]) -> None:
    now = changed(fields, ("referent", "nom"), "Exemples")
    assert causes(RECIPE, [now], [now], [Made(RECIPE, fields)]) == "référent corrigé (1)"


@pytest.mark.parametrize("nom", ["EXEMPLE", "exemple", "Exémple"])
def test_accents_and_capitals_do_not_hide_a_letter(config: Config, fields: dict[str, Any], nom: str) -> None:
    other = fields_of(COLLEAGUE, config)
    now = changed(changed(fields, ("referent", "nom"), nom), ("etablissement", "uai"), "0779999A")
    former = [Made(RECIPE, fields), Made(RECIPE, other)]
    assert causes(RECIPE, [now, other], [now], former) == "référent corrigé (1)"


def test_a_second_referent_of_a_school_is_a_new_letter(config: Config, fields: dict[str, Any]) -> None:
    new = fields_of(COLLEAGUE, config)
    assert causes(RECIPE, [fields, new], [new], [Made(RECIPE, fields)]) == "nouvelle lettre (1)"


def test_one_name_corrected_of_two_in_a_school_is_found_again(config: Config, fields: dict[str, Any]) -> None:
    colleague = fields_of(COLLEAGUE, config)
    now = changed(colleague, ("referent", "nom"), "Autres")
    former = [Made(RECIPE, fields), Made(RECIPE, colleague)]
    assert causes(RECIPE, [fields, now], [now], former) == "référent corrigé (1)"


def test_two_names_changed_in_a_school_are_not_guessed(config: Config, fields: dict[str, Any]) -> None:
    colleague = fields_of(COLLEAGUE, config)
    now = [changed(one, ("referent", "nom"), nom) for one, nom in ((fields, "Un"), (colleague, "Deux"))]
    former = [Made(RECIPE, fields), Made(RECIPE, colleague)]
    assert causes(RECIPE, now, now, former) == "nouvelle lettre (2)"


def test_a_corrected_uai_is_a_new_letter(fields: dict[str, Any]) -> None:
    now = changed(fields, ("etablissement", "uai"), "0779998Z")
    assert causes(RECIPE, [now], [now], [Made(RECIPE, fields)]) == "nouvelle lettre (1)"


SPARED = {
    "errors": "sentences that stop a run",
    "convert/engine": "which engine is at hand: its version is in the recipe",
    "convert/process": "when an engine is called and how long it may take",
    "files": "how a file is put in its place",
}
"""What a decisive module imports and no PDF depends on, each with the reason."""


def test_whatever_decides_a_letter_is_part_of_the_digest_of_the_program() -> None:
    for name in _DECISIVE:
        for imported in imports(PIPELINE / name):
            assert f"{imported}.py" in _DECISIVE or imported in SPARED, f"{name} imports {imported}"


def imports(path: Path) -> set[str]:
    """Return the modules of the project that one of them imports, wherever in its text."""
    found = {
        node.module.removeprefix("pipeline.").replace(".", "/")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("pipeline.")
    }
    return {f"{name}/__init__" if (PIPELINE / name).is_dir() else name for name in found}


@pytest.mark.parametrize("name", _LIBRARIES)
def test_another_version_of_a_library_changes_the_digest_of_the_program(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = programme.__wrapped__()
    monkeypatch.setattr(recipe, "version", lambda asked: "0.0" if asked == name else metadata.version(asked))
    assert programme.__wrapped__() != before


def test_the_journal_loads_neither_variants_nor_settings() -> None:
    loaded = "import pipeline.journal.runs, sys; print([m for m in ('pipeline.render.variants', 'pydantic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
