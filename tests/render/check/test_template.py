"""The check of a template: the shipped one is sound, and each planted fault is found at its place."""

from __future__ import annotations

import io
import sys
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from pipeline.errors import ExitCode, TemplateError
from pipeline.render.check.check import check_template, require_sound
from pipeline.render.check.faults import Code
from pipeline.render.fields import example_of
from pipeline.render.stage import load_template, render
from pipeline.settings.config import Config
from support.templates import SHIPPED, changed

ESSENTIAL = (
    "{{ referent.nom_complet }}, {{ etablissement.nom }} ({{ etablissement.uai }}), {{ chef.nom_complet }}, "
    "{{ annee_scolaire }}, {{ dsden.courriel }}{% if imp %}, {{ imp.nombre }} : {{ imp.montant }}{% endif %}"
)


@pytest.fixture
def sample(config: Config) -> dict[str, Any]:
    return example_of(config, ["Observations", "Bassin de formation"])


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A sound template of one paragraph under its heading."""
    return letter(tmp_path, ESSENTIAL)


def letter(folder: Path, *paragraphs: str) -> Path:
    document = docx.Document()
    document.core_properties.title = "Lettre"
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "fr-FR")
    document.add_heading("Lettre de mission", 1)
    for text in paragraphs:
        document.add_paragraph(text)
    path = folder / "gabarit.docx"
    document.save(str(path))
    return path


def test_the_shipped_template_has_no_fault(sample: dict[str, Any]) -> None:
    assert check_template(SHIPPED, sample) == ()
    require_sound(SHIPPED, sample)


def test_the_shipped_template_is_what_its_code_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SHIPPED.parent))
    import fabriquer

    fabriquer.fabriquer(tmp_path / "refait.docx")
    fabriquer.fabriquer(tmp_path / "exemple.docx", fabriquer.EXEMPLE)
    del sys.modules["fabriquer"]
    assert (tmp_path / "exemple.docx").read_bytes() == SHIPPED.with_name("exemple_variantes.docx").read_bytes()
    with zipfile.ZipFile(tmp_path / "refait.docx") as made, zipfile.ZipFile(SHIPPED) as shipped:
        assert {n: made.read(n) for n in made.namelist()} == {n: shipped.read(n) for n in shipped.namelist()}


def texts(path: Path) -> str:
    """Return all that a Word letter shows, its tables too, a line a paragraph."""
    body = docx.Document(str(path)).element.body
    return "\n".join("".join(text.text or "" for text in one.iter(qn("w:t"))) for one in body.iter(qn("w:p")))


CIVILITES = {
    "Mme": ("DE LA RÉFÉRENTE", "Elle pourra également", "sollicitée", "L’intéressée"),
    "M.": ("DU RÉFÉRENT «", "Il pourra également", "sollicité par", "L’intéressé\n"),
}


@pytest.mark.parametrize("civilite", ["Mme", "M."])
def test_the_shipped_letter_agrees_and_leaves_nothing_doubled(config: Config, civilite: str, tmp_path: Path) -> None:
    from dataclasses import replace

    from pipeline.model import Etablissement, Imp, Letter, Personne, RowRef
    from pipeline.render.fields import fields_of

    imp: Imp = config.imp.pairs[2]
    person = Personne(civilite, "Dominique", "Exemple")
    school = Etablissement("0779999D", "Collège des Tilleuls", "Villeneuve")
    one = Letter(RowRef("f", 5), school, person, replace(person, nom="Modèle"), imp)
    render(load_template(SHIPPED), fields_of(one, config), tmp_path / "lettre.docx")
    shown = texts(tmp_path / "lettre.docx")
    for expected in (*CIVILITES[civilite], "1\u202f250,00\u00a0€", "1\u00a0IMP", "UAI\u00a00779999D", "du collège des"):
        assert expected in shown
    for unwanted in ("·", "(e)", "il ou elle", "Il ou elle", "ou cheffe", "2023", "None", "{{", "{%", "'"):
        assert unwanted not in shown


def test_the_shipped_letter_without_imp_says_so_and_shows_no_amount(sample: dict[str, Any], tmp_path: Path) -> None:
    render(load_template(SHIPPED), {**sample, "imp": None}, tmp_path / "lettre.docx")
    shown = texts(tmp_path / "lettre.docx")
    assert "sans indemnité pour mission particulière." in shown
    assert "€" not in shown


def test_the_shipped_template_keeps_french_typography() -> None:
    document = docx.Document(str(SHIPPED))
    fixed = [paragraph.text for paragraph in document.paragraphs if "{%" not in paragraph.text]
    assert fixed
    for text in fixed:
        assert unicodedata.is_normalized("NFC", text)
        assert not any(bad in text for bad in (" :", " ;", " !", " ?", "« ", " »", "'"))


def test_the_shipped_template_is_accessible_and_keeps_signatures_together() -> None:
    document = docx.Document(str(SHIPPED))
    styles = [paragraph.style.style_id for paragraph in document.paragraphs]
    assert styles.count("Heading1") == 1
    assert styles.count("ListBullet") == 5
    assert 'w:val="fr-FR"' in document.styles.element.xml
    assert document.core_properties.language == "fr-FR"
    assert "{{ referent.nom_complet }}" in document.core_properties.title
    (row,) = document.tables[0].rows
    for cell in row.cells:
        assert [paragraph.style.style_id for paragraph in cell.paragraphs] == ["Vu", "Signataire", "Signature"]
        assert all(paragraph.paragraph_format.keep_with_next for paragraph in cell.paragraphs)


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ("{{ referant.nom }}", "« referant » n’existe pas ; vouliez-vous écrire « referent", "referent"),
        ("{{ referent.non }}", "« referent.non » n’existe pas ; vouliez-vous écrire « referent.nom »", "civilite"),
        ("{{ uai }}", "« uai » n’existe pas ; vouliez-vous écrire « etablissement.uai »", "annee_scolaire"),
        ("{{ referent.nom.famille }}", "« referent.nom.famille » n’existe pas", ""),
        ('{{ autres["Observation"] }}', "vouliez-vous écrire « autres.Observations »", "Observations"),
        ('{{ autres["Bassin"] }}', '« autres["Bassin"] » n’existe pas', "Bassin de formation"),
        ("{% if impp %}x{% endif %}", "« impp » n’existe pas", ""),
        ("{% for v in visa %}{{ v }}{% endfor %}", "« visa » n’existe pas ; vouliez-vous écrire « visas »", ""),
        ("{% for v in visas %}{{ v.texte }}{% endfor %}", "« v.texte » n’existe pas", ""),
        ("{% for v in visas %}x{% endfor %}{{ v }}", "« v » n’existe pas", ""),
        ("{% set n = referent %}{{ n.rien }}", "« n.rien » n’existe pas", ""),
        ("{% if referent.nom %}", "n’est jamais refermée", "endif"),
        ("{% for v in visas %}{{ v }}", "n’est jamais refermée", "endfor"),
        ("{{ referent.nom }", "n’est jamais refermée", "{{ referent.nom }}"),
        ("{{ referent nom }}", "mal écrite", "{{ referent.nom }}"),
        ("{% si imp %}", "mal écrite", "{% if imp %}"),
        ("{{ referent.nom | majuscule }}", "« majuscule » n’existe pas", "upper"),
        ("{{ referent.nom | uper }}", "vouliez-vous écrire « upper »", "upper"),
        ("{{ referent.nom | safe }}", "« safe » n’existe pas", "upper"),
        ("{% if imp is vide %}x{% endif %}", "« is vide » n’existe pas", "is defined"),
        ("{{ referent.nom.upper() }}", "contient du code", "sans parenthèses"),
        ("{{ ''.__class__.__mro__ }}", "contient du code", "sans parenthèses"),
        ("{{ range(10) }}", "contient du code", "sans parenthèses"),
        ("{% for i in range(10**9) %}x{% endfor %}", "contient du code", "sans parenthèses"),
        ("{{ '%999999999d' % 1 }}", "contient du code", "sans parenthèses"),
        ("{% for v in visas %}{{ loop.index * 10 ** 9 }}{% endfor %}", "contient du code", "sans parenthèses"),
        ("{% for v in visas %}{{ 'x' * 999 * loop.index }}{% endfor %}", "contient du code", "sans parenthèses"),
        ("{{ lipsum() }}", "contient du code", "sans parenthèses"),
        ("{{ referent['__class__'] }}", "contient du code", "sans parenthèses"),
        ("{% import 'os' as os %}", "contient du code", "sans parenthèses"),
        ("{% extends 'x' %}", "contient du code", "sans parenthèses"),
        ("{% filter upper %}x{% endfilter %}", "contient du code", "sans parenthèses"),
        (
            "{% for a in visas %}{% for b in visas %}{% for c in visas %}x{% endfor %}{% endfor %}{% endfor %}",
            "trois boucles",
            "une ou deux",
        ),
        ("{% for c in referent.nom %}{{ c }}{% endfor %}", "« referent.nom » n’est pas une liste", "visas"),
        ('{% for c in referent["nom"] %}{{ c }}{% endfor %}', '« referent["nom"] » n’est pas une liste', "visas"),
        ('{% for c in autres["Observations"] %}{{ c }}{% endfor %}', "n’est pas une liste", "visas"),
        ("{% for c in referent.nom | list %}{{ c }}{% endfor %}", "« referent.nom » n’est pas une liste", "visas"),
        ("{% for c in referent.nom | upper | sort %}{{ c }}{% endfor %}", "« referent.nom » n’est pas", "visas"),
        ("{% for un in equipe %}{% for c in un.nom %}{{ c }}{% endfor %}{% endfor %}", "« un.nom » n’est pas", "visas"),
        ("{% set n = referent.nom %}{% for c in n %}{{ c }}{% endfor %}", "« n » n’est pas une liste", "visas"),
        ("{% set a = referent.nom %}{% set a = a ~ a %}{{ a }}", "« set » reprend « a »", "seulement des champs"),
        ("{{ visas | batch(1000000000, 'x') | list | length }}", "n’accepte qu’un petit nombre", "100"),
        ("{{ 1.5 | round(1000000000, 'ceil') }}", "n’accepte qu’un petit nombre", "100"),
        ("{{ 'x'" + " | replace('x', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')" * 8 + " }}", "démesuré", "nom complet"),
        ("{% endif %}", "ne répond à aucune condition", "Retirez"),
        ("{% else %}", "ne répond à aucune condition", "Retirez"),
        ("{% if imp %}x{% endfor %}y{% endif %}", "« endfor » ne répond", "Retirez"),
        ("{{ referent.nom", "n’est jamais refermée", "{{ referent.nom }}"),
        ("referent.nom }}", "serait imprimé tel quel", "{{ referent.nom }}"),
        ("{ referent.nom }", "serait imprimé tel quel", "{{ referent.nom }}"),
        ("{% if referent.civilite == « Mme » %}x{% endif %}", "guillemets français", "droits"),
        ("{{ referent.nom ! }}", "« ! » n’est pas", "{{ referent.nom }}"),
        ("{{ 'x' * 1000000000 }}", "contient du code", "sans parenthèses"),
        ("{{ 9 ** 999999 }}", "contient du code", "sans parenthèses"),
        ("{% include '/etc/passwd' %}", "contient du code", "sans parenthèses"),
        ("{% macro m() %}x{% endmacro %}", "contient du code", "sans parenthèses"),
        ("{{ referent }}", "ne peut pas être imprimé", "nom complet d’un champ"),
        ("{{ visas }}", "ne peut pas être imprimé", "nom complet d’un champ"),
        ("{{ imp.montant }}", "sans IMP", "{% if imp %}"),
        ("{{ 1 / 0 }}", "ne peut pas être imprimé", "nom complet d’un champ"),
    ],
)
def test_a_fault_in_a_tag_is_found_at_its_place(
    text: str, what: str, remedy: str, sample: dict[str, Any], tmp_path: Path
) -> None:
    faults = check_template(letter(tmp_path, "Avant.", f"Ici {text} là.", ESSENTIAL), sample)
    assert faults
    assert all(fault.fatal for fault in faults)
    assert all(str(fault.place).startswith("corps de la lettre, paragraphe 3 « Ici ") for fault in faults)
    assert any(what in fault.what and remedy in fault.remedy for fault in faults), faults


@pytest.mark.parametrize(
    "text",
    [
        '{{ autres["Bassin de formation"] }} {{ autres.Observations }}',
        '{% if autres["Rien"] is defined %}x{% endif %}{{ autres["Rien"] | default("-") }}',
        "{% for v in visas if v %}{{ loop.index }} {{ v | upper }}{% if not loop.last %}, {% endif %}{% endfor %}",
        "{% set n = referent.nom %}{{ n }} {{ n ~ '-' ~ referent.prenom }} {{ visas[0] }} {{ academie[0] | upper }}",
        "{% if imp and imp.nombre != '1' %}{{ imp.libelle }}{% elif chef.civilite == 'M.' %}x{% endif %}",
        "{% for v in visas | sort %}{{ v }}{% endfor %}{% for un in equipe | sort(attribute='nom') %}{{ un.nom }}{% endfor %}",
        "{# une remarque #}{{ visas | join(' ; ') }} {{ visas | length }}",
    ],
)
def test_what_a_template_may_say_has_no_fault(text: str, sample: dict[str, Any], tmp_path: Path) -> None:
    assert check_template(letter(tmp_path, text, ESSENTIAL), sample) == ()


def test_faults_are_found_in_headers_footers_and_properties_all_at_once(
    whole: Path, sample: dict[str, Any], tmp_path: Path
) -> None:
    document = docx.Document(str(whole))
    document.sections[0].header.paragraphs[0].text = "Haut {{ haut }}"
    document.sections[0].footer.paragraphs[0].text = "Bas {{ bas }}"
    document.core_properties.title = "Lettre {{ titre }}"
    document.save(str(whole))
    found = {(str(fault.place), fault.what.split(" n’existe")[0]) for fault in check_template(whole, sample)}
    assert found == {
        ("en-tête, paragraphe 1 « Haut {{ haut }} »", "le champ « haut »"),
        ("pied de page, paragraphe 1 « Bas {{ bas }} »", "le champ « bas »"),
        ("propriétés du document « Lettre {{ titre }} »", "le champ « titre »"),
    }


def test_a_part_without_any_tag_is_no_fault(whole: Path, sample: dict[str, Any]) -> None:
    document = docx.Document(str(whole))
    document.sections[0].header.paragraphs[0].text = "Rectorat"
    document.save(str(whole))
    assert check_template(whole, sample) == ()


def test_a_part_without_any_paragraph_is_no_fault(whole: Path, sample: dict[str, Any]) -> None:
    document = docx.Document(str(whole))
    footer = document.sections[0].footer
    footer.paragraphs[0]._p.getparent().remove(footer.paragraphs[0]._p)
    document.save(str(whole))
    assert check_template(whole, sample) == ()


def test_an_empty_document_shows_nothing_of_what_it_should(sample: dict[str, Any], tmp_path: Path) -> None:
    docx.Document().save(str(tmp_path / "vide.docx"))
    errors = [fault for fault in check_template(tmp_path / "vide.docx", sample) if fault.fatal]
    assert {fault.code for fault in errors} == {Code.ABSENT}
    assert len(errors) == 8


@pytest.mark.parametrize("field", ["referent.nom_complet", "etablissement.nom", "etablissement.uai", "imp.montant"])
def test_a_template_that_never_prints_what_each_letter_needs(
    field: str, sample: dict[str, Any], tmp_path: Path
) -> None:
    faults = check_template(letter(tmp_path, ESSENTIAL.replace(f"{{{{ {field} }}}}", "")), sample)
    assert len(faults) == 1
    assert "n’est imprimé nulle part" in faults[0].what
    assert f"« {{{{ {field} }}}} »" in faults[0].remedy


def test_a_template_without_title_is_only_a_warning(sample: dict[str, Any], tmp_path: Path) -> None:
    path = letter(tmp_path, ESSENTIAL)
    document = docx.Document(str(path))
    document.core_properties.title = ""
    document.save(str(path))
    assert [(fault.fatal, "titre" in fault.what) for fault in check_template(path, sample)] == [(False, True)]
    assert [fault.code for fault in require_sound(path, sample)] == [Code.TITRE_DU_DOCUMENT]


def test_a_condition_that_cuts_a_table_open(sample: dict[str, Any], tmp_path: Path) -> None:
    path = letter(tmp_path, ESSENTIAL)
    document = docx.Document(str(path))
    document.add_table(1, 1).cell(0, 0).text = "{% if imp is none %}dedans"
    document.add_paragraph("{% endif %}dehors")
    document.save(str(path))
    faults = check_template(path, sample)
    assert len(faults) == 1
    assert "illisible" in faults[0].what


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relationship(kind: str, target: str, mode: str = ' TargetMode="External"') -> str:
    return f'<Relationship Id="rId99" Type="{OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'


@pytest.mark.parametrize(
    ("kind", "mode", "what"),
    [
        ("image", ' TargetMode="External"', "hors du fichier"),
        ("oleObject", ' TargetMode="External"', "hors du fichier"),
        ("frame", ' TargetMode="External"', "hors du fichier"),
        ("attachedTemplate", ' TargetMode="External"', "modèle Word attaché"),
        ("attachedTemplate", "", "modèle Word attaché"),
    ],
)
def test_what_would_be_fetched_from_outside_is_refused(
    kind: str, mode: str, what: str, whole: Path, sample: dict[str, Any]
) -> None:
    link = relationship(kind, "http://ailleurs.example/x.png" if mode else "styles.xml", mode)
    changed(whole, "word/_rels/document.xml.rels", "</Relationships>", link)
    assert [what in fault.what for fault in check_template(whole, sample)] == [True]


def test_a_hyperlink_is_allowed(whole: Path, sample: dict[str, Any]) -> None:
    link = relationship("hyperlink", "https://ailleurs.example/")
    assert check_template(changed(whole, "word/_rels/document.xml.rels", "</Relationships>", link), sample) == ()


@pytest.mark.parametrize(
    "xml",
    [
        '<w:r><w:instrText xml:space="preserve"> INCLUDEPICTURE "http://ailleurs.example/x" </w:instrText></w:r>',
        '<w:fldSimple w:instr=" DDEAUTO cmd x "/>',
        '<w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="file:///etc/passwd"/></w:pict></w:r>',
    ],
)
def test_a_word_field_that_fetches_something_is_refused(xml: str, whole: Path, sample: dict[str, Any]) -> None:
    faults = check_template(changed(whole, "word/document.xml", "</w:p>", f"{xml}</w:p>"), sample)
    assert ["hors du fichier" in fault.what for fault in faults] == [True]


def test_macros_are_refused(whole: Path, sample: dict[str, Any]) -> None:
    faults = check_template(changed(whole, "word/vbaProject.bin", "", "x"), sample)
    assert ["macros" in fault.what for fault in faults] == [True]


def test_a_document_with_entities_is_refused(whole: Path, sample: dict[str, Any]) -> None:
    bomb = '<!DOCTYPE w:document [<!ENTITY a "aaaaaaaaaa">]><w:document '
    faults = check_template(changed(whole, "word/document.xml", "<w:document ", bomb), sample)
    assert ["n’a pas été écrit par Word" in fault.what for fault in faults] == [True]


def test_a_small_file_that_unpacks_to_something_huge_is_refused(whole: Path, sample: dict[str, Any]) -> None:
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_DEFLATED) as package, package.open("word/media/x.bin", "w") as member:
        for _ in range(110):
            member.write(bytes(1_000_000))
    assert whole.stat().st_size < 1_000_000
    assert ["anormalement gros" in fault.what for fault in check_template(whole, sample)] == [True]


def other_zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr("xl/workbook.xml", "<x/>")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "vide"),
        (b"Bonjour", "pas un document Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "mot de passe"),
        (SHIPPED.read_bytes()[:3000], "incomplet"),
        (other_zip(), "pas un document Word"),
    ],
    ids=["empty", "text", "ole", "truncated", "other-zip"],
)
def test_a_file_that_is_not_a_docx(content: bytes, what: str, sample: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "gabarit.docx"
    path.write_bytes(content)
    with pytest.raises(TemplateError, match=what) as caught:
        require_sound(path, sample)
    assert str(path) in str(caught.value)
    assert caught.value.exit_code is ExitCode.INPUT


def test_a_damaged_part_is_not_a_crash(whole: Path, sample: dict[str, Any]) -> None:
    assert check_template(changed(whole, "word/document.xml", "<w:body>", "<w:bdoy>"), sample)
    whole.write_bytes(whole.read_bytes().replace(b"word/document.xml", b"word/document.xmx"))
    assert check_template(whole, sample)


@pytest.mark.parametrize("kind", ["missing", "folder"])
def test_a_file_that_cannot_be_read(kind: str, sample: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path if kind == "folder" else tmp_path / "absent.docx"
    with pytest.raises(TemplateError, match="ce gabarit"):
        require_sound(path, sample)
