"""Faults planted one by one in copies of the shipped template: each is found, at its place, and nothing else is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.campaign.templates import annotated
from pipeline.errors import TemplateError
from pipeline.render.check.check import check_template, require_sound, template_notices
from pipeline.render.check.faults import Code, Fault
from pipeline.render.check.typeface import named_fonts
from pipeline.render.fields import example_of
from pipeline.render.stage import load_template, render
from pipeline.settings.config import Config
from support.faulty_templates import BODY, PLANTED, Plant
from support.templates import DOCUMENT, LAST, SHIPPED, STYLES, changed, line, table

FONTS = frozenset({"liberationsans"})
HALF = "<w:r><w:t>{{ refer</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>ent.nom_complet }}</w:t></w:r>"
GUIDE = [
    ".*".join(re.escape(piece.strip()) for piece in phrase.split("…"))
    for row in (SHIPPED.parent.parent / "docs/gabarit.md").read_text(encoding="utf-8").splitlines()
    if row.startswith("| « ")
    for phrase in re.findall("« ((?:[^«»]|« [^«»]* »)*) »", row.split("|")[1])
]
"""What the guide says that one may read, each as a pattern."""


@pytest.fixture(scope="module")
def sample(config: Config) -> dict[str, Any]:
    return example_of(config)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copy(SHIPPED, tmp_path / "lettre.docx"))


def check(path: Path, sample: dict[str, Any]) -> tuple[Fault, ...]:
    return check_template(path, sample, FONTS)


def rank(path: Path, text: str) -> int:
    """Return the number of a paragraph as a person counts them: those of the body that hold text."""
    body = docx.Document(str(path)).element.body
    texts = ["".join(node.text or "" for node in one.iter(qn("w:t"))) for one in body.iter(qn("w:p"))]
    shown = [text for text in texts if text.strip()]
    return next(number for number, one in enumerate(shown, start=1) if text in " ".join(one.split()))


def test_the_shipped_template_has_nothing_to_be_said_of_it(sample: dict[str, Any]) -> None:
    assert check(SHIPPED, sample) == ()


@pytest.mark.parametrize(
    ("plant", "code", "part", "text"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED]
)
def test_a_planted_fault_is_found_at_its_place_and_nothing_else_is(
    plant: Plant, code: Code, part: str, text: str, copy: Path, sample: dict[str, Any]
) -> None:
    plant(copy)
    faults = check(copy, sample)
    assert [(fault.code, fault.place.part) for fault in faults] == [(code, part)], [str(one) for one in faults]
    (fault,) = faults
    assert text in fault.place.text
    assert part != BODY or fault.place.number == rank(copy, text)
    assert fault.tag == "" or fault.tag[:20] in fault.place.text or code is Code.HORS_PORTEE
    assert fault.what
    assert fault.remedy.endswith(".")
    assert any(re.search(phrase, fault.what) for phrase in GUIDE), fault.what


def test_every_fault_that_the_check_knows_is_planted() -> None:
    assert {row[2] for row in PLANTED} == set(Code) - {Code.ANNOTATION}
    assert len(PLANTED) > 20


def test_all_the_faults_are_told_at_once_the_errors_first(copy: Path, sample: dict[str, Any]) -> None:
    """But those that only printing shows: what cannot be read is not run."""
    names = (
        *("a field that does not exist", "a condition that is not closed", "a call", "an attached template", "macros"),
        *("an inserted text not yet accepted", "a list faked with dashes", "the school year of last time"),
        *("a field that does not exist in the footer",),
    )
    together = [row for row in PLANTED if row[0] in names]
    for row in together:
        row[1](copy)
    faults = check(copy, sample)
    assert {(fault.code, fault.place.part) for fault in faults} == {(row[2], row[3]) for row in together}
    assert [fault.fatal for fault in faults] == sorted((fault.fatal for fault in faults), reverse=True)


def test_a_tag_split_over_runs_is_read_as_one(copy: Path, sample: dict[str, Any]) -> None:
    changed(copy, DOCUMENT, LAST, f"<w:p>{HALF}</w:p>{LAST}")
    assert check(copy, sample) == ()
    changed(copy, DOCUMENT, "{{ refer<", "{{ refar<")
    assert [(fault.code, fault.tag) for fault in check(copy, sample)] == [(Code.CHAMP, "{{ refarent.nom_complet }}")]


def test_the_page_is_told_where_word_noted_it(copy: Path, sample: dict[str, Any]) -> None:
    on_two = "<w:p><w:r><w:lastRenderedPageBreak/><w:t>Ici {{ rien }}</w:t></w:r></w:p>"
    changed(copy, DOCUMENT, LAST, on_two + LAST)
    changed(copy, DOCUMENT, "{{ referent.L_interesse }}", "{{ referent.L }}")
    assert [(fault.tag, fault.place.page) for fault in check(copy, sample)] == [
        ("{{ referent.L }}", 1),
        ("{{ rien }}", 2),
    ]
    assert str(check(copy, sample)[1]).startswith("corps de la lettre, page 2, paragraphe 33 « Ici {{ rien }} » : ")


def test_each_of_the_same_tags_has_its_own_place(copy: Path, sample: dict[str, Any]) -> None:
    repeat = "{%p for v in visas %}", "{{ rien }} un", "{%p endfor %}", "{{ rien }} deux"
    changed(copy, DOCUMENT, LAST, "".join(line(text) for text in repeat) + LAST)
    assert [fault.place.text for fault in check(copy, sample)] == ["{{ rien }} un", "{{ rien }} deux"]


def test_a_tag_in_a_table_and_in_a_text_box_has_its_place(copy: Path, sample: dict[str, Any]) -> None:
    cell = table(line("Case {{ un }}"))
    box = f"<w:txbxContent>{line('Cadre {{ deux }}')}</w:txbxContent>"
    twice = f'<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>'
    changed(copy, DOCUMENT, LAST, f"{cell}<w:p><w:r><w:t>Autour</w:t>{twice}</w:r></w:p>{LAST}")
    cell_fault, box_fault = check(copy, sample)
    assert (cell_fault.tag, cell_fault.place.text) == ("{{ un }}", "Case {{ un }}")
    assert (box_fault.tag, box_fault.place.text) == ("{{ deux }}", "Cadre {{ deux }}")
    assert box_fault.place.anchor == (cell_fault.place.anchor or 0) + 1  # the paragraph that the box hangs on


@pytest.mark.parametrize(
    "text",
    [
        "Le {{ annee_scolaire }}, soit 2026-2027, en 2026 ou en 2027",
        "Vu la circulaire du 29 mars 2013 relative aux missions du référent décrochage scolaire",
        "Selon le BO n° 29 du 21 juillet 2016",
        "Un montant de 2000 €, de 1990 euros ou de 1950,00",
        "UAI 0772019A, code postal 77201, ce.2019@exemple.fr",
        "Mode d’emploi – en trois points - et sans liste",
        "M. Paul Modèle",
        "Vu et pris connaissance, le ……………",
    ],
)
def test_what_only_looks_like_a_fault_has_none(text: str, copy: Path, sample: dict[str, Any]) -> None:
    changed(copy, DOCUMENT, LAST, line(text) + LAST)
    assert check(copy, sample) == ()


def test_a_font_of_the_theme_and_the_stand_in_that_the_template_names_count(copy: Path, sample: dict[str, Any]) -> None:
    assert check_template(copy, sample, frozenset({"arial"})) == ()
    (fault,) = check_template(copy, sample, frozenset({"marianne"}))
    assert "« Arial »" in fault.what
    theme = '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:minorFont><a:latin typeface="Aptos"/></a:minorFont></a:theme>'
    changed(copy, "word/theme/theme1.xml", "", theme)
    changed(copy, DOCUMENT, LAST, line("Ici", looks='<w:rFonts w:asciiTheme="minorHAnsi"/>') + LAST)
    (fault,) = check(copy, sample)
    assert ("« Aptos »" in fault.what, fault.place.text) == (True, "Ici")


def test_the_fonts_that_a_template_names_are_also_those_of_its_theme_and_their_stand_ins(copy: Path) -> None:
    assert named_fonts(copy) >= {"Liberation Sans", "Arial"}
    assert not named_fonts(copy) & {"Aptos", "Cambria", "Courier New"}
    kinds = ("major", "Cambria"), ("minor", "Aptos")
    fonts = "".join(f'<a:{kind}Font><a:latin typeface="{font}"/></a:{kind}Font>' for kind, font in kinds)
    theme = f'<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{fonts}</a:theme>'
    changed(copy, "word/theme/theme1.xml", "", theme)
    changed(copy, DOCUMENT, LAST, line("Ici", looks='<w:rFonts w:asciiTheme="minorHAnsi"/>') + LAST)
    changed(copy, STYLES, "</w:rPrDefault>", "</w:rPrDefault><w:rPr><w:rFonts w:asciiTheme='majorHAnsi'/></w:rPr>")
    assert named_fonts(copy) >= {"Liberation Sans", "Aptos", "Cambria"}


def test_the_template_is_read_once_for_its_check_and_once_for_its_letters(
    copy: Path, sample: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: opened.append(path) or real(path))
    assert check(copy, sample) == ()
    assert opened == [copy]
    render(load_template(copy), sample, tmp_path / "essai.docx")
    assert opened == [copy, copy]


def test_a_run_is_refused_with_every_error_and_told_of_every_warning(copy: Path, sample: dict[str, Any]) -> None:
    changed(copy, DOCUMENT, LAST, line("- un") + line("In English", looks='<w:lang w:val="en-US"/>') + LAST)
    doubts = require_sound(copy, sample)
    assert [fault.code for fault in doubts] == [Code.FAUSSE_LISTE, Code.LANGUE]
    assert [
        notice.startswith("Gabarit « lettre.docx », corps de la lettre, paragraphe ")
        for notice in template_notices(copy, doubts)
    ] == [True, True]
    assert len(template_notices(copy, doubts * 5)) == 6
    assert "5\u00a0autres points à revoir" in template_notices(copy, doubts * 5)[-1]
    changed(copy, DOCUMENT, LAST, line("Ici {{ un }} et {{ deux }}") + LAST)
    with pytest.raises(TemplateError) as caught:
        require_sound(copy, sample)
    assert "{{ un }}" in str(caught.value)
    assert "{{ deux }}" in str(caught.value)
    assert "mlds modele" in str(caught.value)
    assert "English" not in str(caught.value)


WORDS = (
    *("{{", "}}", "{%", "%}", "{#", "#}", "{%p ", "if ", "endif", "else", "for v in visas", "endfor", "set a = ", "|"),
    *(
        "referent",
        ".nom",
        "imp",
        " upper",
        " ",
        "«",
        "“",
        '"',
        "'",
        "(",
        ")",
        "*",
        "10**9",
        "{",
        "}",
        "&amp;",
        "é",
        "-",
    ),
)


@given(text=st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_the_check_ends_and_what_it_lets_pass_prints(
    text: str, sample: dict[str, Any], tmp_path: Path
) -> None:
    path = Path(shutil.copy(SHIPPED, tmp_path / "lettre.docx"))
    changed(path, DOCUMENT, LAST, line(text) + LAST)
    faults = check(path, sample)
    annotated(path, faults)
    if not any(fault.fatal for fault in faults):
        for fields in (sample, {**sample, "imp": None}):
            render(load_template(path), fields, tmp_path / "essai.docx")
