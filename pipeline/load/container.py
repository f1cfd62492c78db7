"""What kind of file this is, by its content: a usable workbook, or one sentence that says what it is instead."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum
from pathlib import Path

from pipeline.errors import InputError
from pipeline.load import compound
from pipeline.load.inbox import WORKBOOKS
from pipeline.load.marks_xls import is_encrypted
from pipeline.load.text_tables import is_text_table
from pipeline.names import MANIFEST
from pipeline.xlsx.parts import (
    BROKEN,
    MAX_TEXT,
    MAX_UNPACKED,
    MAX_XLS,
    damaged,
    plain,
    require_bearable,
    require_light,
    require_short_directory,
)

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


class Kind(StrEnum):
    """The kinds of file that are read, told by their content; xlsm is an xlsx."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"


_PARTS = {"xl/workbook.xml": Kind.XLSX, "xl/workbook.bin": Kind.XLSB, "content.xml": Kind.ODS}
_WORKBOOK_STREAMS = ("Workbook", "Book")
_WORD = "c’est un document Word, pas un classeur. Indiquez le fichier Excel."
_NO_WORKBOOK = "ce fichier n’est pas un classeur. Enregistrez le tableau au format .xlsx."
_NUMBERS = "c’est un classeur Numbers. Ouvrez-le dans Numbers, exportez-le vers Excel (.xlsx), et indiquez ce fichier."
_ARCHIVE = "c’est une archive zip, pas un classeur. Ouvrez-la, sortez-en le classeur, et indiquez-le."
_BUNDLE = "c’est un lot fait par ce programme, pas le classeur de la campagne. Indiquez votre classeur."


def content_of(path: Path) -> bytes:
    """Read a file whole: once, so that what is checked is what is used.

    Raises InputError, in French, when it is no file, cannot be opened, or is larger than any workbook.
    """
    try:
        _require_file(path)
        require_light(path, path.stat().st_size, MAX_UNPACKED)
        return path.read_bytes()
    except OSError:
        raise unreadable(path) from None


def unreadable(path: Path | str) -> InputError:
    """Return what to say of a file that the system refuses to open."""
    return InputError(
        f"{path} : ce fichier ne peut pas être ouvert. Fermez-le dans Excel, vérifiez son nom et que vous y avez "
        "accès, puis recommencez."
    )


def kind_of(path: Path, content: bytes) -> Kind:
    """Return what kind of workbook a file is, by its content: it may be read, its limits were checked.

    Raises InputError, in French, unless it is an xlsx, xlsm, xlsb, xls or ods workbook, or a csv table.
    """
    if not content:
        raise InputError(f"{path} : ce fichier est vide. Téléchargez-le ou enregistrez-le à nouveau.")
    if content.startswith(compound.SIGNATURE):
        require_light(path, len(content), MAX_XLS)
        _require_ole_workbook(path, content)
        return Kind.XLS
    if zipfile.is_zipfile(io.BytesIO(content)):
        return _kind_of_zip(path, content)
    if said := what_it_is(content[:4096]):
        raise InputError(f"{path} : {said}")
    require_light(path, len(content), MAX_TEXT)
    if is_text_table(content):
        return Kind.CSV
    raise InputError(
        f"{path} : ce fichier n’est pas un classeur Excel. Enregistrez le tableau au format .xlsx, puis recommencez."
    )


def _require_file(path: Path) -> None:
    if not path.exists():
        raise InputError(f"{path} : ce fichier n’existe pas. Vérifiez son nom et son dossier.")
    if path.is_dir():
        raise InputError(f"{path} : c’est un dossier, pas un classeur. Indiquez le fichier qu’il contient.")
    if not path.is_file():
        raise InputError(f"{path} : ce n’est pas un fichier. Indiquez le classeur lui-même.")
    if sign := next((sign for sign in ("~$", ".~lock.") if path.name.startswith(sign)), ""):
        raise InputError(f"{path} : c’est un fichier de verrou, pas le classeur. Prenez celui sans « {sign} ».")


def _require_ole_workbook(path: Path, content: bytes) -> None:
    try:
        names = compound.names_of(content)
    except compound.DamagedError:
        names = _names_seen(content)
    if "EncryptedPackage" in names:
        raise InputError(protected(path))
    if "WordDocument" in names:
        raise InputError(f"{path} : {_WORD}")
    if names and names.isdisjoint(_WORKBOOK_STREAMS):
        raise InputError(f"{path} : {_NO_WORKBOOK}")
    try:
        stream = compound.stream_of(content, *_WORKBOOK_STREAMS)
    except compound.DamagedError:
        raise InputError(damaged(path)) from None
    if is_encrypted(stream):
        raise InputError(protected(path))


def _names_seen(content: bytes) -> set[str]:
    """Return the telling names that a file which was cut holds somewhere."""
    telling = ("EncryptedPackage", "WordDocument")
    return {name for name in telling if name.encode("utf-16-le") in content}


def _kind_of_zip(path: Path, content: bytes) -> Kind:
    require_short_directory(path, content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {plain(entry.filename): entry for entry in archive.infolist()}
            mime, manifest = (_start_of(archive, names.get(part)) for part in ("mimetype", "meta-inf/manifest.xml"))
    except BROKEN:
        raise InputError(damaged(path)) from None
    if any(name.endswith(".iwa") for name in names):
        raise InputError(f"{path} : {_NUMBERS}")
    if mime.startswith(b"application/vnd.oasis.opendocument.presentation"):
        raise InputError(f"{path} : {_NO_WORKBOOK}")
    if "word/document.xml" in names or mime.startswith(b"application/vnd.oasis.opendocument.text"):
        raise InputError(f"{path} : {_WORD}")
    kind = next((kind for part, kind in _PARTS.items() if part in names), None)
    if kind is None and MANIFEST in names:
        raise InputError(f"{path} : {_BUNDLE}")
    if kind is None:
        holds_one = any(name.endswith(WORKBOOKS) for name in names)
        raise InputError(f"{path} : {_ARCHIVE if holds_one else _NO_WORKBOOK}")
    if b"encryption-data" in manifest:
        raise InputError(protected(path))
    require_bearable(path, content)
    return kind


def _start_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo | None) -> bytes:
    if entry is None or entry.flag_bits & 1:
        return b""
    with archive.open(entry) as stream:
        return stream.read(65_536)


def protected(path: Path) -> str:
    """Say that a workbook is protected by a password, and what to do."""
    return (
        f"{path} : ce classeur est protégé par un mot de passe. Ouvrez-le dans Excel, retirez le mot de passe "
        "(Fichier, Informations, Protéger le classeur), enregistrez, puis recommencez."
    )
