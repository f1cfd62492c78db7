"""A field that letters print blank, where no condition foresees it, is said with the first row."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import GOOD, HEADERS, mlds
from gabarits import DOCUMENT, LAST, SHIPPED, changed, line
from openpyxl import Workbook
from results import report_of

from pipeline.config import Config
from pipeline.errors import ExitCode
from pipeline.lettre.champs_vides import blank_fields, unguarded
from pipeline.lettre.fields import example_of
from pipeline.model import Modele, RowRef

ROW = RowRef("Référents", 5)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Fonction : {{ referent.fonction }}.", True),
        ("Fonction : {{ referent.fonction | upper }}.", True),
        ('Fonction : {{ referent.fonction | default("") | upper }}.', True),
        ("{% if imp %}Fonction : {{ referent.fonction }}{% endif %}", True),
        ("{% if referent.fonction %}, {{ referent.fonction }}{% endif %}", False),
        ('{% if referent.fonction == "CPE" %}CPE{% else %}{{ referent.fonction }}{% endif %}', False),
        ('Fonction : {{ referent.fonction | default("sans", true) }}.', False),
        ("Fonction : {{ referent.fonction if referent.fonction else 'sans' }}", False),
    ],
)
def test_a_field_counts_where_no_condition_asks_for_it(text: str, bare: bool, tmp_path: Path) -> None:
    path = Path(shutil.copy(SHIPPED, tmp_path / "lettre.docx"))
    changed(path, DOCUMENT, LAST, line(text) + LAST)
    assert (("referent", "fonction") in unguarded(path)) is bare


def test_only_letters_where_it_is_blank_are_told(config: Config, tmp_path: Path) -> None:
    path = Path(shutil.copy(SHIPPED, tmp_path / "lettre.docx"))
    changed(path, DOCUMENT, LAST, line('{{ chef.fonction }} {{ autres["Bassin"] }}') + LAST)
    filled = example_of(config, ["Bassin"])
    blank = {**filled, "chef": {**filled["chef"], "fonction": ""}, "autres": filled["autres"].blank()}
    modeles = dict.fromkeys((ROW, RowRef("Référents", 6)), Modele(path, 2))
    assert blank_fields(dict.fromkeys(modeles, filled), modeles) == ()
    told = blank_fields({ROW: blank, RowRef("Référents", 6): filled}, modeles)
    assert [one.split(" n’imprime")[0] for one in told] == [
        "Gabarit « lettre.docx » : « {{ chef.fonction }} »",
        'Gabarit « lettre.docx » : « {{ autres["Bassin"] }} »',
    ]
    assert "dans 1\u00a0lettre (la première : feuille « Référents », ligne 5)" in told[0]


@pytest.mark.parametrize("name", ["lettre_mission.docx", "exemple_variantes.docx"])
def test_the_shipped_templates_print_nothing_blank(name: str, config: Config) -> None:
    modeles = {ROW: Modele(SHIPPED.with_name(name), 2)}
    sample = example_of(config, ["Observations"])
    people = {who: {**sample[who], "fonction": "", "civilite": ""} for who in ("referent", "chef")}
    people["referent"]["collegues"] = ""
    school = {**sample["etablissement"], "commune": ""}
    bare = {**sample, **people, "etablissement": school, "autres": sample["autres"].blank(), "imp": None}
    assert blank_fields({ROW: bare}, modeles) == ()


def test_a_run_tells_it(project: Path) -> None:
    changed(
        project / "templates/lettre_mission.docx", DOCUMENT, LAST, line("Fonction : {{ referent.fonction }}") + LAST
    )
    book = Workbook()
    book.active.append([*HEADERS.values()])
    book.active.append([*(GOOD | {"referent_fonction": ""}).values()])
    book.save(project / "classeur.xlsx")
    done = mlds("produire", project / "classeur.xlsx", cwd=project)
    assert done.returncode == ExitCode.OK, done.stderr
    assert report_of(project / "sortie/2026-2027")["lignes"]["lettres"] == 1
    assert "« {{ referent.fonction }} » n’imprime rien dans 1 lettre" in " ".join(done.stderr.split())
