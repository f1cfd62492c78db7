"""What kind of file this is, by its content: a usable workbook, or one sentence that says what it is instead."""

from __future__ import annotations

import zipfile
from enum import StrEnum
from pathlib import Path

from pipeline.errors import InputError
from pipeline.reading.limits import require_bearable
from pipeline.reading.text_tables import is_text_table

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Kind(StrEnum):
    """The kinds of file that are read, told by their content; xlsm is an xlsx."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"


_PARTS = {"xl/workbook.xml": Kind.XLSX, "xl/workbook.bin": Kind.XLSB, "content.xml": Kind.ODS}
_OTHERS = (
    ((b"<!doctype html", b"<html", b"<head", b"<meta", b"<table", b"<body", b"mime-version:"),
     "c’est une page web enregistrée sous un nom de classeur. Enregistrez-la au format .xlsx."),
    ((b"%pdf",), "c’est un document PDF, pas un classeur. Indiquez le fichier Excel."),
    ((b"{\\rtf",), "c’est un document de traitement de texte, pas un classeur. Indiquez le fichier Excel."),
    ((b"<?xml",), "ce fichier est un classeur au format XML. Ouvrez-le dans Excel, enregistrez-le au format .xlsx."),
)  # fmt: skip
"""By its first signs in lower case, what a file is that is no workbook."""


def kind_of(path: Path) -> Kind:
    """Tell what kind of workbook a file is, by its content: it may be read, its limits were checked.

    Raises InputError, in French, unless it is an xlsx, xlsm, xlsb, xls or ods workbook, or a csv table.
    """
    if not path.exists():
        raise InputError(f"{path} : ce fichier n’existe pas. Vérifiez son nom et son dossier.")
    if path.is_dir():
        raise InputError(f"{path} : c’est un dossier, pas un classeur. Indiquez le fichier qu’il contient.")
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        raise InputError(
            f"{path} : ce fichier ne peut pas être ouvert. Fermez-le dans Excel, puis recommencez."
        ) from None
    if path.name.startswith(("~$", ".~lock.")):
        raise InputError(
            f"{path} : c’est un fichier de verrou, pas le classeur. Prenez celui sans « {path.name[:2]} »."
        )
    if not head:
        raise InputError(f"{path} : ce fichier est vide. Téléchargez-le ou enregistrez-le à nouveau.")
    if head.startswith(_OLE):
        _require_ole_workbook(path)
        return Kind.XLS
    if zipfile.is_zipfile(path):
        return _kind_of_zip(path)
    if said := _what_it_is(head):
        raise InputError(f"{path} : {said}")
    if is_text_table(path):
        return Kind.CSV
    raise InputError(
        f"{path} : ce fichier n’est pas un classeur Excel. Enregistrez le tableau au format .xlsx, puis recommencez."
    )


def _require_ole_workbook(path: Path) -> None:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise InputError(protected(path))
    if "WordDocument".encode("utf-16-le") in content:
        raise InputError(f"{path} : c’est un document Word, pas un classeur. Indiquez le fichier Excel.")
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise InputError(f"{path} : ce fichier n’est pas un classeur. Enregistrez le tableau au format .xlsx.")


def _kind_of_zip(path: Path) -> Kind:
    with zipfile.ZipFile(path) as archive:
        names = {entry.filename: entry for entry in archive.infolist()}
        mime, manifest = (_start_of(archive, names.get(part)) for part in ("mimetype", "META-INF/manifest.xml"))
    if "word/document.xml" in names or mime.startswith(b"application/vnd.oasis.opendocument.text"):
        raise InputError(f"{path} : c’est un document Word, pas un classeur. Indiquez le fichier Excel.")
    kind = next((kind for part, kind in _PARTS.items() if part in names), None)
    if kind is None:
        raise InputError(f"{path} : ce fichier n’est pas un classeur. Enregistrez le tableau au format .xlsx.")
    if b"encryption-data" in manifest:
        raise InputError(protected(path))
    require_bearable(path)
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


def _what_it_is(head: bytes) -> str:
    if head.startswith(b"PK"):
        return "ce classeur est incomplet (téléchargement interrompu ?). Téléchargez-le ou copiez-le à nouveau."
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((said for signs, said in _OTHERS if start.startswith(signs)), "")
