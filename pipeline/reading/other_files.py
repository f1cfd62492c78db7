"""Files that are no workbook although they may bear the name of one, told by their first signs."""

from __future__ import annotations

import re

_PAGE = "c’est une page web enregistrée sous un nom de classeur. Enregistrez-la au format .xlsx."
_PDF = "c’est un document PDF, pas un classeur. Indiquez le fichier Excel."
_TEXT = "c’est un document de traitement de texte, pas un classeur. Indiquez le fichier Excel."
_XML = "ce fichier est un classeur au format XML. Ouvrez-le dans Excel, enregistrez-le au format .xlsx."
_FLAT = (
    "c’est un classeur LibreOffice enregistré à plat (.fods). Ouvrez-le dans LibreOffice, enregistrez-le au format "
    ".xlsx ou .ods."
)
_IMAGE = "c’est une image, pas un classeur. Indiquez le fichier Excel."
_CUT = "ce classeur est incomplet (téléchargement interrompu ?). Téléchargez-le ou copiez-le à nouveau."
_REPORT = "c’est un compte rendu fait par ce programme, pas le classeur de la campagne. Indiquez votre classeur."
_JOURNAL = "c’est une base de données, comme le journal de ce programme, pas un classeur. Indiquez votre classeur."

_PACKED = "c’est une archive, pas un classeur. Ouvrez-la, sortez-en le classeur, et indiquez-le."
_SHORTCUT = (
    "c’est un raccourci vers un fichier en ligne, pas le classeur. Ouvrez-le dans votre navigateur, téléchargez le "
    "classeur au format .xlsx, et indiquez-le."
)
_OLD = "ce tableau est dans un format ancien. Ouvrez-le dans Excel, enregistrez-le au format .xlsx."

_SIGNS = (
    ((b"pk",), _CUT),
    ((b"%pdf",), _PDF),
    ((b"7z\xbc\xaf", b"rar!", b"\x1f\x8b", b"bzh"), _PACKED),
    ((b'{"url":', b'{"doc_id":', b"[internetshortcut]"), _SHORTCUT),
    ((b"id;p", b"table\r\n0,", b"table\n0,", b"\x09\x04\x06", b"\x09\x02\x06", b"\x09\x00\x04"), _OLD),
    ((b"sqlite format 3",), _JOURNAL),
    ((b"{\\rtf",), _TEXT),
    ((b"\x89png", b"\xff\xd8\xff", b"gif8"), _IMAGE),
    ((b"<!doctype html", b"<html", b"<head", b"<meta", b"<title", b"<style", b"<table", b"<body", b"<div", b"<!--",
      b"mime-version:"), _PAGE),
)  # fmt: skip
"""By its first signs in lower case, what a file is that is no workbook."""
_OF_OURS = re.compile(
    rb"<!doctype html>.{1,400}<title>lettres de mission [0-9-]+ : compte rendu</title>|"
    rb'\{\s*(?:"classeur":.{1,400})?"annee_scolaire":',
    re.DOTALL,
)
"""How the reports for people and for programs begin, and the manifest of a bundle."""
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def what_it_is(head: bytes) -> str:
    """Say what a file is instead of a workbook, by its first bytes; "" when they do not tell."""
    start = _plain(head).lstrip(b" \r\n").lower()
    if head and not head.strip(b"\0"):
        return _CUT
    if _OF_OURS.match(start):
        return _REPORT
    if start.startswith(b"<?xml"):
        return _kind_of_xml(start)
    return next((said for signs, said in _SIGNS if start.startswith(signs)), "")


def _plain(head: bytes) -> bytes:
    """Return the first bytes without the mark that says how they are encoded, one byte a sign."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, "replace").encode("latin-1", "replace")
    return head


def _kind_of_xml(start: bytes) -> str:
    if b"<html" in start:
        return _PAGE
    if b"<office:document" in start and b"opendocument.text" not in start:
        return _FLAT
    return _TEXT if b"opendocument.text" in start or b"word.document" in start or b"wordprocessingml" in start else _XML
