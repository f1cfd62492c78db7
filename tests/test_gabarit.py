"""Faults planted one by one in copies of the shipped template: each is found, at its place, and nothing else is."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from gabarits import (
    DOCUMENT,
    FOOTER,
    LAST,
    OFFICE,
    PACKAGE,
    RELATIONS,
    SHIPPED,
    STYLES,
    WORD,
    Plant,
    add,
    changed,
    control,
    line,
    part,
    put,
    table,
    word_field,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.config import Config
from pipeline.errors import TemplateError
from pipeline.gabarit.annotated import annotated
from pipeline.gabarit.faults import Code, Fault
from pipeline.gabarit.typeface import named_fonts
from pipeline.lettre.fields import example_of
from pipeline.render import load_template, render
from pipeline.template import check_template, require_sound, template_notices

FONTS = frozenset({"liberationsans"})
BODY, FOOT, WHOLE, FILE = "corps de la lettre", "pied de page", "lettre entière", "fichier"


def related(kind: str, target: str, then: Plant) -> Plant:
    link = f'<Relationship Id="rId99" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'

    def plant(path: Path) -> None:
        changed(path, RELATIONS, "</Relationships>", link)
        then(path)

    return plant


def never(*fields: str) -> Plant:
    """Replace fields wherever the letter has them; the title of the document is not the letter."""

    def plant(path: Path) -> None:
        for field in fields:
            with zipfile.ZipFile(path) as package:
                count = package.read(DOCUMENT).decode().count(field)
            for _ in range(count):
                changed(path, DOCUMENT, field, "quelqu’un")

    return plant


def commented(path: Path) -> None:
    document = docx.Document(str(path))
    paragraph = next(one for one in document.paragraphs if "mallette GPDS" in one.text)
    document.add_comment(paragraph.runs, "À relire par le service", author="Camille Exemple", initials="CE")
    document.save(str(path))


def untitled(path: Path) -> None:
    document = docx.Document(str(path))
    document.core_properties.title = ""
    document.save(str(path))


def titled(title: str) -> Plant:
    def plant(path: Path) -> None:
        document = docx.Document(str(path))
        document.core_properties.title = title
        document.save(str(path))

    return plant


def when(condition: str) -> Plant:
    """Name the référent under a condition only."""

    field = "{{ referent.nom_complet }}"

    def plant(path: Path) -> None:
        with zipfile.ZipFile(path) as package:
            count = package.read(DOCUMENT).decode().count(field)
        for _ in range(count):
            changed(path, DOCUMENT, field, "@")
        for _ in range(count):
            changed(path, DOCUMENT, ">@<", f">{{% if {condition} %}}{field}{{% endif %}}<")

    return plant


GUIDE = [
    ".*".join(re.escape(piece.strip()) for piece in phrase.split("…"))
    for row in (SHIPPED.parent.parent / "docs/guide.md").read_text(encoding="utf-8").splitlines()
    if row.startswith("| « ")
    for phrase in re.findall("« ((?:[^«»]|« [^«»]* »)*) »", row.split("|")[1])
]
"""What the guide says that one may read, each as a pattern."""

PICTURE = f'<w:r><w:drawing><a:blip xmlns:a="urn:a" xmlns:r="{OFFICE}" r:link="rId99"/></w:drawing></w:r></w:p>{LAST}'
ENDNOTES = f'<w:endnotes xmlns:w="{WORD}"><w:endnote w:id="2">{line("Voir {{ academie }}.")}</w:endnote></w:endnotes>'
CHART = '<c:chartSpace xmlns:c="urn:c" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:p><a:r><a:t>Taux {{ imp.nombre }}</a:t></a:r></a:p></c:chartSpace>'
OBJECT = '<w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" Type="Embed" ProgID="Excel.Sheet.12"/></w:object>'
ATTACHED = f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/attachedTemplate" Target="file:///modele.dotx" TargetMode="External"/></Relationships>'
HALF = "<w:r><w:t>{{ refer</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>ent.nom_complet }}</w:t></w:r>"
PARAGRAPH = "Une formation des référents décrochage scolaire est organisée"
TEXT = "Un texte assez long pour que la ligne écrite au-dessus de lui ait vraiment l’air d’être son titre à lui."

# What is wrong; what makes it; its code; the part and some text of the paragraph where it is said to be.
PLANTED: list[tuple[str, Plant, Code, str, str]] = [
    ("a field that does not exist", put("{{ referent.L_interesse", "{{ referent.L_interese"), Code.CHAMP, BODY, "L_interese"),
    ("a field that does not exist in the footer", put("{{ annee_scolaire", "{{ anne_scolaire", FOOTER), Code.CHAMP, FOOT, "anne_scolaire"),
    ("a field that does not exist in the title", titled("Lettre de {{ nom }}"), Code.CHAMP, "propriétés du document", "Lettre de {{ nom }}"),
    ("a tag that is not closed", put("{{ referent.L_interesse }}", "{{ referent.L_interesse }"), Code.BALISE, BODY, "L_interesse"),
    ("a tag that is not opened", put("{{ referent.L_interesse }}", "{ referent.L_interesse }}"), Code.BALISE, BODY, "L_interesse"),
    ("a tag between single braces", put("{{ referent.L_interesse }}", "{ referent.L_interesse }"), Code.BALISE, BODY, "L_interesse"),
    ("a tag of rich text", add(line("Ici {{r referent.nom }} là")), Code.BALISE, BODY, "Ici"),
    ("a tag of a sub-document", add(line("{{p referent.nom }}")), Code.BALISE, BODY, "{{p referent.nom }}"),
    ("a field in the place of a row", add(table(line("Ici {{tr referent.nom }}"))), Code.BALISE, BODY, "Ici"),
    ("a field in the place of a row of no table", add(line("Ici {{tr referent.nom }}")), Code.BALISE, BODY, "Ici"),
    ("a text gone through letter by letter", add(line("Ici {% for l in referent.nom %}{{ l }}{% endfor %}")), Code.INTERDIT, BODY, "Ici"),
    ("a condition that is not closed", add(line("{% if imp %}Avec IMP")), Code.BLOC, BODY, "Avec IMP"),
    ("an end without a beginning", add(line("Avec IMP{% endif %}")), Code.BLOC, BODY, "Avec IMP"),
    ("French quotes in a tag", add(line("{% if referent.civilite == «\u00a0Mme\u00a0» %}Elle{% endif %}")), Code.GUILLEMETS, BODY, "Elle"),
    ("curly quotes in a tag", add(line("{% if referent.civilite == “Mme” %}Elle{% endif %}")), Code.GUILLEMETS_COURBES, BODY, "Elle"),
    ("a tag in a note that nothing fills", part("word/endnotes.xml", ENDNOTES), Code.HORS_PORTEE, "notes de fin", "Voir {{ academie }}."),
    ("a tag in a chart", part("word/charts/chart1.xml", CHART), Code.HORS_PORTEE, "graphique", "Taux {{ imp.nombre }}"),
    ("a text beside a tag that stands for its paragraph", add(line("{%p if imp %} Texte") + line("Là") + line("{%p endif %}")), Code.TEXTE_PERDU, BODY, "{%p if imp %} Texte"),
    ("a field of Word's mail merge", add(f"<w:p>{word_field(' MERGEFIELD Nom ', '«Nom»')}</w:p>"), Code.CHAMP_WORD, BODY, "«Nom»"),
    ("a reference of Word that leads nowhere", add(line("Voir Erreur ! Source du renvoi introuvable.")), Code.CHAMP_WORD, BODY, "Voir Erreur"),
    ("a content control never filled", add(control("Cliquez ici pour entrer du texte.", "<w:showingPlcHdr/>")), Code.A_REMPLIR, BODY, "Cliquez ici"),
    ("the date of the day", add(f"<w:p>{word_field(' DATE ', 'aujourd’hui')}</w:p>"), Code.DATE_DU_JOUR, BODY, "aujourd’hui"),
    ("an embedded object", add(f"<w:p><w:r><w:t>Ci-joint</w:t>{OBJECT}</w:r></w:p>"), Code.OBJET, BODY, "Ci-joint"),
    ("a référent named only with an IMP", when("imp"), Code.ABSENT, WHOLE, ""),
    ("a référent named only to women", when('referent.civilite == "Mme"'), Code.ABSENT, WHOLE, ""),
    ("an amount that only a man without IMP meets", add(line('{% if referent.civilite == "M." %}{{ imp.montant }}{% endif %}')), Code.SANS_IMP, BODY, "{% if referent.civilite"),
    ("a call", add(line("Ici {{ referent.nom.upper() }}")), Code.INTERDIT, BODY, "Ici"),
    ("a private name", add(line("Ici {{ ''.__class__ }}")), Code.INTERDIT, BODY, "Ici"),
    ("an inclusion", add(line("Ici {% include 'autre' %}")), Code.INTERDIT, BODY, "Ici"),
    ("an import", add(line("Ici {% import 'os' as os %}")), Code.INTERDIT, BODY, "Ici"),
    ("a loop without bound", add(line("Ici {% for i in range(10**9) %}x{% endfor %}")), Code.INTERDIT, BODY, "Ici"),
    ("a filter that does not exist", add(line("Ici {{ referent.nom | majuscule }}")), Code.FILTRE, BODY, "Ici"),
    ("a question that does not exist", add(line("Ici {% if imp is vide %}x{% endif %}")), Code.QUESTION, BODY, "Ici"),
    ("a group of fields printed whole", add(line("Ici {{ referent }}")), Code.IMPRESSION, BODY, "Ici"),
    ("an amount for a letter without IMP", add(line("Soit {{ imp.montant }}")), Code.SANS_IMP, BODY, "Soit"),
    ("no référent", never("{{ referent.nom_complet }}", "{{ referent.de_nom_complet }}"), Code.ABSENT, WHOLE, ""),
    ("no school", never("{{ etablissement.nom }}", "{{ etablissement.de_nom }}"), Code.ABSENT, WHOLE, ""),
    ("no amount", put("{{ imp.montant }}", "un montant"), Code.ABSENT, WHOLE, ""),
    ("an inserted text not yet accepted", add('<w:p><w:ins w:id="9" w:author="x"><w:r><w:t>Un ajout</w:t></w:r></w:ins></w:p>'), Code.SUIVI, BODY, "Un ajout"),
    ("a deleted text not yet accepted", add('<w:p><w:r><w:t>Reste</w:t></w:r><w:del w:id="9" w:author="x"><w:r><w:delText>ôté</w:delText></w:r></w:del></w:p>'), Code.SUIVI, BODY, "Reste"),
    ("looks not yet accepted", add(line("Mis en gras", looks='<w:b/><w:rPrChange w:id="9" w:author="x"><w:rPr/></w:rPrChange>')), Code.SUIVI, BODY, "Mis en gras"),
    ("a comment left in", commented, Code.COMMENTAIRE, BODY, "mallette GPDS"),
    ("macros", part("word/vbaProject.bin", "x"), Code.MACROS, FILE, ""),
    ("a linked picture", related("image", "file:///logo.png", put(f"</w:p>{LAST}", PICTURE)), Code.LIEN_EXTERNE, BODY, "Une copie de ce document"),
    ("a Word field that reads a file", add('<w:p><w:r><w:t>Voici</w:t></w:r><w:fldSimple w:instr=" INCLUDETEXT autre.docx "/></w:p>'), Code.LIEN_EXTERNE, BODY, "Voici"),
    ("an attached template", part("word/_rels/settings.xml.rels", ATTACHED), Code.MODELE_ATTACHE, FILE, ""),
    ("a font that the machine lacks", add(line("En Marianne", looks='<w:rFonts w:ascii="Marianne" w:hAnsi="Marianne"/>')), Code.POLICE, BODY, "En Marianne"),
    ("a language other than French", add(line("In English", looks='<w:lang w:val="en-US"/>')), Code.LANGUE, BODY, "In English"),
    ("no language", put('<w:lang w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA"/>', "", STYLES), Code.LANGUE, WHOLE, ""),
    ("no title of the document", untitled, Code.TITRE_DU_DOCUMENT, "propriétés du document", ""),
    ("no heading", put('<w:pStyle w:val="Heading1"/>', '<w:pStyle w:val="Subtitle"/>'), Code.TITRE, WHOLE, ""),
    ("a heading faked with bold", add(line("Objectifs de la mission", looks="<w:b/>") + line(TEXT)), Code.FAUX_TITRE, BODY, "Objectifs"),
    ("a heading faked with capitals", add(line("OBJECTIFS DE LA MISSION") + line(TEXT)), Code.FAUX_TITRE, BODY, "OBJECTIFS"),
    ("a list faked with dashes", add(line("- Repérer les élèves")), Code.FAUSSE_LISTE, BODY, "- Repérer"),
    ("a list faked with numbers", add(line("1) Repérer les élèves")), Code.FAUSSE_LISTE, BODY, "1) Repérer"),
    ("a text moved with spaces", add(line("          Fait à Créteil")), Code.ESPACES, BODY, "Fait à Créteil"),
    ("a line of dashes", add(line("--------------")), Code.ESPACES, BODY, "-----"),
    ("the school year of last time", put(PARAGRAPH, f"En 2025-2026, {PARAGRAPH}"), Code.ANNEE_SCOLAIRE, BODY, "En 2025-2026"),
    ("last year's, in short", put(PARAGRAPH, f"En 2025/26, {PARAGRAPH}"), Code.ANNEE_SCOLAIRE, BODY, "En 2025/26"),
    ("last year's, in the footer", put("{{ annee_scolaire }}", "2025-2026", FOOTER), Code.ANNEE_SCOLAIRE, FOOT, "2025-2026"),
    ("a text of another year", put(PARAGRAPH, f"Selon la note du 3 mai 2019, {PARAGRAPH}"), Code.ANNEE_DE_TEXTE, BODY, "du 3 mai 2019"),
    ("a décret's number", put(PARAGRAPH, f"Décret n° 2015-475. {PARAGRAPH}"), Code.ANNEE_DE_TEXTE, BODY, "2015-475"),
    ("not a Word document", lambda path: path.write_bytes(b"Bonjour"), Code.ILLISIBLE, FILE, ""),
    ("too big", part("word/media/image.bmp", "x" * 101_000_000), Code.TROP_GROS, FILE, ""),
]  # fmt: skip


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
    assert str(check(copy, sample)[1]).startswith("corps de la lettre, page 2, paragraphe 30 « Ici {{ rien }} » : ")


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
    assert "« Liberation Sans »" in fault.what
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
