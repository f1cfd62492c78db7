"""Fill a Word template with the fields of a letter.

docxtpl reads, patches, compiles and rewrites the whole template for every letter. Here its patched XML is compiled once
and what no letter changes is packed once. Document, headers and footers come out byte for byte as docxtpl writes them:
its own methods do the patching, and the tests compare.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from docx.opc.coreprops import CoreProperties
from docx.opc.oxml import serialize_part_xml
from docx.oxml.parser import parse_xml
from docxtpl import DocxTemplate
from lxml import etree

from pipeline.errors import GabaritError
from pipeline.files import write_whole
from pipeline.render.docx import (
    Part,
    core_part,
    environment,
    members_of,
    open_docx,
    parts_of,
    properties_of,
    read_bytes,
)

Fields = Mapping[str, Any]
Writer = Callable[[Fields], bytes]

_LITERAL = (("\n<w:p ", "<w:p "), ("\n<w:p>", "<w:p>"), ("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}"))
_LISTING = re.compile("[\t\a\n\f]")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PROPERTY_LENGTH = 255
_FIRST_PICTURE_ID = 1000
_OF_AN_EXPRESSION = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
_DOCXTPL = DocxTemplate("")  # for those of its methods that keep nothing from one call to the next


class _TableError(ValueError):
    """A table whose columns cannot be read."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template ready to print: `base` is the zip of what no letter changes, `writers` make the other parts."""

    path: Path
    base: bytes
    writers: tuple[tuple[str, Writer], ...]


def load_template(path: Path, content: bytes | None = None) -> Template:
    """Read a template and compile it, once for all the letters. Raises GabaritError when it cannot be used.

    `content` is what the file holds, where that was read already.
    """
    content = read_bytes(path) if content is None else content
    opened = open_docx(path, content)
    try:
        writers = {part.name: _writer(opened, part) for part in parts_of(opened)} | _core_writer(opened)
    except jinja2.TemplateSyntaxError as error:
        what = f"une balise est mal écrite ({error.message})"
        raise GabaritError(path, what, "Lancez « mlds modele » pour savoir laquelle.") from None
    kept = {name: data for name, data in members_of(content).items() if name not in writers}
    return Template(path, _pack(kept, compression=9), tuple(writers.items()))


def render(template: Template, fields: Fields, target: Path) -> bytes:
    """Write one letter and return the XML of its parts; the same template and fields give the same bytes.

    Raises GabaritError when a field is missing, or when the letter would be a document that Word cannot open.
    """
    try:
        parts = {name: write(fields) for name, write in template.writers}
        packed = _pack(parts, template.base)
    except (jinja2.TemplateError, etree.XMLSyntaxError, *_OF_AN_EXPRESSION) as error:
        raise GabaritError(template.path, *_reason(error)) from error
    write_whole(target, packed)  # the engine may be on its way to it already
    return b"".join(parts.values())


def _reason(error: Exception) -> tuple[str, str]:
    """Return what went wrong, and what to do."""
    if isinstance(error, etree.XMLSyntaxError):
        return (
            "la lettre obtenue serait illisible",
            "Une condition ou une boucle commence dans un paragraphe et finit dans un autre : écrivez chacune de ses "
            "balises, « {%p … %} », seule dans son paragraphe.",
        )
    if isinstance(error, _TableError):
        return (
            "les colonnes d’un tableau n’ont pas de largeur",
            "Dans Word, tirez une de ses lignes verticales à la souris, puis enregistrez.",
        )
    if isinstance(error, jinja2.TemplateError):
        return f"un champ ne peut pas être imprimé ({error.message})", "Lancez « mlds modele » pour savoir lequel."
    return "un calcul a échoué", "Écrivez seulement des champs, des conditions et des boucles."


def _writer(opened: DocxTemplate, part: Part) -> Writer:
    """Return the function that writes a part for one letter."""
    compiled = environment().from_string(part.source)
    if not part.root:
        return lambda fields: _checked(_fill(compiled, fields).encode())
    if part.name != opened.docx.part.partname.membername:
        return lambda fields: serialize_part_xml(parse_xml(_fill(compiled, fields).encode()))
    shell = deepcopy(opened.docx._element)
    shell.body.clear()
    return lambda fields: _document(shell, _fill(compiled, fields))


def _fill(compiled: jinja2.Template, fields: Fields) -> str:
    """Return the XML of a part with its fields filled in, as docxtpl's `render_xml_part` does."""
    xml = compiled.render(fields)
    for written, meant in _LITERAL:
        xml = xml.replace(written, meant)
    # Tabs and line breaks of the values become Word's own; without any the search for them is the slowest step.
    return str(_DOCXTPL.resolve_listing(xml)) if _LISTING.search(xml) else xml


def _document(shell: Any, xml: str) -> bytes:
    """Return the document: docxtpl's repairs on the body, then the body put back into its root element."""
    body = etree.fromstring(xml)  # strict, where docxtpl drops in silence what does not parse
    if "<w:tbl" in xml:
        try:
            body = _DOCXTPL.fix_tables(xml)
        except (TypeError, ValueError, AttributeError) as error:
            raise _TableError from error
    if "<wp:docPr" in xml:
        numbering = DocxTemplate("")
        numbering.docx_ids_index = _FIRST_PICTURE_ID
        numbering.fix_docpr_ids(body)
    root = deepcopy(shell)
    root.replace(root.body, body)
    return bytes(serialize_part_xml(root))


def _checked(xml: bytes) -> bytes:
    """Return footnotes as they are, once they have proved to be XML."""
    etree.fromstring(xml)
    return xml


def _core_writer(opened: DocxTemplate) -> dict[str, Writer]:
    """Return what writes the document's properties, nothing when they hold no field."""
    # Without autoescape: a property is set as text, and lxml escapes it (docxtpl would do it twice).
    plain = environment(autoescape=False)
    compiled = {name: plain.from_string(source) for name, source in properties_of(opened).items()}
    part = core_part(opened)
    if part is None or not compiled:
        return {}

    def write(fields: Fields) -> bytes:
        element = deepcopy(part.element)
        for name, template in compiled.items():
            setattr(CoreProperties(element), name, template.render(fields)[:_PROPERTY_LENGTH])
        return bytes(serialize_part_xml(element))

    return {part.partname.membername: write}


def _pack(members: Mapping[str, bytes], base: bytes = b"", compression: int = 1) -> bytes:
    """Return a zip of `base`'s entries, taken as they are, followed by these; undated, so that it never changes."""
    written = io.BytesIO(base)
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            packed.writestr(entry, data, zipfile.ZIP_DEFLATED, compression)
    return written.getvalue()
