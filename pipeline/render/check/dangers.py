"""What the package of a template may hold: a Word document, of a sane size, without macros."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

from pipeline.errors import GabaritError
from pipeline.render.check.faults import FICHIER, Code, Fault

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


def file_fault(error: GabaritError) -> Fault:
    """Turn what an error says of a file that cannot be opened into a fault."""
    return Fault(Code.ILLISIBLE, FICHIER, error.what, error.remedy)
