"""What the package of a template may hold: a Word document, of a sane size, without macros."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

from pipeline.errors import GabaritError
from pipeline.gabarit.faults import FICHIER, Code, Fault

MAX_SIZE = 20_000_000
MAX_UNPACKED = 100_000_000
MAX_MEMBERS = 1_000
"""Bytes and entries. A letter with a logo weighs less than a megabyte; a small file can unpack to gigabytes."""

_OLE = b"\xd0\xcf\x11\xe0"
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
        elif "word/document.xml" not in package.namelist():
            yield _not_a_docx(content)
        else:
            yield from _member_faults(package)


def _not_a_docx(content: bytes) -> Fault:
    if content.startswith(_OLE):
        what = "ce gabarit est un ancien document .doc, ou il est protégé par un mot de passe"
    elif not content:
        what = "ce gabarit est vide"
    elif content.startswith(b"PK"):
        what = "ce gabarit n’est pas un document Word, ou il est incomplet"
    else:
        what = "ce gabarit n’est pas un document Word"
    remedy = "Ouvrez-le dans Word et enregistrez-le au format .docx, sans mot de passe."
    return Fault(Code.ILLISIBLE, FICHIER, what, remedy)


def _member_faults(package: zipfile.ZipFile) -> Iterator[Fault]:
    for name in package.namelist():
        if name.rpartition("/")[2].lower() in ("vbaproject.bin", "vbadata.xml"):
            yield Fault(Code.MACROS, FICHIER, "ce gabarit contient des macros", "Enregistrez-le au format .docx.")
        elif name.endswith((".xml", ".rels")):
            try:
                root = etree.fromstring(package.read(name), _XML)
            except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
                yield _not_a_docx(b"PK")
                continue
            if root.getroottree().docinfo.doctype:
                what = f"« {name} » n’a pas été écrit par Word"
                yield Fault(Code.ILLISIBLE, FICHIER, what, "Recopiez la lettre dans un document neuf.")


def file_fault(error: GabaritError) -> Fault:
    """Turn what an error says of a file that cannot be opened into a fault."""
    return Fault(Code.ILLISIBLE, FICHIER, error.what, error.remedy)
