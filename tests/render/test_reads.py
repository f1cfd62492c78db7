"""What a template reads: no more than that decides a letter, and nothing less."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.render.docx import environment
from pipeline.render.examples import trial_letters
from pipeline.render.fields import fields_of
from pipeline.render.other_columns import Autres
from pipeline.render.reads import ALWAYS, kept, lectures_of, paths_in
from pipeline.render.stage import load_template, render
from pipeline.settings.config import Config
from support.program import ROOT

READ = [
    ("{{ imp.montant }}", {("imp", "montant")}),
    ("{{ imp['montant'] | en_lettres }}", {("imp", "montant")}),
    ("{% if imp %}x{% endif %}", {("imp",)}),
    ('{{ autres["Début de mission"] | default("") | date }}', {("autres", "Début de mission")}),
    ('{% if autres["A"] is defined %}x{% endif %}', {("autres", "A")}),
    ('{% if "A" in autres %}x{% endif %}', {("autres",)}),
    ('{% set quoi = "A" %}{{ autres[quoi] }}', {("autres",), ("quoi",)}),
    ("{% for un in equipe %}{{ un.nom }}{% endfor %}", {("equipe",), ("un", "nom"), ("un",)}),
    ('{{ "nommé" | accord(referent) }}', {("referent", "civilite")}),
    ('{{ referent.nom | replace("a", chef.nom) }}', {("referent", "nom"), ("chef", "nom")}),
    ("{{ equipe | map(attribute='nom') | join(', ') }}", {("equipe",)}),
    ("{% set qui = chef %}{{ qui.nom }}", {("chef",), ("qui", "nom"), ("qui",)}),
]


@pytest.mark.parametrize(("source", "paths"), READ)
def test_the_fields_that_a_text_reads(source: str, paths: set[tuple[str, ...]]) -> None:
    assert paths_in(source) <= paths | {("un",), ("qui",), ("quoi",)}
    assert {path for path in paths if path[0] not in ("un", "qui", "quoi")} <= paths_in(source)


SOURCES = [source for source, _ in READ] + [
    "{% if decharge %}{{ decharge }}{% else %}{{ dsden.nom }}{% endif %}",
    "{% for visa in visas %}{{ loop.index }}{{ visa }}{% endfor %}{{ remplace }}",
    '{{ autres["OBSERVATIONS"] | default("rien") }}{{ etablissement.commune | upper }}',
]


@given(st.sampled_from(SOURCES), st.sampled_from(["femme", "homme", "sans-imp", "sans-civilite"]))
def test_what_is_kept_prints_the_same(config: Config, source: str, which: str) -> None:
    letter = trial_letters(config, autres=["A", "Observations", "Début de mission"])[which]
    fields = fields_of(letter, config)
    template = environment(autoescape=False).from_string(source)
    try:
        whole = template.render(fields)
    except Exception as error:
        with pytest.raises(type(error)):
            template.render(kept(fields, paths_in(source)))
    else:
        assert template.render(kept(fields, paths_in(source))) == whole


def test_the_shipped_letter_is_made_from_what_it_reads_alone(config: Config, tmp_path: Any) -> None:
    path = ROOT / "templates/lettre_mission.docx"
    lectures, template = lectures_of(path), load_template(path)
    assert lectures >= ALWAYS
    for letter in trial_letters(config, autres=["Observations", "Fin de mission"]).values():
        fields = fields_of(letter, config)
        own = kept(fields, lectures)
        assert "Observations" not in own["autres"]
        assert "fonction" not in own["referent"]
        assert render(template, own, tmp_path / "a.docx") == render(template, fields, tmp_path / "b.docx")


def test_a_header_is_found_whatever_its_case(config: Config) -> None:
    fields = {"autres": Autres({"observations ": "x", "Autre": "y"}), "imp": None}
    assert kept(fields, frozenset({("autres", "OBSERVATIONS"), ("imp", "montant")})) == {
        "autres": {"OBSERVATIONS": "x"},
        "imp": None,
    }
    other = deepcopy(fields) | {"autres": Autres({"observations ": "x", "Autre": "z"})}
    assert kept(other, frozenset({("autres", "OBSERVATIONS")})) == kept(fields, frozenset({("autres", "OBSERVATIONS")}))
