"""A template of another kind than the shipped one, made as a person would in Word: two pages, a table, a picture."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from PIL import Image, ImageDraw

FONT = "Liberation Serif"


def drawing() -> io.BytesIO:
    """Return an invented sign: three leaves in a ring."""
    picture = Image.new("RGB", (240, 240), "white")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((10, 10, 230, 230), outline=(30, 110, 90), width=14)
    for left, top in ((60, 110), (125, 110), (92, 45)):
        pen.ellipse((left, top, left + 55, top + 80), fill=(240, 150, 40))
    content = io.BytesIO()
    picture.save(content, "PNG")
    content.seek(0)
    return content


def note(path: Path) -> Path:
    """Write the template; only what Word itself can make is in it."""
    document = docx.Document()
    document.core_properties.title = "Note de mission – {{ referent.nom_complet }} – {{ etablissement.uai }}"
    document.core_properties.author = "{{ dsden.intitule }}"
    document.core_properties.comments = ""
    document.core_properties.language = "fr-FR"
    _in_french(document)
    _header(document)
    document.add_heading("Note de mission {{ annee_scolaire }}", level=1)
    document.add_paragraph("{{ etablissement.Le_nom }} (UAI {{ etablissement.uai }}) – {{ dsden.intitule }}")
    document.add_heading("La mission", level=2)
    document.add_paragraph(
        "{{ referent.nom_complet }} est {{ 'nommé' | accord(referent) }} {{ referent.titre }} "
        "{{ etablissement.a_nom }}, du {{ debut_annee }} au {{ fin_annee }}, auprès {{ chef.de_nom_complet }}, "
        "{{ chef.titre }}."
    )
    document.add_paragraph(
        "{% if imp %}L’indemnité est de {{ imp.montant }} ({{ imp.montant | en_lettres }}), soit {{ imp.nombre }} IMP."
        "{% elif decharge %}Une décharge tient lieu d’indemnité."
        "{% else %}Cette mission est exercée sans indemnité.{% endif %}"
    )
    document.add_paragraph("{%p for visa in visas %}")
    document.add_paragraph("{{ visa }}", style="List Bullet")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_heading("L’équipe de l’établissement", level=2)
    _team(document)
    document.add_paragraph("{%p if referent.collegues %}")
    document.add_paragraph("La mission est partagée avec {{ referent.collegues }}.")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{{ chef.nom_complet }}, {{ chef.Chef }} d’établissement")
    document.sections[0].footer.paragraphs[0].text = "Copie : {{ dsden.courriel }}"
    document.save(str(path))
    return path


def _in_french(document: Any) -> None:
    """Set the language and a typeface that every machine of the tests has, as Word's dialogs do."""
    for style in document.styles:
        properties = style.element.find(qn("w:rPr"))
        if style.name == "Normal" or (properties is not None and properties.find(qn("w:rFonts")) is not None):
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for name in list(fonts.attrib):
                del fonts.attrib[name]
            for slot in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(qn(f"w:{slot}"), FONT)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "fr-FR")
    for fonts in document.styles.element.find(qn("w:docDefaults")).iter(qn("w:rFonts")):
        for name in list(fonts.attrib):
            del fonts.attrib[name]
        for slot in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{slot}"), FONT)
    document.styles["Normal"].font.size = Pt(11)


def _header(document: Any) -> None:
    paragraph = document.sections[0].header.paragraphs[0]
    picture = paragraph.add_run().add_picture(drawing(), width=Cm(1.8))
    picture._inline.docPr.set("descr", "Trois feuilles dans un anneau")
    paragraph.add_run("  {{ academie }}")


def _team(document: Any) -> None:
    """Add a table whose middle row stands for each référent: the rows around it are Word's way to write a loop."""
    table = document.add_table(rows=4, cols=3, style="Table Grid")
    rows = (
        ("Nom", "Fonction", "Indemnité"),
        ("{%tr for un in equipe %}", "", ""),
        ("{{ un.nom_complet }}", "{{ un.fonction }}", "{% if un.imp %}{{ un.imp }} IMP, {{ un.montant }}{% else %}aucune{% endif %}"),
        ("{%tr endfor %}", "", ""),
    )  # fmt: skip
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
