"""The fields and filters of a template: words that agree, other columns of the workbook, variants by the data."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.french.filters import FRENCH
from pipeline.model import Etablissement, Imp, Letter, Made, Personne, Recipe, RowRef
from pipeline.printing.recipe import causes
from pipeline.render.check.check import check_template
from pipeline.render.check.tags import dotted
from pipeline.render.docx import environment
from pipeline.render.fields import example_of, fields_of
from pipeline.render.other_columns import AnyAutres, Autres
from pipeline.render.stage import load_template, render
from pipeline.settings.config import Config
from pipeline.validate.stage import validate
from support.program import ROOT
from support.rows import GOOD, table_of

LETTER = Letter(
    RowRef("Référents", 5),
    Etablissement("0779999A", "Lycée Général et Technologique Trait d'Union", "L'Haÿ-les-Roses"),
    Personne("Mme", "Anne", "d'Almeida", "Professeur documentaliste"),
    Personne("Mme", "Paule", "Modèle", "Proviseur"),
    Imp("demi-taux", Fraction(1, 2), Decimal("625.00")),
    {"Observations": "à partir d'octobre & jusqu’au <b>bout", "Depuis le": "01/09/2026", "Vide": ""},
)
OTHER = replace(LETTER, referent=LETTER.chef)
OTHER = replace(LETTER, row=RowRef("Référents", 6), referent=Personne("M.", "Marc", "N'Diaye"))
OTHERS = Autres({"Observations": "vu", "Date de fin": "", "DATE DE FIN": "31/08/2027", "N° de dossier": "12"})


def shown(template: str, fields: Mapping[str, Any]) -> str:
    return environment().from_string(template).render(fields)


def agreeing(config: Config, civilite: str, letter: Letter = LETTER) -> dict[str, Any]:
    people = {name: replace(getattr(letter, name), civilite=civilite) for name in ("referent", "chef")}
    return fields_of(replace(letter, **people), config)


AGREED = [
    # a field, then what it says for M., for Mme, and without a civilité
    ("referent.il", "il", "elle", "il ou elle"),
    ("referent.Il", "Il", "Elle", "Il ou elle"),
    ("referent.appel", "Monsieur", "Madame", "Madame, Monsieur"),
    ("referent.titre", "référent décrochage scolaire", "référente décrochage scolaire", "référent ou référente décrochage scolaire"),
    ("referent.Titre", "Référent décrochage scolaire", "Référente décrochage scolaire", "Référent ou référente décrochage scolaire"),
    ("referent.du_referent", "du référent", "de la référente", "du référent ou de la référente"),
    ("referent.L_interesse", "L’intéressé", "L’intéressée", "L’intéressé ou l’intéressée"),
    ("referent.nom_complet", "M.\u00a0Anne d’Almeida", "Mme\u00a0Anne d’Almeida", "Anne d’Almeida"),
    ("referent.de_nom_complet", "de M.\u00a0Anne d’Almeida", "de Mme\u00a0Anne d’Almeida", "d’Anne d’Almeida"),
    ("chef.titre", "proviseur", "proviseure", "proviseur ou proviseure"),
    ("chef.Titre", "Proviseur", "Proviseure", "Proviseur ou proviseure"),
    ("chef.le_chef", "le chef", "la cheffe", "le chef ou la cheffe"),
    ("chef.de_nom_complet", "de M.\u00a0Paule Modèle", "de Mme\u00a0Paule Modèle", "de Paule Modèle"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "masculine", "feminine", "both"), AGREED)
def test_a_field_agrees(config: Config, field: str, masculine: str, feminine: str, both: str) -> None:
    said = [shown(f"{{{{ {field} }}}}", agreeing(config, civilite)) for civilite in ("M.", "Mme", "")]
    assert said == [masculine, feminine, both]


def test_a_chef_whose_function_nobody_wrote_has_a_title(config: Config) -> None:
    letter = replace(LETTER, chef=replace(LETTER.chef, fonction=""))
    assert [agreeing(config, civilite, letter)["chef"]["titre"] for civilite in ("M.", "Mme", "")] == [
        "chef d’établissement", "cheffe d’établissement", "chef ou cheffe d’établissement",
    ]  # fmt: skip


def test_the_school_comes_in_every_construction(config: Config) -> None:
    school = fields_of(LETTER, config)["etablissement"]
    assert school == {
        "nom": "Lycée Général et Technologique Trait d’Union",
        "uai": "0779999A",
        "commune": "L’Haÿ-les-Roses",
        "le_nom": "le lycée général et technologique Trait d’Union",
        "Le_nom": "Le lycée général et technologique Trait d’Union",
        "de_nom": "du lycée général et technologique Trait d’Union",
        "a_nom": "au lycée général et technologique Trait d’Union",
        "d_etablissement": "d’établissement du lycée général et technologique Trait d’Union",
    }


def test_the_school_year_has_a_first_and_a_last_day(config: Config) -> None:
    assert shown("{{ annee_scolaire }} : {{ debut_annee }}, {{ fin_annee }}", fields_of(LETTER, config)) == (
        "2026\u20112027 : 1er\u00a0septembre 2026, 31\u00a0août 2027"
    )


@given(st.sampled_from(["M.", "Mme", ""]), st.sampled_from(["Principal(e)", "Proviseur·e", "CPE", ""]), st.booleans())
def test_no_word_that_agrees_has_a_point_median(config: Config, civilite: str, fonction: str, alone: bool) -> None:
    letter = replace(LETTER, chef=replace(LETTER.chef, fonction=fonction), collegues=() if alone else (OTHER,))
    fields = agreeing(config, civilite, letter)
    for who in ("referent", "chef", "etablissement"):
        for name, text in fields[who].items():
            if name != "fonction":  # as the user wrote it
                assert not re.search(r"·|\(e\)|'|  ", text), (name, text)


FILTERS = [
    ("{{ imp.montant | en_lettres }}", "six cent vingt-cinq euros"),
    ("{{ '1250' | euros }}", "1\u202f250,00\u00a0€"),
    ("{{ '1250' | euros | en_lettres }}", "mille deux cent cinquante euros"),
    ('{{ autres["Depuis le"] | date }}', "1er\u00a0septembre 2026"),
    ('{{ autres["Depuis le"] | annee_scolaire }}', "2026\u20112027"),
    ('{{ autres["Vide"] | date }}', ""),
    ('{{ "3" | ordinal }}, {{ 1 | ordinal("f") }}', "3e, 1re"),
    ('{{ "sollicité" | accord(referent) }}', "sollicitée"),
    ('{{ "lauréat" | accord(chef, "lauréate") }}', "lauréate"),
    ("{{ referent.prenom | de }}", "d’Anne"),
    ("{{ chef.nom | de }}", "de Modèle"),
    ("{{ autres.observations }}", "à partir d&#39;octobre &amp; jusqu’au &lt;b&gt;bout"),
    ("{{ autres.observations | date }}", "à partir d&#39;octobre &amp; jusqu’au &lt;b&gt;bout"),
]


@pytest.mark.parametrize(("template", "expected"), FILTERS)
def test_a_filter(config: Config, template: str, expected: str) -> None:
    assert shown(template, fields_of(LETTER, config)) == expected


@pytest.mark.parametrize("template", ['{{ "x" | accord }}', '{{ "x" | accord("Mme") }}', '{{ "x" | accord(imp) }}'])
def test_a_word_agrees_with_a_person_only(config: Config, template: str) -> None:
    with pytest.raises(jinja2.TemplateError, match="demande une personne"):
        shown(template, fields_of(LETTER, config))


def test_a_header_is_found_however_it_is_written() -> None:
    assert OTHERS["Observations"] == OTHERS["observations"] == OTHERS["OBSERVATIONS "] == "vu"
    assert OTHERS["n° de Dossier"] == OTHERS["N de dossier"] == "12"
    assert "OBSERVATIONS" in OTHERS
    assert "Remarques" not in OTHERS
    assert 3 not in OTHERS
    with pytest.raises(KeyError):
        OTHERS["Remarques"]


def test_two_writings_of_a_header_are_one_column() -> None:
    """Each sheet has its own, and a row fills that of its sheet."""
    assert OTHERS["Date de fin"] == OTHERS["date de fin"] == "31/08/2027"
    assert Autres({"Fin": "mai", "FIN": "juin"})["FIN"] == "juin"


def test_a_blank_cell_prints_nothing_and_an_absent_column_is_a_fault() -> None:
    assert shown('[{{ autres["Fin"] }}]', {"autres": Autres({"Fin": ""})}) == "[]"
    assert shown('{% if autres["Rien"] is defined %}x{% endif %}', {"autres": OTHERS}) == ""
    with pytest.raises(jinja2.UndefinedError):
        shown('{{ autres["Rien"] }}', {"autres": OTHERS})


def test_a_workbook_that_nobody_opened_may_have_any_column(config: Config) -> None:
    assert shown('{{ autres["Observations"] }} {{ autres.District }}', {"autres": AnyAutres()}) == (
        "(Observations) (District)"
    )
    assert isinstance(example_of(config)["autres"], AnyAutres)


def template_of(folder: Path, *paragraphs: str) -> Path:
    document = docx.Document()
    document.core_properties.title = "Lettre"
    essential = (
        "{{ referent.nom_complet }}, {{ etablissement.nom }} ({{ etablissement.uai }}), {{ chef.nom_complet }}, "
        "{{ annee_scolaire }}, {{ dsden.courriel }}{% if imp %}, {{ imp.nombre }} : {{ imp.montant }}{% endif %}"
    )
    for text in (*paragraphs, essential):
        document.add_paragraph(text)
    document.save(str(folder / "gabarit.docx"))
    return folder / "gabarit.docx"


def fatal(path: Path, sample: Mapping[str, Any]) -> list[str]:
    return [fault.what for fault in check_template(path, sample) if fault.fatal]


def test_the_check_knows_the_columns_of_the_workbook(config: Config, tmp_path: Path) -> None:
    path = template_of(tmp_path, 'Remarque : {{ autres["Observations"] }}')
    assert fatal(path, example_of(config, ["OBSERVATIONS"])) == []
    assert fatal(path, example_of(config)) == []
    (what,) = fatal(path, example_of(config, ["Observation", "District"]))
    assert "Observations" in what
    assert "n’existe pas" in what


@pytest.mark.parametrize("template", [template for template, _ in FILTERS])
def test_the_check_lets_every_filter_pass(config: Config, template: str, tmp_path: Path) -> None:
    path = template_of(tmp_path, template.replace("imp.montant", "academie"))
    assert fatal(path, example_of(config)) == []


def test_a_cell_is_printed_as_it_is_written(config: Config, tmp_path: Path) -> None:
    template = load_template(template_of(tmp_path, '{{ autres["Observations"] }}'))
    render(template, fields_of(LETTER, config), tmp_path / "lettre.docx")
    assert docx.Document(str(tmp_path / "lettre.docx")).paragraphs[0].text == LETTER.autres["Observations"]


VARIANTS = (
    "{% if imp %}{{ imp.nombre }} IMP{% elif decharge %}une {{ decharge }}{% else %}sans indemnité{% endif %}"
    "{% if referent.collegues %}, avec {{ referent.collegues }}{% endif %}"
    '{% if autres["Jusqu’au"] %}, jusqu’au {{ autres["Jusqu’au"] | date }}{% endif %}'
)
MARC = {"referent_civilite": "M.", "referent_nom": "Autre", "referent_prenom": "Marc"}
ROWS = [
    ([{}], "1/2 IMP"),
    ([{"imp": "sans IMP", "montant": ""}], "sans indemnité"),
    ([{"imp": "décharge", "montant": ""}], "une décharge"),
    ([{"imp": "", "montant": "Décharge horaire"}], "une décharge"),
    ([{}, MARC], "1/2 IMP, avec M. Marc Autre"),
    ([{}, MARC, {"referent_civilite": "", "referent_nom": "Tiers", "referent_prenom": "Zoé"}], "1/2 IMP, avec M. Marc Autre et Zoé Tiers"),
    ([{}, MARC | {"uai": "0779998Z"}], "1/2 IMP"),
    ([{"autre:Jusqu'au": "2027-03-31"}], "1/2 IMP, jusqu’au 31 mars 2027"),
    ([{"imp": "décharge", "montant": "", "autre:JUSQU’AU": "01/02/2027"}, MARC], "une décharge, avec M. Marc Autre, jusqu’au 1er février 2027"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), ROWS)
def test_the_data_decide_the_variant(config: Config, rows: list[dict[str, Any]], expected: str) -> None:
    letters = validate(table_of([{"autre:Jusqu'au": ""} | GOOD | row for row in rows]), config).letters
    assert len(letters) == len(rows)
    assert shown(VARIANTS, fields_of(letters[0], config)).replace("\u00a0", " ") == expected


def test_the_same_person_twice_is_no_colleague(config: Config) -> None:
    letters = validate(table_of([GOOD, GOOD | {"imp": "1", "montant": 1250}]), config).letters
    assert [fields_of(letter, config)["referent"]["collegues"] for letter in letters] == ["", ""]


TEAM = [
    Personne("M.", "Marc", "Autre"),
    Personne("M.", "Marc", "Autre", "CPE"),
    Personne("M.", "Marc", "Autre", "Professeur"),
    Personne("", "Zoé", "Tiers"),
    Personne("Mme", "Zoé", "Tiers"),
    Personne("Mme", "ZOE", "TIERS"),
]


@given(st.permutations(TEAM))
def test_the_order_of_the_rows_changes_no_letter(config: Config, team: list[Personne]) -> None:
    """Neither who shares the mission nor the table of the team, even where a person is written in several ways."""
    written, shuffled = (
        fields_of(replace(LETTER, collegues=tuple(replace(LETTER, referent=one) for one in people)), config)
        for people in (TEAM, team)
    )
    assert shuffled == written
    assert written["referent"]["collegues"] == "M.\u00a0Marc Autre et Zoé Tiers"


RECIPE = Recipe("01" * 32, "02" * 32, "LibreOffice 7.4", "03" * 32)


def cause(before: dict[str, Any], now: dict[str, Any]) -> str:
    row = RowRef("Référents", 5)
    return causes({row: Made(RECIPE, now)}, [row], [Made(RECIPE, before)])


def test_another_text_in_a_column_that_is_read_makes_the_letter_again(config: Config) -> None:
    before, now = (
        fields_of(replace(LETTER, autres={"Observations": text}), config) for text in ("à revoir", "à revoir ")
    )
    assert RECIPE.key(before) != RECIPE.key(now)
    kept = json.loads(json.dumps(before))  # as the journal gives it back
    assert cause(kept, now) == "autre colonne modifiée (1)"
    assert RECIPE.key(kept) == RECIPE.key(before)


OTHER_VARIANTS = [
    ({"decharge": True}, "montant corrigé (1)"),
    ({"collegues": (OTHER,)}, "référent corrigé (1)"),
]


@pytest.mark.parametrize(("change", "said"), OTHER_VARIANTS)
def test_another_variant_makes_the_letter_again(config: Config, change: dict[str, Any], said: str) -> None:
    before = fields_of(replace(LETTER, imp=None), config)
    now = fields_of(replace(LETTER, imp=None, **change), config)
    assert RECIPE.key(before) != RECIPE.key(now)
    assert cause(before, now) == said


SHOWN = re.compile(r"^\| `(\{\{[^%]*?\}\})` \| ?(.*?) ?\|(?: |$)", re.MULTILINE)


def test_the_guide_shows_what_each_field_and_filter_prints(config: Config) -> None:
    rows = SHOWN.findall((ROOT / "docs/gabarit.md").read_text(encoding="utf-8"))
    fields = example_of(config)
    plain = str.maketrans("\u00a0\u202f\u2011", "  -")
    for written, expected in rows:
        said = shown(written.replace(r"\|", "|"), fields)
        assert said.translate(plain) == expected.translate(plain), written
    named = " ".join(written for written, _ in rows)
    for name in FRENCH:
        assert rf"\| {name}" in named, name
    for name, _ in dotted(fields | {"visas": "", "autres": ""}):
        assert name in named, name
