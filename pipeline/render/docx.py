"""The parts of a Word template that hold fields, patched as docxtpl does, and the only environment they may run in."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from typing import Any

import jinja2
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from pipeline.errors import GabaritError
from pipeline.french.filters import FRENCH
from pipeline.french.signs import NOT_XML
from pipeline.french.words import insecable

FILTERS = (
    *FRENCH,
    *("upper", "lower", "capitalize", "title", "trim", "replace", "default", "d", "join", "length", "count", "first"),
    *("last", "sort", "unique", "list", "select", "reject", "selectattr", "rejectattr", "map", "groupby", "batch"),
    *("int", "float", "round", "abs", "sum", "min", "max", "string", "escape", "e"),
)
"""What a template may use: ours, and of Jinja's none that prints raw XML, draws at random, or builds huge texts."""

PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")
"""The properties of the document that docxtpl fills in."""

_LONGEST = 10_000
"""Characters that a filter may make: a letter of two pages has half of that."""

_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_YEARS = re.compile(r"(?<![\w-])(?:(?:année|scolaire) )?\d{4}-\d{4}(?![\w-])")
_TAG = re.compile(r"\{[{%#]")


@dataclass(frozen=True, slots=True)
class Part:
    """One part that docxtpl renders: its name in the package and its Jinja source, one line a paragraph.

    `root` is false for footnotes, which docxtpl treats as text and not as a tree.
    """

    name: str
    source: str
    root: bool


def environment(autoescape: bool = True) -> jinja2.Environment:
    """Return the only environment templates run in: sandboxed, strict on unknown fields, without Jinja's globals."""
    made = ImmutableSandboxedEnvironment(autoescape=autoescape, undefined=jinja2.StrictUndefined, finalize=printable)
    made.globals.clear()
    made.filters = dict(_filters())
    return made


@cache
def _filters() -> dict[str, Callable[..., Any]]:
    every = {**jinja2.filters.FILTERS, **FRENCH}
    return {name: _bounded(every[name]) for name in FILTERS}


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that refuses to make a huge text: « replace » after « replace » would fill the memory."""

    @wraps(function)  # keeps what Jinja has noted on the function
    def bounded(*args: Any, **kwargs: Any) -> Any:
        made = function(*args, **kwargs)
        if isinstance(made, str) and len(made) > _LONGEST:
            raise jinja2.UndefinedError("ce texte est démesuré")
        return made

    return bounded


def printable(value: Any) -> Any:
    """Return what a field prints: « année 2026-2027 » in one piece, and nothing that XML forbids.

    Raises jinja2.UndefinedError for what would print as Python.
    """
    if hasattr(type(value), "__html__") or isinstance(value, jinja2.Undefined):
        return value
    if isinstance(value, str):
        kept = NOT_XML.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
        return _YEARS.sub(lambda years: insecable(years[0]), kept) if "-" in kept else kept
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise jinja2.UndefinedError("ce champ n’est pas un texte : il est vide ou contient plusieurs valeurs")
    return value


def open_docx(path: Path, content: bytes) -> DocxTemplate:
    """Open what a template holds with docxtpl. Raises GabaritError when it is not a Word document."""
    opened = DocxTemplate(io.BytesIO(content))
    try:
        opened.init_docx()
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, AttributeError, etree.XMLSyntaxError):
        raise GabaritError(
            path,
            "ce gabarit n’est pas un document Word lisible",
            "Ouvrez-le dans Word, enregistrez-le au format .docx, puis recommencez.",
        ) from None
    return opened


def read_bytes(path: Path) -> bytes:
    """Read a template whole. Raises GabaritError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise GabaritError(
            path, "ce gabarit n’existe pas", "Vérifiez « fichier » dans la rubrique [gabarit] de config.toml."
        ) from None
    except OSError:
        raise GabaritError(
            path,
            "impossible de lire ce gabarit",
            "Vérifiez que c’est un fichier et que vous avez le droit de l’ouvrir, fermez-le dans Word, puis "
            "recommencez.",
        ) from None


def members_of(content: bytes) -> dict[str, bytes]:
    """Return the files of a package by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {info.filename: package.read(info) for info in package.infolist() if not info.is_dir()}


def numbered(members: Mapping[str, bytes], stem: str) -> bytes | None:
    """Return the part of one kind: the Word of a browser calls « styles2.xml » what others call « styles.xml »."""
    name = re.compile(rf"word/{stem}\d*\.xml")
    return next((data for member, data in members.items() if name.fullmatch(member)), None)


def parts_of(opened: DocxTemplate) -> tuple[Part, ...]:
    """Return the parts that docxtpl renders, the document first, then headers, footers and footnotes, each once."""
    trees = {opened.docx.part.partname.membername: opened.get_xml()}
    for uri in (DocxTemplate.HEADER_URI, DocxTemplate.FOOTER_URI):
        for _, part in opened.get_headers_footers(uri):
            trees[part.partname.membername] = opened.get_part_xml(part)
    notes = {
        part.partname.membername: part.blob.decode("utf-8")
        for part in opened.docx.part.package.parts
        if part.content_type == _FOOTNOTES
    }
    return (
        *(_part(opened, name, xml, root=True) for name, xml in trees.items()),
        *(_part(opened, name, xml, root=False) for name, xml in notes.items()),
    )


def _part(opened: DocxTemplate, name: str, xml: str, *, root: bool) -> Part:
    # One line a paragraph, as docxtpl does: when Jinja names a line, it names a paragraph.
    source = re.sub(r"<w:p([ >])", r"\n<w:p\1", opened.patch_xml(xml))
    return Part(name, source, root)


def properties_of(opened: DocxTemplate) -> dict[str, str]:
    """Return the document's properties that hold fields, by python-docx's name, with their Jinja source."""
    if core_part(opened) is None:
        return {}
    core = opened.docx.core_properties
    texts = {name: str(getattr(core, name)) for name in PROPERTIES}
    return {name: text for name, text in texts.items() if _TAG.search(text)}


def sources_of(path: Path) -> tuple[str, ...]:
    """Return the Jinja sources of a template, those of its properties too. Raises GabaritError."""
    opened = open_docx(path, read_bytes(path))
    return (*(part.source for part in parts_of(opened)), *properties_of(opened).values())


def core_part(opened: DocxTemplate) -> Any | None:
    """Return the part that holds the document's properties, None when the template has none."""
    relations = opened.docx.part.package.rels.values()
    return next((rel.target_part for rel in relations if rel.reltype == RELATIONSHIP_TYPE.CORE_PROPERTIES), None)
