"""What the package of a template may hold: a Word document, of a sane size, without macros."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from jinja2 import nodes
from lxml import etree

from pipeline.render.check.examined import Examined
from pipeline.render.check.faults import FICHIER, Code, Fault, Place
from pipeline.render.check.paragraphs import part_name, place_of, placed_fields
from pipeline.render.check.syntax import Tagged

MAX_SIZE = 20_000_000
MAX_UNPACKED = 100_000_000
MAX_MEMBERS = 1_000
"""Bytes and entries. A letter with a logo weighs less than a megabyte; a small file can unpack to gigabytes."""

_OLE = b"\xd0\xcf\x11\xe0"
_DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)
_INCOMPLETE = "ce gabarit n’est pas un document Word, ou il est incomplet"
_STARTS = (
    *((b"{\\rtf", "un document .rtf"), (b"%pdf", "un PDF")),
    *((b"<html", "une page web"), (b"<!doctype html", "une page web"), (b"<?xml", "un fichier .xml")),
)
_STRICT = b"http://purl.oclc.org/ooxml/"
_KINDS = (
    (b"macroEnabledTemplate.main+xml", "ce gabarit est un modèle Word qui peut contenir des macros (.dotm)"),
    (b"document.macroEnabled.main+xml", "ce gabarit est un document Word qui peut contenir des macros (.docm)"),
    (b"wordprocessingml.template.main+xml", "ce gabarit est un modèle Word (.dotx), et non un document"),
)
_XML = etree.XMLParser(resolve_entities=False, no_network=True)


def package_faults(content: bytes) -> Iterator[Fault]:
    """Yield what makes a file unusable or unsafe, before any of its XML is read as a document."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        yield _not_a_docx(content)
        return
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members = package.infolist()
        if len(content) > MAX_SIZE or len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_UNPACKED:
            remedy = "Recopiez la lettre dans un document Word neuf."
            yield Fault(Code.TROP_GROS, FICHIER, "ce gabarit est anormalement gros", remedy)
        elif wrong := _other_format(package):
            yield _unreadable(wrong)
        else:
            yield from _member_faults(package)


def _not_a_docx(content: bytes) -> Fault:
    if content.startswith(_OLE):
        return _unreadable("ce gabarit est un ancien document .doc, ou il est protégé par un mot de passe")
    if not content:
        return _unreadable("ce gabarit est vide")
    if content.startswith(b"PK"):
        return _unreadable(_INCOMPLETE)
    name = next((name for start, name in _STARTS if content.lstrip().lower().startswith(start)), "")
    return _unreadable(f"ce gabarit n’est pas un document Word{f', mais {name}' if name else ''}")


def _other_format(package: zipfile.ZipFile) -> str:
    """Return what a package is instead of a Word document, in a sentence; "" when it is one."""
    names = package.namelist()
    try:
        if "mimetype" in names and package.read("mimetype").startswith(b"application/vnd.oasis.opendocument"):
            return "ce gabarit est un document LibreOffice (.odt)"
        kinds = package.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
        relations = package.read("_rels/.rels") if "_rels/.rels" in names else b""
    except _DAMAGED:
        return _INCOMPLETE
    if _STRICT in relations:
        return "ce gabarit est au format « Document Open XML strict »"
    for kind, what in _KINDS:
        if kind in kinds:
            return what
    # Word names the letter itself document.xml, the Word of a browser document2.xml.
    return "" if any(re.fullmatch(r"word/document\d*\.xml", name) for name in names) else _INCOMPLETE


def _unreadable(what: str) -> Fault:
    remedy = "Ouvrez-le dans Word et enregistrez-le au format « Document Word (.docx) », sans mot de passe."
    return Fault(Code.ILLISIBLE, FICHIER, what, remedy)


def _member_faults(package: zipfile.ZipFile) -> Iterator[Fault]:
    for name in package.namelist():
        if name.rpartition("/")[2].lower() in ("vbaproject.bin", "vbadata.xml"):
            yield Fault(Code.MACROS, FICHIER, "ce gabarit contient des macros", "Enregistrez-le au format .docx.")
        elif name.endswith((".xml", ".rels")):
            try:
                root = etree.fromstring(package.read(name), _XML)
            except (etree.XMLSyntaxError, *_DAMAGED):
                yield _unreadable(_INCOMPLETE)
                continue
            if root.getroottree().docinfo.doctype:
                what = f"« {name} » n’a pas été écrit par Word"
                yield Fault(Code.ILLISIBLE, FICHIER, what, "Recopiez la lettre dans un document neuf.")


_SIZED = ("batch", "round")
_SMALL = 100
"""The greatest number that a tag may multiply by, or hand to a filter that makes as many things."""


def is_small(node: nodes.Node) -> bool:
    """Return whether a constant is a number that nothing can be made huge with."""
    return isinstance(node, nodes.Const) and isinstance(node.value, int) and abs(node.value) <= _SMALL


def deep_loops(tagged: Tagged) -> Iterator[Fault]:
    """Yield a loop that holds a loop that holds a loop: each multiplies the others."""
    for loop in tagged.nodes(nodes.For):
        if any(True for inner in loop.find_all(nodes.For) for _ in inner.find_all(nodes.For)):
            yield _fault(tagged, loop, "trois boucles sont prises l’une dans l’autre", "Gardez-en une ou deux.")


def growing_texts(tagged: Tagged) -> Iterator[Fault]:
    """Yield a « set » made of another: a text that is doubled thirty times fills the memory."""
    assigned = [one for one in tagged.nodes(nodes.Assign) if isinstance(one.target, nodes.Name)]
    made = {one.target.name for one in assigned}
    for one in assigned:
        again = {name.name for name in one.node.find_all(nodes.Name)} & made
        again |= {one.node.name} & made if isinstance(one.node, nodes.Name) else set()
        if again:
            what = f"« set » reprend « {min(again)} », fait par un autre « set »"
            yield _fault(tagged, one, what, "Dans un « set », écrivez seulement des champs.")


def huge_arguments(tagged: Tagged) -> Iterator[Fault]:
    """Yield a filter that is asked for as many things as a great number says, or as something says that is computed."""
    for node in tagged.nodes(nodes.Filter):
        given = (*node.args, *(one.value for one in node.kwargs))
        if node.name in _SIZED and not all(is_small(one) or _is_text(one) for one in given):
            what = f"le filtre « {node.name} » n’accepte qu’un petit nombre"
            yield _fault(tagged, node, what, f"Écrivez un nombre entre 0 et {_SMALL}.")


def _is_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, str)


def _fault(tagged: Tagged, node: nodes.Node, what: str, remedy: str) -> Fault:
    tag = tagged.at(node.lineno)
    return Fault(Code.INTERDIT, tag.place, what, remedy, tag.text)


_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_PICTURES = ("{urn:schemas-microsoft-com:vml}imagedata", "{urn:schemas-microsoft-com:vml}fill")
_ADDRESS = re.compile(r"[a-zA-Z]+:|[/\\]")
_OUTSIDE_FIELDS = frozenset(
    {
        *("INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE", "IMPORT", "LINK", "RD"),
        *("DDEAUTO", "DDE", "DATABASE", "MACROBUTTON"),
    }
)


def attached_template(examined: Examined) -> Iterator[Fault]:
    """Yield the Word template that the file is attached to: opening a letter would look for it."""
    if any(rel.get("Type", "").endswith("/attachedTemplate") for _, rel in _relationships(examined)):
        remedy = "Détachez-le (Développeur, Modèle de document)."
        yield Fault(Code.MODELE_ATTACHE, FICHIER, "ce gabarit dépend d’un modèle Word attaché", remedy)


def outside_links(examined: Examined) -> Iterator[Fault]:
    """Yield the pictures and objects that are links to something outside the file."""
    for name, rel in _relationships(examined):
        kind, target = rel.get("Type", ""), rel.get("Target", "")
        if rel.get("TargetMode") == "External" and not kind.endswith(("/hyperlink", "/attachedTemplate")):
            yield _link(_user_of(examined, name, rel.get("Id", "")), target)
    for name, node in _nodes(examined, *_PICTURES):
        target = node.get("src") or ""
        if _ADDRESS.match(target):
            yield _link(place_of(name, node), target)


def outside_fields(examined: Examined) -> Iterator[Fault]:
    """Yield Word's own fields that bring in another file, or start another program."""
    for place, field in placed_fields(examined.members):
        if field.name in _OUTSIDE_FIELDS:
            what = f"le champ Word « {field.code} » va chercher un contenu hors du fichier"
            yield Fault(Code.LIEN_EXTERNE, place, what, "Supprimez-le.")


def _link(place: Place, target: str) -> Fault:
    what = f"ce gabarit va chercher « {target} » hors du fichier"
    remedy = "Collez l’image ou l’objet dans le document, sans lien vers un fichier."
    return Fault(Code.LIEN_EXTERNE, place, what, remedy)


def _relationships(examined: Examined) -> Iterator[tuple[str, Any]]:
    """Yield every relationship with the name of the part that it starts from."""
    for name, data in examined.members.items():
        if name.endswith(".rels"):
            for rel in etree.fromstring(data).iter(_RELATIONSHIP):
                yield name.replace("_rels/", "").removesuffix(".rels"), rel


def _nodes(examined: Examined, *tags: str) -> Iterator[tuple[str, Any]]:
    for name, data in examined.members.items():
        if name.startswith("word/") and name.endswith(".xml") and (b"imagedata" in data or b"fill" in data):
            for node in etree.fromstring(data).iter(*tags):
                yield name, node


def _user_of(examined: Examined, name: str, identifier: str) -> Place:
    """Return the place of what uses a relationship, the part when nothing does."""
    if name.endswith(".xml") and name in examined.members:
        for node in etree.fromstring(examined.members[name]).iter():
            if any(key.startswith(_R) and value == identifier for key, value in node.attrib.items()):
                return place_of(name, node)
    return Place(part_name(name)) if name.startswith("word/") and part_name(name) else FICHIER
