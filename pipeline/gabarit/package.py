"""What the package of a template may hold: a Word document, of a sane size, that fetches nothing from outside."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from pipeline.errors import TemplateError
from pipeline.gabarit.parts import TemplateFault, read_bytes

MAX_SIZE = 20_000_000
MAX_UNPACKED = 100_000_000
MAX_MEMBERS = 1_000
"""Bytes and entries. A letter with a logo weighs less than a megabyte; a small file can unpack to gigabytes."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_INSTRUCTION, _SIMPLE_FIELD = f"{_W}instrText", f"{_W}fldSimple"
_PICTURES = ("{urn:schemas-microsoft-com:vml}imagedata", "{urn:schemas-microsoft-com:vml}fill")
_ADDRESS = re.compile(r"[a-zA-Z]+:|[/\\]")
_OUTSIDE_FIELD = re.compile(r"\s*(INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|DDEAUTO|DDE|DATABASE|MACROBUTTON)\b")
_OLE = b"\xd0\xcf\x11\xe0"
_XML = etree.XMLParser(resolve_entities=False, no_network=True)


def package_faults(path: Path) -> Iterator[TemplateFault]:
    """Yield what makes a file unusable or unsafe, before any of its XML is read as a document."""
    try:
        content = read_bytes(path)
    except TemplateError as error:
        yield file_fault(error, path)
        return
    if not zipfile.is_zipfile(io.BytesIO(content)):
        yield _not_a_docx(content)
        return
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members = package.infolist()
        if len(content) > MAX_SIZE or len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_UNPACKED:
            yield TemplateFault(
                "fichier", "ce gabarit est anormalement gros", "Recopiez la lettre dans un document Word neuf."
            )
        elif "word/document.xml" not in package.namelist():
            yield _not_a_docx(content)
        else:
            yield from _member_faults(package)


def _not_a_docx(content: bytes) -> TemplateFault:
    if content.startswith(_OLE):
        what = "ce gabarit est un ancien document .doc, ou il est protégé par un mot de passe"
    elif not content:
        what = "ce gabarit est vide"
    elif content.startswith(b"PK"):
        what = "ce gabarit n’est pas un document Word, ou il est incomplet"
    else:
        what = "ce gabarit n’est pas un document Word"
    return TemplateFault("fichier", what, "Ouvrez-le dans Word et enregistrez-le au format .docx, sans mot de passe.")


def _member_faults(package: zipfile.ZipFile) -> Iterator[TemplateFault]:
    for name in package.namelist():
        if name.rpartition("/")[2].lower() in ("vbaproject.bin", "vbadata.xml"):
            yield TemplateFault("fichier", "ce gabarit contient des macros", "Enregistrez-le au format .docx.")
        elif name.endswith((".xml", ".rels")):
            try:
                yield from _xml_faults(name, package.read(name))
            except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
                yield _not_a_docx(b"PK")


def _xml_faults(name: str, content: bytes) -> Iterator[TemplateFault]:
    """Yield what a part would fetch from outside the file while it is converted; a hyperlink fetches nothing."""
    root = etree.fromstring(content, _XML)
    if root.getroottree().docinfo.doctype:
        yield TemplateFault(
            "fichier", f"« {name} » n’a pas été écrit par Word", "Recopiez la lettre dans un document neuf."
        )
    for node in root.iter(_RELATIONSHIP, _INSTRUCTION, _SIMPLE_FIELD, *_PICTURES):
        kind, outside = node.get("Type", ""), node.get("TargetMode") == "External"
        target = node.get("Target") or node.get("src") or node.text or node.get(f"{_W}instr") or ""
        if kind.endswith("/attachedTemplate"):
            what, remedy = (
                "ce gabarit dépend d’un modèle Word attaché",
                "Détachez-le (Développeur, Modèle de document).",
            )
        elif (outside and not kind.endswith("/hyperlink")) or (node.get("src") and _ADDRESS.match(target)):
            what = f"ce gabarit va chercher « {target} » hors du fichier"
            remedy = "Collez l’image ou l’objet dans le document, sans lien vers un fichier."
        elif node.tag in (_INSTRUCTION, _SIMPLE_FIELD) and _OUTSIDE_FIELD.match(target):
            what, remedy = f"le champ Word « {target.strip()} » va chercher un contenu hors du fichier", "Supprimez-le."
        else:
            continue
        yield TemplateFault("fichier", what, remedy)


def file_fault(error: TemplateError, path: Path) -> TemplateFault:
    """Turn what an error says of a whole file into a fault."""
    what, _, remedy = str(error).removeprefix(f"{path} : ").partition(". ")
    return TemplateFault("fichier", what, remedy)
