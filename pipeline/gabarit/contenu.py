"""What of a template reaches a letter, as a digest: another saving of the same words in Word gives the same."""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from zipfile import BadZipFile, ZipFile

from lxml import etree

_APART = re.compile(r"docProps/.*|\[Content_Types\]\.xml|_rels/\.rels|word/webSettings\.xml")
"""Parts that no letter shows: the properties, which say who saved the file and when, and what leads to the parts."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MARKS = {f"{_W14}paraId", f"{_W14}textId"}
_NOISE = {
    f"{_W}{name}" for name in ("proofErr", "lastRenderedPageBreak", "rsids", "zoom", "proofState", "view", "noProof")
}
"""What Word notes for itself when it saves: which session wrote what, where pages ended, how far it was proofread."""


def contents_digest(template: bytes) -> str:
    """Return a digest (sha256) of a template's parts, each as what it says; that of its bytes where it is no zip."""
    found = hashlib.sha256()
    try:
        with ZipFile(io.BytesIO(template)) as archive:
            for name in sorted(set(archive.namelist())):
                if not _APART.fullmatch(name):
                    part = hashlib.sha256(_said(name, archive.read(name)))
                    found.update(f"{name}\n{part.hexdigest()}\n".encode())
    except (BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return hashlib.sha256(template).hexdigest()
    return found.hexdigest()


def _said(name: str, data: bytes) -> bytes:
    """Return a part without what Word notes for itself, however its XML is written."""
    if not name.endswith((".xml", ".rels")):
        return data
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return data
    for one in list(root.iter(*_NOISE)):
        parent = one.getparent()
        if parent is not None:
            parent.remove(one)
    for one in root.iter(etree.Element):
        for mark in [key for key in one.attrib if key in _MARKS or str(key).startswith(f"{_W}rsid")]:
            del one.attrib[mark]
    return bytes(etree.tostring(root, method="c14n2", with_comments=False))
