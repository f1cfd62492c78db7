"""Faults planted one by one in copies of the shipped template, each with its code and its place."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx

from pipeline.render.check.faults import Code
from support.templates import (
    DOCUMENT,
    FOOTER,
    LAST,
    OFFICE,
    PACKAGE,
    RELATIONS,
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


PICTURE = f'<w:r><w:drawing><a:blip xmlns:a="urn:a" xmlns:r="{OFFICE}" r:link="rId99"/></w:drawing></w:r></w:p>{LAST}'
ENDNOTES = f'<w:endnotes xmlns:w="{WORD}"><w:endnote w:id="2">{line("Voir {{ academie }}.")}</w:endnote></w:endnotes>'
CHART = '<c:chartSpace xmlns:c="urn:c" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:p><a:r><a:t>Taux {{ imp.nombre }}</a:t></a:r></a:p></c:chartSpace>'
OBJECT = '<w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" Type="Embed" ProgID="Excel.Sheet.12"/></w:object>'
ATTACHED = f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/attachedTemplate" Target="file:///modele.dotx" TargetMode="External"/></Relationships>'
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
    ("no school", never("{{ etablissement.nom }}", "{{ etablissement.a_nom }}", "{{ etablissement.d_etablissement }}"), Code.ABSENT, WHOLE, ""),
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
    ("last year's, with a hyphen that does not break", put(PARAGRAPH, f"En 2025\u20112026, {PARAGRAPH}"), Code.ANNEE_SCOLAIRE, BODY, "En 2025\u20112026"),
    ("last year's, in the footer", put("{{ annee_scolaire }}", "2025-2026", FOOTER), Code.ANNEE_SCOLAIRE, FOOT, "2025-2026"),
    ("a text of another year", put(PARAGRAPH, f"Selon la note du 3 mai 2019, {PARAGRAPH}"), Code.ANNEE_DE_TEXTE, BODY, "du 3 mai 2019"),
    ("a décret's number", put(PARAGRAPH, f"Décret n° 2015-475. {PARAGRAPH}"), Code.ANNEE_DE_TEXTE, BODY, "2015-475"),
    ("not a Word document", lambda path: path.write_bytes(b"Bonjour"), Code.ILLISIBLE, FILE, ""),
    ("too big", part("word/media/image.bmp", "x" * 101_000_000), Code.TROP_GROS, FILE, ""),
]  # fmt: skip
