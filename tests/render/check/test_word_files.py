"""Templates as Word, LibreOffice and other programs really write them: what is sound prints, what is not has its place."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pipeline.campaign.templates import annotated
from pipeline.render.check.check import check_template
from pipeline.render.check.faults import Code
from pipeline.render.fields import example_of
from pipeline.render.stage import load_template, render
from pipeline.settings.config import Config
from support.templates import (
    DOCUMENT,
    OFFICE,
    RELATIONS,
    SHIPPED,
    TYPES,
    WORD,
    Plant,
    add,
    changed,
    control,
    line,
    put,
    word_field,
)

BODY = "corps de la lettre"
WORDML = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NOTES = f'<w:footnotes xmlns:w="{WORD}"><w:footnote w:id="1"><w:p>{{}}</w:p></w:footnote></w:footnotes>'
DRAWING = 'xmlns:wp="urn:wp" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def runs(*texts: str, between: str = "") -> str:
    """Return a paragraph of several runs; `between` is what Word leaves between them."""
    return "<w:p>" + between.join(f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' for text in texts) + "</w:p>"


def cells(*rows: tuple[str, ...]) -> str:
    """Return a table as Word writes it."""
    grid = '<w:gridCol w:w="2000"/>' * len(rows[0])
    lines = "".join("<w:tr>" + "".join(f"<w:tc>{line(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"


def all_of(*plants: Plant) -> Plant:
    def plant(path: Path) -> None:
        for one in plants:
            one(path)

    return plant


def new_part(name: str, xml: str, kind: str) -> Plant:
    """Add a part as a package holds it: the part, its type, the relationship that leads to it."""
    override = f'<Override PartName="/word/{name}" ContentType="{WORDML}.{kind}+xml"/></Types>'
    relation = f'<Relationship Id="rId90" Type="{OFFICE}/{kind}" Target="{name}"/></Relationships>'
    return all_of(
        lambda path: changed(path, f"word/{name}", "", xml),
        put("</Types>", override, TYPES),
        put("</Relationships>", relation, RELATIONS),
    )


def header(kind: str, text: str) -> Plant:
    return all_of(
        new_part("header9.xml", f'<w:hdr xmlns:w="{WORD}">{line(text)}</w:hdr>', "header"),
        put("<w:footerReference", f'<w:headerReference w:type="{kind}" r:id="rId90"/><w:footerReference'),
    )


def footnote(runs_of_it: str) -> Plant:
    return all_of(
        new_part("footnotes.xml", NOTES.format(runs_of_it), "footnotes"),
        add('<w:p><w:r><w:t>Appel</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r></w:p>'),
    )


def repacked(change: Any) -> Plant:
    """Rewrite the whole package, name by name."""

    def plant(path: Path) -> None:
        with zipfile.ZipFile(path) as package:
            parts = dict(change(name, package.read(name)) for name in package.namelist())
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for name, data in parts.items():
                package.writestr(name, data)

    return plant


def of_a_browser(name: str, data: bytes) -> tuple[str, bytes]:
    """Name the parts as the Word of a browser does."""
    for part in (b"document", b"styles", b"fontTable"):
        data = data.replace(part + b".xml", part + b"2.xml")
    return re.sub(r"(document|styles|fontTable)\.xml", r"\g<1>2.xml", name), data


def strict(name: str, data: bytes) -> tuple[str, bytes]:
    for before, after in ((WORD, "wordprocessingml/main"), (OFFICE, "officeDocument/relationships")):
        data = data.replace(before.encode(), f"http://purl.oclc.org/ooxml/{after}".encode())
    return name, data


def box(inner: str) -> str:
    """Return a text box, twice, as Word writes it for itself and for older programs."""
    content = f"<w:txbxContent>{inner}</w:txbxContent>"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    return (
        f'<w:p><w:r><w:t>Autour</w:t></w:r><w:r><mc:AlternateContent xmlns:mc="{mc}"><mc:Choice Requires="wps">{content}'
        f"</mc:Choice><mc:Fallback>{content}</mc:Fallback></mc:AlternateContent></w:r>{line('').replace('<w:p>', '').replace('</w:p>', '')}</w:p>"
    )


GOOGLE = '<w:tblGrid><w:gridCol w:w="4000"/><w:tblGridChange w:id="0"><w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid></w:tblGridChange></w:tblGrid>'
DOCS = '<w:tag w:val="goog_rdk_0"/>'
TRACKED = '<w:p><w:r><w:t>Ici {{ refer</w:t></w:r><w:ins w:id="9" w:author="x"><w:r><w:t>ent</w:t></w:r></w:ins><w:r><w:t>.nom }}</w:t></w:r></w:p>'
LOOP = cells(("{%tr for un in equipe %}",), ("Membre : {{ un.nom }}",), ("{%tr endfor %}",))

# What the owner did, and a text that the letter then holds. None of these is a fault.
SOUND: list[tuple[str, Plant, str]] = [
    ("spelling marks and revisions between runs", add(runs("Ici {{ ", "referent", ".nom }}", between='<w:proofErr w:type="spellStart"/>')), "Ici Exemple"),
    ("a bookmark in a tag", add(runs("Ici {{ ref", "erent.nom }}", between='<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/>')), "Ici Exemple"),
    ("each brace in its own run", add(runs("Ici {", "{ referent.nom }", "}")), "Ici Exemple"),
    ("a condition cut at its signs", add(runs("{", "% if imp %", "}Oui{", "% endif %}")), "Oui"),
    ("no-break spaces in a tag", add(line("Ici {{\u00a0imp.montant\u202f|\u00a0upper }}").replace("{{\u00a0imp", "{%\u00a0if imp\u00a0%}{{\u00a0imp").replace("upper }}", "upper }}{% endif %}")), "Ici 312,50"),
    ("a tab and a line break in a tag", add('<w:p><w:r><w:t>Ici {{</w:t><w:tab/><w:t>referent.nom</w:t><w:br/><w:t>}}</w:t></w:r></w:p>'), "Ici Exemple"),
    ("a tag over two paragraphs", add(line("Ici {{ referent") + line(".nom }} fin")), "Ici Exemple fin"),
    ("a text box and its older copy", add(box(line("Cadre {{ referent.nom }}"))), "Cadre Exemple"),
    ("a content control", add(control("Ici {{ referent.nom }}")), "Ici Exemple"),
    ("a tag half in a content control", add("<w:p><w:r><w:t>Ici {{ </w:t></w:r><w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>referent.nom</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t> }}</w:t></w:r></w:p>"), "Ici Exemple"),
    ("a table of Google Docs", add(f"<w:tbl><w:tblPr/>{GOOGLE}<w:tr><w:tc>{control('Ici {{ referent.nom }}', DOCS)}</w:tc></w:tr></w:tbl>"), "Ici Exemple"),
    ("a loop over rows", add(LOOP), "Membre : Autre"),
    ("a table in a table", add(cells(("Dehors",)).replace("</w:tc>", f"{cells(('Dedans {{ referent.nom }}',))}<w:p/></w:tc>", 1)), "Dedans Exemple"),
    ("page numbers", add(f"<w:p><w:r><w:t>Page </w:t></w:r>{word_field(' PAGE ', '1')}</w:p>"), "Page"),
    ("an equation", add(f"<w:p><m:oMath {MATH}><m:r><m:t>x={{{{ referent.nom }}}}</m:t></m:r></m:oMath></w:p>"), "x=Exemple"),
    ("WordArt", add(f"<w:p><w:r><w:drawing {DRAWING}><a:t>Art {{{{ referent.nom }}}}</a:t></w:drawing></w:r></w:p>"), "Art Exemple"),
    ("a hyperlink", add('<w:p><w:hyperlink w:anchor="x"><w:r><w:t>Ici {{ dsden.courriel }}</w:t></w:r></w:hyperlink></w:p>'), "Ici ce."),
    ("the header of the first page", header("first", "Rectorat, {{ academie }}"), ""),
    ("a note with a tag in pieces", footnote("<w:r><w:t>Note {{ acad</w:t></w:r><w:r><w:t>emie }}</w:t></w:r>"), "Appel"),
    ("the Word of a browser", repacked(of_a_browser), "LETTRE DE MISSION"),
    ("UTF-16", repacked(lambda name, data: (name, data.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16") if name == DOCUMENT else data)), "LETTRE DE MISSION"),
]  # fmt: skip

# What the owner did, the fault, the part and a text of the paragraph where it is said to be, what is said.
FAULTY: list[tuple[str, Plant, Code, str, str, str]] = [
    ("a wrong field between spelling marks", add(runs("Ici {{ ", "referant", ".nom }}", between='<w:proofErr w:type="spellEnd"/>')), Code.CHAMP, BODY, "Ici {{ referant.nom }}", "« referent.nom »"),
    ("a capital that Word put", add(line("{{ Referent.nom }} là")), Code.CHAMP, BODY, "là", "« referent.nom »"),
    ("an accent in a field", add(line("{{ référent.nom }} là")), Code.CHAMP, BODY, "là", "« referent.nom »"),
    ("capitals", add(line("{{ CHEF.NOM }} là")), Code.CHAMP, BODY, "là", "« chef.nom »"),
    ("a field of no like name", add(line("{{ etablissement.sigle }} là")), Code.CHAMP, BODY, "là", "« etablissement.sigle » n’existe pas."),
    ("a filter after a comma", add(line("{{ annee_scolaire, ordinal }} là")), Code.CHAMP, BODY, "là", "une barre : « | ordinal »"),
    ("a capital in a condition", add(line("{% If imp %}là{% endif %}")), Code.BALISE, BODY, "là", "« If » s’écrit sans majuscule"),
    ("else if", add(line("{% if imp %}là{% else if decharge %}ici{% endif %}")), Code.BALISE, BODY, "là", "« elif »"),
    ("one equal sign", add(line('{% if referent.civilite = "Mme" %}là{% endif %}')), Code.BALISE, BODY, "là", "« == »"),
    ("low quotes in a tag", add(line("Ici {{ „nommé“ | accord(referent) }}")), Code.GUILLEMETS, BODY, "Ici", "guillemets français"),
    ("an invisible sign in a tag", add(line("Ici {{ \u200breferent.nom }}")), Code.BALISE, BODY, "Ici", "un signe invisible"),
    ("a soft hyphen in a tag", add(line("Ici {{ refe\u00adrent.nom }}")), Code.BALISE, BODY, "Ici", "un signe invisible"),
    ("a tag of rows outside a table", add(line("{%tr if imp %}") + line("Là")), Code.BALISE, BODY, "{%tr if imp %}", "dans un tableau"),
    ("a no-break hyphen in a header's name", add('<w:p><w:r><w:t>Ici {{ etablissement.le</w:t><w:noBreakHyphen/><w:t>nom }}</w:t></w:r></w:p>'), Code.CHAMP, BODY, "Ici", "etablissement.lenom"),
    ("a field without braces", add(line("Pour referent.nom, bonjour")), Code.BALISE, BODY, "Pour", "les accolades manquent"),
    ("a field between signs of another program", add(line("Pour [[chef.nom_complet]] et &lt;&lt;etablissement.nom&gt;&gt;")), Code.BALISE, BODY, "Pour", "« {{ chef.nom_complet }} »"),
    ("a text before a tag of paragraphs", add(line("Perdu {%p if imp %}") + line("Là") + line("{%p endif %}")), Code.TEXTE_PERDU, BODY, "Perdu", "tout le paragraphe"),
    ("a cell beside a tag of rows", add(cells(("{%tr for un in equipe %}", "Perdu"), ("{{ un.nom }}", ""), ("{%tr endfor %}", ""))), Code.TEXTE_PERDU, BODY, "{%tr for", "toute la ligne"),
    ("a text beside a tag of cells", add(cells(("{%tc if imp %} Perdu", "Là", "{%tc endif %}"))), Code.TEXTE_PERDU, BODY, "Perdu", "toute la cellule"),
    ("a text box", add(box(line("Cadre {{ rien }}"))), Code.CHAMP, BODY, "Cadre {{ rien }}", "« rien »"),
    ("what stands for a picture", add(f'<w:p><w:r><w:t>Photo</w:t><w:drawing {DRAWING}><wp:docPr id="7" name="x" descr="de {{{{ rien }}}}"/></w:drawing></w:r></w:p>'), Code.CHAMP, BODY, "Photo", "« rien »"),
    ("an equation", add(f"<w:p><m:oMath {MATH}><m:r><m:t>x={{{{ rien }}}}</m:t></m:r></m:oMath></w:p>"), Code.CHAMP, BODY, "x={{ rien }}", "« rien »"),
    ("a smart tag", add('<w:p><w:smartTag w:uri="x" w:element="y"><w:r><w:t>Ici {{ rien }}</w:t></w:r></w:smartTag></w:p>'), Code.CHAMP, BODY, "Ici", "« rien »"),
    ("a hidden text", add(line("Caché {{ rien }}", looks="<w:vanish/>")), Code.CHAMP, BODY, "Caché", "« rien »"),
    ("the header of the first page", header("first", "Haut {{ rien }}"), Code.CHAMP, "en-tête", "Haut", "« rien »"),
    ("the header of even pages", header("even", "Haut {{ rien }}"), Code.CHAMP, "en-tête", "Haut", "« rien »"),
    ("a footnote", footnote("<w:r><w:t>Note {{ rien }}</w:t></w:r>"), Code.CHAMP, "notes de bas de page", "Note", "« rien »"),
    ("a tracked insertion inside a tag", add(TRACKED), Code.SUIVI, BODY, "Ici {{ referent.nom }}", "ni acceptée ni refusée"),
    ("a paragraph mark tracked as deleted", add(line("Fin", '<w:rPr><w:del w:id="9" w:author="x"/></w:rPr>')), Code.SUIVI, BODY, "Fin", "ni acceptée"),
    ("a picture field whose code is cut", add(f"<w:p>{word_field(' INCLUDEPICTURE x.png ', 'Image')}</w:p>"), Code.LIEN_EXTERNE, BODY, "Image", "« INCLUDEPICTURE x.png »"),
    ("a picture field in small letters", add(f"<w:p>{word_field(' includepicture x.png ', 'Image')}</w:p>"), Code.LIEN_EXTERNE, BODY, "Image", "« includepicture x.png »"),
    ("a mail merge in one piece", add('<w:p><w:fldSimple w:instr=" MERGEFIELD Nom "><w:r><w:t>«Nom»</w:t></w:r></w:fldSimple></w:p>'), Code.CHAMP_WORD, BODY, "«Nom»", "ne serait pas rempli"),
    ("a question of Word's", add(f"<w:p>{word_field(' FILLIN Nom ', 'Nom ?')}</w:p>"), Code.CHAMP_WORD, BODY, "Nom ?", "ne serait pas rempli"),
    ("the name of the file", add(f"<w:p>{word_field(' FILENAME ', 'lettre')}</w:p>"), Code.DATE_DU_JOUR, BODY, "lettre", "dépend du jour"),
    ("an inserted file", add('<w:altChunk r:id="rId91"/>'), Code.HORS_PORTEE, BODY, "Une copie de ce document", "un autre document est inséré"),
    ("a diagram", lambda path: changed(path, "word/diagrams/data1.xml", "", f"<x {DRAWING}><a:p><a:r><a:t>Schéma {{{{ academie }}}}</a:t></a:r></a:p></x>"), Code.HORS_PORTEE, "diagramme", "Schéma", "pas remplis"),
    ("a table whose columns have no width", add("<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"), Code.IMPRESSION, "lettre entière", "", "pas de largeur"),
    ("a template of Word's", put(f"{WORDML}.document.main+xml", f"{WORDML}.template.main+xml", TYPES), Code.ILLISIBLE, "fichier", "", "(.dotx)"),
    ("a document that may hold macros", put(f"{WORDML}.document.main+xml", "application/vnd.ms-word.document.macroEnabled.main+xml", TYPES), Code.ILLISIBLE, "fichier", "", "(.docm)"),
    ("the strict format", repacked(strict), Code.ILLISIBLE, "fichier", "", "Open XML strict"),
    ("rich text", lambda path: path.write_bytes(b"{\\rtf1 Bonjour}"), Code.ILLISIBLE, "fichier", "", "un document .rtf"),
    ("a web page", lambda path: path.write_bytes(b"<html>Bonjour</html>"), Code.ILLISIBLE, "fichier", "", "une page web"),
]  # fmt: skip


@pytest.fixture(scope="module")
def sample(config: Config) -> dict[str, Any]:
    return example_of(config)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copy(SHIPPED, tmp_path / "lettre.docx"))


def check(path: Path, sample: dict[str, Any]) -> tuple[Any, ...]:
    return check_template(path, sample, frozenset({"liberationsans"}))


def shown(path: Path) -> str:
    """Return the text of a letter's main part."""
    with zipfile.ZipFile(path) as package:
        (name,) = [name for name in package.namelist() if re.fullmatch(r"word/document\d*\.xml", name)]
        return html.unescape(re.sub("<[^>]+>", "", package.read(name).decode())).replace("\u00a0", " ")


@pytest.mark.parametrize(("plant", "text"), [row[1:] for row in SOUND], ids=[row[0] for row in SOUND])
def test_what_word_writes_in_its_own_way_is_no_fault_and_prints(
    plant: Plant, text: str, copy: Path, sample: dict[str, Any]
) -> None:
    plant(copy)
    assert [str(fault) for fault in check(copy, sample)] == []
    render(load_template(copy), sample, copy.with_name("sortie.docx"))
    assert text in shown(copy.with_name("sortie.docx"))


@pytest.mark.parametrize(
    ("plant", "code", "part", "text", "said"), [row[1:] for row in FAULTY], ids=[row[0] for row in FAULTY]
)
def test_a_fault_is_found_where_word_put_it(
    plant: Plant, code: Code, part: str, text: str, said: str, copy: Path, sample: dict[str, Any]
) -> None:
    plant(copy)
    faults = check(copy, sample)
    assert {(fault.code, fault.place.part) for fault in faults} >= {(code, part)}, [str(one) for one in faults]
    assert all(fault.fatal == (code is not Code.DATE_DU_JOUR) for fault in faults)
    assert any(text in fault.place.text and said in f"{fault.what}. {fault.remedy}" for fault in faults), faults
    if code is not Code.ILLISIBLE:
        annotated(copy, faults)


def test_a_template_saved_by_libreoffice_is_as_sound_as_before(copy: Path, sample: dict[str, Any]) -> None:
    profile = f"-env:UserInstallation={(copy.parent / 'profil').as_uri()}"
    for kind, name in (("docx:MS Word 2007 XML", "docx"), ("odt", "odt")):
        command = [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(copy.parent / "lo"),
            str(copy),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        shutil.copy(copy.parent / f"lo/lettre.{name}", copy.with_name(f"{name}.docx"))
    assert [str(fault) for fault in check(copy.with_name("docx.docx"), sample)] == []
    (fault,) = check(copy.with_name("odt.docx"), sample)
    assert "un document LibreOffice (.odt)" in fault.what
