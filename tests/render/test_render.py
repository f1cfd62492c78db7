"""Stage 4: the fast renderer against docxtpl itself, on templates of every kind, byte for byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docxtpl import DocxTemplate
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from pipeline.errors import TemplateError
from pipeline.french.filters import FRENCH
from pipeline.render.docx import printable
from pipeline.render.fields import example_of
from pipeline.render.stage import load_template, render
from pipeline.settings.config import Config
from support.program import ROOT

SHIPPED = ROOT / "templates" / "lettre_mission.docx"

FIELDS: dict[str, Any] = {
    "nom": "Durand & Fils <A> \"B\" 'C' d’Été \u00a0\u202f€ ½ œ",
    "lignes": "une\ndeux\ttrois",
    "vide": "",
    "deux": 2,
    "mots": ["un", "deux & trois", "quatre"],
    "grille": [["a", "b", "c", "d"], ["e", "f", "g", "h"]],
    "imp": {"montant": "1\u202f250,00\u00a0€"},
    "couleur": "FF0000",
}


def runs(document: Document, *texts: str) -> None:
    """Add one paragraph whose text is split over runs, every other one in bold."""
    paragraph = document.add_paragraph()
    for rank, text in enumerate(texts):
        paragraph.add_run(text).bold = bool(rank % 2)


def plain_field(document: Document) -> None:
    document.add_paragraph("Nom : {{ nom }}, {{ imp.montant }}")


def no_field(document: Document) -> None:
    document.add_paragraph("Rien à remplir, « voilà » & < >.")


def paragraph_loop(document: Document) -> None:
    for text in ("{%p for mot in mots %}", "- {{ mot }} {{ loop.index }}/{{ loop.length }}", "{%p endfor %}", "fin"):
        document.add_paragraph(text)


def conditions(document: Document) -> None:
    document.add_paragraph("{% if imp %}avec {{ imp.montant }}{% else %}sans{% endif %}{% if vide %}jamais{% endif %}")
    for text in ("{%p if deux > 1 %}", "oui", "{%p else %}", "non", "{%p endif %}"):
        document.add_paragraph(text)


def table_rows(document: Document) -> None:
    table = document.add_table(rows=4, cols=2)
    for row, texts in enumerate((("Mot", "Rang"), ("{%tr for mot in mots %}", ""), ("{{ mot }}", "{{ loop.index }}"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(3, 0).text = "{%tr endfor %}"


def table_columns(document: Document) -> None:
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).text = "{%tr for ligne in grille %}"
    for column, text in enumerate(("{%tc for case in ligne %}", "{{ case }}", "{%tc endfor %}")):
        table.cell(1, column).text = text
    table.cell(2, 0).text = "{%tr endfor %}"


def too_many_columns(document: Document) -> None:
    table = document.add_table(rows=1, cols=4)
    for column, text in enumerate(("{%tc if vide %}", "{{ nom }}", "{%tc endif %}", "reste")):
        table.cell(0, column).text = text


def merged_cells(document: Document) -> None:
    table = document.add_table(rows=3, cols=2)
    table.cell(0, 0).text = "{%tr for mot in mots %}"
    table.cell(1, 0).text, table.cell(1, 1).text = "{% vm %}{{ nom }}", "{{ mot }}"
    table.cell(2, 0).text = "{%tr endfor %}"
    wide = document.add_table(rows=1, cols=3)
    for column, text in enumerate(("{%tc for mot in mots %}", "{% hm %}{{ nom }}", "{%tc endfor %}")):
        wide.cell(0, column).text = text


def cell_properties(document: Document) -> None:
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "{% colspan deux %}{{ nom }}", "{% cellbg couleur %}{{ nom }}"


def headers_and_footers(document: Document) -> None:
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = "{{ nom }}"
    section.first_page_header.paragraphs[0].text = "{% if imp %}{{ lignes }}{% endif %}"
    section.footer.paragraphs[0].text = "sans champ"
    other = document.add_section(WD_SECTION.NEW_PAGE)
    other.footer.is_linked_to_previous = False
    other.footer.add_table(1, 2, docx.shared.Cm(10)).cell(0, 1).text = "{{ mots[0] }}"


def split_runs(document: Document) -> None:
    runs(document, "Nom : {", "{ no", "m }", "} et {% i", "f imp %}oui{", "% endif %}.")


def word_bookmark(document: Document) -> None:
    runs(document, "{{ no", "m }} fin")
    mark = '<w:bookmarkStart {} w:id="0" w:name="_GoBack"/>'.format(nsdecls("w"))
    document.paragraphs[-1]._p.insert(1, parse_xml(mark))
    document.paragraphs[-1]._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="0"/>'))


def breaks_and_tabs(document: Document) -> None:
    runs(document, "avant ", "{{ lignes }}", " après")
    document.add_paragraph("{{ lignes }}", style="List Bullet")
    document.add_paragraph("déjà\nlà\tici")


def literal_braces(document: Document) -> None:
    document.add_paragraph("{_{ nom }_} {_% if %_} {# commentaire #}{{ nom }}")


def joined_paragraphs(document: Document) -> None:
    for text in ("un {%- if imp %} deux", "trois {% endif -%}", "quatre"):
        document.add_paragraph(text)


def quotes_in_tags(document: Document) -> None:
    document.add_paragraph("{% if nom == ‘x’ or mots[0] == “un” %}oui{% endif %} {{ vide | default(’-’, true) }}")


def filters(document: Document) -> None:
    document.add_paragraph("{{ nom | upper }} {{ mots | join(' & ') }} {{ (nom ~ '<') | replace('&', 'et') }}")


def pictures(document: Document) -> None:
    document.add_paragraph("{{ nom }}")
    for _ in range(2):
        document.add_picture(io.BytesIO(png()))
    document.sections[0].header.paragraphs[0].add_run().add_picture(io.BytesIO(png()))


KINDS = [
    *(plain_field, no_field, paragraph_loop, conditions, table_rows, table_columns, too_many_columns, merged_cells),
    *(cell_properties, headers_and_footers, split_runs, word_bookmark, breaks_and_tabs, literal_braces),
    *(joined_paragraphs, quotes_in_tags, filters, pictures),
]


def png() -> bytes:
    """Return a picture of one grey pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


def saved(build: Callable[[Document], None], folder: Path) -> Path:
    """Write the template that a function builds."""
    document = docx.Document()
    build(document)
    path = folder / "gabarit.docx"
    document.save(str(path))
    return path


def saying(text: str) -> Callable[[Document], None]:
    """Return what builds a document of one paragraph."""

    def build(document: Document) -> None:
        document.add_paragraph(text)

    return build


def by_docxtpl(path: Path, fields: dict[str, Any]) -> dict[str, bytes]:
    """Render with docxtpl alone, in an environment of Jinja's own with our filters and texts; return the package's parts."""
    letter, written = DocxTemplate(path), io.BytesIO()
    jinja = SandboxedEnvironment(undefined=StrictUndefined, finalize=printable)
    jinja.filters |= FRENCH
    letter.render(fields, jinja, autoescape=True)
    letter.save(written)
    return members(written.getvalue())


def members(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        assert opened.testzip() is None
        assert len(set(opened.namelist())) == len(opened.namelist())
        return {name: opened.read(name) for name in opened.namelist()}


def rendered(path: Path, fields: dict[str, Any], folder: Path) -> dict[str, bytes]:
    target = folder / "lettre.docx"
    render(load_template(path), fields, target)
    docx.Document(str(target))
    return members(target.read_bytes())


def assert_same(path: Path, fields: dict[str, Any], folder: Path) -> None:
    """Assert that document, headers, footers and footnotes equal docxtpl's, and that no part is missing."""
    ours, theirs = rendered(path, fields, folder), by_docxtpl(path, fields)
    assert set(ours) == set(theirs)
    compared = [name for name in theirs if name.startswith(("word/document", "word/header", "word/foot"))]
    assert "word/document.xml" in compared
    for name in compared:
        assert ours[name] == theirs[name], name


@pytest.mark.parametrize("build", KINDS, ids=lambda build: build.__name__)
def test_equals_docxtpl_byte_for_byte(build: Callable[[Document], None], tmp_path: Path) -> None:
    assert_same(saved(build, tmp_path), FIELDS, tmp_path)


@pytest.mark.parametrize("civilite", ["Mme", "M.", ""])
@pytest.mark.parametrize("with_imp", [True, False])
def test_shipped_letter_equals_docxtpl(config: Config, civilite: str, with_imp: bool, tmp_path: Path) -> None:
    fields = example_of(config)
    fields["referent"]["civilite"] = fields["chef"]["civilite"] = civilite
    fields["imp"] = fields["imp"] if with_imp else None
    theirs, ours = by_docxtpl(SHIPPED, fields), rendered(SHIPPED, fields, tmp_path)
    for name in ("word/document.xml", "word/footer1.xml"):
        assert ours[name] == theirs[name]


def test_footnotes_equal_docxtpl(tmp_path: Path) -> None:
    path = saved(plain_field, tmp_path)
    note = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:id="1"><w:p><w:r>'
        "<w:t>Note {{ nom }} {{ lignes }}</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    with_footnotes(path, note)
    assert_same(path, FIELDS, tmp_path)
    assert b"Durand &amp; Fils" in rendered(path, FIELDS, tmp_path)["word/footnotes.xml"]


def test_footnotes_that_would_not_be_xml_are_refused(tmp_path: Path) -> None:
    path = saved(plain_field, tmp_path)
    opened, closed = "{% if vide %}<w:footnote>{% endif %}", "</w:footnote>"
    with_footnotes(path, f"<w:footnotes {nsdecls('w')}>{opened}{closed}</w:footnotes>")
    with pytest.raises(TemplateError, match="illisible"):
        render(load_template(path), FIELDS, tmp_path / "lettre.docx")


def with_footnotes(path: Path, xml: str) -> None:
    """Add footnotes to a package, which python-docx cannot do by itself."""
    parts = members(path.read_bytes())
    parts["word/footnotes.xml"] = xml.encode()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    added = {
        "[Content_Types].xml": (b"</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/>'),
        "word/_rels/document.xml.rels": (
            b"</Relationships>",
            f'<Relationship Id="rId99" Type="{link}" Target="footnotes.xml"/>',
        ),
    }
    for name, (end, text) in added.items():
        parts[name] = parts[name].replace(end, text.encode() + end)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)


def test_document_properties_are_filled_and_escaped_once(tmp_path: Path) -> None:
    def build(document: Document) -> None:
        document.add_paragraph("{{ nom }}")
        document.core_properties.title = "Lettre de {{ nom }}"
        document.core_properties.subject = "{{ mots[1] }}"
        document.core_properties.author = "sans champ"

    target = tmp_path / "lettre.docx"
    render(load_template(saved(build, tmp_path)), {**FIELDS, "nom": "Durand & <Fils>\x00"}, target)
    core = docx.Document(str(target)).core_properties
    assert (core.title, core.subject, core.author) == ("Lettre de Durand & <Fils>", "deux & trois", "sans champ")


def test_a_title_longer_than_word_allows_is_cut(tmp_path: Path) -> None:
    def build(document: Document) -> None:
        document.core_properties.title = "{{ nom }}"

    target = tmp_path / "lettre.docx"
    render(load_template(saved(build, tmp_path)), {"nom": "x" * 300}, target)
    assert docx.Document(str(target)).core_properties.title == "x" * 255


@pytest.fixture(scope="module")
def one_field(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(saying("[{{ nom }}]"), tmp_path_factory.mktemp("gabarit"))


@given(text=st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=40))
def test_any_text_comes_back_unchanged(one_field: Path, text: str) -> None:
    target = one_field.with_name("lettre.docx")
    render(load_template(one_field), {"nom": text}, target)
    shown = docx.Document(str(target)).paragraphs[0].text
    assert shown == f"[{text}]".replace("{_{", "{{").replace("}_}", "}}").replace("{_%", "{%").replace("%_}", "%}")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a\x00b\x0b\x1f\ufffe\uffff", "ab"),
        ("a\x07b\x0cc", "abc"),
        ("a\ud800b", "ab"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("]]>&amp;<w:p>", "]]>&amp;<w:p>"),
        ("{{ 7 * 6 }}{% if %}", "{{ 7 * 6 }}{% if %}"),
    ],
)
def test_control_characters_and_markup_in_values_do_no_harm(one_field: Path, value: str, shown: str) -> None:
    target = one_field.with_name("lettre.docx")
    render(load_template(one_field), {"nom": value}, target)
    assert [paragraph.text for paragraph in docx.Document(str(target)).paragraphs] == [f"[{shown}]"]


def test_the_same_letter_has_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = load_template(saved(plain_field, tmp_path))
    render(template, FIELDS, tmp_path / "a.docx")
    monkeypatch.setattr("time.time", lambda: 2e9)
    render(load_template(template.path), FIELDS, tmp_path / "b.docx")
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


def test_one_template_prints_many_letters_without_mixing_them(tmp_path: Path) -> None:
    template = load_template(saved(table_columns, tmp_path))
    first = {**FIELDS, "grille": [["1", "2"]]}
    for name, fields in (("a", first), ("b", FIELDS), ("c", first)):
        render(template, fields, tmp_path / f"{name}.docx")
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "c.docx").read_bytes()
    assert (tmp_path / "a.docx").read_bytes() != (tmp_path / "b.docx").read_bytes()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ inconnu }}", "ne peut pas être imprimé"),
        ("{{ imp.inconnu }}", "ne peut pas être imprimé"),
        ("{{ rien }}", "ne peut pas être imprimé"),
        ("{{ mots }}", "ne peut pas être imprimé"),
        ("{{ imp }}", "ne peut pas être imprimé"),
        ("{{ nom.__class__.__mro__ }}", "ne peut pas être imprimé"),
        ("{% for rang in range(3) %}x{% endfor %}", "ne peut pas être imprimé"),
        ("{{ deux / 0 }}", "un calcul a échoué"),
        ("{{ deux + nom }}", "un calcul a échoué"),
    ],
)
def test_what_cannot_be_printed_stops_with_a_sentence(text: str, message: str, tmp_path: Path) -> None:
    template = load_template(saved(saying(text), tmp_path))
    with pytest.raises(TemplateError, match=message) as caught:
        render(template, {**FIELDS, "rien": None}, tmp_path / "lettre.docx")
    assert str(template.path) in str(caught.value)
    assert not (tmp_path / "lettre.docx").exists()


def test_a_condition_that_cuts_a_table_open_is_refused_and_not_repaired_in_silence(tmp_path: Path) -> None:
    def build(document: Document) -> None:
        document.add_table(1, 1).cell(0, 0).text = "{% if vide %}dedans"
        document.add_paragraph("{% endif %}dehors")

    with pytest.raises(TemplateError, match="illisible"):
        render(load_template(saved(build, tmp_path)), FIELDS, tmp_path / "lettre.docx")


@pytest.mark.parametrize(
    "text", ["{{ nom", "{% if nom %}", "{{ nom | inconnu }}", "{{ nom | safe }}", "{% import 'x' %}"]
)
def test_a_template_that_does_not_compile_says_so(text: str, tmp_path: Path) -> None:
    path = saved(saying(text), tmp_path)
    with pytest.raises(TemplateError) as caught:
        render(load_template(path), FIELDS, tmp_path / "lettre.docx")
    assert str(path) in str(caught.value)
